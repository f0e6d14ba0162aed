"""Sparse matrices as their arrays; every index is looked at before compiled code follows it."""

from typing import Any

import numpy as np
from scipy import sparse

COMPRESSED, LISTED = ("csr", "csc"), ("coo",)


def sparse_parts(matrix: Any) -> tuple[str, tuple[Any, ...]]:
    """Take a sparse matrix apart: its class, its shape, its arrays.

    Raises
    ------
    TypeError
        It is of a format that holds its numbers otherwise, such as ``lil``.
    """
    name = type(matrix).__name__
    if matrix.format in COMPRESSED:
        return name, (*matrix.shape, matrix.data, matrix.indices, matrix.indptr)
    if matrix.format in LISTED and matrix.ndim == 2:
        return name, (*matrix.shape, matrix.data, matrix.row, matrix.col)
    raise TypeError(f"a sparse matrix of format {matrix.format!r}; turn it into one by tocsr()")


def sparse_from(name: str, parts: list[Any]) -> Any:
    """Put a sparse matrix together and look at its indices.

    Examples
    --------
    >>> matrix = sparse.csr_matrix([[0.0, 2.0]])
    >>> sparse_from(*sparse_parts(matrix)).toarray()
    array([[0., 2.]])

    Raises
    ------
    ValueError
        The arrays do not fit each other or the shape.
    """
    kind, _, suffix = name.partition("_")
    if kind not in COMPRESSED + LISTED or suffix not in ("matrix", "array"):
        raise ValueError(f"a sparse matrix {name!r}")
    n_rows, n_columns, data, first, second = parts
    if any(type(one) is not np.ndarray or one.ndim != 1 for one in (data, first, second)):
        raise ValueError("a sparse matrix without arrays")
    if data.dtype.kind not in "biufc" or first.dtype.kind != "i" or second.dtype.kind != "i":
        raise ValueError("a sparse matrix without numbers")
    if kind in LISTED:
        _check_within(first, n_rows)
        _check_within(second, n_columns)
        return getattr(sparse, name)((data, (first, second)), shape=(n_rows, n_columns))
    n_lines, width = (n_rows, n_columns) if kind == "csr" else (n_columns, n_rows)
    _check_within(first, width)
    if len(second) != n_lines + 1 or second[0] != 0 or (np.diff(second) < 0).any() or second[-1] != len(data):
        raise ValueError("a sparse matrix whose lines lie outside of it")
    matrix = getattr(sparse, name)((data, first, second), shape=(n_rows, n_columns))
    matrix.indices, matrix.indptr = first, second  # of the width they had
    return matrix


def _check_within(indices: np.ndarray, end: int) -> None:
    if len(indices) and not 0 <= indices.min() <= indices.max() < end:
        raise ValueError("a sparse matrix with an index outside of it")
