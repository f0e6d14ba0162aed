"""The training engine: a skorch net whose loop spends its time in torch.

skorch's own loop collates batches row by row and its callbacks run on each batch; here batches are slices of tensors,
the optimiser is fused, and what is watched is watched once an epoch. skorch's callbacks, history and parameters stay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback
from torch import Tensor, nn

from sklearn_mlknow.neural.modules.gradient import fill_gradients, rest
from sklearn_mlknow.neural.modules.mlp import PackedMLP
from sklearn_mlknow.neural.rows import MemberBatches, Rows
from sklearn_mlknow.neural.schedule import Schedule
from sklearn_mlknow.neural.watch import OwnCallback


class Engine(NeuralNet):
    """A skorch net on packed members.

    Parameters
    ----------
    cools : bool
        Whether the learning rate follows a `Schedule` that ends at zero.
    rates : callable or None
        Maps the name of a parameter to factors on its learning rate and its weight decay.
    generator : torch.Generator or None
        Source of all randomness; set for the time of a training only.
    """

    def __init__(
        self,
        *args: Any,
        cools: bool = True,
        rates: Callable[[str], tuple[float, float]] | None = None,
        generator: torch.Generator | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cools = cools
        self.rates = rates
        self.generator = generator

    @property
    def _default_callbacks(self) -> list[tuple[str, Callback]]:
        return []

    def get_params_for_optimizer(
        self, prefix: str, named_parameters: Iterable[tuple[str, nn.Parameter]]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Group parameters by their rates; frozen ones stay out."""
        arguments = self.get_params_for(prefix)
        decay = arguments.pop("weight_decay", 0.0)
        groups: dict[tuple[float, float], list[nn.Parameter]] = {}  # few groups, since each costs a call a step
        for name, parameter in named_parameters:
            if parameter.requires_grad:
                rate, pull = (1.0, 1.0) if self.rates is None else self.rates(name)
                groups.setdefault((self.lr * rate, decay * pull), []).append(parameter)
        listed = [
            {"params": parameters, "lr": rate, "initial_lr": rate, "weight_decay": pull}  # from where schedulers go on
            for (rate, pull), parameters in groups.items()
        ]
        return (listed,), {"lr": self.lr, **arguments}

    def get_dataset(self, X: Any, y: Any = None) -> Any:
        """Rows are a data set already."""
        return X if isinstance(X, Rows) else super().get_dataset(X, y)

    def get_iterator(self, dataset: Any, training: bool = False) -> MemberBatches:
        """Cut batches by slicing."""
        return MemberBatches(dataset, self.batch_size, self.generator)

    def partial_fit(self, X: Any, y: Any = None, classes: Any = None, **fit_params: Any) -> Engine:
        """Train on; an interrupt passes through, so that the estimator can restore what was fitted before.

        The next training begins with the rates that this one began with, or, where it is but one part of a training
        (``cools=False``), with those of its last step: a scheduler that is made anew for the next part steps at once.
        """
        if not self.initialized_:
            self.initialize()
        self.is_over_ = False
        rates = [group["lr"] for group in self.optimizer_.param_groups]
        self.notify("on_train_begin", X=X, y=y)
        try:
            self.fit_loop(X, y)
        finally:
            self.notify("on_train_end", X=X, y=y)
            set_rates(self.optimizer_, rates if self.cools else getattr(self, "last_rates_", rates))
        return self

    def fit_loop(self, X: Any, y: Any = None, epochs: int | None = None, **fit_params: Any) -> Engine:
        """Run epochs until the last one, or until a callback ends the training."""
        batches = self.get_iterator(X, training=True)
        n_epochs = self.max_epochs if epochs is None else epochs
        self.schedule_ = Schedule(max(1, n_epochs * len(batches)), self.cools)
        while not self.is_over_ and not self.schedule_.is_over:
            self.notify("on_epoch_begin", dataset_train=X, dataset_valid=None)
            self._run_epoch(batches)
            for _, callback in self.callbacks_:
                try:
                    callback.on_epoch_end(self, dataset_train=X, dataset_valid=None)
                except KeyboardInterrupt:  # how skorch's own callbacks stop a training; in ours it is the user
                    if isinstance(callback, OwnCallback):
                        raise
                    self.is_over_ = True
        return self

    def _run_epoch(self, batches: Any) -> None:
        self._set_training(True)
        schedule, notifies = self.schedule_, bool(self.callbacks_)
        total, n_batches = 0.0, 0
        for batch in batches:
            if notifies:
                self.notify("on_batch_begin", batch=batch, training=True)
            step = self.train_step(batch)
            total += step["loss"].item()
            n_batches += 1
            schedule.step += 1
            if notifies:
                self.notify("on_batch_end", batch=batch, training=True, **step)
            if schedule.is_over:
                break
        mean = total / n_batches / len(batches.rows.members)
        self.history.record("train_loss", mean)
        self.history.record("train_batch_count", n_batches)
        self.is_over_ = self.is_over_ or not math.isfinite(mean)

    def train_step(self, batch: Any, **fit_params: Any) -> dict[str, Tensor]:
        """Take one optimiser step."""
        x, target = batch
        is_ours = all(isinstance(callback, OwnCallback) for _, callback in self.callbacks_)
        if is_ours and isinstance(self.module_, PackedMLP):
            loss, output = fill_gradients(self.module_, x, self.criterion_, target)
        else:
            self.optimizer_.zero_grad()
            output = self.module_(x)
            loss = self.criterion_(output, target)
            loss.backward()
            if isinstance(self.module_, PackedMLP):
                rest(self.module_)
        if not is_ours:  # others may freeze, hook or clip: autograd knows of it, a written-out gradient does not
            self.notify("on_grad_computed", named_parameters=list(self.get_all_learnable_params()), batch=batch)
        self._move_weights()
        return {"loss": loss.detach(), "y_pred": output.detach()}

    def _move_weights(self) -> None:
        """Step with the rates that callbacks may have set, times the factor of the schedule."""
        factor, rates = self.schedule_.factor(), [group["lr"] for group in self.optimizer_.param_groups]
        set_rates(self.optimizer_, [rate * factor for rate in rates])
        self.optimizer_.step()
        set_rates(self.optimizer_, rates)
        self.last_rates_ = rates


def set_rates(optimizer: torch.optim.Optimizer, rates: list[float]) -> None:
    """Give each group of parameters its learning rate."""
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate


def set_generator(module: nn.Module, generator: torch.Generator | None) -> None:
    """Give every random part of a module the generator of this training (None: take it away)."""
    for part in module.modules():
        if hasattr(part, "generator"):
            part.generator = generator
