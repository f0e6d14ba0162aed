"""The body of a net on boosted trees: two nets, one from zero and one from the trees' answers, and one choice.

The net with the better loss on held-out rows stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from sklearn_mlknow._shell.parameters import Integer, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow.neural.inputs import recode
from sklearn_mlknow.neural.parts import answer_rows
from sklearn_mlknow.neural.preparing import Prepared
from sklearn_mlknow.neural.recipe import MIN_HELD_OUT_ROWS, choose_plan
from sklearn_mlknow.neural.rows import as_rows
from sklearn_mlknow.neural.rules import RULES
from sklearn_mlknow.neural.session import Trained, train_net
from sklearn_mlknow.neural.splitting import assign_folds
from sklearn_mlknow.neural.tree_offset import answer_out_of_fold, levels_to_nan

SHARED = (
    "hidden_units", "activation", "dropout", "numeric_embedding", "n_members", "learning_rate", "weight_decay",
    "batch_size", "max_epochs", "max_time", "patience", "device", "verbose", "random_state",
)  # fmt: skip
HYBRID_RULES: dict[str, list[Any]] = {"n_folds": [Integer(2)], **{name: RULES[name] for name in SHARED}}
HALF_RATE = 0.5  # the net on an offset has less to learn
ALONE, ON_TREES = "net", "net on trees"


def choose_net(trained: dict[str, Trained]) -> str:
    """Name the net with the lowest held-out loss, and let the others go of the held-out rows."""
    choice = min(trained, key=lambda name: trained[name].score)
    for name, one in trained.items():
        if name != choice and one.watch is not None:
            one.watch.forget()
    return choice


class HybridNet:
    """What the two hybrids share: trees out of fold, two nets, one choice."""

    early_stopping = True  # held-out rows choose between the two nets
    validation_fraction = "auto"
    restore_best = True
    callbacks = None
    weight_init = "data"

    @restores_on_failure
    def fit(self: Any, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> Any:
        """Train the trees, both nets, and keep the better one.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers, categories, dates; missing values are welcome.
        y : array-like of shape (n_rows,)
            Classes or numbers.
        sample_weight : array-like of shape (n_rows,) or None, default=None
            Weight 2 equals the row twice, weight 0 the row removed.
        groups : array-like of shape (n_rows,) or None, default=None
            Rows of one group are held out together.

        Returns
        -------
        estimator
            Itself.
        """
        check_parameters(self)
        rows = self._read_rows(X, y, sample_weight, groups)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        plan = choose_plan(self, rows, self._task_loss, self._n_outputs, None)
        x = self._learn_inputs(rows, plan, None)  # (n_rows, n_inputs)
        target, weight = self._prepare_target(rows.y, rows.weight)
        self._look_at(x, weight, plan)
        plans, starts = {ALONE: plan}, {ALONE: None}
        self.trees_ = None
        if len(x) >= MIN_HELD_OUT_ROWS:
            plans[ON_TREES] = replace(plan, learning_rate=plan.learning_rate * HALF_RATE)
            starts[ON_TREES] = self._grow_trees(rows, target, weight, seed)
        weight = None if (weight == weight[0]).all() else weight / weight.mean()
        members, held_out = self._hold_out(rows, x, target, weight, plan, seed, None, None)
        out = {name: held_out and replace(held_out, offset=start) for name, start in starts.items()}
        trained = {
            name: train_net(
                lambda sample, generator: self._make_net(plan, sample, generator),
                None,
                as_rows(x, target, weight, members, plan.device, start),
                out[name],
                plans[name],
                seed,
            )
            for name, start in starts.items()
        }
        self.scores_ = {name: one.score for name, one in trained.items()}
        self.choice_ = choose_net(trained)
        self._uses_trees = self.choice_ == ON_TREES
        self._settle(trained[self.choice_], out[self.choice_], plan)
        return self

    @property
    def partial_fit(self) -> Any:
        """Absent: trees learn from all rows at once."""
        raise AttributeError(
            f"{type(self).__name__} has no partial_fit, since its trees learn from all rows at once; use "
            "NeuralClassifier or NeuralRegressor for rows that come in parts."
        )

    def _grow_trees(self: Any, rows: Prepared, target: np.ndarray, weight: np.ndarray, seed: int) -> np.ndarray:
        """Train the trees, and return what they say out of fold: (n_rows, n_outputs)."""
        columns = levels_to_nan(recode(rows.columns, rows.levels, self.inputs_), self.inputs_.levels)
        folds = assign_folds(self.n_folds, rows.strata, rows.groups, len(rows), np.random.default_rng(seed))
        output = answer_out_of_fold(
            lambda some: self._fit_trees(columns[some], target[some], weight[some], seed),
            lambda trees, some: self._tree_output(trees, columns[some]),
            folds,
            self._n_outputs,
        )
        self._scale = self._find_scale(output, target, weight)
        self.trees_ = self._fit_trees(columns, target, weight, seed)
        return output * self._scale

    def _is_categorical(self: Any) -> np.ndarray | None:
        chosen = np.array([i in self.inputs_.levels for i in range(len(self.inputs_.names))])
        return chosen if chosen.any() else None

    def _output(self: Any, X: Any) -> np.ndarray:
        """Return what each member says of new rows, on top of the trees: (n_members, n_rows, n_outputs)."""
        columns = self._columns(X)
        output = answer_rows(self.predictor_.output, columns, self.inputs_)
        if self._uses_trees:
            output = output + self._tree_output(self.trees_, levels_to_nan(columns, self.inputs_.levels)) * self._scale
        return output
