"""Data larger than memory, or than one machine.

A fit is a sequence of passes over the rows. In a pass every batch becomes a state, neighbouring states merge, and the
merged state is concluded. States merge along one binary tree over the order of the batches, so a loop over batches here
and a cluster of Dask workers build the same tree and agree to the last bit.
"""

from sklearn_mlknow.distributed.batches import fit_batches
from sklearn_mlknow.distributed.dask_fit import fit_dask
from sklearn_mlknow.distributed.dask_transform import transform_dask

__all__ = ["fit_batches", "fit_dask", "transform_dask"]
