"""Callbacks of the engine: watch held-out rows, stop in time, keep the best weights."""

from __future__ import annotations

import math
import time
from typing import Any

import torch
from skorch.callbacks import Callback
from torch import Tensor

from sklearn_mlknow.neural.modules.loss import ensemble_loss
from sklearn_mlknow.neural.rows import Rows

CHUNK = 8192
COOLING_SHARE = 0.5
MIN_COOLING_EPOCHS = 4


class OwnCallback(Callback):
    """A callback that leaves weights and gradients to the engine: it neither freezes, hooks nor clips."""


class Watch(OwnCallback):
    """Score held-out rows after each epoch.

    Parameters
    ----------
    rows : Rows
        ``rows.members`` lists the held-out rows of each member.
    is_shared : bool
        True: all members hold out the same rows, and their averaged prediction is scored. False: each member is
        scored on its own fold, and the folds are added up.
    patience : int or None
        After so many epochs without a better score, return to the best one and let the learning rate fall to zero
        from there, over half as many epochs as it took.
    restores : bool
        Put the weights of the best epoch back in the end.
    """

    def __init__(self, rows: Rows, is_shared: bool, patience: int | None, restores: bool) -> None:
        self.rows: Rows | None = rows
        self.is_shared = is_shared
        self.patience = patience
        self.restores = restores

    def initialize(self) -> Watch:
        """Forget earlier trainings."""
        self.best_score_ = math.inf
        self.best_epoch_ = -1
        self.epoch_ = -1
        self.kept_: list[Tensor] | None = None
        return self

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        """Score, remember, and stop where patience ends."""
        if self.rows is None:  # a later partial_fit holds nothing out
            return
        self.epoch_ += 1
        score = self.score(net)
        net.history.record("valid_loss", score)
        net.history.record("valid_loss_best", score <= self.best_score_)  # what skorch's Checkpoint looks for
        if score <= self.best_score_:
            self.best_score_, self.best_epoch_ = score, self.epoch_
            if self.restores:
                self.kept_ = [value.clone() for value in net.module_.state_dict().values()]
        elif (
            self.patience is not None
            and net.schedule_.cooling_since is None
            and self.epoch_ - self.best_epoch_ >= self.patience
        ):
            self._restore(net)
            n_epochs = max(MIN_COOLING_EPOCHS, round(COOLING_SHARE * (self.best_epoch_ + 1)))
            net.schedule_.cool_down(n_epochs * net.history[-1, "train_batch_count"])

    def on_train_end(self, net: Any, **kwargs: Any) -> None:
        """Restore the best epoch."""
        self._restore(net)
        self.kept_ = None

    def _restore(self, net: Any) -> None:
        if self.kept_ is not None:
            with torch.no_grad():
                for value, kept in zip(net.module_.state_dict().values(), self.kept_, strict=True):
                    value.copy_(kept)

    def forget(self) -> None:
        """Let go of the held-out rows."""
        self.rows = None

    def score(self, net: Any) -> float:
        """Return the weighted mean loss of the held-out rows."""
        assert self.rows is not None
        output, index = held_out_output(net, self.rows)
        kind = net.criterion_.kind
        weight = self.rows.weight
        if self.is_shared:
            loss = ensemble_loss(output, self.rows.y[index[0]], kind)
            counts = torch.ones_like(loss) if weight is None else weight[index[0]].double()
        else:
            flat = index.clamp(min=0)
            loss = net.criterion_.per_row(output, self.rows.y[flat]).double()
            counts = (index >= 0).double() if weight is None else weight[flat].double() * (index >= 0)
        return float((loss * counts).sum() / counts.sum())


def held_out_output(net: Any, rows: Rows) -> tuple[Tensor, Tensor]:
    """Return what each member says of its held-out rows: (n_members, n, n_outputs), and the row numbers."""
    net.module_.eval()
    with torch.inference_mode():
        parts = [net.module_(rows.x[index.clamp(min=0)]) for index in rows.members.split(CHUNK, dim=1)]
        output = torch.cat(parts, dim=1)
        if rows.offset is not None:
            output = output + rows.offset[rows.members.clamp(min=0)]
    return output, rows.members


class Clock(OwnCallback):
    """Shorten the training so that its schedule ends after ``max_time`` seconds, or as soon as a step allows."""

    N_STEPS = 5  # the first ones say little about the others

    def __init__(self, max_time: float) -> None:
        self.max_time = max_time

    def on_train_begin(self, net: Any, **kwargs: Any) -> None:
        """Start the clock."""
        self.start_ = self.last_ = time.monotonic()
        self.longest_ = 0.0
        self.measured_ = 0

    def on_batch_end(self, net: Any, **kwargs: Any) -> None:
        """Size the schedule by the seconds a step takes, and whenever the next step may be too late."""
        now = time.monotonic()
        self.longest_, self.last_ = max(self.longest_, now - self.last_), now
        seconds, step = now - self.start_, net.schedule_.step
        if step - self.measured_ >= self.N_STEPS or seconds + self.longest_ > self.max_time:
            self.measured_ = step
            net.schedule_.fit_into(seconds, self.max_time)


class Progress(OwnCallback):
    """A progress bar over epochs, with the name of who trains."""

    def __init__(self, name: str) -> None:
        self.name = name

    def on_train_begin(self, net: Any, **kwargs: Any) -> None:
        """Open the bar."""
        from tqdm.auto import tqdm

        self.bar_ = tqdm(total=net.max_epochs, unit="epoch", desc=self.name, leave=False)

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        """Advance it and show the losses."""
        last = net.history[-1]
        shown = {name: f"{last[name]:.4f}" for name in ("train_loss", "valid_loss") if name in last}
        self.bar_.set_postfix(shown)
        self.bar_.update()

    def on_train_end(self, net: Any, **kwargs: Any) -> None:
        """Close it."""
        self.bar_.close()
        del self.bar_
