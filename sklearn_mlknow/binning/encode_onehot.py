"""One column a bin: a 1 in the column of the value's bin, written straight into its final place.

Every row has exactly one 1 a column, so the sparse array needs no search: the places of its ones are the codes plus the
offset of the column, and its rows begin every ``n_columns`` ones.
"""

from typing import Any

import numpy as np


def onehot_sparse(places: np.ndarray, n_places: int, dtype: np.dtype, is_complete: bool = True) -> Any:
    """Build the compressed sparse rows.

    Parameters
    ----------
    places : ndarray of int32, shape (n_rows, n_columns)
        Position of each 1 among all output columns, increasing along a row; -1 for none. It becomes part of the answer.
    n_places : int
        Output columns.
    dtype : dtype
        Of the ones.
    is_complete : bool, default=True
        Whether no place is -1.

    Returns
    -------
    scipy.sparse.csr_array of shape (n_rows, n_places)

    Examples
    --------
    >>> onehot_sparse(np.array([[0, 2], [1, -1]], dtype=np.int32), 3, np.dtype(float), is_complete=False).toarray()
    array([[1., 0., 1.],
           [0., 1., 0.]])
    """
    from scipy import sparse

    n_rows, n_columns = places.shape
    flat = np.ascontiguousarray(places).reshape(-1)
    starts = np.arange(0, flat.size + 1, n_columns, dtype=np.int32 if flat.size < 2**31 else np.int64)
    if not is_complete:
        starts = np.concatenate([[0], np.cumsum((places >= 0).sum(axis=1))]).astype(starts.dtype)  # (n_rows + 1,)
        flat = flat[flat >= 0]
    array = sparse.csr_array((np.ones(flat.size, dtype), flat, starts), shape=(n_rows, n_places))
    array.has_sorted_indices = True
    array.has_canonical_format = True
    return array


def onehot_dense(places: np.ndarray, n_places: int, dtype: np.dtype) -> np.ndarray:
    """Build the dense array; see :func:`onehot_sparse`."""
    out = np.zeros((len(places), n_places + 1), dtype)  # places of -1 fall into the last column
    rows = np.arange(len(places))
    for column in places.T:
        out[rows, column] = 1
    return out[:, :n_places]
