"""A column of times, of whatever library and kind -> microseconds, by the clock on the wall and absolutely.

Texts are read by one format, learned in fit: the first of `FORMATS` that reads every value. Where the day and the month
could be either way round, nothing is guessed. Nor is the zone: a column has zones throughout, or none.
"""

import datetime
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow._shell.table import Table, holds_nothing

DATES: tuple[str, ...] = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d")
DATES += ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y-%m")
CLOCKS = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    "T%H:%M",
    "T%H:%M:%S",
    "T%H:%M:%S.%f",
    "T%H:%M:%S%z",
    " %H:%M:%S%z",
)
FORMATS = tuple(date + clock for clock in CLOCKS for date in DATES) + ("%H:%M", "%H:%M:%S")
LEARN_FROM = 1_000  # distinct texts that a format is learned from
DECIDE_BY = 100_000  # and those that decide between two


class Times(NamedTuple):
    """Times of a column, NaT where missing: datetime64[us], shape (n_rows,)."""

    wall: np.ndarray  # by the clock of their own time zone
    absolute: np.ndarray  # in universal time; the same where there is no time zone


def learn_format(table: Table, index: int) -> str:
    """Find the one format of a column of texts.

    Parameters
    ----------
    table : Table
    index : int
        Of a column of texts.

    Returns
    -------
    str
        As `datetime.datetime.strptime` takes it.

    Raises
    ------
    ValueError
        No format reads all values, or two formats do and disagree.
    """
    _, levels = table.factorised(index)
    texts = spread_out([str(level) for level in levels], LEARN_FROM)
    fitting = [format for format in FORMATS if all(read_text(text, format) is not None for text in texts)]
    if len(fitting) > 1:  # 13/01 comes after all the 01/… and 12/… in the order of texts
        more = spread_out([str(level) for level in levels], DECIDE_BY)
        fitting = [format for format in fitting if all(read_text(text, format) is not None for text in more)]
    name = table.names[index]
    if not texts or not fitting:
        shown = f" such as {texts[0]!r}" if texts else ""
        raise ValueError(
            f"{table.speaker}: no one date format reads all of column {name!r}{shown}; set date_format, such as "
            '"%d.%m.%Y".'
        )
    first = [read_text(text, fitting[0]) for text in texts]
    for other in fitting[1:]:
        apart = [text for text, time in zip(texts, first, strict=True) if read_text(text, other) != time]
        if apart:
            raise ValueError(
                f"{table.speaker}: column {name!r} can be read as {fitting[0]!r} or {other!r}, which disagree on "
                f"{apart[0]!r}; set date_format."
            )
    return fitting[0]


def spread_out(texts: list[str], most: int) -> list[str]:
    """Take at most so many texts, at even distances."""
    return texts[:: max(1, -(-len(texts) // most))]


def is_zoned(table: Table, index: int, format: str | None) -> bool:
    """Tell whether the times of a column have zones."""
    if table.kinds[index] != "time":
        return "%z" in (format or "")
    if str(getattr(table.column(index), "dtype", "")) in ("object", "Object"):
        values = (value for value in np.asarray(table.column(index), dtype=object) if not is_missing_value(value))
        return getattr(next(values, None), "tzinfo", None) is not None
    import narwhals as nw

    series = nw.from_native(table.column(index), series_only=True) if table.is_frame else None
    return series is not None and getattr(series.dtype, "time_zone", None) is not None


def read_text(text: str, format: str) -> datetime.datetime | None:
    """Read one text; None when it is not of this format."""
    try:
        return datetime.datetime.strptime(text.strip(), format)
    except ValueError:
        return None


def read_times(table: Table, index: int, format: str | None) -> Times:
    """Read a column as times.

    Parameters
    ----------
    table : Table
    index : int
        Of times, of texts, or of numbers, which are seconds since 1970.
    format : str or None
        Of texts.

    Returns
    -------
    Times
    """
    kind = table.kinds[index]
    if kind == "number":
        seconds = table.number(index).astype(np.float64)
        known = np.isfinite(seconds) & (np.abs(seconds) < 1e11)
        if not (known | np.isnan(seconds)).all():
            raise ValueError(
                f"{table.speaker}: column {table.names[index]!r} holds {seconds[~known & ~np.isnan(seconds)][0]:g}, "
                "which is no number of seconds since 1970 (inf, or further than 3 000 years away)."
            )
        times = (np.where(known, seconds, 0) * 1e6).round().astype(np.int64).astype("datetime64[us]")
        times[~known] = np.datetime64("NaT")
        return Times(times, times)
    if kind == "category":
        return _of_texts(table, index, str(format))
    return _of_series(table, index) if table.is_frame else _of_array(table, index)


def _of_texts(table: Table, index: int, format: str) -> Times:
    codes, levels = table.factorised(index)
    wall = np.full(len(levels) + 1, np.datetime64("NaT"), dtype="datetime64[us]")  # the last is missing
    absolute = wall.copy()
    for place, level in enumerate(levels):
        time = read_text(str(level), format)
        if time is None:
            raise ValueError(
                f"{table.speaker}: column {table.names[index]!r} holds {level!r}, which is not of the format "
                f"{format!r} that fit has learned."
            )
        wall[place], absolute[place] = wall_and_absolute(time)
    return Times(wall[codes], absolute[codes])


def wall_and_absolute(time: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """Split a time with a zone into the clock there and universal time."""
    if time.tzinfo is None:
        return time, time
    return time.replace(tzinfo=None), time.astimezone(datetime.UTC).replace(tzinfo=None)


def _of_array(table: Table, index: int) -> Times:
    column = table.column(index)
    if column.dtype.kind != "M":
        return _of_objects(table, index, column)
    times = column.astype("datetime64[us]")
    return Times(times, times)


def _of_objects(table: Table, index: int, column: np.ndarray) -> Times:
    wall = np.full(len(column), np.datetime64("NaT"), dtype="datetime64[us]")
    absolute, zoned = wall.copy(), set()
    for row, value in enumerate(column):
        if is_missing_value(value):
            continue
        if isinstance(value, datetime.datetime):
            wall[row], absolute[row] = wall_and_absolute(value)
            zoned.add(value.tzinfo is not None)
        elif isinstance(value, datetime.date | np.datetime64):
            wall[row] = absolute[row] = np.datetime64(value, "us")  # type: ignore[call-overload]
            zoned.add(False)
        else:
            raise _no_date(table, index, type(value).__name__)
    if len(zoned) > 1:
        raise ValueError(
            f"{table.speaker}: column {table.names[index]!r} holds times with a zone and times without; give "
            "all or none of them a zone."
        )
    return Times(wall, absolute)


def _of_series(table: Table, index: int) -> Times:
    import narwhals as nw

    series: Any = nw.from_native(table.column(index), series_only=True)
    if series.dtype == nw.Object:
        return _of_objects(table, index, series.to_numpy())
    if series.dtype == nw.Date:
        series = series.cast(nw.Datetime("us"))
    if series.dtype != nw.Datetime:
        if holds_nothing(table, index):
            nothing = np.full(table.n_rows, np.datetime64("NaT"), dtype="datetime64[us]")
            return Times(nothing, nothing)
        raise _no_date(table, index, str(series.dtype))
    zone = getattr(series.dtype, "time_zone", None)
    wall = series if zone is None else series.dt.replace_time_zone(None)
    absolute = wall if zone is None else series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return Times(*(one.to_numpy().astype("datetime64[us]") for one in (wall, absolute)))


def _no_date(table: Table, index: int, what: str) -> TypeError:
    return TypeError(
        f"{table.speaker}: column {table.names[index]!r} holds {what}, not dates; durations and times of day are "
        "numbers: convert them to seconds."
    )
