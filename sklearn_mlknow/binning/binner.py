"""What all binners share: everything but where to cut.

A binner learns inner edges from what it has seen of a column; from the edges follow codes, and from the codes follow
all ways of writing a bin.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer
from sklearn_mlknow._shell.cross_fitting import folds_without_target
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.output import names_of_input, requested_container
from sklearn_mlknow._shell.parameters import Anything, Dictionary, OneOf
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import Target, read_target, read_weights
from sklearn_mlknow.binning import column_reading as reading
from sklearn_mlknow.binning import entries, seen, writing
from sklearn_mlknow.binning.bin_table import bin_table
from sklearn_mlknow.binning.bin_targets import bin_targets, read_one_target
from sklearn_mlknow.binning.bin_weights import bin_weights
from sklearn_mlknow.binning.bins import Bins
from sklearn_mlknow.binning.column_reading import Columns
from sklearn_mlknow.binning.decode import decode_table
from sklearn_mlknow.binning.encode import ENCODINGS, look_up, output_dtype
from sklearn_mlknow.binning.evidence import evidence_by_fold, learn_evidence
from sklearn_mlknow.binning.seen import Seen
from sklearn_mlknow.binning.special import mark_special, without_special
from sklearn_mlknow.kernels import digitise_table, pad_edges
from sklearn_mlknow.kernels.threads import each

if TYPE_CHECKING:
    import pandas as pd

BINNER_RULES: dict[str, list[Any]] = {
    "encode": [OneOf(*ENCODINGS)],
    "handle_missing": [OneOf("bin", "propagate", "error")],
    "special": [Dictionary(), None],
    "dtype": [Anything()],
    **COLUMN_RULES,
}


class Binner(ColumnwiseTransformer):
    """Base of all binners: a subclass says where to cut, in `_cut`."""

    encode: str
    handle_missing: str
    special: Any
    dtype: Any
    bin_targets_: list[Any] | None
    target_classes_: np.ndarray | None

    @abstractmethod
    def _cut(self, column: Seen, name: str) -> np.ndarray:
        """Return the inner edges of a column, increasing."""

    @property
    def _target(self) -> str | None:  # type: ignore[override]
        return "class" if self.encode == "woe" else None

    @property
    def _has_missing_bin(self) -> bool:
        return self.handle_missing == "bin"

    @restores_on_failure
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn the bins of every column, exactly.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,), default=None
            The target. ``encode="woe"`` needs it, with two classes; otherwise it is only counted, for the bin table
            (and left alone when it has several columns).
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        super().fit(X, y, sample_weight)
        table = read_table(self, X, reset=False)
        target = read_one_target(self, y, table.n_rows) if self.bin_targets_ is None else None
        if target is not None:
            codes, _, _ = self._digitised(table, np.int32)  # rows of no weight may hold anything
            weights = read_weights(self, sample_weight, table.n_rows)
            n_codes = np.array([bins.n_codes for bins in self._bins])
            self.bin_targets_, self.target_classes_ = bin_targets(codes, n_codes, target, weights), target.classes
        return self

    def fit_transform(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """Fit, then transform; with ``encode="woe"`` each row by the evidence of the rows outside its fold.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,), default=None
            The target; ``encode="woe"`` needs it.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights of the rows.

        Returns
        -------
        ndarray, sparse array or frame
            As ``transform`` returns it.
        """
        self.fit(X, y, sample_weight)
        if self.encode != "woe":
            return self.transform(X)
        table = read_table(self, X, reset=False)
        target = read_target(self, y, table.n_rows, "class")
        return self._put_in_place(table, self._cross_fitted(table, target, read_weights(self, sample_weight, len(y))))

    @restores_on_failure
    def merge(self, other: Self) -> Self:
        """Take in what another binner, fitted on other rows of the same columns, has seen.

        Parameters
        ----------
        other : binner of the same class
            Fitted on the same columns with the same special values; it is left as it is.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        check_is_fitted(other)
        ours, theirs = ([bins.special.tolist() for bins in getattr(one, "_bins", [])] for one in (self, other))
        if type(other) is type(self) and other.columns_ == self.columns_ and ours != theirs:
            raise ValueError(f"{who(self)}: merge needs the same special values on both sides.")
        return super().merge(other)

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Turn bins back into values: the middle of the bin; the value itself where the encoding kept it.

        Parameters
        ----------
        X : array-like, sparse array or frame of shape (n_rows, n_outputs)
            What ``transform`` returned.

        Returns
        -------
        ndarray of shape (n_rows, n_features_in_)
            Without the columns that ``remainder="drop"`` left out. Missing stays NaN, special values are themselves.

        Raises
        ------
        ValueError
            With ``encode="woe"``, since several bins may carry the same evidence.
        """
        check_is_fitted(self)
        if self.encode == "woe":
            raise ValueError(f'{who(self)}: encode="woe" has no inverse, since bins may share their evidence.')
        self._check_unchanged()
        return decode_table(self, X, names_of_input(self))

    def bin_table(self) -> pd.DataFrame:
        """Describe every bin of every column: how many rows it holds, and what it tells about the target.

        Returns
        -------
        DataFrame
            One row a bin, missing and special values last: ``column``, ``interval``, ``count`` and ``share`` of the
            rows (or their weight). When ``fit`` was given a target of two classes also ``events`` (rows of the second
            class), ``event_rate``, ``woe`` (weight of evidence) and ``iv`` (its part of the information value); of more
            classes ``share_<class>`` and ``information`` (nats); of numbers ``mean`` and ``deviation``.
        """
        check_is_fitted(self)
        return bin_table(self.columns_, map(self._texts, range(len(self._bins))), self)

    def _summarise_all(self, table: Table, indices: list[int], y: Any, sample_weight: Any) -> list[Seen]:
        weights = read_weights(self, sample_weight, table.n_rows)
        target = read_target(self, y, table.n_rows, "class") if self.encode == "woe" else None
        columns, special = reading.read_columns(table, indices), reading.read_special(self, self.columns_)
        found = self._see(columns, special, target, weights)
        for name, column in zip(self.columns_, found, strict=True):
            if np.isinf(column.values.minimum) or np.isinf(column.values.maximum):
                reading.refuse_infinity(self, name)
            if self.handle_missing == "error" and column.values.missing > 0:
                reading.refuse_missing(self, name)
        return found

    def _see(
        self, columns: Columns, special: list[np.ndarray], target: Target | None, weights: np.ndarray | None
    ) -> list[Seen]:
        """Summarise all columns of a table."""
        return seen.see_all(columns, special, target, weights)

    def _merge(self, ours: Seen, theirs: Seen) -> Seen:
        if ours.special.shape != theirs.special.shape:
            raise ValueError(f"{who(self)}: merge needs the same special values on both sides.")
        return seen.merge(ours, theirs)

    def _keep(self, summary: Seen) -> Seen:
        return seen.kept(summary)

    def _conclude(self, summaries: list[Seen]) -> None:
        self._learn(summaries)
        n_values = sum(len(column.values.values) for column in summaries)
        self.summaries_ = each(self._keep, summaries, n_values)

    def _learn(self, summaries: list[Seen]) -> None:
        special = reading.read_special(self, self.columns_)
        self._bins = [
            Bins(self._cut(column, name), codes, column.values.minimum, column.values.maximum)
            for column, name, codes in zip(summaries, self.columns_, special, strict=True)
        ]
        self._padded_edges = pad_edges([bins.inner_edges for bins in self._bins])
        self._output_dtype = output_dtype(self, max(bins.n_codes for bins in self._bins))
        self.bin_edges_ = [np.concatenate([[-np.inf], bins.inner_edges, [np.inf]]) for bins in self._bins]
        self.n_bins_ = np.array([bins.n_bins for bins in self._bins])
        self.bin_weights_ = bin_weights(summaries, self._bins, self._padded_edges)
        self.rank_error_ = np.array([column.values.rank_error for column in summaries])
        self.bin_targets_ = None
        self.target_classes_ = None
        self._entries = self._learn_entries(summaries)
        self._learned_for = (self.encode, self.handle_missing)

    def _learn_entries(self, summaries: list[Seen]) -> list[Any]:
        """Learn what is written for each code, where that is looked up."""
        if self.encode == "interval":
            texts = [self._texts(place) for place in range(len(self._bins))]
            for bins, one in zip(self._bins, texts, strict=True):
                one[bins.n_bins] = one[bins.n_bins] if self._has_missing_bin else np.nan
            return texts
        if self.encode == "woe":
            self.target_classes_, self.bin_targets_, found = learn_evidence(
                self, self._bins, summaries, self._has_missing_bin
            )
            return found
        pairs = zip(self._bins, summaries, strict=True)
        found = [entries.number_entries(bins, column, self.encode) for bins, column in pairs]
        return [one for one in found if one is not None]

    def _texts(self, place: int) -> np.ndarray:
        """Readable text of every code of a column."""
        return entries.interval_entries(self._bins[place], "missing")

    def _codes(self, table: Table, dtype: Any = np.int64, missing: Any = None) -> tuple[np.ndarray, Columns]:
        """Return the codes of all columns, and the columns with special values made missing."""
        codes, columns, holds_infinity = self._digitised(table, dtype, missing)
        if holds_infinity:
            reading.refuse_infinity(self, reading.first_with_infinity(self.columns_, columns))
        if self.handle_missing == "error" and (codes == self.n_bins_).any():
            reading.refuse_missing(self, self.columns_[int((codes == self.n_bins_).any(axis=0).argmax())])
        return codes, columns

    def _digitised(self, table: Table, dtype: Any, missing: Any = None) -> tuple[np.ndarray, Columns, bool]:
        """As `_codes`, refusing nothing; and whether any value is infinite."""
        raw = reading.read_columns(table, self._indices)
        special = [bins.special for bins in self._bins]
        columns = without_special(raw, special)
        n_bins = self.n_bins_ if missing is None else missing
        codes, holds_infinity = digitise_table(columns, self._padded_edges, n_bins, dtype=dtype)
        mark_special(codes, raw, special, self.n_bins_)
        return codes, columns, holds_infinity

    def _apply_all(self, table: Table, indices: list[int]) -> Any:
        self._check_unchanged()
        dtype = self._output_dtype
        if self.encode == "ordinal":
            is_nan = self.handle_missing == "propagate"
            return self._codes(table, dtype, np.full(len(indices), np.nan) if is_nan else None)[0]
        codes, columns = self._codes(table, np.int32)
        if self.encode in ("onehot", "onehot-dense"):
            is_dense = self.encode == "onehot-dense" or requested_container(self) != "default"
            return writing.write_onehot(codes, self._bins, dtype, self._has_missing_bin, is_dense)
        if self.encode == "ple":
            return writing.write_ple(columns, codes, self._bins, dtype, self._has_missing_bin)
        if self.encode == "boundary":
            return writing.write_boundary(columns, codes, self._entries, dtype)
        return look_up(codes, self._entries, dtype)

    def _check_unchanged(self) -> None:
        """Refuse to write bins in another way than was learned."""
        if self._learned_for != (self.encode, self.handle_missing):
            raise ValueError(f"{who(self)}: encode or handle_missing was changed after fit; call fit again.")

    def _cross_fitted(self, table: Table, target: Target, weights: np.ndarray | None) -> np.ndarray:
        """Write the evidence of the rows outside each row's fold."""
        folds = folds_without_target(self, table.n_rows)
        codes, _ = self._codes(table)
        tables = evidence_by_fold(codes, self._bins, target.values, folds, weights, self._has_missing_bin)
        return writing.write_by_fold(codes, folds, tables, self._output_dtype)

    def _names_of(self, name: str, place: int) -> list[str]:
        return writing.names_of_output(name, self._bins[place], self.encode, self._has_missing_bin)
