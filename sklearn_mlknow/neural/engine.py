"""The training engine: a skorch net whose loop spends its time in torch.

skorch's own loop collates batches row by row and its callbacks run on each batch; here batches are slices of tensors,
the optimiser is fused, and what is watched is watched once an epoch. skorch's callbacks, history and parameters stay.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from skorch import NeuralNet
from skorch.callbacks import Callback
from torch import Tensor

from .rows import Rows


class Engine(NeuralNet):
    """A skorch net on packed members.

    Parameters
    ----------
    schedule : callable or None
        Maps the share of training that is done, in [0, 1], to a factor on every learning rate; also sets the
        rate of dropout through ``module.set_progress`` where the module has it.
    max_time : float or None
        Seconds for training; the schedule is shortened after the first steps so that it ends on time.
    """

    def __init__(self, *args: Any, schedule: Callable[[float], float] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schedule = schedule

    @property
    def _default_callbacks(self) -> list[tuple[str, Callback]]:
        return []

    def get_dataset(self, X: Any, y: Any = None) -> Any:
        """Rows are a data set already."""
        return X if isinstance(X, Rows) else super().get_dataset(X, y)

    def check_data(self, X: Any, y: Any) -> None:
        """The estimator has checked its data at the door."""

    def partial_fit(self, X: Any, y: Any = None, classes: Any = None, **fit_params: Any) -> Engine:
        """Train on; an interrupt passes through, so that the estimator can restore what was fitted before."""
        if not self.initialized_:
            self.initialize()
        self.is_over_ = False
        self.notify("on_train_begin", X=X, y=y)
        self.fit_loop(X, y)
        self.notify("on_train_end", X=X, y=y)
        return self

    def fit_loop(self, X: Any, y: Any = None, epochs: int | None = None, **fit_params: Any) -> Engine:
        """Run epochs until the last one, or until a callback ends the training."""
        batches = self.get_iterator(X, training=True)
        n_epochs = self.max_epochs if epochs is None else epochs
        self.n_steps_ = max(1, n_epochs * len(batches))
        self.step_ = 0
        base = [group["lr"] for group in self.optimizer_.param_groups]
        for _ in range(n_epochs):
            self.notify("on_epoch_begin", dataset_train=X, dataset_valid=None)
            self._run_epoch(batches, base)
            try:
                self.notify("on_epoch_end", dataset_train=X, dataset_valid=None)
            except KeyboardInterrupt:  # how skorch's own callbacks stop a training
                self.is_over_ = True
            if self.is_over_ or self.step_ >= self.n_steps_:
                break
        for group, rate in zip(self.optimizer_.param_groups, base, strict=True):
            group["lr"] = rate
        return self

    def _run_epoch(self, batches: Any, base: list[float]) -> None:
        self._set_training(True)
        notifies = bool(self.callbacks_)
        total, n_batches = 0.0, 0
        for batch in batches:
            if self.schedule is not None:
                factor = self.schedule(min(1.0, self.step_ / self.n_steps_))
                for group, rate in zip(self.optimizer_.param_groups, base, strict=True):
                    group["lr"] = rate * factor
            if notifies:
                self.notify("on_batch_begin", batch=batch, training=True)
            step = self.train_step(batch)
            total += step["loss"].item()
            n_batches += 1
            self.step_ += 1
            if notifies:
                self.notify("on_batch_end", batch=batch, training=True, **step)
            if self.step_ >= self.n_steps_:
                break
        mean = total / n_batches / len(batches.rows.members)
        self.history.record("train_loss", mean)
        self.history.record("train_batch_count", n_batches)
        if not math.isfinite(mean):
            self.is_over_ = True

    def train_step(self, batch: Any, **fit_params: Any) -> dict[str, Tensor]:
        """Take one optimiser step."""
        x, target = batch
        self.optimizer_.zero_grad(set_to_none=True)
        output = self.module_(x)
        loss = self.criterion_(output, target)
        loss.backward()
        self.optimizer_.step()
        return {"loss": loss.detach(), "y_pred": output.detach()}
