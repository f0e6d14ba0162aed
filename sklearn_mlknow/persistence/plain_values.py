"""Values that are neither arrays nor containers nor what JSON has, as parts that a file can hold.

Numbers that are infinite or missing, bytes, fractions, times, intervals: the levels of a category can be any of them.
Each is built again by its own class from its parts, so none comes back as another.
"""

import datetime
import decimal
import fractions
import zoneinfo
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Kind(NamedTuple):
    """How a value is taken apart, and put together again."""

    parts: Callable[[Any], tuple[Any, ...]]
    build: Callable[..., Any]


def parts_of(value: Any) -> tuple[str, tuple[Any, ...]] | None:
    """Name a plain value and take it apart; None when it is none.

    Examples
    --------
    >>> parts_of(fractions.Fraction(1, 3)), parts_of(float("inf")), parts_of([1])
    (('Fraction', (1, 3)), ('float', ('inf',)), None)
    """
    cls = type(value)
    library = cls.__module__.split(".")[0]
    name = f"pandas.{cls.__name__}" if library == "pandas" else cls.__name__
    kind = KINDS.get(name)
    if kind is None or (library not in STANDARD and library != "pandas"):
        return None
    return name, kind.parts(value)


def from_parts(name: Any, parts: list[Any]) -> Any:
    """Put a plain value together.

    Examples
    --------
    >>> from_parts("date", [2026, 1, 2])
    datetime.date(2026, 1, 2)
    """
    return KINDS[name].build(*parts)


def _zone(value: zoneinfo.ZoneInfo) -> tuple[str]:
    if value.key is None:
        raise TypeError("a time zone without a name")
    return (value.key,)


def _clock(value: Any) -> tuple[Any, ...]:
    return value.hour, value.minute, value.second, value.microsecond, value.tzinfo, value.fold


def _day(value: Any) -> tuple[int, int, int]:
    return value.year, value.month, value.day


def _time(*parts: Any) -> datetime.time:
    return datetime.time(*parts[:5], fold=parts[5])


def _datetime(*parts: Any) -> datetime.datetime:
    return datetime.datetime(*parts[:8], fold=parts[8])


def _counted(moment: np.datetime64 | np.timedelta64) -> tuple[int, str]:
    return int(moment.view("i8")), np.datetime_data(moment.dtype)[0]


def _timestamp(count: int, unit: Any, zone: Any) -> Any:
    import pandas

    found = pandas.Timestamp(np.datetime64(count, unit))
    return found if zone is None else found.tz_localize("UTC").tz_convert(zone)


def _of_pandas(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def build(*parts: Any) -> Any:
        import pandas

        return function(getattr(pandas, name), *parts)

    return build


STANDARD = ("builtins", "datetime", "decimal", "fractions", "zoneinfo")
KINDS: dict[str, Kind] = {
    "float": Kind(lambda x: (str(x),), lambda text: float(text)),
    "complex": Kind(lambda x: (x.real, x.imag), lambda real, imag: complex(real, imag)),
    "bytes": Kind(lambda x: (x.decode("latin-1"),), lambda text: text.encode("latin-1")),
    "bytearray": Kind(lambda x: (x.decode("latin-1"),), lambda text: bytearray(text.encode("latin-1"))),
    "range": Kind(lambda x: (x.start, x.stop, x.step), range),
    "slice": Kind(lambda x: (x.start, x.stop, x.step), slice),
    "Decimal": Kind(lambda x: (str(x),), decimal.Decimal),
    "Fraction": Kind(lambda x: (x.numerator, x.denominator), fractions.Fraction),
    "date": Kind(_day, datetime.date),
    "time": Kind(_clock, _time),
    "datetime": Kind(lambda x: (*_day(x), *_clock(x)), _datetime),
    "timedelta": Kind(lambda x: (x.days, x.seconds, x.microseconds), datetime.timedelta),
    "timezone": Kind(lambda x: (x.utcoffset(None), x.tzname(None)), lambda offset, name: _timezone(offset, name)),
    "ZoneInfo": Kind(_zone, zoneinfo.ZoneInfo),
    "pandas.Timestamp": Kind(lambda x: (*_counted(x.to_datetime64()), x.tzinfo), _timestamp),
    "pandas.Timedelta": Kind(
        lambda x: _counted(x.to_timedelta64()),
        _of_pandas("Timedelta", lambda cls, count, unit: cls(np.timedelta64(count, unit))),
    ),
    "pandas.Interval": Kind(
        lambda x: (x.left, x.right, x.closed), _of_pandas("Interval", lambda cls, *parts: cls(*parts))
    ),
    "pandas.Period": Kind(
        lambda x: (x.ordinal, x.freqstr),
        _of_pandas("Period", lambda cls, ordinal, freq: cls(ordinal=ordinal, freq=freq)),
    ),
    "pandas.NAType": Kind(lambda x: (), _of_pandas("NA", lambda one: one)),
    "pandas.NaTType": Kind(lambda x: (), _of_pandas("NaT", lambda one: one)),
}


def _timezone(offset: datetime.timedelta, name: str) -> datetime.timezone:
    plain = datetime.timezone(offset)
    return plain if plain.tzname(None) == name else datetime.timezone(offset, name)
