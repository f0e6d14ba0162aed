"""The numbers that bins are made of: columns of a table, and the refusal of what they must not hold."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import InvalidParameter, some, who
from sklearn_mlknow._shell.table import Table

Columns = np.ndarray | list[np.ndarray]  # a matrix of shape (n_rows, n_columns), or one array a column


def read_columns(table: Table, indices: Sequence[int]) -> Columns:
    """Read numeric columns: as a matrix where the table is one, so that kernels can run through it in one pass."""
    if not table.is_frame and table.native.dtype.kind != "O" and table.native.dtype.isnative:
        whole = len(indices) == table.n_columns
        return table.native if whole else table.native[:, list(indices)]
    return [table.number(index) for index in indices]


def each_column_of(columns: Columns) -> Sequence[np.ndarray]:
    """Return the columns one by one, each of shape (n_rows,)."""
    return list(columns.T) if isinstance(columns, np.ndarray) else columns


def read_special(estimator: Any, names: Sequence[str]) -> list[np.ndarray]:
    """Check the parameter ``special`` and return the special values of every column, sorted."""
    special = estimator.special or {}
    unknown = [name for name in special if name not in names]
    if unknown:
        raise InvalidParameter(f"{who(estimator)}: special names {some(unknown)}, which is no column that is binned.")
    found = []
    for name in names:
        try:
            codes = np.unique(np.asarray(special.get(name, []), dtype=np.float64))
        except (TypeError, ValueError):
            codes = np.array([np.nan])
        if codes.ndim != 1 or not np.isfinite(codes).all():
            raise InvalidParameter(
                f"{who(estimator)}: special[{name!r}] must be a list of finite numbers, got {special[name]!r}."
            )
        found.append(codes)
    return found


def first_with_infinity(names: Sequence[str], columns: Columns) -> str:
    """Name the first column that holds infinity."""
    pairs = zip(names, each_column_of(columns), strict=True)
    return next(name for name, column in pairs if column.dtype.kind == "f" and np.isinf(column).any())


def refuse_infinity(estimator: Any, name: str) -> None:
    """Raise the error about infinity."""
    raise ValueError(f"{who(estimator)}: column {name!r} holds inf; remove or clip it first.")


def refuse_missing(estimator: Any, name: str) -> None:
    """Raise the error of ``handle_missing="error"``."""
    raise ValueError(
        f'{who(estimator)}: column {name!r} holds missing values (NaN); fill them first or set handle_missing="bin".'
    )
