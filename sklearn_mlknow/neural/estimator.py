"""What all nets share: from a table to a trained net, and from a trained net to its answers."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.frozen import FrozenEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.parameters import (
    Anything,
    Boolean,
    HasMethods,
    Integer,
    ListOf,
    OneOf,
    RandomState,
    Real,
    check_parameters,
)
from sklearn_mlknow._shell.table import Table, check_kinds_of_fit, read_table
from sklearn_mlknow._shell.targets import read_weights
from sklearn_mlknow.neural.engine import Engine
from sklearn_mlknow.neural.head_start import start_head
from sklearn_mlknow.neural.inputs import encode, learn_inputs, read_columns, recode
from sklearn_mlknow.neural.modules import ACTIVATIONS, SCHEMES, PackedMLP
from sklearn_mlknow.neural.predictor import fold
from sklearn_mlknow.neural.preparing import Prepared, prepare, split_members
from sklearn_mlknow.neural.recipe import AUTO_RATES, MIN_HELD_OUT_ROWS, bins_per_number, check_goes_on, choose_plan
from sklearn_mlknow.neural.rows import Batch
from sklearn_mlknow.neural.saved import net_from_arrays, net_to_arrays
from sklearn_mlknow.neural.session import (
    HeldOut,
    Plan,
    Trained,
    as_rows,
    build_net,
    held_out_predictions,
    quiet_torch,
    train,
    train_net,
)
from sklearn_mlknow.neural.transfer import TransferReport, adopt_inputs, report_columns, transfer_weights

RULES: dict[str, list[Any]] = {
    "hidden_units": [OneOf("auto"), ListOf(Integer(1))],
    "activation": [OneOf(*ACTIVATIONS)],
    "weight_init": [OneOf("auto", *SCHEMES)],
    "dropout": [Real(0, 1, closed="left")],
    "batch_norm": [Boolean()],
    "numeric_embedding": [OneOf("ple", "periodic"), None],
    "n_members": [OneOf("auto"), Integer(1)],
    "optimizer": [OneOf("adamw", "adam", "sgd")],
    "learning_rate": [OneOf("auto"), Real(0, closed="neither")],
    "weight_decay": [Real(0)],
    "batch_size": [OneOf("auto"), Integer(1)],
    "max_epochs": [OneOf("auto"), Integer(1)],
    "max_time": [Real(0, closed="neither"), None],
    "early_stopping": [Boolean()],
    "patience": [Integer(1), None],
    "validation_fraction": [OneOf("auto"), Real(0, 1, closed="neither")],
    "restore_best": [Boolean()],
    "image_shape": [ListOf(Integer(1), 2), None],
    "pretrained": [HasMethods(("fit", "predict")), None],
    "freeze": [OneOf("body"), ListOf(Integer(1)), None],
    "layer_decay": [Real(0, 1, closed="right")],
    "warm_start": [Boolean()],
    "callbacks": [ListOf(Anything()), None],
    "device": [OneOf("cpu", "cuda", "mps")],
    "verbose": [Integer(0), Boolean()],
    "random_state": [RandomState()],
}
WORTH = 0.9  # of the loss from scratch; members that start alike differ less, so that averaging them brings less


def n_target_columns(y: Any) -> int:
    """Count the columns of a target: 0 when it is a plain sequence."""
    shape = y.shape if hasattr(y, "shape") else np.shape(np.asarray(y))
    return shape[1] if len(shape) == 2 else 0


class NeuralEstimator(DocLinked, BaseEstimator):
    """Fit a net to a mixed table; subclasses say what the target is."""

    _rules = RULES
    _auto_rates: dict[str, float] = AUTO_RATES
    _auto_members: int | None = None

    # what a face does that has not the parameter
    hidden_units: Any = "auto"
    activation: str = "relu"
    weight_init: str = "auto"
    batch_norm: bool = False
    numeric_embedding: str | None = "ple"
    optimizer: str = "adamw"
    image_shape: Any = None
    pretrained: Any = None
    freeze: Any = None
    layer_decay: float = 1.0
    warm_start: bool = False
    transfer_report_: TransferReport

    def _fit(self, X: Any, y: Any, sample_weight: Any, groups: Any, X_val: Any, y_val: Any) -> None:
        check_parameters(self)
        source = self._source()
        keeps = copy.copy(source)  # what is read from it stays when self is its own source
        rows = self._read_rows(X, y, sample_weight, groups)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        plan = choose_plan(self, rows, self._task_loss, self._n_outputs, None if source is None else keeps.plan_)
        x = self._learn_inputs(rows, plan, None if source is None else keeps.inputs_)  # (n_rows, n_inputs)
        target, weight = self._prepare_target(rows.y, rows.weight)
        self.input_means_ = weight @ x / weight.sum()
        weight = None if (weight == weight[0]).all() else weight / weight.mean()

        members, held_out = self._hold_out(rows, x, target, weight, plan, seed, X_val, y_val)
        trained = train_net(
            lambda sample, generator: self._make_net(plan, sample, generator),
            None if source is None else lambda net, some: self._take_over(net, keeps, some),
            as_rows(x, target, weight, members, plan.device),
            held_out,
            plan,
            seed,
        )
        self._settle(trained, held_out, plan)
        if source is not None and source is not self and held_out is not None and not plan.freeze:
            self._compare_with_scratch(X, y, sample_weight, groups, X_val, y_val)

    def _compare_with_scratch(self, *rows: Any) -> None:
        """Keep what held-out rows prefer: the net that started from another one, or one of its own."""
        alone = type(self)(**{**self.get_params(deep=False), "pretrained": None})
        alone._fit(*rows)
        scores = {"pretrained": self._score, "scratch": alone._score}
        uses = "pretrained" if self._score < WORTH * alone._score else "scratch"
        report = replace(self.transfer_report_, scores=scores, uses=uses)
        if uses == "scratch":
            self.__dict__.update({name: value for name, value in vars(alone).items() if name != "pretrained"})
        self.transfer_report_ = report

    def _hold_out(
        self, rows: Prepared, x: Any, target: Any, weight: Any, plan: Plan, seed: int, X_val: Any, y_val: Any
    ) -> tuple[list[np.ndarray], HeldOut | None]:
        """Return the training rows of each member, and what is held out."""
        members = [np.arange(len(x))] * plan.n_members
        if X_val is not None or y_val is not None:
            return members, self._read_held_out(X_val, y_val, plan.n_members)
        if not self._wants_held_out() or len(x) < MIN_HELD_OUT_ROWS:
            return members, None
        try:
            rng = np.random.default_rng(seed)
            members, out, is_shared = split_members(rows, plan.n_members, self.validation_fraction, rng)
        except ValueError as error:
            raise ValueError(f"{type(self).__name__}: {error}") from None
        return members, HeldOut(x, target, weight, out, is_shared)

    def _settle(self, trained: Trained, held_out: HeldOut | None, plan: Plan) -> None:
        """Keep what a training left."""
        self._start, self._score = trained.start, trained.score
        self._keep(trained.engine, plan)
        watch = trained.watch
        if not np.isfinite(self.history_["train_loss"][-1]) and (watch is None or watch.best_epoch_ < 0):
            raise ValueError(self._describe_divergence())
        self.best_epoch_ = self.n_iter_ - 1
        if watch is not None:
            if plan.restore_best:
                self.best_epoch_ = watch.best_epoch_
            with quiet_torch():
                self._learn_from_held_out(*held_out_predictions(trained.engine, watch), held_out)
            watch.forget()
        trained.engine.optimizer_.state.clear()  # a fitted net carries neither training rows nor moments

    def _describe_divergence(self) -> str:
        loss = self.history_["train_loss"][-1]
        return f"{type(self).__name__}: the loss became {loss} in epoch {self.n_iter_}; lower learning_rate."

    def _make_net(self, plan: Plan, sample: torch.Tensor, generator: torch.Generator) -> PackedMLP:
        return build_net(plan, sample.shape[2], len(self.inputs_.numbers), sample, generator)

    def _fold(self, net: PackedMLP) -> Any:
        return fold(net)

    def _read_rows(self, X: Any, y: Any, sample_weight: Any, groups: Any) -> Prepared:
        table = read_table(self, X, reset=True)
        self._names, self._kinds = table.names, table.kinds
        weight = read_weights(self, sample_weight, table.n_rows)
        task = self._read_task(y, table.n_rows, weight)
        self._task_loss, self._n_outputs = task.loss, task.n_outputs
        return prepare(table, task, weight, groups)

    def _learn_inputs(self, rows: Prepared, plan: Plan, source: Any) -> np.ndarray:
        if plan.image_shape is not None and (rows.levels or np.prod(plan.image_shape) != len(self._names)):
            raise ValueError(
                f"{type(self).__name__}: image_shape {plan.image_shape} holds {np.prod(plan.image_shape)} numbers, but "
                f"X has {len(self._names)} columns, {len(rows.levels)} of them categories; give each pixel a column."
            )
        inputs = learn_inputs(
            self._names,
            self._kinds,
            rows.columns,
            rows.levels,
            rows.weight,
            plan.numeric_embedding if plan.image_shape is None else None,
            bins_per_number(len(rows), len(self._names)),
            plan.image_shape is not None,
        )
        self.inputs_ = inputs if source is None else adopt_inputs(source, inputs)
        return encode(recode(rows.columns, rows.levels, self.inputs_), self.inputs_)

    def _source(self) -> Any:
        """Return the fitted net to start from, or None."""
        if self.warm_start and hasattr(self, "net_"):
            check_goes_on(self, self.plan_)
            return self
        if self.pretrained is None:
            return None
        source = self.pretrained.estimator if isinstance(self.pretrained, FrozenEstimator) else self.pretrained
        if not hasattr(source, "net_"):
            raise ValueError(
                f"{type(self).__name__}: pretrained is not a fitted net of ours; fit it first, and wrap it in "
                "sklearn.frozen.FrozenEstimator where it will be cloned."
            )
        return source

    def _take_over(self, net: PackedMLP, source: Any, some: Batch) -> np.ndarray:
        report = report_columns(source.inputs_, self.inputs_)
        keeps_head = self._answers_alike(source)
        layers, is_new = transfer_weights(
            net, source.net_.module_, self.inputs_, source.inputs_, source.input_means_, keeps_head
        )
        if keeps_head:
            self._rescale_head(net, source)
        else:
            start_head(net, some, self._task_loss)
        self.transfer_report_ = replace(report, layers=layers, head="copied" if keeps_head else "new")
        return is_new

    def _keep(self, engine: Engine, plan: Plan) -> None:
        self.net_ = engine
        self.predictor_ = self._fold(engine.module_)
        self.plan_ = plan
        self.n_iter_ = len(engine.history)
        self.history_ = {
            name: np.array([row.get(name, np.nan) for row in engine.history])
            for name in ("train_loss", "valid_loss")
            if any(name in row for row in engine.history)
        }

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> None:
        """Take one pass over more rows; the first call settles inputs and outputs."""
        check_parameters(self)
        is_first = not hasattr(self, "net_")
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        if is_first:
            rows = self._read_rows(X, y, sample_weight, None)
            plan = replace(choose_plan(self, rows, self._task_loss, self._n_outputs, None), max_epochs=1, cools=False)
            x = self._learn_inputs(rows, plan, None)
            target, weight = self._prepare_target(rows.y, rows.weight)
            self.input_means_ = weight @ x / weight.sum()
        else:
            plan = self.plan_
            table = self._read_again(X)
            weight = read_weights(self, sample_weight, table.n_rows)
            weight = np.ones(table.n_rows) if weight is None else weight
            x = encode(read_columns(table, self.inputs_.levels)[0], self.inputs_)[weight > 0]
            target = self._read_validation_target(y, table.n_rows)[weight > 0]
            weight = weight[weight > 0]
        seed = (seed + getattr(self, "n_iter_", 0)) % 2**31
        members = [np.arange(len(x))] * plan.n_members
        tensors = as_rows(x, target, weight / weight.mean(), members, plan.device)
        if is_first:
            trained = train_net(
                lambda sample, generator: self._make_net(plan, sample, generator), None, tensors, None, plan, seed
            )
            self._start, engine = trained.start, trained.engine
        else:
            engine = copy.deepcopy(self.net_)
            engine.set_params(max_epochs=1, cools=False)
            with quiet_torch():
                train(engine, tensors, torch.Generator().manual_seed(seed))
        self._keep(engine, plan)
        if not np.isfinite(self.history_["train_loss"][-1]):
            raise ValueError(self._describe_divergence())
        self.best_epoch_ = self.n_iter_ - 1

    def _wants_held_out(self) -> bool:
        return bool(self.early_stopping)

    def _output(self, X: Any) -> np.ndarray:
        """Return what each member says of new rows: (n_members, n_rows, n_outputs)."""
        return self.predictor_.output(self._encode(X))

    def _read_again(self, X: Any) -> Table:
        """Read a table of the columns of ``fit``, each of the kind that it had."""
        table = read_table(self, X, reset=False)
        check_kinds_of_fit(table, self.inputs_.kinds)
        return table

    def _encode(self, X: Any) -> np.ndarray:
        """Return the inputs of the net for new rows: (n_rows, n_inputs)."""
        check_is_fitted(self, "predictor_")
        columns, _ = read_columns(self._read_again(X), self.inputs_.levels)
        return encode(columns, self.inputs_)

    def _read_held_out(self, X_val: Any, y_val: Any, n_members: int) -> HeldOut:
        if X_val is None or y_val is None:
            raise ValueError(f"{type(self).__name__}: X_val and y_val belong together; pass both or none.")
        columns, _ = read_columns(self._read_again(X_val), self.inputs_.levels)
        x = encode(columns, self.inputs_)
        return HeldOut(x, self._read_validation_target(y_val, len(x)), None, [np.arange(len(x))] * n_members, True)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return {**state, "net_": net_to_arrays(state["net_"])} if "net_" in state else state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "net_" in state:
            self.net_ = net_from_arrays(self, self.plan_, len(self.input_means_), state["net_"])

    @property
    def init_report_(self) -> Any:
        """How the net stood before its first step, one row a layer, and what to change."""
        from sklearn_mlknow.neural.init_report import report_start

        check_is_fitted(self, "predictor_")
        return report_start(self._start)

    def __sklearn_tags__(self) -> Any:
        """State that missing values and text columns are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags
