"""From a table of any kind to float64 columns: numbers as they are, levels as codes, times as seconds."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from sklearn_mlknow._shell.table import Table

FURTHEST = float(np.finfo(np.float64).max / 4)


def read_columns(table: Table, levels: dict[int, np.ndarray] | None) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Read a table as float64 numbers; categories become codes (-1: missing, unseen or rare).

    Parameters
    ----------
    table : Table
    levels : dict of int -> ndarray of object, or None
        Known levels; None in fit, where the levels that occur are returned.

    Returns
    -------
    columns : ndarray of float64, shape (n_rows, n_columns)
    levels : dict of int -> ndarray of object
    """
    native = table.native
    if isinstance(native, np.ndarray) and native.dtype.kind in "fiub" and not levels:
        columns = native.astype(np.float64)
        _keep_finite(table, columns)
        return columns, {}
    found: dict[int, np.ndarray] = {}
    columns = np.empty((table.n_rows, table.n_columns), dtype=np.float64)
    for i, kind in enumerate(table.kinds):
        if kind == "number" and (levels is None or i not in levels):
            columns[:, i] = table.number(i)
        elif kind == "time" and (levels is None or i not in levels):
            try:
                columns[:, i] = _seconds(table.column(i))
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"{table.speaker}: column {table.names[i]!r} holds times that are no one kind of time ({error}); "
                    "make them dates or lengths of time first."
                ) from error
        elif kind in ("category", "number", "time"):
            codes, values = table.factorised(i)
            known = values if levels is None else levels.get(i)
            if known is None:
                raise ValueError(
                    f"{table.speaker}: column {table.names[i]!r} held numbers in fit and is of kind {kind} now; "
                    "convert it to numbers."
                )
            position = {value: code for code, value in enumerate(known)}
            lookup = np.array([position.get(value, -1) for value in values] + [-1], dtype=np.float64)
            columns[:, i] = lookup[codes]
            found[i] = known
        else:
            raise ValueError(f"{table.speaker}: column {table.names[i]!r} is neither numbers, categories nor times.")
    _keep_finite(table, columns)
    return columns, found


def columns_of_lengths(table: Table) -> tuple[str, ...]:
    """Name the columns that hold lengths of time, not points in time."""
    times = [i for i, kind in enumerate(table.kinds) if kind == "time"]
    return tuple(table.names[i] for i in times if np.asarray(table.column(i)).dtype.kind == "m")


def column_dtypes(table: Table) -> tuple[str, ...]:
    """Name the dtype of each column so that pandas knows it, with the zone of times."""
    return tuple(_dtype_name(table.column(i)) for i in range(table.n_columns))


def _dtype_name(column: Any) -> str:
    dtype = column.dtype if hasattr(column, "dtype") else column.type  # pyarrow says type
    zone = getattr(dtype, "tz", None) or getattr(dtype, "time_zone", None)
    return f"datetime64[us, {zone}]" if zone else {"Boolean": "boolean"}.get(str(dtype), str(dtype))


def _seconds(column: Any) -> np.ndarray:
    """Read times as seconds since 1970, those with a zone by the clock of Greenwich; lengths of time as seconds."""
    if getattr(getattr(column, "dtype", None), "tz", None) is not None:
        column = column.dt.tz_convert(None)
    values = np.asarray(column)
    if values.dtype.kind not in "mM":
        values = np.array([_without_zone(value) for value in values], dtype=object).astype("datetime64[us]")
    is_missing = np.isnat(values)
    unit = "timedelta64[us]" if values.dtype.kind == "m" else "datetime64[us]"
    seconds = values.astype(unit).astype(np.int64) / 1e6
    seconds[is_missing] = np.nan
    return seconds


def _without_zone(value: Any) -> Any:
    has_zone = getattr(value, "tzinfo", None) is not None
    return value.astimezone(datetime.UTC).replace(tzinfo=None) if has_zone else value


def _keep_finite(table: Table, columns: np.ndarray) -> None:
    """Refuse infinities, and bring the largest doubles so far in, in place, that no difference of two overflows."""
    is_infinite = np.isinf(columns)
    if is_infinite.any():
        name = table.names[int(is_infinite.any(axis=0).argmax())]
        raise ValueError(f"{table.speaker}: Input X contains infinity: column {name!r}; remove or clip it first.")
    np.clip(columns, -FURTHEST, FURTHEST, out=columns)
