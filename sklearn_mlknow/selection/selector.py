"""The shell of every selector: read the table once, let the subclass judge its columns, hand out those that stay."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.output import Block, assemble, names_of_input
from sklearn_mlknow._shell.parameters import check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import Target, read_target
from sklearn_mlknow.selection.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd


class Selector(SelectorMixin, DocLinked, BaseEstimator, ABC):
    """Keeps some columns of a table, each untouched.

    A subclass states ``_rules`` and one hook, `_judge`.
    """

    _rules: ClassVar[dict[str, list[Any]]]
    _needs_target: ClassVar[bool] = True
    target_type: str

    @abstractmethod
    def _judge(self, table: Table, X: Any, y: Any, sample_weight: Any) -> Verdict:
        """Score the columns and decide who stays."""

    def _fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        check_parameters(self)
        table = read_table(self, X, reset=True)
        self._conclude(self._judge(table, X, y, sample_weight))
        return self

    def _read_target(self, y: Any, n_rows: int, target_type: str | None = None) -> Target:
        """Read y as the classes or numbers that ``target_type`` says it holds."""
        wanted = self.target_type if target_type is None else target_type
        return read_target(self, y, n_rows, "any" if wanted == "auto" else wanted)

    def _conclude(self, verdict: Verdict) -> None:
        self.scores_ = verdict.scores
        self.verdict_ = verdict

    @property
    def report_(self) -> "pd.DataFrame":
        """Why each column stayed or went, the kept ones first."""
        check_is_fitted(self)
        return self.verdict_.to_frame(names_of_input(self))

    def transform(self, X: Any) -> Any:
        """Keep the selected columns, each as it is.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``, in the same order.

        Returns
        -------
        ndarray or frame of shape (n_rows, n_kept)
            What ``set_output`` asked for; in a frame each column keeps its dtype.
        """
        check_is_fitted(self)
        table = read_table(self, X, reset=False)
        if isinstance(table.native, np.ndarray):
            return table.native[:, self.get_support()]
        kept = self.get_support(indices=True).tolist()
        return assemble(self, table, [Block([table.names[index]], table.column(index)) for index in kept])

    def inverse_transform(self, X: Any) -> NDArray[Any]:
        """Put kept columns back in their places, with zeros for the columns that went.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_kept)
            What ``transform`` returned.

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
        """
        support = self.get_support()
        kept = np.asarray(X)
        if kept.ndim != 2 or kept.shape[1] != support.sum():
            raise ValueError(
                f"{who(self)}: inverse_transform takes the {support.sum()} columns that were kept, "
                f"got an input of shape {kept.shape}."
            )
        whole = np.zeros((len(kept), len(support)), dtype=kept.dtype)
        whole[:, support] = kept
        return whole

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        return self.verdict_.mask

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = self._needs_target
        return tags


class WeighingSelector(Selector):
    """A selector whose score can weigh rows."""

    @restores_on_failure
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Score the columns and decide which stay.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,), default=None
            The target.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight)


def refuse_other_kinds(estimator: Any, table: Table, kinds: tuple[str, ...], remedy: str) -> None:
    """Raise when a column is of a kind that a score cannot read.

    Raises
    ------
    ValueError
        Names the first such column.
    """
    for name, kind in zip(table.names, table.kinds):
        if kind not in kinds:
            raise ValueError(
                f"{who(estimator)}: column {name!r} is of kind {kind}, which this score cannot read; {remedy}."
            )
