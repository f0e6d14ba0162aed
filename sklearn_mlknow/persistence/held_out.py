"""Scores of a fitted model on rows it has not seen, each with what chance alone would move it.

Intervals are percentiles of scores on rows drawn again with replacement (Efron and Tibshirani, *An Introduction to the
Bootstrap*, 1993, chapter 13); rows of classes are drawn within each class, so that no draw lacks one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

N_DRAWS = 500
SMALLEST = 1e-15  # a probability of zero would cost an infinite loss


class Score(NamedTuple):
    """A score with its 95 % interval; ``simplest`` is what always giving one answer would score on the same rows."""

    name: str
    value: float
    low: float
    high: float
    simplest: float


def is_classifier_face(model: Any) -> bool:
    """Tell whether a model answers with classes."""
    return hasattr(model, "classes_")


def true_codes(model: Any, y: Any) -> np.ndarray:
    """Position of every true class among those of the model: (n_rows,).

    Classes are matched by value, else by their text, since a class that a model calls 1 is called "1" in a csv file.

    Raises
    ------
    ValueError
        Some are none of the model's; they are named.
    """
    classes = np.asarray(model.classes_).tolist()
    exact = {value: code for code, value in enumerate(classes)}
    by_text = {_text(value): code for value, code in exact.items()}
    values = np.asarray(y, dtype=object).tolist()
    codes = [exact.get(value, by_text.get(_text(value), -1)) for value in values]
    unknown = sorted({_text(value) for value, code in zip(values, codes, strict=True) if code < 0})
    if unknown:
        named = ", ".join(map(repr, unknown[:8]))
        raise ValueError(f"the target holds the classes {named}, which are none of the model's ({_some(classes)}).")
    return np.array(codes, dtype=np.int64)


def answers(model: Any, X: Any) -> np.ndarray:
    """Probabilities (n_rows, n_classes) where the model has some, one-hot labels of other classifiers, or numbers."""
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X), dtype=np.float64)
    found = model.predict(X)
    if is_classifier_face(model):
        return np.eye(len(model.classes_))[true_codes(model, found)]
    return np.asarray(found, dtype=np.float64).reshape(len(found), -1)[:, 0]


def row_losses(model: Any, answer: np.ndarray, y: Any) -> np.ndarray:
    """What each row costs: minus the logarithm of its class's probability, or the squared error. Shape (n_rows,)."""
    if is_classifier_face(model):
        codes = true_codes(model, y)
        return -np.log(np.clip(answer[np.arange(len(codes)), codes], SMALLEST, 1.0))
    return (answer - np.asarray(y, dtype=np.float64)) ** 2


def draws(n_rows: int, strata: np.ndarray | None, random_state: int) -> np.ndarray:
    """Draw rows with replacement, within each stratum: (n_draws, n_rows)."""
    rng = np.random.default_rng(random_state)
    groups = [np.arange(n_rows)] if strata is None else [np.flatnonzero(strata == one) for one in np.unique(strata)]
    return np.hstack([rng.choice(rows, size=(N_DRAWS, len(rows))) for rows in groups])


def scores(model: Any, X: Any, y: Any, random_state: int = 0) -> list[Score]:
    """Score a model on held-out rows.

    Parameters
    ----------
    model : fitted estimator
    X, y : the rows and their truth
    random_state : int
        Fixes the intervals.

    Returns
    -------
    list of Score
        The first is the one to speak of.
    """
    answer = answers(model, X)
    is_class = is_classifier_face(model)
    truth = true_codes(model, y) if is_class else np.asarray(y, dtype=np.float64)
    simplest = _simplest(truth, answer, is_class)
    rows = draws(len(truth), truth if is_class else None, random_state)
    found = []
    for name, function in _metrics(is_class, answer, hasattr(model, "predict_proba")):
        low, high = np.quantile([function(truth[one], answer[one]) for one in rows], [0.025, 0.975])
        found.append(Score(name, function(truth, answer), float(low), float(high), function(truth, simplest)))
    return found


def _simplest(truth: np.ndarray, answer: np.ndarray, is_class: bool) -> np.ndarray:
    if not is_class:
        return np.full(len(truth), truth.mean())
    shares = np.bincount(truth, minlength=answer.shape[1]) / len(truth)
    return np.tile(shares, (len(truth), 1))


def _metrics(is_class: bool, answer: np.ndarray, has_probabilities: bool) -> list[tuple[str, Callable[..., float]]]:
    if not is_class:
        return [
            ("R²", _explained),
            ("root mean squared error", lambda y, a: float(np.sqrt(np.mean((y - a) ** 2)))),
            ("mean absolute error", lambda y, a: float(np.mean(np.abs(y - a)))),
        ]
    found: list[tuple[str, Callable[..., float]]] = [
        ("accuracy", lambda y, a: float(np.mean(a.argmax(axis=1) == y))),
        ("balanced accuracy", _balanced),
    ]
    if has_probabilities:
        found.append(("log loss", lambda y, a: float(-np.log(np.clip(a[np.arange(len(y)), y], SMALLEST, 1)).mean())))
        if answer.shape[1] == 2:
            found.insert(0, ("ROC AUC", _ranked))
    return found


def _explained(y: np.ndarray, answer: np.ndarray) -> float:
    spread = np.sum((y - y.mean()) ** 2)
    return float(1 - np.sum((y - answer) ** 2) / spread) if spread > 0 else float("nan")


def _balanced(y: np.ndarray, answer: np.ndarray) -> float:
    is_right = answer.argmax(axis=1) == y
    return float(np.mean([is_right[y == code].mean() for code in np.unique(y)]))


def _ranked(y: np.ndarray, answer: np.ndarray) -> float:
    """Share of pairs of classes in which the second scores higher, ties counted half (Mann and Whitney, 1947)."""
    from scipy.stats import rankdata

    is_second = y == 1
    n_second = int(is_second.sum())
    if n_second in (0, len(y)):
        return float("nan")
    ranks = rankdata(answer[:, 1])
    return float((ranks[is_second].mean() - (n_second + 1) / 2) / (len(y) - n_second))


def _text(value: Any) -> str:
    """Write a class as a text; a whole number without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _some(names: list[Any]) -> str:
    return ", ".join(map(repr, names[:8])) + (", …" if len(names) > 8 else "")
