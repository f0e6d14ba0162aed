"""What all nets share: from the inputs of a net to a trained net, and from a trained net to its answers."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.parameters import check_parameters
from sklearn_mlknow._shell.targets import read_weights
from sklearn_mlknow.neural.building import build_net
from sklearn_mlknow.neural.companion import can_compare, choose, compare, join
from sklearn_mlknow.neural.engine import Engine
from sklearn_mlknow.neural.modules import PackedMLP
from sklearn_mlknow.neural.parts import encode_for_training, mean_of_rows
from sklearn_mlknow.neural.pictures import principal_axes
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.predictor import fold
from sklearn_mlknow.neural.quiet import quiet_torch
from sklearn_mlknow.neural.reading import read_columns
from sklearn_mlknow.neural.recipe import AUTO_RATES, check_parts_go_on, choose_plan
from sklearn_mlknow.neural.rows import Batch, Rows, as_rows
from sklearn_mlknow.neural.rules import RULES
from sklearn_mlknow.neural.saved import net_from_arrays, net_to_arrays
from sklearn_mlknow.neural.session import HeldOut, Trained, held_out_predictions, train, train_net
from sklearn_mlknow.neural.table_face import TableFace
from sklearn_mlknow.neural.takeover import find_source, take_over
from sklearn_mlknow.neural.transfer import TransferReport


class NeuralEstimator(TableFace):
    """Train, keep and ask a net; subclasses say what the target is."""

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
        source = find_source(self)
        keeps = copy.copy(source)  # what is read from it stays when self is its own source
        self.__dict__.pop("transfer_report_", None)
        rows = self._read_rows(X, y, sample_weight, groups)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        plan = choose_plan(self, rows, self._task_loss, self._n_outputs, None if source is None else keeps.plan_)
        x = self._learn_inputs(rows, plan, None if source is None else keeps.inputs_)  # (n_rows, n_inputs)
        target, weight = self._prepare_target(rows.y, rows.weight)
        self._look_at(x, weight, plan)
        weight = None if (weight == weight[0]).all() else weight / weight.mean()

        members, held_out = self._hold_out(rows, x, target, weight, plan, seed, X_val, y_val)
        # callbacks are told of one training, the one that stays
        starts_over = source is not None and source is not self
        compares = starts_over and can_compare(held_out) and not plan.freeze and not self.callbacks
        if compares and plan.max_time is not None:
            plan = replace(plan, max_time=plan.max_time / 2)
        inputs = as_rows(x, target, weight, members, plan.device)
        trained = train_net(
            lambda sample, generator: self._make_net(plan, sample, generator),
            None if source is None else lambda net, some: self._take_over(net, keeps, some, plan),
            inputs,
            held_out,
            plan,
            seed,
        )
        if compares:
            trained, plan = self._compare_with_scratch(trained, inputs, held_out, plan, seed)
        self._settle(trained, held_out, plan)

    def _compare_with_scratch(
        self, pretrained: Trained, rows: Rows, held_out: HeldOut | None, plan: Plan, seed: int
    ) -> tuple[Trained, Plan]:
        """Keep what held-out rows prefer: the net that started from another one, one that did not, or both."""
        anew = replace(plan, layer_decay=1.0)  # is for what was learned before
        scratch = train_net(
            lambda sample, generator: self._make_net(anew, sample, generator), None, rows, held_out, anew, seed
        )
        scores = compare(pretrained, scratch)
        uses = choose(scores)
        self.transfer_report_ = replace(self.transfer_report_, scores=scores, uses=uses)
        if uses != "both":
            return (scratch if uses == "scratch" else pretrained), plan
        plan = replace(plan, n_members=2 * plan.n_members)
        sample = torch.zeros(plan.n_members, 1, len(self.input_means_), dtype=torch.float32)
        net = self._make_net(replace(plan, weight_init="he_normal"), sample, torch.Generator().manual_seed(seed))
        return join(pretrained, scratch, net, plan), plan

    def _settle(self, trained: Trained, held_out: HeldOut | None, plan: Plan) -> None:
        """Keep what a training left."""
        self._start, self._score = trained.start, trained.score
        self._keep(trained.engine, plan)
        watch = trained.watch
        self._check_converged(was_restored=plan.restore_best and watch is not None and watch.best_epoch_ >= 0)
        self.best_epoch_ = self.n_iter_ - 1
        if watch is not None:
            if plan.restore_best:
                self.best_epoch_ = watch.best_epoch_
            with quiet_torch():
                self._learn_from_held_out(*held_out_predictions(trained.engine, watch), held_out)
            watch.forget()
        trained.engine.optimizer_.state.clear()  # a fitted net carries neither training rows nor moments

    def _check_converged(self, was_restored: bool) -> None:
        """Refuse a net that no longer answers; one that was put back to its best epoch may have lost its way later."""
        loss = self.history_["train_loss"][-1]
        if not np.isfinite(loss) and not was_restored:
            fact = f"the loss became {loss}"
        elif not all(torch.isfinite(value).all() for value in self.net_.module_.state_dict().values()):
            fact = "weights are no longer finite"
        else:
            return
        raise ValueError(f"{type(self).__name__}: {fact} in epoch {self.n_iter_}; lower learning_rate.")

    def _look_at(self, x: np.ndarray, weight: np.ndarray, plan: Plan) -> None:
        """Keep of the training inputs what a transfer and a picture of a unit ask for."""
        self.input_means_ = mean_of_rows(x, weight)
        self._picture_axes = None if plan.image_shape is None else principal_axes(x, weight)

    def _make_net(self, plan: Plan, sample: torch.Tensor, generator: torch.Generator) -> PackedMLP:
        return build_net(plan, sample.shape[2], len(self.inputs_.numbers), sample, generator)

    def _fold(self, net: PackedMLP) -> Any:
        return fold(net)

    def _take_over(self, net: PackedMLP, source: Any, some: Batch, plan: Plan) -> np.ndarray:
        is_whole = not getattr(source, "_uses_trees", False)  # a net on trees says only what to add to theirs
        rescale = self._rescale_head if is_whole and self._answers_alike(source) else None
        self.transfer_report_, is_new = take_over(net, source, self.inputs_, some, plan, rescale)
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
        if is_first and self.pretrained is not None:
            raise ValueError(
                f"{type(self).__name__}: partial_fit takes nothing over from pretrained; call fit first, or set None."
            )
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        if is_first:
            rows = self._read_rows(X, y, sample_weight, None)
            plan = replace(choose_plan(self, rows, self._task_loss, self._n_outputs, None), max_epochs=1, cools=False)
            x = self._learn_inputs(rows, plan, None)
            target, weight = self._prepare_target(rows.y, rows.weight)
            self._look_at(x, weight, plan)
            weight = weight / weight.mean()
        else:
            plan = self.plan_
            check_parts_go_on(self, plan)
            table = self._read_again(X)
            weight = read_weights(self, sample_weight, table.n_rows)
            weight = np.ones(table.n_rows) if weight is None else weight
            x = encode_for_training(read_columns(table, self.inputs_.levels)[0], self.inputs_)[weight > 0]
            target, weight = self._read_more(y, weight)
        seed = (seed + getattr(self, "n_iter_", 0)) % 2**31
        members = [np.arange(len(x))] * plan.n_members
        device = plan.device if is_first else self.net_.device  # a net may have been loaded where there is no other
        tensors = as_rows(x, target, weight, members, device)
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
        self._check_converged(was_restored=False)
        self.best_epoch_ = self.n_iter_ - 1

    def _output(self, X: Any) -> np.ndarray:
        """Return what each member says of new rows: (n_members, n_rows, n_outputs)."""
        return self._ask(self.predictor_.output, X)

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
        if not self._start:
            raise AttributeError(f"{type(self).__name__}: the net has no plain hidden layers to report on.")
        return report_start(self._start, self.plan_)
