"""The shell of every builder: columns in, the same columns and new ones out.

A builder says which columns it works on, learns from them, and builds new columns. Its inputs stay beside what it built
(``keep_inputs``), and the columns it does not work on pass through (``remainder``).
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.output import Block, assemble, check_unique, names_of_input
from sklearn_mlknow._shell.parameters import Anything, Boolean, OneOf, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, choose_columns, holds_nothing, read_table
from sklearn_mlknow._shell.targets import read_weights

BUILDER_RULES: dict[str, list[Any]] = {
    "columns": [Anything()],
    "keep_inputs": [Boolean()],
    "remainder": [OneOf("passthrough", "drop")],
}


class FeatureBuilder(TransformerMixin, DocLinked, BaseEstimator, ABC):
    """Shell of a transformer that builds columns from columns.

    A subclass states ``_kinds`` (what ``columns=None`` takes), ``_named_kinds`` (what may be named) and three hooks:
    `_learn` in fit, `_build` in transform, `_built_names`.

    Attributes
    ----------
    columns_ : list of str
        Names of the columns it works on.
    """

    _kinds: ClassVar[tuple[str, ...]] = ("number",)
    _named_kinds: ClassVar[tuple[str, ...] | None] = None
    _rules: ClassVar[dict[str, list[Any]]]

    keep_inputs: bool

    @abstractmethod
    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        """Learn from the columns at ``self._indices``: write the fitted attributes."""

    @abstractmethod
    def _build(self, table: Table) -> Any:
        """Build the new columns: an array (n_rows, n_built), or a list of arrays (n_rows,)."""

    @abstractmethod
    def _built_names(self) -> list[str]:
        """Name the new columns."""

    def _choose(self, table: Table) -> list[int]:
        """Find the columns to work on."""
        columns = self.columns  # type: ignore[attr-defined]
        named = self._named_kinds or self._kinds
        return choose_columns(table, columns, self._kinds if columns is None else named)

    @restores_on_failure
    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from a table.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,), default=None
            The target, where the builder reads one; else ignored.

        Returns
        -------
        self
        """
        return self._fit(X, y, None)

    def _fit(self, X: Any, y: Any, sample_weight: Any) -> Self:
        check_parameters(self)
        table = read_table(self, X, reset=True)
        weights = read_weights(self, sample_weight, table.n_rows)
        self._indices = self._choose(table)
        self.columns_ = [table.names[index] for index in self._indices]
        self._kinds_seen = [table.kinds[index] for index in self._indices]
        self._learn(table, y, weights)
        check_unique(self, self._output_names(table.names))
        return self

    def transform(self, X: Any) -> Any:
        """Build the new columns.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``, in the same order.

        Returns
        -------
        ndarray or frame
            What ``set_output`` asked for: the columns that stay, then the new ones.
        """
        check_is_fitted(self)
        table = self._read(X)
        return self._arrange(table, self._build(table))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Name the output columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the input columns; those of ``fit`` by default.

        Returns
        -------
        ndarray of str
        """
        return check_unique(self, self._output_names(names_of_input(self, input_features)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _read(self, X: Any) -> Table:
        """Read a later table; the columns we work on must still be of the kind they were in fit."""
        table = read_table(self, X, reset=False)
        for index, kind in zip(self._indices, self._kinds_seen, strict=True):
            if table.kinds[index] != kind and holds_nothing(table, index):
                table.kinds[index] = kind
            if table.kinds[index] != kind:
                raise ValueError(
                    f"{who(self)}: column {table.names[index]!r} is of kind {table.kinds[index]} but was of kind "
                    f"{kind} in fit; convert it back."
                )
        return table

    def _stays(self, index: int) -> bool:
        """Tell whether an input column is among the output."""
        return self.keep_inputs if index in self._indices else self.remainder == "passthrough"  # type: ignore[attr-defined]

    def _output_names(self, names: list[str]) -> list[str]:
        return [name for index, name in enumerate(names) if self._stays(index)] + self._built_names()

    def _arrange(self, table: Table, built: Any) -> Any:
        """Put the new columns behind those that stay."""
        names = self._built_names()
        if isinstance(table.native, np.ndarray) and all(map(self._stays, range(table.n_columns))):
            blocks = [Block(table.names, table.native)]
        else:
            stay = [index for index in range(table.n_columns) if self._stays(index)]
            blocks = [Block([table.names[index]], table.column(index)) for index in stay]
        if isinstance(built, np.ndarray):
            blocks += [Block(names, built)] if names else []
        else:
            blocks += [Block([name], column) for name, column in zip(names, built, strict=True)]
        if not blocks:
            raise ValueError(f"{who(self)}: nothing was built and no input stays; set keep_inputs=True.")
        return assemble(self, table, blocks)


class WeightedBuilder(FeatureBuilder):
    """Shell of a builder that learns from rows, each of which may have a weight.

    Attributes
    ----------
    columns_ : list of str
        Names of the columns it works on.
    """

    @restores_on_failure
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn from a table, exactly.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,), default=None
            The target, where the builder reads one; else ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight)


class MergingBuilder(WeightedBuilder):
    """Shell of a builder that learns from one mergeable summary.

    Two more hooks instead of `_learn`: `_summarise` the table, `_merge` two summaries, `_conclude` from one.

    Attributes
    ----------
    columns_ : list of str
        Names of the columns it works on.
    """

    @abstractmethod
    def _summarise(self, table: Table, weights: np.ndarray | None) -> Any:
        """Summarise the columns at ``self._indices``."""

    @abstractmethod
    def _merge(self, ours: Any, theirs: Any) -> Any:
        """Merge two summaries."""

    @abstractmethod
    def _conclude(self, summary: Any) -> None:
        """Learn from a summary: write the fitted attributes."""

    def _plan(self) -> Any:
        """Tell what two builders must have in common to be merged."""
        return self.columns_

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        self._summary = self._summarise(table, weights)
        self._conclude(self._summary)

    @restores_on_failure
    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn from one more batch: the same as ``fit`` on all batches together.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The batch.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        if not hasattr(self, "_summary"):
            return self.fit(X, y, sample_weight)
        check_parameters(self)
        table = self._read(X)
        weights = read_weights(self, sample_weight, table.n_rows)
        self._summary = self._merge(self._summary, self._summarise(table, weights))
        self._conclude(self._summary)
        return self

    @restores_on_failure
    def merge(self, other: Self) -> Self:
        """Take in what another builder, fitted on other rows of the same columns, has seen.

        Parameters
        ----------
        other : builder of the same class
            Fitted on the same columns; it is left as it is.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        check_is_fitted(other)
        if type(other) is not type(self) or other._plan() != self._plan():
            raise ValueError(
                f"{who(self)}: merge needs another {who(self)} fitted on the columns {some(self.columns_)} in the same "
                f"roles, got {who(other)} on {some(getattr(other, 'columns_', []))}."
            )
        self._summary = self._merge(self._summary, other._summary)
        self._conclude(self._summary)
        return self
