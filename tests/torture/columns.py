"""Columns that are no numbers: texts, categories, booleans, times and mixtures of them."""

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from tests.contract.data import N_ROWS, numbers
from tests.torture.case import REFUSED, WORKS, Case, Trial

CITY = np.array(list("aabcdeabcc") * (N_ROWS // 10), dtype=object)


def frame(**columns: Any) -> pd.DataFrame:
    """Numbers beside the given columns."""
    X = numbers()
    return pd.DataFrame({"x0": X[:, 0], "x1": X[:, 3], **columns})


def city(name: str, change: Callable[[np.ndarray], Any], **expected: Any) -> Case:
    """A case whose column of texts is another."""
    return Case(name, lambda: Trial(frame(city=change(CITY))), subject="texts", **expected)


def replaced(values: list[Any]) -> Callable[[np.ndarray], pd.Series]:
    """Put other levels in the place of a, b, c, d, e."""
    return lambda city: pd.Series([values["abcde".index(letter)] for letter in city], dtype=object)


def holed(hole: Any) -> Callable[[np.ndarray], pd.Series]:
    def change(column: np.ndarray) -> pd.Series:
        column = column.copy()
        column[[3, 9]] = hole
        return pd.Series(column, dtype=object)

    return change


def all_missing(column: np.ndarray) -> pd.Series:
    return pd.Series([None] * len(column), dtype=object)


TEXTS = [
    city("texts as objects", lambda c: pd.Series(c, dtype=object)),
    city("texts as str", lambda c: pd.Series(c, dtype="str")),
    city("texts as string[python]", lambda c: pd.Series(c, dtype="string[python]")),
    city("texts as string[pyarrow]", lambda c: pd.Series(c, dtype="string[pyarrow]")),
    city("categories", lambda c: pd.Categorical(c)),
    city("categories with unused levels", lambda c: pd.Categorical(c, categories=list("zyxedcba"))),
    city("ordered categories", lambda c: pd.Categorical(c, categories=list("edcba"), ordered=True)),
    city("categories of integers", lambda c: pd.Categorical([ord(letter) for letter in c])),
    city("texts with None", holed(None), keeps_finite=False),
    city("texts with NaN", holed(np.nan), keeps_finite=False),
    city("texts with NA", holed(pd.NA), keeps_finite=False),
    city("texts that look like numbers", replaced(["1", "1e5", " 1", "nan", ""])),
    city("texts in every script", replaced(["é", "e\u0301", "🙂", "\u202eabc", "a\x00b\n"])),
    city("long texts", replaced(["x" * 10_000, "x" * 10_001, "b", "c", "d"])),
    city("texts that are formulas of spreadsheets", replaced(["=1+1", "@x", "<script>", "__import__", "+1"])),
    city("a single level", lambda c: pd.Series(["a"] * len(c), dtype=object)),
    city("every text another", lambda c: pd.Series([f"city {i}" for i in range(len(c))], dtype=object)),
    city("texts, numbers, bytes and None mixed", replaced(["a", 1, None, 2.5, b"x"]), keeps_finite=False),
    city("True, 1, 1.0 and '1'", replaced([True, 1, 1.0, "1", "b"])),
    city("an all-missing column of objects", all_missing, but={"JoinFeatures": REFUSED}, keeps_finite=False),
    city("a list in a cell beside texts", replaced(["a", "b", "c", ["d"], "e"]), expected=REFUSED, column="city"),
    Case(
        "polars texts with null",
        lambda: Trial(pl.DataFrame({**frame().to_dict("list"), "city": [None, *CITY[1:]]})),
        subject="texts",
        keeps_finite=False,
    ),
    Case(
        "polars categories",
        lambda: Trial(pl.DataFrame({**frame().to_dict("list"), "city": CITY.tolist()}, schema_overrides=ENUM)),
        subject="texts",
    ),
]
ENUM = {"city": pl.Enum(list("edcba"))}

WANT_NUMBERS = {"ScorecardClassifier": REFUSED}  # or categories
HAND_ON = dict.fromkeys(  # look at their own columns only
    (
        "ClusterFeatures",
        "CountFeatures",
        "CrossFeatures",
        "DistributionScaler",
        "DriftMonitor",
        "EqualFrequencyBinner",
        "EqualWidthBinner",
        "FixedBinner",
        "FormulaFeatures",
        "GroupFeatures",
        "JoinFeatures",
        "KMeansBinner",
        "OptimalBinner",
        "PatternFeatures",
        "RareCategoryGrouper",
        "RatioFeatures",
        "RuleClassifier",
        "SmoothClipScaler",
        "TargetMeanEncoder",
        "WeightOfEvidenceEncoder",
    ),
    WORKS,
)
START = pd.Timestamp("2024-03-30 22:00")
DAYS = START + pd.to_timedelta(np.arange(N_ROWS) * 7, unit="h")


def when(name: str, column: Callable[[], Any], **expected: Any) -> Case:
    """A case with a column of times."""
    expected.setdefault("but", WANT_NUMBERS)
    return Case(name, lambda: Trial(frame(when=column())), subject="times", **expected)


TIMES = [
    when("times", lambda: DAYS),
    when("times in seconds", lambda: DAYS.as_unit("s")),
    when("times with a zone, over a change of the clock", lambda: DAYS.tz_localize("UTC").tz_convert("Europe/Oslo")),
    when("times with NaT", lambda: DAYS.where(np.arange(N_ROWS) % 7 > 0), keeps_finite=False),
    when("times of the years 1 and 9999", lambda: np.where(np.arange(N_ROWS) % 2, Y1, Y9999).astype("datetime64[s]")),
    when("dates of Python", lambda: pd.Series([day.date() for day in DAYS], dtype=object)),
    when(
        "lengths of time",
        lambda: pd.to_timedelta(np.arange(N_ROWS), unit="h"),
        but={**WANT_NUMBERS, "DatetimeFeatures": REFUSED},
    ),
    when("periods", lambda: pd.period_range("2024-01", periods=N_ROWS, freq="M"), expected=REFUSED, but=HAND_ON),
    when("intervals", lambda: pd.interval_range(0, N_ROWS), expected=REFUSED, but=HAND_ON),
    when("booleans", lambda: np.arange(N_ROWS) % 2 == 0, but={}),
    when(
        "nullable booleans",
        lambda: pd.array([True, False, None] * (N_ROWS // 3), dtype="boolean"),
        but={},
        keeps_finite=False,
    ),
    when(
        "zones mixed",
        lambda: pd.Series(
            [
                datetime.datetime(2024, 1, 1 + i // 4, tzinfo=datetime.timezone(datetime.timedelta(hours=i % 2)))
                for i in range(N_ROWS)
            ],
            dtype=object,
        ),
    ),
]
Y1, Y9999 = np.datetime64("0001-01-01", "s"), np.datetime64("9999-12-31", "s")


def renamed(names: list[Any]) -> Callable[[], Trial]:
    return lambda: Trial(pd.DataFrame(numbers(), columns=names))


NAMES = [
    Case("whole numbers as names", renamed([3, 1, 2, 0])),
    Case("None among the names", renamed(["x0", None, "x2", "x3"]), REFUSED),
    Case("numbers and texts as names", renamed(["x0", 1, "x2", "x3"]), REFUSED),
    Case("names with line breaks and code", renamed(["a\nb", "__import__('os')", "=1", "<b>"])),
    Case("an empty name", renamed(["", "x1", "x2", "x3"])),
    Case("tuples as names", lambda: Trial(pd.DataFrame(numbers(), columns=TUPLES))),
]
TUPLES = pd.MultiIndex.from_product([["a", "b"], ["c", "d"]])
CASES = TEXTS + TIMES + NAMES
