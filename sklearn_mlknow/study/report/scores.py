"""How well a model predicts rows it has not seen: a few scores, each with what chance alone would move it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.task import Task

Array = NDArray[np.float64]
N_RESAMPLES = 200


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
        ``function(truth, prediction)``; truth holds codes of the classes or numbers, prediction is of shape
        ``(n_rows, n_classes)`` for probabilities and ``(n_rows,)`` for numbers.
    """

    name: str
    larger_is_better: bool
    function: Callable[[Array, Array], float]


def metrics_for(task: Task) -> tuple[Metric, ...]:
    """Return the scores of a task; the first is the one that the report speaks of."""
    if task.kind == "regression":
        return (
            Metric("R²", True, _r2),
            Metric("RMSE", False, lambda y, p: float(np.sqrt(np.mean((y - p) ** 2)))),
            Metric("mean absolute error", False, lambda y, p: float(np.mean(np.abs(y - p)))),
        )
    shared = (
        Metric("accuracy", True, lambda y, p: float(np.mean(p.argmax(axis=1) == y))),
        Metric("balanced accuracy", True, _balanced_accuracy),
        Metric("log loss", False, _log_loss),
    )
    return (Metric("ROC AUC", True, _roc_auc), *shared) if task.kind == "binary" else shared


def resampled_rows(truth: Array, is_classification: bool, random_state: int) -> NDArray[np.int64]:
    """Draw rows with replacement, within each class, so that no resample lacks one; (n_resamples, n_rows)."""
    rng = np.random.default_rng(random_state)
    strata = (
        [np.flatnonzero(truth == code) for code in np.unique(truth)] if is_classification else [np.arange(len(truth))]
    )
    return np.hstack([rng.choice(rows, size=(N_RESAMPLES, len(rows))) for rows in strata])


def resampled_scores(metric: Metric, truth: Array, prediction: Array, rows: NDArray[np.int64]) -> Array:
    """Return the score of each resample; (n_resamples,)."""
    return np.array([metric.function(truth[chosen], prediction[chosen]) for chosen in rows])


def _r2(truth: Array, prediction: Array) -> float:
    spread = np.sum((truth - truth.mean()) ** 2)
    return float(1 - np.sum((truth - prediction) ** 2) / spread) if spread > 0 else float("nan")


def _balanced_accuracy(truth: Array, prediction: Array) -> float:
    is_right = prediction.argmax(axis=1) == truth
    return float(np.mean([is_right[truth == code].mean() for code in np.unique(truth)]))


def _log_loss(truth: Array, prediction: Array) -> float:
    of_truth = prediction[np.arange(len(truth)), truth.astype(np.int64)]
    return float(-np.mean(np.log(np.clip(of_truth, 1e-15, None))))


def _roc_auc(truth: Array, prediction: Array) -> float:
    """Share of pairs in which the positive row scores higher, ties counted half (Mann and Whitney, 1947)."""
    from scipy.stats import rankdata

    is_positive = truth == 1
    n_positive = int(is_positive.sum())
    ranks = rankdata(prediction[:, 1])
    return float((ranks[is_positive].mean() - (n_positive + 1) / 2) / (len(truth) - n_positive))
