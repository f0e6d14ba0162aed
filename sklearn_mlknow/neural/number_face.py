"""The face of a net that estimates one or several numbers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import torch
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted

from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.targets import read_target
from sklearn_mlknow.neural.estimator import NeuralEstimator
from sklearn_mlknow.neural.modules import PackedMLP
from sklearn_mlknow.neural.preparing import Task, n_target_columns
from sklearn_mlknow.neural.session import HeldOut
from sklearn_mlknow.summaries.moments import power_of_two


class NumberFace(RegressorMixin, NeuralEstimator):
    """Read numbers, learn them in standard units, answer within their range; subclasses hold the parameters."""

    _y_low: np.ndarray
    _y_high: np.ndarray

    @restores_on_failure
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, X_val: Any = None, y_val: Any = None
    ) -> Self:
        """Train the net.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers, categories, dates; missing values are welcome.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            One or several numbers a row.
        sample_weight : array-like of shape (n_rows,) or None, default=None
            Weight 2 equals the row twice, weight 0 the row removed.
        groups : array-like of shape (n_rows,) or None, default=None
            Rows of one group are held out together.
        X_val : array-like or frame or None, default=None
            Rows to watch instead of held-out ones. Inside a Pipeline, name it in ``transform_input``.
        y_val : array-like or None, default=None
            Their targets.

        Returns
        -------
        estimator
            Itself.
        """
        self._fit(X, y, sample_weight, groups, X_val, y_val)
        return self

    @restores_on_failure
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Take one pass over more rows.

        The first call settles scales, bins, levels and the units of the target; nothing is held out. Parameters of the
        net and of its steps are those of the first call, or of ``fit``.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            More rows of the same columns.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            Their targets.
        sample_weight : array-like of shape (n_rows,) or None, default=None
            How often each row counts.

        Returns
        -------
        estimator
            Itself.
        """
        self._partial_fit(X, y, sample_weight)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimate of each row.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Rows to estimate.

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_outputs)
        """
        check_is_fitted(self, "predictor_")
        with np.errstate(over="ignore"):  # numbers near the largest double stay within the range of training
            values = self._output(X).mean(axis=0) * self._y_spread + self._y_mean  # (n_rows, n_outputs)
        values = np.clip(values, self._y_low, self._y_high)
        return values[:, 0] if self._is_flat else values

    def _read_task(self, y: Any, n_rows: int, weight: np.ndarray | None) -> Task:
        self._is_flat = y is None or n_target_columns(y) < 2
        values = self._read_numbers(y, n_rows)
        return Task(values, "squared", values.shape[1], None)

    def _read_numbers(self, y: Any, n_rows: int) -> np.ndarray:
        if self._is_flat:
            return read_target(self, y, n_rows, kind="number").values[:, None]
        values = check_array(y, input_name="y", estimator=self, dtype=np.float64)
        check_consistent_length(np.empty(n_rows), values)
        return values

    def _prepare_target(self, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        share = weight / weight.sum()
        self._y_mean = share @ y  # (n_outputs,)
        unit = power_of_two(np.abs(y).max(axis=0))  # so that differences and squares up to 1e308 are numbers
        spread = np.sqrt(share @ (y / unit - self._y_mean / unit) ** 2) * unit
        self._y_spread = np.where(spread > 0, spread, 1.0)
        self._y_low, self._y_high = y.min(axis=0), y.max(axis=0)
        return self._standardise(y), weight

    def _read_more(self, y: Any, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, weight = self._read_answers(y, len(weight))[weight > 0], weight[weight > 0]
        self._y_low = np.minimum(self._y_low, values.min(axis=0))
        self._y_high = np.maximum(self._y_high, values.max(axis=0))
        return self._standardise(values), weight / weight.mean()

    def _learn_from_held_out(self, output: np.ndarray, index: np.ndarray, held_out: HeldOut) -> None:
        """Squared errors need no calibration."""

    def _read_validation_target(self, y: Any, n_rows: int) -> np.ndarray:
        return self._standardise(self._read_answers(y, n_rows))

    def _standardise(self, values: np.ndarray) -> np.ndarray:
        unit = power_of_two(self._y_spread)
        standard: np.ndarray = (values / unit - self._y_mean / unit) / (self._y_spread / unit)
        return standard

    def _read_answers(self, y: Any, n_rows: int) -> np.ndarray:
        """Read numbers as many in a row as the net answers with."""
        values = self._read_numbers(y, n_rows)
        if values.shape[1] != self._n_outputs:
            raise ValueError(
                f"{type(self).__name__}: y has {values.shape[1]} columns, but the net answers with {self._n_outputs}; "
                "pass the targets of fit."
            )
        return values

    def _answers_alike(self, source: Any) -> bool:
        return hasattr(source, "_y_mean") and source.plan_.n_outputs == self._n_outputs

    def _rescale_head(self, net: PackedMLP, source: Any) -> None:
        """Make the copied head answer in the units of the new target."""
        factor = torch.from_numpy(source._y_spread / self._y_spread).float()
        shift = torch.from_numpy((source._y_mean - self._y_mean) / self._y_spread).float()
        with torch.no_grad():
            net.head.weight.mul_(factor)
            net.head.bias.mul_(factor).add_(shift)

    def __sklearn_tags__(self) -> Any:
        """State that several numbers a row are welcome."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags
