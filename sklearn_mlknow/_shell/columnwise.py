"""The column-wise transformer: the shell around a technique that summarises, learns from and applies to one column.

``fit`` is one summary, ``partial_fit`` merges one more, ``merge`` merges another estimator's: one code path, one law,
``fit(A and B) == fit(A).partial_fit(B) == fit(A).merge(fit(B))``.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.output import Block, assemble, check_unique, names_of_input
from sklearn_mlknow._shell.parameters import Anything, OneOf, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, choose_columns, holds_nothing, read_table
from sklearn_mlknow._shell.targets import Target, read_target, read_weights

COLUMN_RULES: dict[str, list[Any]] = {"columns": [Anything()], "remainder": [OneOf("passthrough", "drop")]}


class ColumnwiseTransformer(TransformerMixin, DocLinked, BaseEstimator, ABC):
    """Shell of every transformer that treats its columns one by one.

    A subclass states ``_kinds`` (which columns ``columns=None`` takes), ``_named_kinds`` (which may be named, where
    these are more), ``_target`` (what it reads from y: None, "optional",
    "class", "number" or "any") and five hooks: `_summarise`, `_merge`, `_learn`, `_apply`, `_names_of`.

    Attributes
    ----------
    columns_ : list of str
        Names of the columns it works on, in the order of the input.
    summaries_ : list
        One mergeable summary a column of ``columns_``.
    """

    _kinds: ClassVar[tuple[str, ...]] = ("number",)
    _named_kinds: ClassVar[tuple[str, ...] | None] = None
    _target: ClassVar[str | None] = None
    _rules: ClassVar[dict[str, list[Any]]]

    columns: Any
    remainder: str

    def _summarise(self, table: Table, index: int, target: Target | None, weights: Any) -> Any:
        """Summarise one column, exactly. (Or all columns in one pass, in `_summarise_all`.)"""
        raise NotImplementedError

    @abstractmethod
    def _merge(self, ours: Any, theirs: Any) -> Any:
        """Merge two summaries of one column; within the cap of the summary."""

    @abstractmethod
    def _learn(self, summaries: list[Any]) -> None:
        """Learn from one summary a column: write the fitted attributes."""

    def _apply(self, table: Table, index: int, place: int) -> Any:
        """Apply to one column of the table what was learned at ``place``: an array (n_rows,) or (n_rows, k).

        (Or to all columns in one pass, in `_apply_all`.)
        """
        raise NotImplementedError

    def _names_of(self, name: str, place: int) -> list[str]:
        """Name the output columns of one input column."""
        return [name]

    def _keep(self, summary: Any) -> Any:
        """Shrink a summary to what later merges need; ``_learn`` has already seen all of it."""
        return summary

    def _apply_all(self, table: Table, indices: list[int]) -> Any | None:
        """Apply to all columns in one pass, where a technique can: an array of all their output columns side by side.

        None sends each column through `_apply`.
        """
        return None

    @restores_on_failure
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn from a table, exactly.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,), default=None
            The target, where the technique reads one; else ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        table = self._open(X)
        self._conclude(self._summarise_all(table, self._indices, y, sample_weight))
        return self

    @restores_on_failure
    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn from one more batch: the same as ``fit`` on all batches together, within the summaries' caps.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The batch.
        y : array-like of shape (n_rows,), default=None
            The target of the batch, where the technique reads one.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        if not hasattr(self, "summaries_"):
            return self.fit(X, y, sample_weight)
        check_parameters(self)
        self._conclude(self._merged(self.summaries_, self._summaries_of(X, y, sample_weight)))
        return self

    @restores_on_failure
    def merge(self, other: Self) -> Self:
        """Take in what another estimator, fitted on other rows of the same columns, has seen.

        Parameters
        ----------
        other : estimator of the same class
            Fitted on the same columns; it is left as it is.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        check_is_fitted(other)
        if type(other) is not type(self) or other.columns_ != self.columns_:
            raise ValueError(
                f"{who(self)}: merge needs another {who(self)} fitted on the columns {some(self.columns_)}, got "
                f"{who(other)} on {some(getattr(other, 'columns_', []))}."
            )
        self._conclude(self._merged(self.summaries_, other.summaries_))
        return self

    def transform(self, X: Any) -> Any:
        """Apply what was learned.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``, in the same order.

        Returns
        -------
        ndarray, sparse array or frame
            What ``set_output`` asked for; columns stay in their places.
        """
        check_is_fitted(self)
        table = read_table(self, X, reset=False)
        self._check_kinds(table)
        whole = self._apply_all(table, self._indices)
        if whole is not None:
            return self._put_in_place(table, whole)
        applied = {index: self._apply(table, index, place) for place, index in enumerate(self._indices)}
        return self._arrange(table, applied)

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """Name the output columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the input columns; those of ``fit`` by default.

        Returns
        -------
        ndarray of str
        """
        names = names_of_input(self, input_features)
        places = {index: place for place, index in enumerate(self._indices)}
        out: list[str] = []
        for index, name in enumerate(names):
            if index in places:
                out += self._names_of(name, places[index])
            elif self.remainder == "passthrough":
                out.append(name)
        return check_unique(self, out)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        tags.target_tags.required = self._target not in (None, "optional")
        return tags

    def _open(self, X: Any) -> Table:
        """Read a first table: check the parameters and settle the columns."""
        check_parameters(self)
        table = read_table(self, X, reset=True)
        self._indices = choose_columns(
            table, self.columns, self._kinds if self.columns is None else self._allowed_kinds
        )
        self.columns_ = [table.names[index] for index in self._indices]
        return table

    def _summaries_of(self, X: Any, y: Any, sample_weight: Any) -> list[Any]:
        """Summarise one more table of the same columns, learning nothing."""
        table = read_table(self, X, reset=False)
        self._check_kinds(table)
        return self._summarise_all(table, self._indices, y, sample_weight)

    def _merged(self, ours: list[Any], theirs: list[Any]) -> list[Any]:
        """Merge summaries column by column."""
        return [self._merge(a, b) for a, b in zip(ours, theirs, strict=True)]

    def _summarise_all(self, table: Table, indices: list[int], y: Any, sample_weight: Any) -> list[Any]:
        weights = read_weights(self, sample_weight, table.n_rows)
        target = None
        if self._target not in (None, "optional") or (self._target == "optional" and y is not None):
            target = read_target(self, y, table.n_rows, "any" if self._target == "optional" else str(self._target))
        return [self._summarise(table, index, target, weights) for index in indices]

    def _conclude(self, summaries: list[Any]) -> None:
        """Learn from all that was seen, then keep only what later merges need."""
        self._learn(summaries)
        self.summaries_ = [self._keep(summary) for summary in summaries]

    def _check_kinds(self, table: Table) -> None:
        for index in self._indices:
            if table.kinds[index] not in self._allowed_kinds and holds_nothing(table, index):
                table.kinds[index] = self._kinds[0]
            if table.kinds[index] not in self._allowed_kinds:
                raise ValueError(
                    f"{who(self)}: column {table.names[index]!r} is of kind {table.kinds[index]} but was of kind "
                    f"{' or '.join(self._allowed_kinds)} in fit; convert it back."
                )

    @property
    def _allowed_kinds(self) -> tuple[str, ...]:
        return self._named_kinds or self._kinds

    def _put_in_place(self, table: Table, whole: Any) -> Any:
        """Put what was applied to all columns in one pass between the columns that pass through."""
        if (len(self._indices) == table.n_columns or self.remainder == "drop") and whole.dtype != object:
            return whole
        widths = [len(self._names_of(table.names[index], place)) for place, index in enumerate(self._indices)]
        ends = [sum(widths[: place + 1]) for place in range(len(widths))]
        cuts = zip(self._indices, widths, ends, strict=True)
        return self._arrange(table, {index: whole[:, end - width : end] for index, width, end in cuts})

    def _arrange(self, table: Table, applied: dict[int, Any]) -> Any:
        """Put applied and passed-through columns back in the order of the input."""
        places = {index: place for place, index in enumerate(self._indices)}
        blocks = []
        for index, name in enumerate(table.names):
            if index in applied:
                blocks.append(Block(self._names_of(name, places[index]), applied[index]))
            elif self.remainder == "passthrough":
                blocks.append(Block([name], table.column(index)))
        check_unique(self, [name for block in blocks for name in block.names])
        return assemble(self, table, blocks)
