"""From a plan to an engine that is ready to run: the net and its start, what learns how fast, what does not learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow.neural.engine import Engine
from sklearn_mlknow.neural.modules import ConvStem, PackedMLP, PeriodicStem
from sklearn_mlknow.neural.modules.initial import initialise
from sklearn_mlknow.neural.modules.loss import PackedLoss
from sklearn_mlknow.neural.plan import Plan

OPTIMIZERS: dict[str, tuple[type[torch.optim.Optimizer], dict[str, Any]]] = {
    "adamw": (torch.optim.AdamW, {"betas": (0.9, 0.95), "fused": True}),
    "adam": (torch.optim.Adam, {"betas": (0.9, 0.999), "decoupled_weight_decay": True, "fused": True}),
    "sgd": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True, "fused": True}),
}


def is_there(device: str) -> bool:
    """Say whether this machine, and this build of torch, has a device."""
    return {"cpu": lambda: True, "cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}[device]()


def build_net(plan: Plan, n_inputs: int, n_numbers: int, x: Tensor, generator: torch.Generator) -> PackedMLP:
    """Make a net and start its weights.

    Parameters
    ----------
    plan : Plan
    n_inputs, n_numbers : int
    x : Tensor of shape (n_members, n_rows, n_inputs)
        Rows for a data-driven start.
    generator : torch.Generator
    """
    stem: PeriodicStem | ConvStem | None = None
    if plan.image_shape is not None:
        stem = ConvStem(plan.n_members, plan.image_shape)
    elif plan.numeric_embedding == "periodic":
        stem = PeriodicStem(plan.n_members, n_numbers, n_inputs)
    net = PackedMLP(
        plan.n_members,
        n_inputs,
        plan.hidden_units,
        plan.n_outputs,
        activation=plan.activation,
        dropout=plan.dropout,
        batch_norm=plan.batch_norm,
        generator=generator,
        stem=stem,
    )
    initialise(net, plan.weight_init, x, generator)
    return net


def freeze_layers(net: PackedMLP, layers: tuple[int, ...], is_new: np.ndarray | None) -> None:
    """Stop some layers from learning.

    Parameters
    ----------
    net : PackedMLP
    layers : tuple of int
        1 is the first; freezing it freezes the stem too.
    is_new : ndarray of bool, shape (n_features,), or None
        Features that the first layer must still learn, because they were not transferred.
    """
    for layer in layers:
        net.body[layer - 1].requires_grad_(False)
    if 1 not in layers:
        return
    if net.stem is not None:
        net.stem.requires_grad_(False)
    if is_new is None or not is_new.any():
        net.front.requires_grad_(False)
    else:
        net.body[0].linear.weight.requires_grad_(True)
        net.rests = torch.from_numpy(np.flatnonzero(~is_new))


def make_engine(net: PackedMLP, plan: Plan, callbacks: list[Any]) -> Engine:
    """Put a net into its engine; weights decay by rate times ``weight_decay`` a step, whatever the optimiser."""
    optimizer, settings = OPTIMIZERS[plan.optimizer]
    pull = 1 - settings.get("momentum", 0.0)  # momentum sums up the pulls of earlier steps
    engine = Engine(
        net,
        criterion=PackedLoss(plan.loss),
        optimizer=optimizer,
        optimizer__weight_decay=plan.weight_decay * pull,
        lr=plan.learning_rate,
        max_epochs=plan.max_epochs,
        batch_size=plan.batch_size,
        train_split=None,
        callbacks=callbacks + list(plan.callbacks),
        cools=plan.cools,
        rates=Rates(len(plan.hidden_units), plan.layer_decay, getattr(net, "rests", None) is not None),
        verbose=0,
        device=plan.device,
        **{f"optimizer__{name}": value for name, value in settings.items()},
    )
    return engine.initialize()


@dataclass(frozen=True)
class Rates:
    """Factors on the learning rate and the weight decay of each parameter, by its name."""

    n_layers: int
    layer_decay: float
    has_frozen_rows: bool

    def __call__(self, name: str) -> tuple[float, float]:
        """Return (rate, decay): front scales learn fast, biases and stems slowly (RealMLP), deep layers as asked."""
        part, *rest = name.split(".")
        depth = {"head": self.n_layers, "front": 0, "stem": 0}.get(part, int(rest[0]) if part == "body" else 0)
        rate = self.layer_decay ** (self.n_layers - depth)
        if part == "front":
            return 6.0 * rate, 0.0 if self.has_frozen_rows else 1.0
        if part == "stem":
            return (0.4 if rest[0] in ("weights", "bias") else 0.1) * rate, 1.0  # convolutions faster than waves
        if name.endswith("bias"):
            return 0.1 * rate, 0.0
        return rate, 0.0 if self.has_frozen_rows and name.startswith("body.0.") else 1.0
