"""Rules of constructor parameters, written as data beside the class and checked at the start of ``fit``.

A class states ``_rules = {"n_bins": [Integer(2), None], "encode": [OneOf("ordinal", "onehot")]}``: each parameter
lists what it may be. `check_parameters` turns a breach into one sentence that names class, parameter, rule and value.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from numbers import Real as RealNumber
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import InvalidParameter, who


@dataclass(frozen=True)
class Integer:
    """An integer in ``[low, high]``; a boolean is not one."""

    low: int | None = None
    high: int | None = None

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return (
            isinstance(value, Integral)
            and not isinstance(value, bool | np.bool_)
            and (self.low is None or int(value) >= self.low)
            and (self.high is None or int(value) <= self.high)
        )

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"an integer from {self.low} to {self.high}"
        return "an integer" + (f" >= {self.low}" if self.low is not None else "")


@dataclass(frozen=True)
class Real:
    """A finite real number between two ends; ``closed`` says which ends belong."""

    low: float | None = None
    high: float | None = None
    closed: str = "both"

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        if not isinstance(value, RealNumber) or isinstance(value, bool | np.bool_) or not np.isfinite(float(value)):
            return False
        number = float(value)
        above = self.low is None or number > self.low or (number == self.low and self.closed in ("both", "left"))
        below = self.high is None or number < self.high or (number == self.high and self.closed in ("both", "right"))
        return above and below

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "a finite number"
        left = "[" if self.closed in ("both", "left") and self.low is not None else "("
        right = "]" if self.closed in ("both", "right") and self.high is not None else ")"
        low = "-inf" if self.low is None else f"{self.low:g}"
        high = "inf" if self.high is None else f"{self.high:g}"
        return f"a number in {left}{low}, {high}{right}"


@dataclass(frozen=True, init=False)
class OneOf:
    """One of a few texts."""

    options: tuple[str, ...]

    def __init__(self, *options: str) -> None:
        object.__setattr__(self, "options", options)

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return isinstance(value, str) and value in self.options

    def __str__(self) -> str:
        return " or ".join(repr(option) for option in self.options)


@dataclass(frozen=True)
class Boolean:
    """True or False."""

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return isinstance(value, bool | np.bool_)

    def __str__(self) -> str:
        return "True or False"


@dataclass(frozen=True)
class ListOf:
    """A list, tuple or 1-D array whose items all keep one rule."""

    item: Any
    min_length: int = 0
    max_length: float = math.inf

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        if isinstance(value, str | bytes) or not isinstance(value, Sequence | np.ndarray):
            return False
        return self.min_length <= len(value) <= self.max_length and all(self.item.holds(item) for item in value)

    def __str__(self) -> str:
        least = [f"at least {self.min_length}"] * (self.min_length > 0)
        most = [f"at most {self.max_length}"] * (self.max_length < math.inf)
        return " ".join(["a list of", *" and ".join(least + most).split(), f"items, each {self.item}"])


@dataclass(frozen=True, init=False)
class InstanceOf:
    """An instance of one of some types."""

    types: tuple[type, ...]

    def __init__(self, *types: type) -> None:
        object.__setattr__(self, "types", types)

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return isinstance(value, self.types)

    def __str__(self) -> str:
        return " or ".join(f"a {kind.__name__}" for kind in self.types)


@dataclass(frozen=True)
class HasMethods:
    """An object that offers some methods, such as an estimator with ``fit`` and ``predict``."""

    methods: tuple[str, ...]

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return not isinstance(value, type) and all(hasattr(value, method) for method in self.methods)

    def __str__(self) -> str:
        return "an object with " + ", ".join(f"{method}()" for method in self.methods)


@dataclass(frozen=True)
class Function:
    """Anything that can be called."""

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return isinstance(value, Callable)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return "a function"


@dataclass(frozen=True)
class Dictionary:
    """A dict or another mapping."""

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return isinstance(value, Mapping)

    def __str__(self) -> str:
        return "a dict"


@dataclass(frozen=True)
class RandomState:
    """What scikit-learn takes as ``random_state``."""

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return value is None or isinstance(value, np.random.RandomState) or Integer(0, 2**32 - 1).holds(value)

    def __str__(self) -> str:
        return "None, an integer from 0 to 4294967295 or a numpy RandomState"


@dataclass(frozen=True)
class Anything:
    """No rule at the door: the parameter is checked where its meaning is known."""

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps the rule."""
        return True

    def __str__(self) -> str:
        return "anything"


def check_parameters(estimator: Any) -> None:
    """Hold every constructor parameter of an estimator against the rules of its class.

    Parameters
    ----------
    estimator : estimator
        Its class has ``_rules``: dict of parameter name -> list of rules, of which one must hold; None is a rule.

    Raises
    ------
    InvalidParameter
        A parameter keeps none of its rules.
    """
    for name, value in estimator.get_params(deep=False).items():
        rules = estimator._rules[name]
        if not any(value is None if rule is None else rule.holds(value) for rule in rules):
            allowed = " or ".join(str(rule) for rule in rules)
            raise InvalidParameter(f"{who(estimator)}: {name} must be {allowed}, got {value!r}.")
