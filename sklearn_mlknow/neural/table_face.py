"""The face of a net towards tables: rows of any kind become the inputs of a net."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.table import Table, check_kinds_of_fit, read_table
from sklearn_mlknow._shell.targets import read_weights
from sklearn_mlknow.neural.inputs import learn_inputs, recode
from sklearn_mlknow.neural.parts import answer_rows, encode_for_training
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.preparing import Prepared, prepare, split_members
from sklearn_mlknow.neural.reading import column_dtypes, columns_of_lengths, read_columns
from sklearn_mlknow.neural.recipe import MIN_HELD_OUT_ROWS, bins_per_number
from sklearn_mlknow.neural.session import HeldOut
from sklearn_mlknow.neural.transfer import adopt_inputs


class TableFace(DocLinked, BaseEstimator):
    """Read tables of training, new rows and held-out rows; subclasses say what the target is."""

    def _read_rows(self, X: Any, y: Any, sample_weight: Any, groups: Any) -> Prepared:
        table = read_table(self, X, reset=True)
        self._names, self._kinds, self._lengths = table.names, table.kinds, columns_of_lengths(table)
        weight = read_weights(self, sample_weight, table.n_rows)
        self._dtypes = column_dtypes(table)
        task = self._read_task(y, table.n_rows, weight)
        self._task_loss, self._n_outputs = task.loss, task.n_outputs
        return prepare(table, task, weight, groups)

    def _learn_inputs(self, rows: Prepared, plan: Plan, source: Any) -> np.ndarray:
        if plan.image_shape is not None and (rows.levels or np.prod(plan.image_shape) != len(self._names)):
            raise ValueError(
                f"{type(self).__name__}: image_shape {plan.image_shape} holds {np.prod(plan.image_shape)} numbers, but "
                f"X has {len(self._names)} columns, {len(rows.levels)} of them categories; give each pixel a column."
            )
        n_bins = bins_per_number(len(rows), len(self._names))
        inputs = learn_inputs(
            self._names,
            self._kinds,
            rows.columns,
            rows.levels,
            rows.weight,
            plan.numeric_embedding if plan.image_shape is None else None,
            n_bins,
            plan.image_shape is not None,
        )
        self.inputs_ = inputs if source is None else adopt_inputs(source, inputs, n_bins)
        return encode_for_training(recode(rows.columns, rows.levels, self.inputs_), self.inputs_)

    def _wants_held_out(self) -> bool:
        return bool(self.early_stopping)

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

    def _read_held_out(self, X_val: Any, y_val: Any, n_members: int) -> HeldOut:
        if X_val is None or y_val is None:
            raise ValueError(f"{type(self).__name__}: X_val and y_val belong together; pass both or none.")
        columns, _ = read_columns(self._read_again(X_val), self.inputs_.levels)
        x = encode_for_training(columns, self.inputs_)
        target = self._read_validation_target(y_val, len(x))
        return HeldOut(x, target, self._weigh_validation(target), [np.arange(len(x))] * n_members, True)

    def _weigh_validation(self, target: np.ndarray) -> np.ndarray | None:
        """Return how much each row of X_val counts: (n_rows,); None when all count alike."""
        return None

    def _read_again(self, X: Any) -> Table:
        """Read a table of the columns of ``fit``, each of the kind that it had."""
        table = read_table(self, X, reset=False)
        check_kinds_of_fit(table, self.inputs_.kinds)
        return table

    def _columns(self, X: Any) -> np.ndarray:
        """Read new rows as numbers and codes: (n_rows, n_columns)."""
        check_is_fitted(self, "predictor_")
        return read_columns(self._read_again(X), self.inputs_.levels)[0]

    def _ask(self, ask: Callable[[np.ndarray], np.ndarray], X: Any) -> np.ndarray:
        """Answer new rows, by a function of the net's inputs: (..., n_rows, n_answers)."""
        return answer_rows(ask, self._columns(X), self.inputs_)

    def __sklearn_tags__(self) -> Any:
        """State that missing values and text columns are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags
