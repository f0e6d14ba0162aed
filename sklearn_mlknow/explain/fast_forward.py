"""Models whose formula is known: linear models and scikit-learn's multilayer perceptrons, in plain numpy.

Nothing is taken on trust: a formula is used only if it gives what the model itself gives, to 1e-9, on the background,
on the rows to explain and on mixtures of them.

A linear score is additive over the players, so the score of a mixture is one matrix product of the coalitions with the
players' contributions, and no mixture is ever built. Where the model *is* the score, its Shapley values have a closed
form: contribution minus mean contribution over the background.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

_TOLERANCE = 1e-9
_BLOCK_BYTES = 2**18  # of hidden activations, so that they stay in the processor's cache


@dataclass(frozen=True)
class LinearScore:
    """A model that is a function of linear scores.

    Attributes
    ----------
    weights : ndarray of shape (n_columns, n_scores)
    intercept : ndarray of shape (n_scores,)
    head : {"identity", "logistic", "softmax"}
    """

    weights: np.ndarray
    intercept: np.ndarray
    head: str

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Predict: (n_rows, n_columns) -> (n_rows, n_outputs)."""
        return self.finish(rows @ self.weights + self.intercept)

    def finish(self, scores: np.ndarray) -> np.ndarray:
        """Turn scores (…, n_scores), which may be overwritten, into what the model answers (…, n_outputs)."""
        if self.head == "identity":
            return scores
        if self.head == "logistic":
            return expit(scores, out=scores)
        return _softmax(scores)


def _softmax(scores: np.ndarray) -> np.ndarray:
    scores = scores - scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


def read_linear_score(
    estimator: Any, answers: np.ndarray, rows: np.ndarray, link: str | None = None
) -> LinearScore | None:
    """Find the linear score of a model, if it has one.

    Parameters
    ----------
    estimator : object
    answers : ndarray of shape (n_rows, n_outputs)
        What the model answers, of two classes the second only, after the link.
    rows : ndarray of shape (n_rows, n_columns)
    link : {None, "logit", "log"}, default=None
        The link that the answers went through.

    Returns
    -------
    LinearScore or None
    """
    weights, intercept = getattr(estimator, "coef_", None), getattr(estimator, "intercept_", None)
    if not isinstance(weights, np.ndarray) or intercept is None or rows.dtype.kind not in "fiub":
        return None
    weights = np.atleast_2d(weights).T.astype(np.float64)
    intercept = np.broadcast_to(np.asarray(intercept, dtype=np.float64).reshape(-1), weights.shape[1:])
    if weights.shape[0] != rows.shape[1]:
        return None
    for head in ("identity", "logistic", "softmax"):
        score = LinearScore(weights, intercept, head)
        if agrees(score.predict(rows), answers):
            return score
    return None


def agrees(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Tell whether a formula's answers are the model's, to 1e-9."""
    return ours.shape == theirs.shape and bool(
        np.allclose(ours, theirs, rtol=_TOLERANCE, atol=_TOLERANCE * (np.abs(theirs).max() + 1e-300))
    )


@dataclass(frozen=True)
class Perceptron:
    """A multilayer perceptron as a list of weights, run in blocks that stay in the cache.

    Attributes
    ----------
    weights : tuple of ndarray
    intercepts : tuple of ndarray
    activation, head : str
        Of the hidden layers and of the output, in scikit-learn's words.
    """

    weights: tuple[np.ndarray, ...]
    intercepts: tuple[np.ndarray, ...]
    activation: str
    head: str

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Predict: (n_rows, n_columns) -> (n_rows, n_outputs)."""
        rows = rows.astype(self.weights[0].dtype, copy=False)
        widest = max(one.shape[1] for one in self.weights)
        block = max(256, _BLOCK_BYTES // (8 * widest))
        out = np.empty((len(rows), self.weights[-1].shape[1]))
        for start in range(0, len(rows), block):
            sums = rows[start : start + block] @ self.weights[0]
            sums += self.intercepts[0]
            out[start : start + block] = self.after_first(sums)
        return out

    def after_first(self, hidden: np.ndarray) -> np.ndarray:
        """Finish from the first layer's sums, which may be overwritten: (n, n_hidden) -> (n, n_outputs)."""
        for weights, intercept in zip(self.weights[1:], self.intercepts[1:]):
            hidden = _ACTIVATIONS[self.activation](hidden) @ weights
            hidden += intercept
        return self.finish(hidden)

    def finish(self, sums: np.ndarray) -> np.ndarray:
        """Turn the last layer's sums, which may be overwritten, into what the model answers."""
        return _HEADS[self.head](sums)

    @property
    def is_one_rectified_layer(self) -> bool:
        """Whether there is one hidden layer, of rectified units."""
        return len(self.weights) == 2 and self.activation == "relu"

    def from_sum(self, table: np.ndarray, start: np.ndarray, room: np.ndarray) -> np.ndarray:
        """Finish from the first layer's sums ``table + start``.

        Parameters
        ----------
        table : ndarray of shape (n, n_hidden)
        start : ndarray of shape (n_hidden,)
        room : ndarray of shape (n, n_hidden)
            Overwritten.

        Returns
        -------
        ndarray of shape (n, n_outputs)
        """
        if self.activation == "relu" and len(self.weights) > 1:
            # relu(t + s) = max(t, -s) + s: one pass over the table instead of two
            hidden = np.maximum(table, -start, out=room) @ self.weights[1]
            hidden += start @ self.weights[1] + self.intercepts[1]
            rest = Perceptron(self.weights[1:], self.intercepts[1:], self.activation, self.head)
            return rest.after_first(hidden)
        return self.after_first(np.add(table, start, out=room))


def _relu(values: np.ndarray) -> np.ndarray:
    return np.maximum(values, 0, out=values)


def _tanh(values: np.ndarray) -> np.ndarray:
    return np.tanh(values, out=values)


def _logistic(values: np.ndarray) -> np.ndarray:
    return expit(values, out=values)


def _identity(values: np.ndarray) -> np.ndarray:
    return values


_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": _relu,
    "tanh": _tanh,
    "logistic": _logistic,
    "identity": _identity,
}
_HEADS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": _identity,
    "logistic": _logistic,
    "softmax": _softmax,
}


def read_perceptron(estimator: Any, answers: np.ndarray, rows: np.ndarray) -> Perceptron | None:
    """Read a fitted `MLPClassifier` or `MLPRegressor`, or anything that is shaped and answers like one.

    Parameters
    ----------
    estimator : object
    answers : ndarray of shape (n_rows, n_outputs)
        What the model answers, of two classes the second only.
    rows : ndarray of shape (n_rows, n_columns)

    Returns
    -------
    Perceptron or None
    """
    weights, intercepts = getattr(estimator, "coefs_", None), getattr(estimator, "intercepts_", None)
    activation, head = getattr(estimator, "activation", None), getattr(estimator, "out_activation_", None)
    if not weights or not intercepts or activation not in _ACTIVATIONS or head not in _HEADS:
        return None
    if rows.dtype.kind not in "fiub" or weights[0].shape[0] != rows.shape[1]:
        return None
    perceptron = Perceptron(tuple(weights), tuple(intercepts), activation, head)
    return perceptron if agrees(perceptron.predict(rows), answers) else None
