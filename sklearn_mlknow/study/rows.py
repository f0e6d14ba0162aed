"""The rows that a study judges on: the table, the target, which rows belong together, and how much each counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter


@dataclass(frozen=True)
class Rows:
    """A table as studies slice it.

    Attributes
    ----------
    X : DataFrame of n_rows rows
    y : ndarray of shape (n_rows,)
        Classes, their codes, or numbers.
    groups : ndarray of shape (n_rows,) or None
        Code of each row's group; rows of a group never lie on both sides of a split.
    weights : ndarray of shape (n_rows,) or None
        How much each row counts, in fits and in scores.
    """

    X: Any
    y: np.ndarray
    groups: np.ndarray | None = None
    weights: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.y)

    def take(self, positions: np.ndarray) -> "Rows":
        """Return the rows at some positions."""
        chosen = (None if part is None else part[positions] for part in (self.groups, self.weights))
        return Rows(self.X.iloc[positions], self.y[positions], *chosen)

    def fit(self, pipeline: Pipeline) -> Pipeline:
        """Fit a copy of a Pipeline; every step that takes weights gets them."""
        if self.weights is None:
            return clone(pipeline).fit(self.X, self.y)
        return clone(pipeline).fit(self.X, self.y, **dict.fromkeys(weighted_steps(pipeline), self.weights))

    def score(self, scorer: Callable[..., float], fitted: Any) -> float:
        """Score a fitted model; a row of weight 2 counts as two rows do."""
        weighing = {} if self.weights is None else {"sample_weight": self.weights}
        return float(scorer(fitted, self.X, self.y, **weighing))


def weight_parameters(estimator: Any) -> list[str]:
    """Name the parameters of ``fit`` by which any estimator takes weights."""
    if isinstance(estimator, Pipeline):
        return weighted_steps(estimator)
    return ["sample_weight"] if has_fit_parameter(estimator, "sample_weight") else []


def weighted_steps(pipeline: Pipeline) -> list[str]:
    """Name the parameters of ``fit`` by which the steps of a Pipeline, and of Pipelines in it, take weights.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> weighted_steps(Pipeline([("near", KNeighborsRegressor()), ("line", LinearRegression())]))
    ['line__sample_weight']
    """
    named: list[str] = []
    for name, step in pipeline.steps:
        named += [f"{name}__{parameter}" for parameter in weight_parameters(step)]
    return named


def ignores_weights(pipeline: Pipeline, base: Pipeline | None = None) -> bool:
    """Tell whether what a Pipeline has beyond a base, or its model without one, is fitted without weights."""
    takes = weighted_steps(pipeline)
    if base is None:
        return not any(name.startswith("model__") for name in takes)
    before = dict(base.steps)
    new = [name for name, step in pipeline.steps if isinstance(before[name], str) and not isinstance(step, str)]
    return any(not any(taken.startswith(f"{name}__") for taken in takes) for name in new)
