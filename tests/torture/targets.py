"""Targets and weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import is_regressor

from tests.contract.data import N_ROWS, numbers, target
from tests.torture.case import REFUSED, Case, Trial

HALVES = np.arange(N_ROWS) % 2


def classes(name: str, y: Callable[[], Any], expected: str = "works", **more: Any) -> Case:
    return Case(name, lambda: Trial(numbers(), y()), expected, needs="classes", **more)


def spoilt(value: float) -> Callable[[Any], np.ndarray]:
    """The usual target with one bad value."""

    def make(estimator: Any) -> np.ndarray:
        y = target(estimator, numbers()).astype(float)
        y[3] = value
        return y

    return make


def usual(change: Callable[[np.ndarray], Any]) -> Callable[[Any], Any]:
    return lambda estimator: change(target(estimator, numbers()))


def wanted(name: str, y: Callable[[Any], Any], expected: str = REFUSED, **more: Any) -> Case:
    return Case(name, lambda: Trial(numbers(), y), expected, needs="target", **more)


def weighted(name: str, weight: Any, expected: str) -> Case:
    return Case(name, lambda: Trial(numbers(), sample_weight=weight()), expected, needs="sample_weight")


TWO_ONLY = {"ScorecardClassifier": REFUSED}
MANY_TARGETS = dict.fromkeys(  # learn several targets at once
    (
        "AttentionClassifier",
        "AttentionRegressor",
        "HiddenLayerExtractor",
        "HybridRegressor",
        "NeuralClassifier",
        "NeuralRegressor",
    ),
    "works",
)


CASES = [
    classes("classes are texts", lambda: np.array(["no", "yes"], dtype=object)[HALVES]),
    classes("classes are str of pandas", lambda: pd.Series(["no", "yes"], dtype="str").iloc[HALVES]),
    classes("classes are categories", lambda: pd.Series(pd.Categorical(np.array(["no", "yes"])[HALVES]))),
    classes("classes are booleans", lambda: HALVES.astype(bool)),
    classes("classes are 0.0 and 1.0", lambda: HALVES.astype(float)),
    classes("classes are -7 and 3", lambda: np.array([-7, 3])[HALVES]),
    classes("three classes, one of one row", lambda: np.where(np.arange(N_ROWS) == 7, 2, HALVES), but=TWO_ONLY),
    classes("one class", lambda: np.zeros(N_ROWS, dtype=int), but=TWO_ONLY),
    classes("thirty classes", lambda: np.arange(N_ROWS) // 2, but=TWO_ONLY),
    classes("the target is continuous", lambda: numbers()[:, 0], REFUSED),
    classes("texts and numbers mixed in the target", lambda: np.array(["a", 1] * (N_ROWS // 2), dtype=object), REFUSED),
    classes("many labels a row", lambda: np.column_stack([HALVES, HALVES]), REFUSED, but=MANY_TARGETS),
    wanted("NaN in the target", spoilt(np.nan)),
    wanted("inf in the target", spoilt(np.inf)),
    wanted("no target", lambda estimator: None),
    wanted("a target too short", usual(lambda y: y[:-1])),
    wanted("a target of two dimensions", usual(lambda y: np.column_stack([y, y, y])), but=MANY_TARGETS),
    wanted(
        "the target is a Series with another index", usual(lambda y: pd.Series(y, index=range(N_ROWS, 0, -1))), "works"
    ),
    wanted("the target is read-only", usual(lambda y: np.frombuffer(y.tobytes(), dtype=y.dtype)), "works"),
    wanted("the target is a list", usual(lambda y: y.tolist()), "works"),
    wanted(
        "the target is constant",
        lambda estimator: np.full(N_ROWS, 2.5) if is_regressor(estimator) else HALVES,
        "works",
    ),
    wanted(
        "the target is of the order of 1e300",
        lambda estimator: target(estimator, numbers()) * (1e300 if is_regressor(estimator) else 1),
        "works",
    ),
    weighted("weights are zero and one", lambda: (np.arange(N_ROWS) % 3 > 0).astype(float), "works"),
    weighted("weights of 1e300", lambda: np.full(N_ROWS, 1e300), "works"),
    weighted("weights of 1e-300", lambda: np.full(N_ROWS, 1e-300), "works"),
    weighted("a weight of 1e12 beside ones", lambda: np.where(np.arange(N_ROWS) == 3, 1e12, 1.0), "works"),
    weighted("all weights zero", lambda: np.zeros(N_ROWS), REFUSED),
    weighted("a negative weight", lambda: np.where(np.arange(N_ROWS) == 3, -1.0, 1.0), REFUSED),
    weighted("a weight of NaN", lambda: np.where(np.arange(N_ROWS) == 3, np.nan, 1.0), REFUSED),
    weighted("an infinite weight", lambda: np.where(np.arange(N_ROWS) == 3, np.inf, 1.0), REFUSED),
    weighted("weights too short", lambda: np.ones(N_ROWS - 1), REFUSED),
    weighted("weights of two dimensions", lambda: np.ones((N_ROWS, 2)), REFUSED),
]
