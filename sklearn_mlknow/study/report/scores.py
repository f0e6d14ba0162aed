"""How well a model predicts rows it has not seen: a few scores, each with what chance alone would move it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.task import Task

Array = NDArray[np.float64]
N_RESAMPLES = 200
MOST_DRAWS = 20  # a resample of groups; a class that few of them have may be missed


@dataclass(frozen=True)
class Metric:
    """A score.

    Attributes
    ----------
    name : str
        As shown.
    larger_is_better : bool
        Whether a larger score is better.
    function : callable
        ``function(truth, prediction, weights)``; truth holds codes of the classes or numbers, prediction is of shape
        ``(n_rows, n_classes)`` for probabilities and ``(n_rows,)`` for numbers; a row of weight 2 counts as two.
    """

    name: str
    larger_is_better: bool
    function: Callable[[Array, Array, Array], float]


def metrics_for(task: Task) -> tuple[Metric, ...]:
    """Return the scores of a task; the first is the one that the report speaks of."""
    if task.kind == "regression":
        return (
            Metric("R²", True, _r2),
            Metric("RMSE", False, lambda y, p, w: float(np.sqrt(np.average((y - p) ** 2, weights=w)))),
            Metric("mean absolute error", False, lambda y, p, w: float(np.average(np.abs(y - p), weights=w))),
        )
    shared = (
        Metric("accuracy", True, lambda y, p, w: float(np.average(p.argmax(axis=1) == y, weights=w))),
        Metric("balanced accuracy", True, _balanced_accuracy),
        Metric("log loss", False, _log_loss),
    )
    return (Metric("ROC AUC", True, _roc_auc), *shared) if task.kind == "binary" else shared


def resampled_weights(truth: Array, is_classification: bool, random_state: int, groups: Any = None) -> Array:
    """Draw rows with replacement, within each class, so that no resample lacks one; whole groups where there are.

    Parameters
    ----------
    truth : ndarray of shape (n_rows,)
    is_classification : bool
    random_state : int
    groups : ndarray of shape (n_rows,) or None, default=None
        Rows of a group are drawn together; a draw that lacks a class is drawn again.

    Returns
    -------
    ndarray of shape (n_resamples, n_rows)
        How often each row was drawn.
    """
    rng = np.random.default_rng(random_state)
    if groups is not None:
        return _resampled_groups(truth, is_classification, rng, np.unique(groups, return_inverse=True)[1])
    strata = (
        [np.flatnonzero(truth == code) for code in np.unique(truth)] if is_classification else [np.arange(len(truth))]
    )
    drawn = np.hstack([rng.choice(rows, size=(N_RESAMPLES, len(rows))) for rows in strata])
    return np.array([np.bincount(rows, minlength=len(truth)) for rows in drawn], dtype=np.float64)


def _resampled_groups(truth: Array, is_classification: bool, rng: np.random.Generator, codes: Any) -> Array:
    n_groups, n_classes = int(codes.max()) + 1, len(np.unique(truth)) if is_classification else 0
    drawn: list[Array] = []
    for _ in range(MOST_DRAWS * N_RESAMPLES):
        counts = np.bincount(rng.integers(n_groups, size=n_groups), minlength=n_groups)[codes].astype(np.float64)
        if not n_classes or len(np.unique(truth[counts > 0])) == n_classes:
            drawn.append(counts)
            if len(drawn) == N_RESAMPLES:
                break
    return np.array(drawn or [np.ones(len(truth))])


def resampled_scores(metric: Metric, truth: Array, prediction: Array, weights: Array) -> Array:
    """Return the score of each resample, a row of weights each; (n_resamples,)."""
    return np.array([metric.function(truth, prediction, drawn) for drawn in weights])


def _r2(truth: Array, prediction: Array, weights: Array) -> float:
    spread = np.sum(weights * (truth - np.average(truth, weights=weights)) ** 2)
    return float(1 - np.sum(weights * (truth - prediction) ** 2) / spread) if spread > 0 else float("nan")


def _balanced_accuracy(truth: Array, prediction: Array, weights: Array) -> float:
    codes = truth.astype(np.int64)
    of_class = np.bincount(codes, weights)
    right = np.bincount(codes, weights * (prediction.argmax(axis=1) == truth))
    return float(np.mean(right[of_class > 0] / of_class[of_class > 0]))


def _log_loss(truth: Array, prediction: Array, weights: Array) -> float:
    of_truth = prediction[np.arange(len(truth)), truth.astype(np.int64)]
    return float(-np.average(np.log(np.clip(of_truth, 1e-15, None)), weights=weights))


def _roc_auc(truth: Array, prediction: Array, weights: Array) -> float:
    """Share of pairs in which the positive row scores higher, ties counted half (Mann and Whitney, 1947)."""
    _, place = np.unique(prediction[:, 1], return_inverse=True)
    positive, negative = (np.bincount(place, weights * (truth == code)) for code in (1, 0))
    below = np.cumsum(negative) - negative / 2
    pairs = positive.sum() * negative.sum()
    return float(positive @ below / pairs) if pairs > 0 else float("nan")
