"""What changes between fit and the answer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.contract.data import as_pandas, as_polars, numbers
from tests.torture.case import REFUSED, WORKS, Case, Trial
from tests.torture.columns import CITY, frame
from tests.torture.values import NO_DATES, TOO_LARGE


def later(name: str, change: Callable[[pd.DataFrame], Any], expected: str = WORKS, **more: Any) -> Case:
    return Case(name, lambda: Trial(as_pandas(numbers()), later=change(as_pandas(numbers()))), expected, **more)


def with_cell(value: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(X: pd.DataFrame) -> pd.DataFrame:
        X.loc[5, "x0"] = value
        return X

    return change


def with_city(change: Callable[[np.ndarray], Any]) -> Callable[[], Trial]:
    return lambda: Trial(frame(city=CITY.copy()), later=frame(city=change(CITY.copy())))


def unseen(city: np.ndarray) -> np.ndarray:
    city[[2, 5]] = "never seen"
    return city


HAND_ON_OTHERS = dict.fromkeys(  # hand on what they do not work on
    (
        "FormulaFeatures",
        "JoinFeatures",
        "MRMRSelector",
        "MutualInformationSelector",
        "RedundancySelector",
        "ShadowSelector",
        "ShapSelector",
    ),
    WORKS,
)
HAND_ON = {
    **HAND_ON_OTHERS,
    **dict.fromkeys(
        (
            "CountFeatures",
            "DriftMonitor",
            "PatternFeatures",
            "RatioFeatures",
            "RareCategoryGrouper",
            "ShapExplainer",
            "TargetMeanEncoder",
            "WeightOfEvidenceEncoder",
        ),
        WORKS,
    ),
}
TAKE_TEXTS = {  # as what fit has not seen
    **HAND_ON_OTHERS,
    **dict.fromkeys(("RareCategoryGrouper", "TargetMeanEncoder", "WeightOfEvidenceEncoder"), WORKS),
}
READ_TEXTS = dict.fromkeys(
    (
        "CountFeatures",
        "CrossFeatures",
        "DriftMonitor",
        "GroupFeatures",
        "JoinFeatures",
        "PatternFeatures",
        "RuleClassifier",
    ),
    REFUSED,
)
NOT_IN_A_RULE = {"RuleClassifier": WORKS}
CASES = [
    later("NaN only later", with_cell(np.nan), column="x0", keeps_finite=False),
    later("+inf only later", with_cell(np.inf), REFUSED, but=HAND_ON, column="x0", keeps_finite=False),
    later("numbers far outside, later", lambda X: X * 1e12, but=NO_DATES),
    later("the largest doubles, later", lambda X: X * 0 + np.finfo(float).max, but=TOO_LARGE),
    later("one row later", lambda X: X[:1]),
    later("no rows later", lambda X: X[:0], REFUSED),
    later("float32 later", lambda X: X.astype(np.float32)),
    later("columns in another order later", lambda X: X[X.columns[::-1]], REFUSED),
    later("a column is missing later", lambda X: X.drop(columns="x2"), REFUSED, column="x2"),
    later("a column more later", lambda X: X.assign(new=1.0), REFUSED, column="new"),
    later(
        "texts where numbers were",
        lambda X: X.assign(x0="a"),
        REFUSED,
        but=TAKE_TEXTS,
        column="x0",
    ),
    later(
        "times where numbers were",
        lambda X: X.assign(x0=pd.Timestamp(2024, 1, 1)),
        REFUSED,
        but={**HAND_ON_OTHERS, **NOT_IN_A_RULE},
        column="x0",
    ),
    later("polars later", lambda X: as_polars(X.to_numpy())),
    Case("a frame in fit, an array of another width later", lambda: wider(), REFUSED),
    Case("unseen texts later", with_city(unseen), subject="texts", keeps_finite=False),
    Case("only unseen texts later", with_city(lambda c: np.full_like(c, "new")), subject="texts", keeps_finite=False),
    Case("one level only later", with_city(lambda c: np.full_like(c, "a")), subject="texts"),
    Case("categories in another order later", with_city(lambda c: pd.Categorical(c, list("edcba"))), subject="texts"),
    Case(  # unseen levels
        "numbers where texts were",
        with_city(lambda c: np.arange(len(c))),
        but=READ_TEXTS,
        subject="texts",
        column="city",
        keeps_finite=False,
    ),
    Case(
        "a missing text only later",
        with_city(lambda c: np.where(c == "d", None, c)),
        subject="texts",
        keeps_finite=False,
    ),
]


def wider() -> Trial:
    return Trial(as_pandas(numbers()), later=np.column_stack([numbers(), numbers()]))
