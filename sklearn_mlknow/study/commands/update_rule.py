"""May a model take the place of another? Only when it does not cost more on rows that neither has learned from."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.held_out import answers, draws, is_classifier_face, row_losses, true_codes

HELD_OUT_SHARE = 0.25
FEWEST_HELD_OUT = 20
RULE = "the new model replaces the old one unless its mean loss on the held-out rows is higher"


@dataclass(frozen=True)
class Comparison:
    """Two models on the same held-out rows.

    Attributes
    ----------
    loss : str
        "log loss", or "mean squared error".
    n_rows : int
        Held-out rows.
    before, after : float
        Mean losses.
    low, high : float
        95 % interval of their difference: rows are drawn again, each with both of its losses.
    """

    loss: str
    n_rows: int
    before: float
    after: float
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Whether the new model costs more, or is not a number."""
        return not self.after <= self.before


def held_out(strata: np.ndarray | None, n_rows: int) -> np.ndarray:
    """Choose a quarter of the rows, of every stratum alike; the same ones for the same table. Mask of (n_rows,)."""
    rng = np.random.default_rng(0)
    order = rng.permutation(n_rows)
    if strata is not None:
        order = order[np.argsort(strata[order], kind="stable")]
    chosen = np.zeros(n_rows, dtype=bool)
    chosen[order[:: round(1 / HELD_OUT_SHARE)]] = True
    return chosen


def compare(before: Any, after: Any, X: Any, y: np.ndarray) -> Comparison:
    """Compare two models row by row.

    Parameters
    ----------
    before, after : fitted estimators
    X : DataFrame
        Held-out rows.
    y : ndarray of shape (n_rows,)

    Returns
    -------
    Comparison
    """
    is_class = is_classifier_face(before)
    losses = [row_losses(model, answers(model, X), y) for model in (before, after)]
    difference = losses[1] - losses[0]  # (n_rows,)
    rows = draws(len(y), true_codes(before, y) if is_class else None, random_state=0)
    low, high = np.quantile(difference[rows].mean(axis=1), [0.025, 0.975])
    name = "log loss" if is_class else "mean squared error"
    return Comparison(name, len(y), float(losses[0].mean()), float(losses[1].mean()), float(low), float(high))
