"""One training: tensors, engine, callbacks; what comes back is a trained net and what was seen on the way."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .engine import Engine
from .modules import PackedMLP
from .modules.initial import initialise
from .modules.loss import PackedLoss
from .rows import MemberBatches, Rows, pad
from .watch import Clock, Progress, Watch, held_out_output

N_INITIAL_ROWS = 1024
OPTIMIZERS: dict[str, tuple[type[torch.optim.Optimizer], dict[str, Any]]] = {
    "adamw": (torch.optim.AdamW, {"betas": (0.9, 0.95), "fused": True}),
    "adam": (torch.optim.Adam, {"betas": (0.9, 0.95), "fused": True}),
    "sgd": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True, "fused": True}),
}


@dataclass(frozen=True)
class Plan:
    """Every choice of a training, with all that was "auto" decided."""

    hidden_units: tuple[int, ...]
    activation: str
    weight_init: str
    dropout: float
    batch_norm: bool
    n_members: int
    optimizer: str
    learning_rate: float
    weight_decay: float
    batch_size: int
    max_epochs: int
    max_time: float | None
    patience: int | None
    restore_best: bool
    schedule: Callable[[float], float] | None
    loss: str
    n_outputs: int
    device: str
    verbose: int
    callbacks: Sequence[Any]
    front_factor: float = 6.0
    bias_factor: float = 0.1


@dataclass(frozen=True)
class HeldOut:
    """Rows for stopping and calibration: each member's own fold, or one set that all share."""

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None
    members: list[np.ndarray]
    is_shared: bool


@contextlib.contextmanager
def quiet_torch() -> Iterator[None]:
    """Train under known global settings and leave torch as it was found."""
    n_threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    try:
        torch.set_default_dtype(torch.float32)
        with torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(dtype)
        if torch.get_num_threads() != n_threads:
            torch.set_num_threads(n_threads)


def build_net(plan: Plan, x: Tensor, members: Tensor, generator: torch.Generator) -> PackedMLP:
    """Make a net and start its weights."""
    net = PackedMLP(
        plan.n_members,
        x.shape[1],
        plan.hidden_units,
        plan.n_outputs,
        activation=plan.activation,
        dropout=plan.dropout,
        batch_norm=plan.batch_norm,
        generator=generator,
    )
    picked = torch.randint(members.shape[1], (min(N_INITIAL_ROWS, members.shape[1]),), generator=generator)
    initialise(net, plan.weight_init, x[members[:, picked].clamp(min=0)], generator)
    return net


def train(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray | None,
    members: list[np.ndarray],
    held_out: HeldOut | None,
    plan: Plan,
    seed: int,
) -> tuple[Engine, Watch | None]:
    """Train a new net.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_inputs)
    y : ndarray of int64 (n_rows,) or float (n_rows, n_outputs)
    weight : ndarray of shape (n_rows,) or None
    members : list of ndarray
        The rows that each member trains on.
    held_out : HeldOut or None
    plan : Plan
    seed : int

    Returns
    -------
    engine : Engine
    watch : Watch or None
    """
    generator = torch.Generator().manual_seed(seed)
    with quiet_torch():
        rows = as_rows(x, y, weight, members, plan.device)
        net = build_net(plan, rows.x.cpu(), rows.members.cpu(), generator)
        optimizer, settings = OPTIMIZERS[plan.optimizer]
        watch = None
        callbacks: list[Any] = []
        if held_out is not None:
            kept = as_rows(held_out.x, held_out.y, held_out.weight, held_out.members, plan.device)
            watch = Watch(kept, held_out.is_shared, plan.patience, plan.restore_best)
            callbacks.append(("watch", watch))
        if plan.max_time is not None:
            callbacks.append(("clock", Clock(plan.max_time)))
        if plan.verbose:
            callbacks.append(("progress", Progress()))
        engine = Engine(
            net,
            criterion=PackedLoss(plan.loss),
            optimizer=optimizer,
            optimizer__weight_decay=plan.weight_decay,
            optimizer__param_groups=[
                ("front", {"lr": plan.learning_rate * plan.front_factor}),
                ("*.bias", {"lr": plan.learning_rate * plan.bias_factor, "weight_decay": 0.0}),
            ],
            lr=plan.learning_rate,
            max_epochs=plan.max_epochs,
            batch_size=plan.batch_size,
            iterator_train=MemberBatches,
            iterator_train__generator=generator,
            train_split=None,
            callbacks=callbacks + list(plan.callbacks),
            schedule=plan.schedule,
            verbose=0,
            device=plan.device,
            **{f"optimizer__{name}": value for name, value in settings.items()},
        )
        engine.initialize()
        engine.partial_fit(rows)
        engine.module_.eval()
    return engine, watch


def as_rows(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None, members: list[np.ndarray], device: str) -> Rows:
    """Put arrays into tensors once."""
    padded = pad(members)
    if weight is None and (padded < 0).any():
        weight = np.ones(len(x))
    return Rows(
        torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32)).to(device),
        torch.from_numpy(np.ascontiguousarray(y, dtype=np.int64 if y.ndim == 1 else np.float32)).to(device),
        None if weight is None else torch.from_numpy(weight.astype(np.float32)).to(device),
        torch.from_numpy(padded).to(device),
    )


def held_out_predictions(engine: Engine, watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    """Return (n_members, n, n_outputs) outputs on held-out rows and (n_members, n) row numbers (-1: none)."""
    with quiet_torch():
        output, index = held_out_output(engine, watch.rows)
    return output.cpu().double().numpy(), index.cpu().numpy()
