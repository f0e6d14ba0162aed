"""What is judged of a model on a fold, and what the out-of-fold predictions of several models say of each other."""

import pickle
import time
from typing import Any, NamedTuple

import numpy as np
from sklearn.pipeline import Pipeline

from sklearn_mlknow.formulas.resampled import corrected_difference
from sklearn_mlknow.study.rows import Rows

N_CALIBRATION_BINS = 10
TIMED_ROWS = 1000


class Judged(NamedTuple):
    """One model on one fold."""

    score: float
    predictions: np.ndarray  # (n_test, n_classes) or (n_test,)
    fit_seconds: float
    predict_seconds: float  # for TIMED_ROWS
    n_bytes: float


def judge(name: str, pipeline: Pipeline, rows: Rows, fold: tuple[np.ndarray, np.ndarray], scorer: Any) -> Judged:
    """Fit on the training rows of a fold and predict the test rows; time the fit, and predicting 1,000 rows.

    Raises
    ------
    ValueError
        The model fails, or has no finite score; its name is told.
    """
    train, test = (rows.take(positions) for positions in fold)
    try:
        begun = time.perf_counter()
        fitted = train.fit(pipeline)
        fit_seconds = time.perf_counter() - begun
        predict = fitted.predict_proba if hasattr(fitted, "predict_proba") else fitted.predict
        predictions = np.asarray(predict(test.X))  # also a warm-up: what a first call loads is no cost of its rows
        many = test.X.iloc[np.resize(np.arange(len(test.X)), TIMED_ROWS)]
        begun = time.perf_counter()
        predict(many)
        predict_seconds = time.perf_counter() - begun
        score = test.score(scorer, fitted)
        if not np.isfinite(score):
            raise ValueError(f"its score is {score}")
    except Exception as error:
        raise ValueError(f"ModelFamilyStudy: model {name!r} cannot be judged on a fold: {error}") from error
    return Judged(score, predictions, fit_seconds, predict_seconds, bytes_of(fitted))


def bytes_of(fitted: Any) -> float:
    """Size when pickled; NaN for what cannot be."""
    try:
        return float(len(pickle.dumps(fitted)))
    except (pickle.PicklingError, AttributeError, TypeError):
        return float("nan")


def calibration_error(probabilities: np.ndarray, codes: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Mean gap between how sure a model is and how often it is right, over ten bins of sureness.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
    codes : ndarray of shape (n_rows,)
        The true classes.
    weights : ndarray of shape (n_rows,) or None, default=None
        How much each row counts.

    Returns
    -------
    float
        In [0, 1]; 0 is perfect. Guo et al., "On calibration of modern neural networks" (2017), equation 3.

    Examples
    --------
    >>> calibration_error(np.array([[0.8, 0.2], [0.8, 0.2]]), np.array([0, 1])).__round__(6)
    0.3
    """
    sureness, is_right = probabilities.max(axis=1), probabilities.argmax(axis=1) == codes
    bins = np.minimum((sureness * N_CALIBRATION_BINS).astype(np.int64), N_CALIBRATION_BINS - 1)
    counts = np.ones(len(codes)) if weights is None else weights
    gaps = np.bincount(bins, counts * (sureness - is_right), minlength=N_CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / counts.sum())


def in_row_order(parts: list[np.ndarray], folds: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Put the predictions of the folds' test rows back in the order of the rows."""
    together = np.concatenate(parts)
    out = np.empty_like(together)
    out[np.concatenate([test for _, test in folds])] = together
    return out


def as_codes(predictions: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
    """Write predicted classes as their codes; probabilities, and numbers (``classes`` is None), stay as they are.

    Examples
    --------
    >>> as_codes(np.array(["yes", "no"]), np.array(["no", "yes"]))
    array([1, 0])
    """
    return predictions if classes is None or predictions.ndim == 2 else np.searchsorted(classes, predictions)


def ranked(
    by_family: dict[str, list[Judged]],
    predictions: dict[str, np.ndarray],
    codes: np.ndarray | None,
    weights: np.ndarray | None,
    test_share: float,
) -> list[dict[str, Any]]:
    """Write one row a family, best first, with its gap to the best."""
    scores = {name: np.array([fold.score for fold in outcome]) for name, outcome in by_family.items()}
    order = sorted(scores, key=lambda name: -scores[name].mean())
    rows = []
    for name in order:
        gap = corrected_difference(scores[order[0]] - scores[name], test_share, n_comparisons=max(len(order) - 1, 1))
        outcome, probabilities = by_family[name], predictions[name]
        rows.append(
            {
                "family": name,
                "score": float(scores[name].mean()),
                "behind": gap.mean,
                "low": gap.low,
                "high": gap.high,
                "calibration": np.nan
                if codes is None or probabilities.ndim == 1
                else calibration_error(probabilities, codes, weights),
                "fit_seconds": float(np.mean([fold.fit_seconds for fold in outcome])),
                "predict_seconds": float(np.median([fold.predict_seconds for fold in outcome])),
                "kilobytes": float(np.mean([fold.n_bytes for fold in outcome])) / 1000,
            }
        )
    return rows


def rescues(
    predictions: list[np.ndarray], y: np.ndarray, is_classification: bool, weights: np.ndarray | None = None
) -> np.ndarray:
    """Share of the rows that one family gets right among those on which another fails.

    Parameters
    ----------
    predictions : list of ndarray
        Out of fold, one a family.
    y : ndarray of shape (n_rows,)
        Codes or numbers.
    is_classification : bool
    weights : ndarray of shape (n_rows,) or None, default=None
        How much each row counts.

    Returns
    -------
    ndarray of shape (n_families, n_families)
        Entry (i, j): of the rows on which j fails, the share on which i is right; NaN where j never fails.
    """
    if is_classification:
        guesses = [p.argmax(axis=1) if p.ndim == 2 else p for p in predictions]
        is_right = np.array([guess == y for guess in guesses])  # (n_families, n_rows)
    else:
        errors = np.abs(np.array(predictions) - y)
        is_right = errors <= np.median(errors)
    fails = ~is_right if weights is None else ~is_right * weights
    n_failures = fails.sum(axis=1)
    both = is_right.astype(np.float64) @ fails.T
    return np.divide(both, n_failures, out=np.full(both.shape, np.nan), where=n_failures > 0)
