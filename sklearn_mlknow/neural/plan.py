"""Every choice of a training, settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """Every choice of a training, with all that was "auto" decided."""

    name: str  # of the estimator
    hidden_units: tuple[int, ...]
    activation: str
    weight_init: str
    dropout: float
    batch_norm: bool
    numeric_embedding: str | None
    image_shape: tuple[int, int, int] | None
    n_members: int
    optimizer: str
    learning_rate: float
    weight_decay: float
    batch_size: int
    max_epochs: int
    max_time: float | None
    patience: int | None
    restore_best: bool
    cools: bool
    freeze: tuple[int, ...]
    layer_decay: float
    loss: str
    n_outputs: int
    device: str
    verbose: int
    callbacks: Sequence[Any]
