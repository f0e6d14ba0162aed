"""Columns as scores read them: numbers and times as float64, everything else as levels."""

import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.table import FrameTable, Table


def is_number_like(table: Table, index: int) -> bool:
    """Whether a column is read as numbers: numbers, truth values and times."""
    return table.kinds[index] in ("number", "time")


def number_of(table: Table, index: int) -> NDArray[np.float64]:
    """Read a column of numbers or times as float64, missing as NaN; times in seconds.

    Raises
    ------
    ValueError
        The column holds infinite values.
    """
    if table.kinds[index] == "time":
        codes, levels = table.factorised(index)
        seconds = np.array([*map(_seconds, levels), np.nan], dtype=np.float64)
        return seconds[codes]  # codes of -1 read the last slot
    column = np.asarray(table.number(index), dtype=np.float64)
    if np.isinf(column).any():
        raise ValueError(f"{table.speaker}: column {table.names[index]!r} holds inf; remove or clip it first.")
    return column


def numbers_of(table: Table) -> NDArray[np.float64]:
    """Read columns of numbers or times as one matrix, (n_rows, n_columns), missing as NaN; a view where possible."""
    whole = _whole(table)
    if whole is not None:
        return whole
    matrix = np.empty((table.n_rows, table.n_columns), order="F")
    for index in range(table.n_columns):
        matrix[:, index] = number_of(table, index)
    return matrix


def _whole(table: Table) -> NDArray[np.float64] | None:
    """Read a table that holds nothing but plain finite numbers or NaN at once; None for any other."""
    if set(table.kinds) != {"number"}:
        return None
    matrix = table.frame.to_numpy() if isinstance(table, FrameTable) else table.native
    if matrix.dtype.kind not in "fiub":
        return None
    matrix = np.asarray(matrix, dtype=np.float64)
    return None if np.isinf(matrix).any() else matrix


def levels_of(table: Table, index: int) -> tuple[NDArray[np.int64], NDArray[np.generic]]:
    """Read a column of categories as codes (-1 is missing) and levels.

    Raises
    ------
    ValueError
        The column is of no kind that has levels.
    """
    if table.kinds[index] != "category":
        raise ValueError(
            f"{who(table.speaker)}: column {table.names[index]!r} is of kind {table.kinds[index]}; "
            "convert it to numbers, texts or times first."
        )
    return table.factorised(index)


def tamed(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide columns of extreme size by a power of two, so that squares neither overflow nor vanish.

    For measures that do not depend on the scale; other columns are returned to the last bit.

    Examples
    --------
    >>> tamed(np.array([[1e200, 3.0], [-5e199, 4.0]])).round(2).tolist()
    [[0.65, 3.0], [-0.33, 4.0]]
    """
    largest = np.fmax(np.fmax.reduce(matrix, axis=0, initial=0.0), -np.fmin.reduce(matrix, axis=0, initial=0.0))
    is_extreme = (largest > 1e50) | ((largest > 0) & (largest < 1e-50))
    if not np.any(is_extreme):
        return matrix
    return np.ldexp(matrix, np.where(is_extreme, -np.frexp(largest)[1], 0))


def _seconds(level: Any) -> float:
    """Seconds from a fixed origin; times of day from midnight, durations as they are."""
    if isinstance(level, datetime.datetime):
        return (level if level.tzinfo else level.replace(tzinfo=datetime.UTC)).timestamp()
    if isinstance(level, datetime.date):
        return level.toordinal() * 86400.0
    if isinstance(level, datetime.timedelta):
        return level.total_seconds()
    if isinstance(level, datetime.time):
        return level.hour * 3600.0 + level.minute * 60.0 + level.second + level.microsecond * 1e-6
    if isinstance(level, np.datetime64 | np.timedelta64):
        unit = "datetime64[us]" if isinstance(level, np.datetime64) else "timedelta64[us]"
        return float(level.astype(unit).astype(np.int64)) * 1e-6
    return float(level)
