"""Times -> parts of the calendar, circles of the clock, and age."""

import datetime
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Anything, InstanceOf, OneOf
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.builder import BUILDER_RULES, FeatureBuilder
from sklearn_mlknow.features.clock import PERIODS, parts_of, turn
from sklearn_mlknow.features.time_reading import learn_format, read_times, wall_and_absolute

USUAL = ["year", "month", "day", "weekday", "hour", "minute"]
SECONDS_A_DAY = 86_400.0


class DatetimeFeatures(FeatureBuilder):
    """Take times apart into year, month, weekday, hour …, with sine and cosine of what comes round again.

    On the circle 23 h is next to 0 h, and December next to January, which plain numbers hide from networks, linear
    models and distances; trees do well with the numbers. Times with a zone are taken by the clock of their zone; ages
    are true durations. Holidays are the user's knowledge: join them. O(n).

    Parameters
    ----------
    parts : "auto" or list of str, default="auto"
        Of "year", "quarter", "month", "week", "day_of_year", "day", "weekday" (0 is Monday), "hour", "minute",
        "second", "is_weekend". "auto" takes year, month, day, weekday, hour and minute, those that vary in fit.
    encode : {"both", "number", "cyclical"}, default="both"
        Parts as numbers, as sine and cosine where they come round again, or both. Years are always numbers.
    reference : str, datetime or None, default=None
        A point in time such as "2020-01-01": adds the days since then. Without a zone of its own it is universal time
        for columns that have one.
    date_format : str or None, default=None
        How texts are read, in the words of ``strptime``; None learns one format in fit.
    columns : list of str or int, callable or None, default=None
        Columns of times; None takes every column of times. Columns of texts, and of numbers that are seconds since
        1970, may be named.
    keep_inputs : bool, default=True
        Whether the times stay in the output; most models cannot read them, so set it to False before one.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    parts_ : list of list of str
        One a column: the parts that are written.
    formats_ : list of str or None
        One a column: the format that texts are read by.
    columns_ : list of str
        Names of the columns it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"when": pd.to_datetime(["2024-02-29 23:30", "2024-03-01 00:30"])})
    >>> builder = DatetimeFeatures(encode="number", reference="2024-02-29", keep_inputs=False)
    >>> builder.set_output(transform="pandas").fit_transform(X).round(2)
       when_month  when_day  when_weekday  when_hour  when_days_since_2024-02-29
    0         2.0      29.0           3.0       23.0                        0.98
    1         3.0       1.0           4.0        0.0                        1.02
    """

    _kinds = ("time",)
    _named_kinds = ("time", "category", "number")
    _rules = {
        "parts": [Anything()],
        "encode": [OneOf("both", "number", "cyclical")],
        "reference": [InstanceOf(str, datetime.date, np.datetime64), None],
        "date_format": [InstanceOf(str), None],
        **BUILDER_RULES,
    }

    def __init__(
        self,
        parts: Any = "auto",
        *,
        encode: str = "both",
        reference: Any = None,
        date_format: str | None = None,
        columns: Any = None,
        keep_inputs: bool = True,
        remainder: str = "passthrough",
    ) -> None:
        self.parts = parts
        self.encode = encode
        self.reference = reference
        self.date_format = date_format
        self.columns = columns
        self.keep_inputs = keep_inputs
        self.remainder = remainder

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        if not isinstance(self.parts, str) and (not len(self.parts) or any(part not in PERIODS for part in self.parts)):
            raise ValueError(f"{who(self)}: parts must be of {list(PERIODS)}, got {self.parts!r}.")
        if isinstance(self.parts, str) and self.parts != "auto" and self.parts not in PERIODS:
            raise ValueError(f'{who(self)}: parts must be "auto" or of {list(PERIODS)}, got {self.parts!r}.')
        self._reference = self._read_reference()
        self.formats_ = [
            (self.date_format or learn_format(table, index)) if table.kinds[index] == "category" else None
            for index in self._indices
        ]
        self.parts_ = [self._parts_of(table, place) for place in range(len(self._indices))]

    def _read_reference(self) -> np.datetime64 | None:
        if isinstance(self.reference, datetime.datetime) and self.reference.tzinfo is not None:
            return np.datetime64(wall_and_absolute(self.reference)[1], "us")
        try:
            return None if self.reference is None else np.datetime64(self.reference, "us")
        except ValueError as error:
            raise ValueError(
                f'{who(self)}: reference must be a time such as "2020-01-31", got {self.reference!r}.'
            ) from error

    def _parts_of(self, table: Table, place: int) -> list[str]:
        times = read_times(table, self._indices[place], self.formats_[place])  # what cannot be read is known in fit
        if self.parts != "auto":
            return [self.parts] if isinstance(self.parts, str) else list(self.parts)
        found = parts_of(times.wall, USUAL)
        varying = [part for part, column in found.items() if len(np.unique(column[~np.isnan(column)])) > 1]
        return varying or ["year"]

    def _build(self, table: Table) -> np.ndarray:
        built = []
        for place, index in enumerate(self._indices):
            times = read_times(table, index, self.formats_[place])
            for part, column in parts_of(times.wall, self.parts_[place]).items():
                if self._writes_number(part):
                    built.append(column)
                if self._writes_circle(part):
                    built += turn(part, column)
            if self._reference is not None:
                seconds = (times.absolute - self._reference).astype(np.float64) / 1e6
                built.append(np.where(np.isnat(times.absolute), np.nan, seconds / SECONDS_A_DAY))
        return np.asfortranarray(np.column_stack(built))  # (n_rows, n_built)

    def _writes_number(self, part: str) -> bool:
        return self.encode != "cyclical" or PERIODS[part][1] is None

    def _writes_circle(self, part: str) -> bool:
        return self.encode != "number" and PERIODS[part][1] is not None

    def _built_names(self) -> list[str]:
        built = []
        for name, parts in zip(self.columns_, self.parts_, strict=True):
            for part in parts:
                built += [f"{name}_{part}"] if self._writes_number(part) else []
                built += [f"{name}_{part}_sin", f"{name}_{part}_cos"] if self._writes_circle(part) else []
            built += [f"{name}_days_since_{self.reference}"] if self.reference is not None else []
        return built
