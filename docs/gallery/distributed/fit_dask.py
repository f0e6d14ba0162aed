"""
Partitions that are summarised where they lie
=============================================

:func:`.fit_dask` fits an estimator or a whole Pipeline on a Dask DataFrame, and :func:`.transform_dask` applies it,
lazily. Only summaries travel, and they are merged in the order of the partitions: the result does not depend on how
many workers there are.
"""

import dask.dataframe as dd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.distributed import fit_dask, transform_dask

# %%
rng = np.random.default_rng(0)
table = pd.DataFrame({"income": rng.lognormal(3, 0.8, 20_000), "age": rng.normal(45, 15, 20_000)})
partitions = dd.from_pandas(table, npartitions=16)
binner = fit_dask(EqualFrequencyBinner(8), partitions)
at_once = EqualFrequencyBinner(8).fit(table)
equal = all((one == other).all() for one, other in zip(binner.bin_edges_, at_once.bin_edges_))
print("the same edges as from all rows in memory:", equal)

# %%
# Nothing is computed yet: the codes are a Dask DataFrame with the partitions of the table.
codes = transform_dask(binner, partitions)
print(type(codes).__name__, codes.npartitions, dict(codes.dtypes.astype(str)))

# %%
# Each partition has its own shares; together they are equal, which is what equal frequency means.
shares = np.array([np.bincount(part.compute(), minlength=8) / len(part) for part in codes["income"].partitions])
fig, ax = plt.subplots(figsize=(7.2, 3.6))
ax.plot(100 * shares.T, color="0.75", linewidth=1)
ax.plot(100 * shares.mean(axis=0), "o-", label="all 16")
ax.set(xlabel="bin of income", ylabel="rows in the bin (%)", title="one grey line a partition")
ax.legend()
plt.show()
