"""One training: tensors, engine, callbacks; what comes back is a trained net and what was seen on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow.neural.building import freeze_layers, make_engine
from sklearn_mlknow.neural.engine import Engine, set_generator
from sklearn_mlknow.neural.init_report import LayerStart, measure_start
from sklearn_mlknow.neural.modules import PackedMLP
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.quiet import quiet_torch
from sklearn_mlknow.neural.rows import Batch, Rows, as_rows
from sklearn_mlknow.neural.watch import Clock, Progress, Watch, held_out_output

N_INITIAL_ROWS = 1024
N_TRANSFER_ROWS = 4096


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
    named = {"watch": watch, "clock": clock, "progress": Progress(plan.name) if plan.verbose else None}
    return [(name, callback) for name, callback in named.items() if callback is not None], watch


def held_out_predictions(engine: Engine, watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    """Return (n_members, n, n_outputs) outputs on held-out rows and (n_members, n) row numbers (-1: none)."""
    assert watch.rows is not None
    output, index = held_out_output(engine, watch.rows)
    return output.cpu().double().numpy(), index.cpu().numpy()
