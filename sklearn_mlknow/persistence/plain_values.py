"""Values that are neither arrays nor containers nor what JSON has, as parts that a file can hold.

Numbers that are infinite or missing, bytes, fractions, times, intervals: the levels of a category can be any of them.
Each is built again by its own class from its parts, so none comes back as another. The parts are of the very types that
are written, and short: a text that a class would interpret (a number of a billion digits, a path of a zone) is none.
"""

import datetime
import decimal
import fractions
import math
import re
import types
import zoneinfo
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

MOST_DIGITS = 4300  # of a number, as Python itself has it
LONGEST = {"bytes": math.inf, "bytearray": math.inf, "Decimal": MOST_DIGITS + 20}  # texts of others: names
LONGEST_NAME = 100
ZONE_KEY = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")
UNITS = ("s", "ms", "us", "ns")  # that pandas counts times in
ZONES = (types.NoneType, datetime.timezone, zoneinfo.ZoneInfo)
CLOCK = (*((int,),) * 4, ZONES, (int,))  # hour, minute, second, microsecond, zone, fold
PLAIN = (types.NoneType, int, float, str, np.generic, datetime.date, datetime.time, datetime.timedelta)


class Kind(NamedTuple):
    """How a value is taken apart and put together again, and the types that each part may have."""

    parts: Callable[[Any], tuple[Any, ...]]
    build: Callable[..., Any]
    takes: tuple[tuple[type, ...], ...]


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

    Raises
    ------
    ValueError
        The parts are not what a value of this kind is written as.
    """
    kind = KINDS[name]
    is_fit = len(parts) == len(kind.takes) and all(map(_is_part, parts, kind.takes))
    if not is_fit or any(len(part) > LONGEST.get(name, LONGEST_NAME) for part in parts if type(part) is str):
        raise ValueError(f"a {name} of other parts")
    return kind.build(*parts)


def _is_part(part: Any, takes: tuple[type, ...]) -> bool:
    if type(part) is int and part.bit_length() > 4 * MOST_DIGITS:
        return False
    return isinstance(part, PLAIN) if takes is PLAIN else type(part) in takes


def _number(text: str) -> float:
    if text not in ("inf", "-inf", "nan"):
        raise ValueError("a float that JSON has")
    return float(text)


def _decimal(text: str) -> decimal.Decimal:
    found = decimal.Decimal(text)
    if abs(found.adjusted()) > MOST_DIGITS:
        raise ValueError("a Decimal that no integer is as long as")
    return found


def _zone_of(key: str) -> zoneinfo.ZoneInfo:
    if not ZONE_KEY.fullmatch(key):
        raise ValueError(f"a time zone {key[:40]!r}")
    return zoneinfo.ZoneInfo(key)


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


def _in_units(moment: type, count: int, unit: str) -> Any:
    if unit not in UNITS:
        raise ValueError(f"a time in {unit!r}")
    return moment(count, unit)


def _timestamp(count: int, unit: str, zone: Any) -> Any:
    import pandas

    found = pandas.Timestamp(_in_units(np.datetime64, count, unit))
    return found if zone is None else found.tz_localize(datetime.UTC).tz_convert(zone)


def _of_pandas(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def build(*parts: Any) -> Any:
        import pandas

        return function(getattr(pandas, name), *parts)

    return build


STANDARD = ("builtins", "datetime", "decimal", "fractions", "zoneinfo")
KINDS: dict[str, Kind] = {
    "float": Kind(lambda x: (str(x),), _number, ((str,),)),
    "complex": Kind(lambda x: (x.real, x.imag), complex, ((float,),) * 2),
    "bytes": Kind(lambda x: (x.decode("latin-1"),), lambda text: text.encode("latin-1"), ((str,),)),
    "bytearray": Kind(lambda x: (x.decode("latin-1"),), lambda text: bytearray(text.encode("latin-1")), ((str,),)),
    "range": Kind(lambda x: (x.start, x.stop, x.step), range, ((int,),) * 3),
    "slice": Kind(lambda x: (x.start, x.stop, x.step), slice, (PLAIN,) * 3),
    "Decimal": Kind(lambda x: (str(x),), _decimal, ((str,),)),
    "Fraction": Kind(lambda x: (x.numerator, x.denominator), fractions.Fraction, ((int,),) * 2),
    "date": Kind(_day, datetime.date, ((int,),) * 3),
    "time": Kind(_clock, _time, CLOCK),
    "datetime": Kind(lambda x: (*_day(x), *_clock(x)), _datetime, (*((int,),) * 3, *CLOCK)),
    "timedelta": Kind(lambda x: (x.days, x.seconds, x.microseconds), datetime.timedelta, ((int,),) * 3),
    "timezone": Kind(
        lambda x: (x.utcoffset(None), x.tzname(None)),
        lambda offset, name: _timezone(offset, name),
        ((datetime.timedelta,), (str,)),
    ),
    "ZoneInfo": Kind(_zone, _zone_of, ((str,),)),
    "pandas.Timestamp": Kind(lambda x: (*_counted(x.to_datetime64()), x.tzinfo), _timestamp, ((int,), (str,), ZONES)),
    "pandas.Timedelta": Kind(
        lambda x: _counted(x.to_timedelta64()),
        _of_pandas("Timedelta", lambda cls, count, unit: cls(_in_units(np.timedelta64, count, unit))),
        ((int,), (str,)),
    ),
    "pandas.Interval": Kind(
        lambda x: (x.left, x.right, x.closed),
        _of_pandas("Interval", lambda cls, *parts: cls(*parts)),
        (PLAIN, PLAIN, (str,)),
    ),
    "pandas.Period": Kind(
        lambda x: (x.ordinal, x.freqstr),
        _of_pandas("Period", lambda cls, ordinal, freq: cls(ordinal=ordinal, freq=freq)),
        ((int,), (str,)),
    ),
    "pandas.NAType": Kind(lambda x: (), _of_pandas("NA", lambda one: one), ()),
    "pandas.NaTType": Kind(lambda x: (), _of_pandas("NaT", lambda one: one), ()),
}


def _timezone(offset: datetime.timedelta, name: str) -> datetime.timezone:
    plain = datetime.timezone(offset)
    return plain if plain.tzname(None) == name else datetime.timezone(offset, name)
