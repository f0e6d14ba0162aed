"""Times: whole microseconds since 1970 by the clock on the wall, taken apart by integer arithmetic.

The calendar is the proleptic Gregorian one of numpy. A year is counted from March, so that the leap day is its last:
H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", section `civil_from_days`.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from sklearn_mlknow.features.clock import PERIODS
from sklearn_mlknow.persistence.onnx.columns import appended, numbers_of, worked_on
from sklearn_mlknow.persistence.onnx.formulas import cosine
from sklearn_mlknow.persistence.onnx.frame import NEVER, Column, Frame, matrix
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import converts

SECOND, DAY = 1_000_000, 86_400_000_000  # in microseconds
ERA = 146_097  # days of 400 years, a multiple of 7
SHIFT = 1_000  # eras that make every day positive
FURTHEST = 1e11  # seconds that a column of numbers may be away from 1970


def text_faults(builder: Any) -> Iterator[str]:
    """Name columns whose texts are read as times."""
    for name, format in zip(builder.columns_, builder.formats_, strict=True):
        if format is not None:
            yield f"column {name!r} holds texts that are read as times, which has no graph; turn it into times first"


@converts("sklearn_mlknow", "DatetimeFeatures", faults=text_faults)
def convert_datetimes(graph: Graph, builder: Any, frame: Frame) -> Frame:
    """Parts of each time as numbers and on circles, and the days since the reference."""
    built = []
    for place, column in enumerate(worked_on(builder, frame)):
        ticks = ticks_of(graph, builder, column)
        is_missing = graph("Equal", ticks, NEVER)
        found = Parts(graph, graph("Where", is_missing, 0, ticks))
        for part in builder.parts_[place]:
            value = graph("Where", is_missing, float("nan"), graph.cast(getattr(found, part)()))
            if builder._writes_number(part):
                built.append(value)
            if builder._writes_circle(part):
                first, period = PERIODS[part]
                turns = graph("Mul", graph("Div", graph("Sub", value, float(first)), float(period or 1)), 2 * np.pi)
                built += [graph("Sin", turns), cosine(graph, turns)]
        if builder._reference is not None:
            since = graph("Sub", ticks, int(builder._reference.astype("datetime64[us]").astype(np.int64)))
            days = graph("Div", graph("Div", graph.cast(since), 1e6), 86_400.0)
            built.append(graph("Where", is_missing, float("nan"), days))
    return appended(builder, frame, graph("Concat", *built, axis=1))


def ticks_of(graph: Graph, builder: Any, column: Column) -> str:
    """Read a column of times, or of seconds since 1970, as microseconds: int64 (n_rows, 1)."""
    if column.kind == "time":
        return matrix(graph, [column], "time")
    values = numbers_of(graph, builder, [column])
    is_bad = graph("GreaterOrEqual", graph("Abs", values), FURTHEST)
    says = f"{type(builder).__name__}: column {column.name!r} holds what is no number of seconds since 1970"
    values = graph.guard(values, is_bad, says)
    is_missing = graph("IsNaN", values)
    ticks = graph.cast(graph("Round", graph("Mul", graph("Where", is_missing, 0.0, values), 1e6)), "int64")
    return graph("Where", is_missing, NEVER, ticks)


class Parts:
    """Parts of times, each written into the graph when it is asked for: int64 or bool, (n_rows, 1)."""

    def __init__(self, graph: Graph, ticks: str) -> None:
        self.graph = graph
        self.days = self._floor(ticks, DAY)
        self.clock = graph("Sub", ticks, graph("Mul", self.days, DAY))  # microseconds since midnight

    @cached_property
    def date(self) -> dict[str, str]:
        """Year, month, day and day of the year."""
        return civil(self.graph, self.days)

    def year(self) -> str:
        """Count years from 0."""
        return self.date["year"]

    def month(self) -> str:
        """Count months from 1."""
        return self.date["month"]

    def day(self) -> str:
        """Count days of the month from 1."""
        return self.date["day"]

    def day_of_year(self) -> str:
        """Count days of the year from 1."""
        return self.date["day_of_year"]

    def quarter(self) -> str:
        """Count quarters from 1."""
        return self.graph("Div", self.graph("Add", self.month(), 2), 3)

    def week(self) -> str:
        """Count weeks from 1: a week is of the year that holds its Thursday."""
        graph = self.graph
        thursday = graph("Add", graph("Sub", self.days, self.weekday()), 3)
        return graph("Div", graph("Add", civil(graph, thursday)["day_of_year"], 6), 7)

    def weekday(self) -> str:
        """Count days of the week from 0 for Monday; 1 January 1970 was a Thursday."""
        graph = self.graph
        return graph("Mod", graph("Add", self.days, SHIFT * ERA + 3), 7)

    def is_weekend(self) -> str:
        """Tell Saturdays and Sundays."""
        return self.graph("GreaterOrEqual", self.weekday(), 5)

    def hour(self) -> str:
        """Count hours from 0."""
        return self.graph("Div", self.clock, 3_600 * SECOND)

    def minute(self) -> str:
        """Count minutes from 0."""
        return self.graph("Mod", self.graph("Div", self.clock, 60 * SECOND), 60)

    def second(self) -> str:
        """Count seconds from 0."""
        return self.graph("Mod", self.graph("Div", self.clock, SECOND), 60)

    def _floor(self, ticks: str, unit: int) -> str:
        """Divide rounding down; the operator rounds towards 0."""
        graph = self.graph
        quotient = graph("Div", ticks, unit)
        is_over = graph("Less", graph("Sub", ticks, graph("Mul", quotient, unit)), 0)
        return graph("Sub", quotient, graph.cast(is_over, "int64"))


def civil(graph: Graph, days: str) -> dict[str, str]:
    """Turn days since 1970 into year, month, day and day of the year."""

    def div(value: str, by: int) -> str:
        return graph("Div", value, by)

    days = graph("Add", days, 719_468 + SHIFT * ERA)  # since 1 March of a year long ago
    era = div(days, ERA)
    day_of_era = graph("Sub", days, graph("Mul", era, ERA))
    leaps = graph("Sub", div(day_of_era, 36_524), graph("Add", div(day_of_era, 1_460), div(day_of_era, ERA - 1)))
    year_of_era = div(graph("Add", day_of_era, leaps), 365)
    leap_days = graph("Sub", div(year_of_era, 4), div(year_of_era, 100))
    since_march = graph("Sub", day_of_era, graph("Add", graph("Mul", year_of_era, 365), leap_days))
    shifted = div(graph("Add", graph("Mul", since_march, 5), 2), 153)  # months since March
    before = div(graph("Add", graph("Mul", shifted, 153), 2), 5)
    is_early = graph("GreaterOrEqual", shifted, 10)  # January and February are of the next year
    year = graph("Add", graph("Add", year_of_era, graph("Mul", era, 400)), graph.cast(is_early, "int64"))
    is_leap = graph(
        "And",
        graph("Equal", graph("Mod", year, 4), 0),
        graph(
            "Or", graph("Not", graph("Equal", graph("Mod", year, 100), 0)), graph("Equal", graph("Mod", year, 400), 0)
        ),
    )
    from_january = graph("Add", graph("Add", since_march, 60), graph.cast(is_leap, "int64"))
    return {
        "year": graph("Sub", year, 400 * SHIFT),
        "month": graph("Sub", graph("Add", shifted, 3), graph("Mul", graph.cast(is_early, "int64"), 12)),
        "day": graph("Add", graph("Sub", since_march, before), 1),
        "day_of_year": graph("Where", is_early, graph("Sub", since_march, 305), from_january),
    }
