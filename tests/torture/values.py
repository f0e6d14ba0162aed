"""Numbers as hard as they come."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.contract.data import N_ROWS, as_pandas, numbers
from tests.torture.case import REFUSED, WORKS, Case, Trial


def table(*columns: object) -> np.ndarray:
    """Put hard columns before the usual ones, which keep the target learnable."""
    X = numbers()
    for place, column in enumerate(columns):
        X[:, place] = column
    return X


def hard(name: str, *columns: object, **expected: object) -> Case:
    return Case(name, lambda: Trial(table(*columns)), **expected)


def at(value: float, row: int = 5) -> np.ndarray:
    column = numbers()[:, 0].copy()
    column[row] = value
    return column


TURNS = np.arange(N_ROWS)
SIGNS = np.where(TURNS % 2, 1.0, -1.0)
CAUCHY = np.random.default_rng(0).standard_cauchy(N_ROWS)
UNIT = np.random.default_rng(1).uniform(size=N_ROWS)


NO_DATES = {"DatetimeFeatures": REFUSED}  # numbers that are no seconds within three thousand years
TOO_LARGE = {**NO_DATES, "SurrogateTree": REFUSED}  # for the single precision of trees
CLUSTERS = {"ClusterFeatures": REFUSED}  # asks for eight
TOO_FEW = {  # two classes, or a row to learn from and one to test on
    "ScorecardClassifier": REFUSED,
    "ShapExplainer": REFUSED,
    "ShapSelector": REFUSED,
    "SurrogateTree": REFUSED,
}
TAKE_ALL = dict.fromkeys(
    (
        "CountFeatures",
        "FormulaFeatures",
        "JoinFeatures",
        "PatternFeatures",
        "RareCategoryGrouper",
        "ShapExplainer",
        "ShapSelector",
        "TargetMeanEncoder",
        "WeightOfEvidenceEncoder",
    ),
    WORKS,
)  # what takes a value as a name, hands it on, or leaves it to the model


NAMES = {name: word for name, word in TAKE_ALL.items() if not name.startswith("Shap")}


def rows(n: int) -> Callable[[], Trial]:
    from tests.contract.data import target

    return lambda: Trial(numbers()[:n], y=lambda estimator: target(estimator, numbers()[:n]), later=numbers())


def integers(value: int, dtype: type) -> Callable[[], Trial]:
    def make() -> Trial:
        X = as_pandas(numbers())
        X["x0"] = np.full(N_ROWS, value, dtype=dtype)
        X.loc[::2, "x0"] = dtype(1)
        return Trial(X)

    return make


def object_integer() -> Trial:
    X = numbers().astype(object)
    X[3, 0] = 10**30
    return Trial(X)


def many_columns() -> Trial:
    return Trial(np.random.default_rng(0).normal(size=(N_ROWS, 60)))


CASES = [
    hard("one NaN", at(np.nan), column="x0", keeps_finite=False),
    hard("an all-missing column", np.full(N_ROWS, np.nan), column="x0", keeps_finite=False),
    hard("missing but for one row", np.where(TURNS == 7, 3.0, np.nan), column="x0", keeps_finite=False),
    hard("+inf", at(np.inf), expected=REFUSED, but=TAKE_ALL, column="x0", keeps_finite=False),
    hard("-inf", at(-np.inf), expected=REFUSED, but=TAKE_ALL, column="x0", keeps_finite=False),
    hard(
        "+inf and -inf and NaN",
        np.where(TURNS % 3, SIGNS * np.inf, np.nan),
        expected=REFUSED,
        but=TAKE_ALL,
        column="x0",
        keeps_finite=False,
    ),
    hard("a constant column", 3.25),
    hard("every column constant", 1.0, 2.0, 3.0, 4.0),
    hard("constant but for one row", np.where(TURNS == 7, 1.0, 0.0)),
    hard("two distinct values", TURNS % 2),
    hard("99 % zeros", np.where(TURNS == 30, 5.0, 0.0), np.where(TURNS > 58, -1.0, 0.0)),
    hard("sorted", np.sort(UNIT)),
    hard("sorted downwards", -np.sort(UNIT)),
    hard("+-1e308", 1e308 * SIGNS * UNIT, but=TOO_LARGE),
    hard("the largest double and its negative", np.finfo(float).max * SIGNS, but=TOO_LARGE),
    hard("+-1e200", 1e200 * SIGNS * UNIT, but=TOO_LARGE),
    hard("1e-300", 1e-300 * UNIT),
    hard("denormals", 5e-324 * (TURNS % 4)),
    hard("-0.0 and 0.0", np.where(TURNS % 2, -0.0, 0.0)),
    hard("1e9 and a fraction", 1e9 + UNIT),
    hard("neighbouring doubles", np.nextafter(1.0, 1 + SIGNS)),
    hard("heavy tails", CAUCHY),
    hard("an outlier of 1e15", at(1e15), but=NO_DATES),
    hard("a column twice", UNIT, UNIT),
    hard("collinear columns", UNIT, 2 * UNIT, 1 - UNIT),
    Case("a column that is the target", lambda: Trial(table(numbers()[:, 0] + numbers()[:, 1]))),
    Case("more columns than rows", many_columns),
    Case("one row", rows(1), but={**TOO_FEW, **CLUSTERS}),
    Case("two rows", rows(2), but={"ShapSelector": REFUSED, **CLUSTERS}),
    Case("three rows", rows(3), but={"ShapSelector": REFUSED, **CLUSTERS}),
    Case("seven rows", rows(7), but=CLUSTERS),
    Case("one column", lambda: Trial(numbers()[:, :1]), but={"CrossFeatures": REFUSED, "GroupFeatures": REFUSED}),
    Case("int64 at its ends", integers(np.iinfo(np.int64).max, np.int64), but=NO_DATES),
    Case("int64 at its lower end", integers(np.iinfo(np.int64).min, np.int64), but=NO_DATES),
    Case("uint64 at its end", integers(np.iinfo(np.uint64).max, np.uint64), but=NO_DATES),
    Case("int8 at its lower end", integers(-128, np.int8)),
    Case("the Python integer 10**30", object_integer, REFUSED, NAMES, column="x0"),
    Case("broadcast, stride zero", lambda: Trial(np.broadcast_to(numbers()[:1], (N_ROWS, 4)))),
    Case("nullable integers with NA", lambda: nullable("Int64"), keeps_finite=False, column="x3"),
    Case("nullable floats with NaN and NA", lambda: nullable("Float64"), keeps_finite=False, column="x3"),
    Case("mixed missing values", lambda: mixed_missing(), keeps_finite=False, column="x3"),
]


def nullable(dtype: str) -> Trial:
    X = as_pandas(numbers())
    column = X["x3"].astype(dtype)
    column[4] = pd.NA
    if dtype == "Float64":
        column = column * (column.where(column != 5, 0.0) / column.where(column != 5, 0.0))  # 0 / 0 is NaN, not NA
    X["x3"] = column
    return Trial(X)


def mixed_missing() -> Trial:
    X = as_pandas(numbers()).astype({"x3": object})
    for row, value in enumerate((None, np.nan, pd.NA, pd.NaT)):
        X.loc[10 + row, "x3"] = value
    return Trial(X)
