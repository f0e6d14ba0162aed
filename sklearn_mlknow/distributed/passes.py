"""One look at every batch: what a batch becomes, and how two neighbours merge.

A state is a list of estimators, so that it can travel to another process and be saved without pickle.
"""

import copy
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from sklearn.base import BaseEstimator, clone

from sklearn_mlknow._shell.columnwise import ColumnwiseTransformer

State = list[Any]


class Batch(NamedTuple):
    """Some rows."""

    X: Any
    y: Any = None
    sample_weight: Any = None

    @property
    def is_empty(self) -> bool:
        """Whether no row counts."""
        return self.X.shape[0] == 0 or (self.sample_weight is not None and not np.any(self.sample_weight))


class Pass(Protocol):
    """One look at every batch."""

    @property
    def is_sequential(self) -> bool:
        """Whether batches must come one after the other."""

    @property
    def width(self) -> int:
        """Estimators in a state."""

    def summarise(self, batch: Batch, before: State | None) -> State:
        """Turn a batch into a state; a sequential pass goes on from the state before."""

    def merge(self, left: State, right: State) -> State:
        """Merge the states of neighbours."""


@dataclass(frozen=True)
class SummaryPass:
    """Summarise columns and merge the summaries. Nothing is learned before the end."""

    opened: ColumnwiseTransformer
    dtypes: dict[str, Any]  # of the sample
    is_sequential = False
    width = 1

    def summarise(self, batch: Batch, before: State | None) -> State:
        """Summarise each column."""
        X = with_dtypes(batch.X, self.dtypes)
        summaries = self.opened._summaries_of(X, batch.y, batch.sample_weight)
        return self._holding([self.opened._keep(summary) for summary in summaries])

    def merge(self, left: State, right: State) -> State:
        """Merge column by column."""
        return self._holding(self.opened._merged(left[0].summaries_, right[0].summaries_))

    def _holding(self, summaries: list[Any]) -> State:
        holder = copy.copy(self.opened)
        holder.summaries_ = summaries
        return [holder]


@dataclass(frozen=True)
class FitMergePass:
    """Fit a copy on each batch and merge the copies: for what merges without summaries of columns."""

    estimator: Any
    is_sequential = False
    width = 1

    def summarise(self, batch: Batch, before: State | None) -> State:
        """Fit a copy."""
        return [clone(self.estimator).fit(*_rows(batch), **_weights(batch))]

    def merge(self, left: State, right: State) -> State:
        """Merge the copies."""
        return [copy.deepcopy(left[0]).merge(right[0])]


@dataclass(frozen=True)
class PartialFitPass:
    """Show the batches to one estimator, one after the other."""

    estimator: Any
    classes: np.ndarray | None = None
    is_sequential = True
    width = 1

    def summarise(self, batch: Batch, before: State | None) -> State:
        """Go on learning from one more batch."""
        learner = copy.deepcopy(before[0]) if before else clone(self.estimator)
        classes = {} if self.classes is None else {"classes": self.classes}
        return [learner.partial_fit(*_rows(batch), **classes, **_weights(batch))]

    def merge(self, left: State, right: State) -> State:
        """Is never asked for."""
        raise TypeError(f"{type(self.estimator).__name__} learns from one batch after the other.")


class SeenClasses(BaseEstimator):
    """The distinct values of a target.

    Attributes
    ----------
    classes_ : ndarray
        Sorted.
    """

    classes_: np.ndarray

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "SeenClasses":
        """Collect the classes of a batch."""
        self.classes_ = np.unique(np.asarray(y))
        return self

    def merge(self, other: "SeenClasses") -> "SeenClasses":
        """Take in the classes of another batch."""
        self.classes_ = np.unique(np.concatenate([self.classes_, other.classes_]))
        return self


@dataclass(frozen=True)
class Through:
    """A pass behind fitted transformers."""

    transformers: list[Any]
    inner: Pass

    @property
    def is_sequential(self) -> bool:
        """As the pass itself."""
        return self.inner.is_sequential

    @property
    def width(self) -> int:
        """As the pass itself."""
        return self.inner.width

    def summarise(self, batch: Batch, before: State | None) -> State:
        """Transform, then look."""
        X = batch.X
        for transformer in self.transformers:
            X = transformer.transform(X)
        return self.inner.summarise(batch._replace(X=X), before)

    def merge(self, left: State, right: State) -> State:
        """As the pass itself."""
        return self.inner.merge(left, right)


@dataclass(frozen=True)
class SideBySide:
    """Several passes at one look."""

    passes: list[Pass]
    is_sequential = False

    @property
    def width(self) -> int:
        """Of all passes together."""
        return sum(one.width for one in self.passes)

    def summarise(self, batch: Batch, before: State | None) -> State:
        """Each pass looks."""
        return [estimator for one in self.passes for estimator in one.summarise(batch, None)]

    def merge(self, left: State, right: State) -> State:
        """Each pass merges its part."""
        parts = zip(self.passes, self.split(left), self.split(right), strict=True)
        return [estimator for one, ours, theirs in parts for estimator in one.merge(ours, theirs)]

    def split(self, state: State) -> list[State]:
        """Hand each pass its part of a state."""
        ends = np.cumsum([one.width for one in self.passes])
        return [state[end - one.width : end] for one, end in zip(self.passes, ends, strict=True)]


class Columns(NamedTuple):
    """A stand-in transformer that hands on some columns by position."""

    positions: Any  # list of int, or one int for a 1-D column

    def transform(self, X: Any) -> Any:
        """Choose the columns."""
        return X.iloc[:, self.positions] if hasattr(X, "iloc") else X[:, self.positions]


def dtypes_of(X: Any) -> dict[str, Any]:
    """Map the columns of a pandas or polars frame to their dtypes; empty for anything else."""
    return dict(zip(X.columns, X.dtypes, strict=True)) if hasattr(X, "columns") and hasattr(X, "dtypes") else {}


def with_dtypes(X: Any, dtypes: dict[str, Any]) -> Any:
    """Give columns that are missing throughout the dtype they have elsewhere: a batch of blanks is not numbers."""
    for name, dtype in dtypes_of(X).items():
        wanted = dtypes.get(name, dtype)
        if dtype == wanted:
            continue
        if hasattr(X, "iloc"):
            if X[name].isna().all() and getattr(wanted, "kind", "O") not in "biu":
                X = X.assign(**{name: X[name].astype(object).astype(wanted)})
        elif X[name].is_null().all():
            X = X.with_columns(X[name].cast(wanted))
    return X


def _rows(batch: Batch) -> tuple[Any, ...]:
    return (batch.X,) if batch.y is None else (batch.X, batch.y)


def _weights(batch: Batch) -> dict[str, Any]:
    return {} if batch.sample_weight is None else {"sample_weight": batch.sample_weight}
