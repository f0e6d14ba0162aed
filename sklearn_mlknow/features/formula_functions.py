"""What a formula may do: the whole list of operators and functions, each a few numpy calls on whole columns.

A missing number stays missing through arithmetic; what has no finite answer (division by zero, the logarithm of a
negative number) is missing. Comparisons with a missing value are false; ``missing(x)`` asks for it.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

TOO_LONG = 2_000  # characters
TOO_DEEP = 100  # nested nodes

Value = Any  # float64 or bool array (n_rows,), a float, a text, a tuple of them, or a Category


class Category(NamedTuple):
    """A column of texts as codes (-1 for missing) and the texts they stand for."""

    codes: np.ndarray  # (n_rows,)
    levels: np.ndarray  # (n_levels,)

    def __len__(self) -> int:
        return len(self.codes)


class Function(NamedTuple):
    """A function of the language and how many arguments it takes."""

    work: Callable[..., Value]
    least: int
    most: int


def numbers(value: Value) -> Any:
    """Read a value as float64; a text is an error."""
    if isinstance(value, Category | str | tuple):
        raise TypeError("a text cannot be calculated with; compare it with == or in [...]")
    return np.asarray(value, dtype=np.float64)


def truths(value: Value) -> Any:
    """Read a value as true or false; numbers other than 0 are true, missing ones false."""
    if isinstance(value, np.ndarray) and value.dtype == bool:
        return value
    found = numbers(value)
    return (found != 0) & ~np.isnan(found)


def divide(left: Value, right: Value) -> Any:
    """Divide; by zero gives missing."""
    below = numbers(right)
    return np.where(below == 0, np.nan, numbers(left) / np.where(below == 0, 1.0, below))


def floor_divide(left: Value, right: Value) -> Any:
    """Divide and round down; by zero gives missing."""
    below = numbers(right)
    return np.where(below == 0, np.nan, np.floor_divide(numbers(left), np.where(below == 0, 1.0, below)))


def remainder(left: Value, right: Value) -> Any:
    """Remainder of a division, with the sign of the divisor; by zero gives missing."""
    below = numbers(right)
    return np.where(below == 0, np.nan, np.mod(numbers(left), np.where(below == 0, 1.0, below)))


def power(left: Value, right: Value) -> Any:
    """Raise to a power; 0 to a negative power and fractional powers of negative numbers are missing."""
    base, exponent = numbers(left), numbers(right)
    if exponent.ndim == 0 and exponent == 2:
        return base * base
    return np.where((base == 0) & (exponent < 0), np.nan, np.power(base, exponent))


def logarithm(log: Callable[[Any], Any], above: float) -> Callable[[Value], Any]:
    """Make a logarithm that is missing at and below the end of its domain."""

    def work(value: Value) -> Any:
        found = numbers(value)
        return log(np.where(found > above, found, np.nan))

    return work


def of_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a numpy function read its arguments as numbers."""

    def work(*values: Value) -> Any:
        return function(*[numbers(value) for value in values])

    return work


def least(*values: Value) -> Any:
    """Smallest of several; missing when one of them is."""
    return reduce(np.minimum, map(numbers, values))


def greatest(*values: Value) -> Any:
    """Largest of several; missing when one of them is."""
    return reduce(np.maximum, map(numbers, values))


def where(condition: Value, then: Value, otherwise: Value) -> Any:
    """Choose by a condition."""
    return np.where(truths(condition), numbers(then), numbers(otherwise))


def is_missing(value: Value) -> Any:
    """Ask whether a value is missing."""
    return value.codes < 0 if isinstance(value, Category) else np.isnan(numbers(value))


def compare(function: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Any]:
    """Make an ordering of numbers."""

    def work(left: Value, right: Value) -> Any:
        return function(numbers(left), numbers(right))

    return work


def equal(left: Value, right: Value) -> Any:
    """Compare two numbers, or two texts; a missing value equals nothing."""
    if isinstance(right, Category) and not isinstance(left, Category):
        left, right = right, left
    if not isinstance(left, Category):
        if isinstance(left, str) or isinstance(right, str):
            raise TypeError("a text can only be compared with a column of texts")
        return numbers(left) == numbers(right)
    if isinstance(right, Category):
        place = {level: i for i, level in enumerate(right.levels)}
        theirs = np.array([place.get(level, -2) for level in left.levels] + [-2])
        return theirs[left.codes] == right.codes
    if isinstance(right, np.ndarray):
        raise TypeError("a column of texts can only be compared with a constant or another such column")
    return member(left, (right,))


def unequal(left: Value, right: Value) -> Any:
    """Say that two values are known and differ."""
    return ~equal(left, right) & ~is_missing_either(left, right)


def is_missing_either(left: Value, right: Value) -> Any:
    """Ask whether one of two values is missing; constants never are."""
    sides = [is_missing(side) for side in (left, right) if not isinstance(side, str)]
    return sides[0] if len(sides) == 1 else sides[0] | sides[1]


def member(value: Value, items: tuple[Any, ...]) -> Any:
    """Ask whether a value is one of a list."""
    if isinstance(value, Category):
        is_named = np.array([level in items for level in value.levels] + [False])
        return is_named[value.codes]
    if any(isinstance(item, str) for item in items):
        raise TypeError("a column of numbers is never one of a list of texts")
    return np.isin(numbers(value), items)


COMPARISONS: dict[str, Callable[..., Any]] = {
    "<": compare(np.less),
    "<=": compare(np.less_equal),
    ">": compare(np.greater),
    ">=": compare(np.greater_equal),
    "==": equal,
    "!=": unequal,
}
ARITHMETIC: dict[str, Callable[..., Any]] = COMPARISONS | {
    "+": of_numbers(np.add),
    "-": of_numbers(np.subtract),
    "*": of_numbers(np.multiply),
    "/": divide,
    "//": floor_divide,
    "%": remainder,
    "**": power,
    "negative": of_numbers(np.negative),
    "positive": of_numbers(np.positive),
    "not": lambda value: ~truths(value),
    "and": lambda left, right: truths(left) & truths(right),
    "or": lambda left, right: truths(left) | truths(right),
    "in": member,
}
FUNCTIONS: dict[str, Function] = {
    "abs": Function(of_numbers(np.abs), 1, 1),
    "ceil": Function(of_numbers(np.ceil), 1, 1),
    "clip": Function(of_numbers(lambda x, low, high: np.minimum(np.maximum(x, low), high)), 3, 3),
    "cos": Function(of_numbers(np.cos), 1, 1),
    "exp": Function(of_numbers(np.exp), 1, 1),
    "floor": Function(of_numbers(np.floor), 1, 1),
    "log": Function(logarithm(np.log, 0.0), 1, 1),
    "log10": Function(logarithm(np.log10, 0.0), 1, 1),
    "log1p": Function(logarithm(np.log1p, -1.0), 1, 1),
    "max": Function(greatest, 2, 99),
    "min": Function(least, 2, 99),
    "missing": Function(is_missing, 1, 1),
    "round": Function(of_numbers(np.round), 1, 1),
    "sign": Function(of_numbers(np.sign), 1, 1),
    "sin": Function(of_numbers(np.sin), 1, 1),
    "sqrt": Function(of_numbers(np.sqrt), 1, 1),
    "tanh": Function(of_numbers(np.tanh), 1, 1),
    "where": Function(where, 3, 3),
}
