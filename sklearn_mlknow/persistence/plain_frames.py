"""Frames within an estimator, as arrays: what a file holds of the rows that an explainer or a join keeps.

A frame of pandas, polars or pyarrow could only be pickled, so it is written as a `PlainFrame` and put together again
when it is read. The index of a pandas frame is not kept: rows are numbered anew.
"""

import datetime
import re
import zoneinfo
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow._shell.missing import is_missing_value

SCALARS = (str, bytes, int, float, complex, type(None), np.generic)


class PlainColumn(NamedTuple):
    """One column: how its dtype is written, its values, and of categories the levels in their order.

    Values are an array of numbers, truth values or times without a zone, or a list of texts with None for missing.
    """

    name: Any
    dtype: str
    values: Any
    levels: Any
    is_ordered: bool


class PlainFrame(NamedTuple):
    """A frame: the library it belongs to, and its columns."""

    library: str
    columns: list[PlainColumn]
    n_rows: int


def is_frame(one: Any) -> bool:
    """Tell whether an object is a frame of pandas or polars, or a table of pyarrow."""
    library = type(one).__module__.split(".")[0]
    return (library, type(one).__name__) in (("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table"))


def plain_frame(frame: Any) -> PlainFrame:
    """Take a frame apart."""
    if type(frame).__module__.split(".")[0] == "pyarrow":
        columns = [_arrow_column(name, frame[name]) for name in frame.column_names]
        return PlainFrame("pyarrow", columns, len(frame))
    names = list(frame.columns)
    if type(frame).__module__.split(".")[0] == "polars":
        return PlainFrame("polars", [_polars_column(name, frame[name]) for name in names], len(frame))
    columns = [_pandas_column(name, frame.iloc[:, place]) for place, name in enumerate(names)]
    return PlainFrame("pandas", columns, len(frame))


def _pandas_column(name: Any, column: Any) -> PlainColumn:
    dtype = str(column.dtype)
    if dtype == "category":
        levels = _pandas_column("", column.cat.categories.to_series())
        return PlainColumn(name, dtype, column.cat.codes.to_numpy(np.int64), levels, bool(column.cat.ordered))
    if getattr(column.dtype, "tz", None) is not None:
        return PlainColumn(name, dtype, column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(), None, False)
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return PlainColumn(name, dtype, column.to_numpy(), None, False)
    values = column.tolist()
    return PlainColumn(name, dtype, values if dtype == "object" else _listed(values), None, False)


def _polars_column(name: str, column: Any) -> PlainColumn:
    dtype = type(column.dtype).__name__
    if dtype == "Enum":
        return PlainColumn(name, dtype, column.to_list(), column.dtype.categories.to_list(), True)
    if dtype in ("Datetime", "Date", "Duration", "Time"):
        words = f"{dtype} {getattr(column.dtype, 'time_unit', '')} {getattr(column.dtype, 'time_zone', None) or ''}"
        return PlainColumn(name, words, column.to_physical().to_list(), None, False)
    return PlainColumn(name, dtype, column.to_list(), None, False)


def _arrow_column(name: str, column: Any) -> PlainColumn:
    import pyarrow

    dtype = str(column.type)
    try:
        is_plain = pyarrow.type_for_alias(dtype) == column.type
    except ValueError:
        is_plain = False
    if not is_plain:
        raise TypeError(f"a pyarrow.Table whose column {name!r} is of type {dtype}, which has no plain name")
    return PlainColumn(name, dtype, column.to_pylist(), None, False)


def _listed(values: list[Any]) -> list[Any]:
    return [None if is_missing_value(one) else one for one in values]


def frame_from(plain: PlainFrame) -> Any:
    """Put a frame together.

    Raises
    ------
    ValueError
        It is of no library that has frames, or its columns are none.
    """
    for one in plain.columns:
        check_column(one)
    if plain.library == "pyarrow":
        import pyarrow

        columns = [pyarrow.array(one.values, pyarrow.type_for_alias(one.dtype)) for one in plain.columns]
        return pyarrow.table(columns, names=[one.name for one in plain.columns])
    if plain.library == "polars":
        import polars

        return polars.DataFrame([_polars_series(polars, column) for column in plain.columns])
    if plain.library != "pandas":
        raise ValueError("a table of no library that has frames")
    import pandas

    columns = [_pandas_series(pandas, column) for column in plain.columns]
    frame = pandas.concat(columns, axis=1) if columns else pandas.DataFrame(index=range(plain.n_rows))
    return frame.set_axis([column.name for column in plain.columns], axis=1)


def check_column(column: Any) -> None:
    """Refuse a column that holds anything but plain values: what stands in a frame is not looked at again.

    Raises
    ------
    ValueError
        It does.
    """
    if not isinstance(column, PlainColumn) or not isinstance(column.dtype, str):
        raise ValueError("a table of what are no columns")
    values, levels = column.values, column.levels
    is_array = type(values) is np.ndarray and not values.dtype.hasobject
    items = [column.name, *([] if is_array or type(values) is not list else values)]
    if isinstance(levels, PlainColumn):
        check_column(levels)
    elif levels is not None:
        items += levels if type(levels) is list else [levels]
    if not (is_array or type(values) is list) or not all(map(_is_plain, items)):
        raise ValueError("a column of what are no plain values")


def _is_plain(one: Any) -> bool:
    if isinstance(one, SCALARS):
        return not isinstance(one, np.void)
    if type(one) is tuple:  # a name of several levels
        return all(map(_is_plain, one))
    library = type(one).__module__.split(".")[0]
    return library in ("datetime", "decimal", "fractions", "pandas") and not is_frame(one)


def zone_from(name: str) -> datetime.tzinfo:
    """Read the name of a time zone: UTC, a distance from it, or a zone of the database; never a file.

    Examples
    --------
    >>> zone_from("UTC+02:00").utcoffset(None), zone_from("Europe/Rome")
    (datetime.timedelta(seconds=7200), zoneinfo.ZoneInfo(key='Europe/Rome'))
    """
    match = re.fullmatch(r"UTC(?:([+-])(\d\d):(\d\d))?", name)
    if match is None:
        return zoneinfo.ZoneInfo(name)
    if match[1] is None:
        return datetime.UTC
    minutes = (60 * int(match[2]) + int(match[3])) * (-1 if match[1] == "-" else 1)
    return datetime.timezone(datetime.timedelta(minutes=minutes))


def _pandas_series(pandas: Any, column: PlainColumn) -> Any:
    if column.dtype == "category":
        levels = _pandas_series(pandas, column.levels)
        codes = pandas.Categorical.from_codes(column.values, pandas.Index(levels), ordered=column.is_ordered)
        return pandas.Series(codes)
    if column.dtype.startswith("datetime64") and "," in column.dtype:
        zone = zone_from(column.dtype.partition(",")[2].strip(" ]"))
        return pandas.Series(column.values).dt.tz_localize(datetime.UTC).dt.tz_convert(zone)
    return pandas.Series(column.values, dtype=column.dtype)


def _polars_series(polars: Any, column: PlainColumn) -> Any:
    kind, _, rest = column.dtype.partition(" ")
    if kind == "Enum":
        return polars.Series(column.name, column.values, dtype=polars.Enum(column.levels))
    if kind in ("Datetime", "Date", "Duration", "Time"):
        unit, _, zone = rest.partition(" ")
        dtype = {
            "Datetime": lambda: polars.Datetime(unit, zone or None),
            "Duration": lambda: polars.Duration(unit),
        }.get(kind, getattr(polars, kind))()
        width = polars.Int32 if kind == "Date" else polars.Int64
        return polars.Series(column.name, column.values, dtype=width).cast(dtype)
    dtype = getattr(polars, kind)
    if not issubclass(dtype, polars.DataType):
        raise ValueError(f"a column of type {kind!r}")
    return polars.Series(column.name, column.values, dtype=dtype)
