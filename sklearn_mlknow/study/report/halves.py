"""Does the order of the rows matter to what they say of the target? Halves by order against halves by chance.

If it does not matter, the halves of a table in its order are a draw like any other, so that the loss of models that
learn from one half and answer for the other is another draw of what halves by chance show: an exact comparison,
whatever the model. It sees what comparing columns cannot: that the same columns come to mean something else. Each
class, or tenth of the target, is halved by itself, so that a table which is sorted by its target is no change.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student
from sklearn.pipeline import Pipeline

from sklearn_mlknow.study.gain import WORTHWHILE
from sklearn_mlknow.study.rows import Rows

LEVEL = 0.99  # what halves by chance show is skewed, so that 95 % would claim a change twice as often as it should
N_DRAWS = 6
FITS = N_DRAWS + 1  # in fits of all rows
SMALLEST = 1e-15  # probability of a class that a half does not have


class Halves(NamedTuple):
    """The share by which the loss is higher when halves are taken by order, with its 99 % interval."""

    rise: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the loss is surely higher, and by enough to matter."""
        return self.low > WORTHWHILE


def compare_halves(pipeline: Pipeline, rows: Rows, random_state: int) -> Halves | None:
    """Let models answer for the half of the rows that they did not learn from.

    Parameters
    ----------
    pipeline : Pipeline
        Unfitted.
    rows : Rows
        In the order of the table; without groups, which no order respects.
    random_state : int

    Returns
    -------
    Halves or None
        None when there is no loss to compare, or a half has but one class.
    """
    strata = strata_of(rows.y)
    is_first = first_half(strata, np.arange(len(rows)))
    if rows.y.dtype.kind != "f" and min(len(np.unique(rows.y[half])) for half in (is_first, ~is_first)) < 2:
        return None
    rng = np.random.default_rng(random_state)
    losses = [loss_across(pipeline, rows, is_first)]
    losses += [loss_across(pipeline, rows, first_half(strata, rng.permutation(len(rows)))) for _ in range(N_DRAWS)]
    if not min(losses) > 0:
        return None
    by_order, *by_chance = np.log(losses)
    rise = float(by_order - np.mean(by_chance))
    half = float(student.ppf(0.5 + LEVEL / 2, N_DRAWS - 1) * np.std(by_chance, ddof=1) * np.sqrt(1 + 1 / N_DRAWS))
    return Halves(*(float(np.expm1(end)) for end in (rise, rise - half, rise + half)))


def strata_of(y: np.ndarray) -> NDArray[np.int64]:
    """Number the classes of the rows, or the tenths of a target of numbers: (n_rows,)."""
    if y.dtype.kind != "f":
        return np.unique(y, return_inverse=True)[1].astype(np.int64)
    return np.searchsorted(np.quantile(y, np.arange(1, 10) / 10), y, side="right").astype(np.int64)


def first_half(strata: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Choose the rows that come first, half of each stratum.

    Examples
    --------
    >>> first_half(np.array([0, 0, 0, 0, 1, 1]), np.arange(6)).tolist()
    [True, True, False, False, True, False]
    """
    sorted_rows = order[np.argsort(strata[order], kind="stable")]  # by stratum, then by order
    counts = np.bincount(strata)
    place = np.arange(len(strata)) - np.repeat(np.cumsum(counts) - counts, counts)
    is_first = np.empty(len(strata), dtype=bool)
    is_first[sorted_rows] = place < np.repeat(counts // 2, counts)
    return is_first


def loss_across(pipeline: Pipeline, rows: Rows, is_first: NDArray[np.bool_]) -> float:
    """Mean log-loss of classes, or root mean squared error, of each half by a model of the other."""
    weights = np.ones(len(rows)) if rows.weights is None else rows.weights
    total = 0.0
    for inside in (is_first, ~is_first):
        fitted = rows.take(np.flatnonzero(inside)).fit(pipeline)
        other = rows.take(np.flatnonzero(~inside))
        total += float(weights[~inside] @ _losses(fitted, other))
    mean = total / float(weights.sum())
    return float(np.sqrt(mean)) if rows.y.dtype.kind == "f" else mean


def _losses(fitted: Any, rows: Rows) -> NDArray[np.float64]:
    if rows.y.dtype.kind == "f":
        return np.asarray((fitted.predict(rows.X) - rows.y) ** 2, dtype=np.float64)
    place = {name: index for index, name in enumerate(fitted.classes_)}
    known = np.array([place.get(name, -1) for name in rows.y])
    of_truth = np.where(known < 0, 0.0, fitted.predict_proba(rows.X)[np.arange(len(known)), known])
    return np.asarray(-np.log(np.clip(of_truth, SMALLEST, None)))
