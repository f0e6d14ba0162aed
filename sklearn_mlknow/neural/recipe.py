"""What "auto" means: the defaults, by the size of the training data.

The recipe and the measurements behind each number are in docs/decisions/neural-recipe.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .modules.initial import SCHEMES
from .session import Plan

LEARNING_RATES = {"adamw": 0.03, "adam": 0.03, "sgd": 0.3}
MIN_HELD_OUT_ROWS = 20  # fewer rows say nothing about when to stop


@dataclass(frozen=True)
class Cosine:
    """A learning rate that warms up, then falls to zero along a cosine."""

    warm_up: float = 0.05

    def __call__(self, progress: float) -> float:
        """Return the factor at a share of the training."""
        if progress < self.warm_up:
            return (progress + 1e-3) / (self.warm_up + 1e-3)
        return 0.5 * (1 + math.cos(math.pi * (progress - self.warm_up) / (1 - self.warm_up)))


def choose_plan(estimator: Any, n_rows: int, loss: str, n_outputs: int) -> Plan:
    """Decide everything that is "auto".

    Parameters
    ----------
    estimator : NeuralClassifier or NeuralRegressor
    n_rows : int
        Distinct training rows.
    loss : {"softmax", "sigmoid", "squared"}
    n_outputs : int

    Returns
    -------
    Plan
    """
    hidden = (128, 128) if estimator.hidden_units == "auto" else tuple(int(width) for width in estimator.hidden_units)
    rate = estimator.learning_rate
    batch_size = estimator.batch_size
    return Plan(
        hidden_units=hidden,
        activation=estimator.activation,
        weight_init=estimator.weight_init,
        dropout=float(estimator.dropout),
        batch_norm=bool(estimator.batch_norm),
        n_members=int(estimator.n_members),
        optimizer=estimator.optimizer,
        learning_rate=LEARNING_RATES[estimator.optimizer] if rate == "auto" else float(rate),
        weight_decay=float(estimator.weight_decay),
        batch_size=auto_batch_size(n_rows) if batch_size == "auto" else int(batch_size),
        max_epochs=int(estimator.max_epochs),
        max_time=estimator.max_time,
        patience=estimator.patience if estimator.early_stopping else None,
        restore_best=bool(estimator.restore_best and estimator.early_stopping),
        schedule=Cosine(),
        loss=loss,
        n_outputs=n_outputs,
        device=estimator.device,
        verbose=int(estimator.verbose),
        callbacks=list(estimator.callbacks or []),
    )


def auto_batch_size(n_rows: int) -> int:
    """Return the batch size for a number of rows: small data in small batches, since steps are what they lack."""
    return 64 if n_rows <= 1024 else 128 if n_rows <= 3000 else 256


__all__ = ["MIN_HELD_OUT_ROWS", "SCHEMES", "Cosine", "auto_batch_size", "choose_plan"]
