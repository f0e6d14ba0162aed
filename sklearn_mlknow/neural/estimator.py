"""What the classifier and the regressor share: reading, splitting, training and folding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from sklearn_mlknow._shell.parameters import (
    Anything,
    Boolean,
    Integer,
    ListOf,
    OneOf,
    RandomState,
    Real,
    check_parameters,
)
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_weights

from .canonical import canonical_rows
from .inputs import encode, learn_inputs, read_columns, recode
from .modules import ACTIVATIONS
from .predictor import fold
from .recipe import MIN_HELD_OUT_ROWS, SCHEMES, choose_plan
from .session import HeldOut, held_out_predictions, train
from .splitting import assign_folds, cross_fitted

RULES: dict[str, list[Any]] = {
    "hidden_units": [OneOf("auto"), ListOf(Integer(1))],
    "activation": [OneOf(*ACTIVATIONS)],
    "weight_init": [OneOf("auto", *SCHEMES)],
    "dropout": [Real(0, 1, closed="left")],
    "batch_norm": [Boolean()],
    "numeric_embedding": [OneOf("ple"), None],
    "n_members": [Integer(1)],
    "optimizer": [OneOf("adamw", "adam", "sgd")],
    "learning_rate": [OneOf("auto"), Real(0, closed="neither")],
    "weight_decay": [Real(0)],
    "batch_size": [OneOf("auto"), Integer(1)],
    "max_epochs": [Integer(1)],
    "max_time": [Real(0, closed="neither"), None],
    "early_stopping": [Boolean()],
    "patience": [Integer(1), None],
    "validation_fraction": [OneOf("auto"), Real(0, 1, closed="neither")],
    "restore_best": [Boolean()],
    "callbacks": [ListOf(Anything()), None],
    "device": [OneOf("cpu", "cuda", "mps")],
    "verbose": [Integer(0), Boolean()],
    "random_state": [RandomState()],
}


@dataclass(frozen=True)
class Task:
    """A target ready for training: what is learned and by which loss."""

    y: np.ndarray  # (n_rows,) int64 classes, or (n_rows, n_outputs) float64
    loss: str
    n_outputs: int
    strata: np.ndarray | None  # (n_rows,) what validation splits keep in balance


def n_target_columns(y: Any) -> int:
    """Count the columns of a target: 0 when it is a plain sequence."""
    shape = y.shape if hasattr(y, "shape") else np.shape(np.asarray(y))
    return shape[1] if len(shape) == 2 else 0


class NeuralEstimator(BaseEstimator):
    """Fit a net to a mixed table; subclasses say what the target is."""

    _rules = RULES

    def _fit(self, X: Any, y: Any, sample_weight: Any, groups: Any, X_val: Any, y_val: Any) -> None:
        check_parameters(self)
        table = read_table(self, X, reset=True)
        weight = read_weights(self, sample_weight, table.n_rows)
        columns, levels = read_columns(table, None)
        task = self._read_task(y, table.n_rows, weight)
        y_columns = task.y.reshape(table.n_rows, -1).astype(np.float64)
        key = [columns, y_columns]
        if groups is not None:
            check_consistent_length(columns, groups)
            groups = np.unique(np.asarray(groups), return_inverse=True)[1]
            key.append(groups[:, None].astype(np.float64))
        index, total = canonical_rows(np.hstack(key), weight)
        columns, target = columns[index], task.y[index]
        groups = None if groups is None else groups[index]
        strata = None if task.strata is None else task.strata[index]

        self.inputs_ = learn_inputs(table.names, table.kinds, columns, levels, total, self.numeric_embedding)
        x = encode(recode(columns, levels, self.inputs_), self.inputs_)  # (n_rows, n_inputs)
        target, total = self._prepare_target(target, total)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        plan = choose_plan(self, len(x), task.loss, task.n_outputs)
        held_out, members = None, [np.arange(len(x))] * plan.n_members
        weights = None if (total == total[0]).all() else total / total.mean()
        if X_val is not None or y_val is not None:
            held_out = self._read_held_out(X_val, y_val, plan.n_members)
        elif self._wants_held_out() and len(x) >= MIN_HELD_OUT_ROWS:
            rng = np.random.default_rng(seed)
            members, out, is_shared = self._split(len(x), strata, groups, plan.n_members, rng)
            held_out = HeldOut(x, target, weights, out, is_shared)
        engine, watch = train(x, target, weights, members, held_out, plan, seed)
        if not np.isfinite(engine.history[-1, "train_loss"]) and (watch is None or watch.best_epoch_ < 0):
            raise ValueError(
                f"{type(self).__name__}: the loss became {engine.history[-1, 'train_loss']} in epoch "
                f"{len(engine.history)}; lower learning_rate."
            )
        self.net_ = engine
        self.predictor_ = fold(engine.module_)
        self.plan_ = plan
        self.n_iter_ = len(engine.history)
        self.history_ = {
            name: np.array([row[name] for row in engine.history])
            for name in ("train_loss", "valid_loss")
            if name in engine.history[0]
        }
        self.best_epoch_ = self.n_iter_ - 1 if watch is None or not plan.restore_best else watch.best_epoch_
        if watch is not None:
            self._learn_from_held_out(*held_out_predictions(engine, watch), held_out)
            watch.rows = None  # a fitted net carries no training rows

    def _wants_held_out(self) -> bool:
        return bool(self.early_stopping)

    def _split(
        self, n_rows: int, strata: Any, groups: Any, n_members: int, rng: np.random.Generator
    ) -> tuple[list[np.ndarray], list[np.ndarray], bool]:
        """Return training rows and held-out rows of each member, and whether all hold out the same."""
        n_units = n_rows if groups is None else len(np.unique(groups))
        if n_units < 2:
            raise ValueError(
                f"{type(self).__name__}: groups holds one group, so nothing can be held out; "
                "pass early_stopping=False, or X_val and y_val."
            )
        if self.validation_fraction == "auto" and n_members > 1:
            fold_of_row = assign_folds(min(n_members, n_units), strata, groups, n_rows, rng)
            return *cross_fitted(fold_of_row, n_members), False
        fraction = 0.2 if self.validation_fraction == "auto" else float(self.validation_fraction)
        n_folds = min(max(2, round(1 / fraction)), n_units) if fraction <= 0.5 else 2
        if groups is None:
            order = rng.permutation(n_rows)
            if strata is not None:
                order = order[np.argsort(strata[order], kind="stable")]
            n_out = min(max(1, round(fraction * n_rows)), n_rows - 1)
            is_out = np.zeros(n_rows, dtype=bool)
            is_out[order[((np.arange(n_out) + 0.5) * n_rows / n_out).astype(np.int64)]] = True
        else:
            is_out = assign_folds(n_folds, None, groups, n_rows, rng) == 0
        return [np.flatnonzero(~is_out)] * n_members, [np.flatnonzero(is_out)] * n_members, True

    def _output(self, X: Any) -> np.ndarray:
        """Return what each member says of new rows: (n_members, n_rows, n_outputs)."""
        check_is_fitted(self, "predictor_")
        columns, _ = read_columns(read_table(self, X, reset=False), self.inputs_.levels)
        return self.predictor_.output(encode(columns, self.inputs_))

    def _read_held_out(self, X_val: Any, y_val: Any, n_members: int) -> HeldOut:
        if X_val is None or y_val is None:
            raise ValueError(f"{type(self).__name__}: X_val and y_val belong together; pass both or none.")
        columns, _ = read_columns(read_table(self, X_val, reset=False), self.inputs_.levels)
        x = encode(columns, self.inputs_)
        y = self._read_validation_target(y_val, len(x))
        return HeldOut(x, y, None, [np.arange(len(x))] * n_members, True)

    def __sklearn_tags__(self) -> Any:
        """State that missing values and text columns are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags
