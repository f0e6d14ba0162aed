"""One training: tensors, engine, callbacks; what comes back is a trained net and what was seen on the way."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow.neural.engine import Engine, set_generator
from sklearn_mlknow.neural.init_report import LayerStart, measure_start
from sklearn_mlknow.neural.modules import ConvStem, PackedMLP, PeriodicStem
from sklearn_mlknow.neural.modules.initial import initialise
from sklearn_mlknow.neural.modules.loss import PackedLoss
from sklearn_mlknow.neural.rows import Batch, Rows, pad
from sklearn_mlknow.neural.watch import Clock, Progress, Watch, held_out_output

N_INITIAL_ROWS = 1024
N_TRANSFER_ROWS = 4096
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


@dataclass(frozen=True)
class HeldOut:
    """Rows for stopping and calibration: each member's own fold, or one set that all share."""

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None
    members: list[np.ndarray]
    is_shared: bool
    offset: np.ndarray | None = None


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
            return 0.1 * rate, 1.0
        if name.endswith("bias"):
            return 0.1 * rate, 0.0
        return rate, 0.0 if self.has_frozen_rows and name.startswith("body.0.") else 1.0


@contextlib.contextmanager
def quiet_torch() -> Iterator[None]:
    """Train under known global settings and leave torch as it was found.

    One thread: the products of small nets are too short to share, threads that wait for each other cost more than they
    bring, and the same bits come out whatever the number of cores or of jobs beside this one.
    """
    dtype, n_threads = torch.get_default_dtype(), torch.get_num_threads()
    try:
        torch.set_default_dtype(torch.float32)
        torch.set_num_threads(1)
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_num_threads(n_threads)


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
    """Put a net into its engine."""
    optimizer, settings = OPTIMIZERS[plan.optimizer]
    engine = Engine(
        net,
        criterion=PackedLoss(plan.loss),
        optimizer=optimizer,
        optimizer__weight_decay=plan.weight_decay,
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
class Trained:
    """What a training leaves."""

    engine: Engine
    watch: Watch | None
    start: list[LayerStart]

    @property
    def score(self) -> float:
        """The best loss on held-out rows; infinite without any."""
        return float("inf") if self.watch is None else self.watch.best_score_


def train_net(
    make_net: Callable[[Tensor, torch.Generator], PackedMLP],
    take_over: Callable[[PackedMLP, Batch], np.ndarray] | None,
    rows: Rows,
    held_out: HeldOut | None,
    plan: Plan,
    seed: int,
) -> Trained:
    """Make a net, train it, and measure its start.

    Parameters
    ----------
    make_net : callable
        Takes rows (n_members, n, n_inputs) and a generator, returns a net whose weights have started.
    take_over : callable or None
        Copies weights of another net into this one, looks at some rows, and says which features are new.
    rows : Rows
    held_out : HeldOut or None
    plan : Plan
    seed : int
    """
    generator = torch.Generator().manual_seed(seed)
    with quiet_torch():
        picked = torch.randint(len(rows), (min(N_INITIAL_ROWS, len(rows)),), generator=generator)
        batch = rows.take(rows.members[:, picked.to(rows.members.device)])
        net = make_net(batch[0].cpu(), generator)
        is_new = None
        if take_over is not None:
            some = torch.randperm(len(rows), generator=generator)[:N_TRANSFER_ROWS].to(rows.members.device)
            is_new = take_over(net, rows.take(rows.members[:, some]))
        freeze_layers(net, plan.freeze, is_new)
        callbacks, watch = make_callbacks(held_out, plan)
        engine = make_engine(net, plan, callbacks)
        start = measure_start(engine.module_, engine.criterion_, batch)
        train(engine, rows, generator)
    return Trained(engine, watch, start)


def train(engine: Engine, rows: Rows, generator: torch.Generator) -> None:
    """Run the engine over rows; all randomness comes from the generator."""
    set_generator(engine.module_, generator)
    engine.generator = generator
    try:
        engine.partial_fit(rows)
    finally:
        set_generator(engine.module_, None)
        engine.generator = None
        engine.module_.eval()
        engine.module_.zero_grad()  # a fitted net carries no gradients


def make_callbacks(held_out: HeldOut | None, plan: Plan) -> tuple[list[Any], Watch | None]:
    """Return the callbacks that a plan asks for, and the one that watches held-out rows."""
    watch = None
    if held_out is not None:
        kept = as_rows(held_out.x, held_out.y, held_out.weight, held_out.members, plan.device, held_out.offset)
        watch = Watch(kept, held_out.is_shared, plan.patience, plan.restore_best)
    clock = None if plan.max_time is None else Clock(plan.max_time)
    named = {"watch": watch, "clock": clock, "progress": Progress() if plan.verbose else None}
    return [(name, callback) for name, callback in named.items() if callback is not None], watch


def as_rows(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray | None,
    members: list[np.ndarray],
    device: str,
    offset: np.ndarray | None = None,
) -> Rows:
    """Put arrays into tensors once."""
    padded = pad(members)
    if weight is None and (padded < 0).any():
        weight = np.ones(len(x))
    return Rows(
        torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32)).to(device),
        torch.from_numpy(np.ascontiguousarray(y, dtype=np.int64 if y.ndim == 1 else np.float32)).to(device),
        None if weight is None else torch.from_numpy(weight.astype(np.float32)).to(device),
        torch.from_numpy(padded).to(device),
        None if offset is None else torch.from_numpy(offset.astype(np.float32)).to(device),
    )


def held_out_predictions(engine: Engine, watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    """Return (n_members, n, n_outputs) outputs on held-out rows and (n_members, n) row numbers (-1: none)."""
    assert watch.rows is not None
    output, index = held_out_output(engine, watch.rows)
    return output.cpu().double().numpy(), index.cpu().numpy()
