"""Remembers how the columns of a table were distributed, and says later what has changed."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Integer, Real
from sklearn_mlknow._shell.table import Table, holds_nothing, read_table
from sklearn_mlknow._shell.targets import Target, read_target, read_weights
from sklearn_mlknow.drift.adversarial import tell_apart
from sklearn_mlknow.drift.column_drift import ColumnDrift, compare_categories, compare_numbers, holm
from sklearn_mlknow.drift.report import DriftReport
from sklearn_mlknow.summaries import Categories, Values, categories, values

TARGETS = ("target", "y", "target y", "the target of fit")  # the first that no column is called
RUNS = 5_000  # values that a number of the reference is kept as; ranks are then off by at most 0.01 %

Summary = Values | Categories


class DriftMonitor(ColumnwiseTransformer):
    """Keep summaries of a reference table, and report which columns of later tables have drifted.

    Fit it on the training rows, alone or as the first step of a Pipeline (``transform`` hands its input through), save
    it beside the model, and ask ``report`` about test rows or yesterday's rows. Numbers are compared by the
    Kolmogorov-Smirnov test, categories by chi-square, the share of missing values with either; PSI and Jensen-Shannon
    are measured on the reference's own bins of equally many rows, a value as frequent as a bin being one by itself.
    Costs one sort a column.

    Parameters
    ----------
    reference_bins : int, default=10
        Bins of equally many reference rows of a number, and levels of a category that get a bin of their own.
    alpha : float, default=0.01
        Chance of a false alarm, over all columns together.
    min_psi : float, default=0.1
        Least population stability index of a drift; smaller differences do not matter, however sure. By rule of thumb,
        0.1 is worth a look and 0.25 a large move.
    columns : list of str or int, callable or None, default=None
        Columns to watch; None takes every column of numbers or categories.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What ``transform`` does with columns that are not watched.

    Attributes
    ----------
    bin_edges_ : list of ndarray or None
        One a column: inner edges of the bins of a number.
    columns_ : list of str
        Names of the columns it watches.
    summaries_ : list of Values or Categories
        What is kept of each column, and of the target (None without one).
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Notes
    -----
    ``partial_fit`` and ``merge`` extend the reference; of a number at most 5 000 values are kept then, and ranks are
    off by 0.01 % at most a merge. Tables are compared as if their rows were independent: in a time series of strongly
    dependent rows, compare long stretches and raise ``min_psi``.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> train = pd.DataFrame({"age": rng.normal(40, 10, 1000), "city": rng.choice(["Oslo", "Rome"], 1000)})
    >>> now = pd.DataFrame({"age": rng.normal(48, 10, 500), "city": rng.choice(["Oslo", "Rome"], 500)})
    >>> DriftMonitor().fit(train).report(now).to_frame()[["column", "is_drift"]].values.tolist()
    [['age', True], ['city', False]]
    """

    _kinds = ("number", "category")
    _target = "optional"
    _rules = {
        "reference_bins": [Integer(2)],
        "alpha": [Real(0, 1, closed="neither")],
        "min_psi": [Real(0, closed="left")],
        **COLUMN_RULES,
    }

    def __init__(
        self,
        reference_bins: int = 10,
        *,
        alpha: float = 0.01,
        min_psi: float = 0.1,
        columns: Any = None,
        remainder: str = "passthrough",
    ) -> None:
        self.reference_bins = reference_bins
        self.alpha = alpha
        self.min_psi = min_psi
        self.columns = columns
        self.remainder = remainder

    def report(
        self, X: Any, y: Any = None, *, sample_weight: Any = None, adversarial: bool = False, X_reference: Any = None
    ) -> DriftReport:
        """Compare a later table with the reference.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns), or iterable of them
            The rows of now, in one table or in batches.
        y : array-like of shape (n_rows,), default=None
            Their target, if it is known and ``fit`` has seen one; not with batches.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights of the rows; not with batches.
        adversarial : bool, default=False
            Whether a classifier is also asked to tell the two tables apart. It finds what no single column shows, and
            needs rows: X in one table, and ``X_reference``.
        X_reference : array-like or frame, default=None
            Rows of the reference, for ``adversarial``; the monitor itself keeps none.

        Returns
        -------
        DriftReport
        """
        check_is_fitted(self)
        if adversarial and X_reference is None:
            raise ValueError(
                f"{who(self)}: adversarial=True needs rows of the reference, which a monitor does not keep; pass "
                "X_reference."
            )
        batches = _batches(X)
        if batches is None:
            now = self._summaries_of(X, y if self.summaries_[-1] is not None else None, sample_weight)
        elif y is not None or sample_weight is not None or adversarial:
            raise ValueError(f"{who(self)}: y, sample_weight and adversarial need one table, not batches.")
        else:
            now = self._summaries_of_batches(batches)
        names = [*self.columns_, next(name for name in TARGETS if name not in self.columns_)]
        pairs = zip(names, self.summaries_, now, self.bin_edges_, strict=True)
        known = [pair for pair in pairs if pair[1] is not None and pair[2] is not None]
        details = [self._compare(before, after, edges) for _, before, after, edges in known]
        told = None
        if adversarial:
            told = tell_apart([read_table(self, one, reset=False) for one in (X_reference, X)], self._indices)
        return DriftReport(
            tuple(name for name, *_ in known),
            tuple("number" if isinstance(before, Values) else "category" for _, before, *_ in known),
            tuple(details),
            holm(np.array([one.p_value for one in details])),
            float(self.alpha),
            float(self.min_psi),
            _rows_of(self.summaries_[0]),
            _rows_of(now[0]),
            told,
        )

    def _compare(self, before: Summary, after: Summary, edges: np.ndarray | None) -> ColumnDrift:
        if isinstance(before, Values) and isinstance(after, Values) and edges is not None:
            return compare_numbers(before, after, edges)
        if isinstance(before, Categories) and isinstance(after, Categories):
            return compare_categories(before, after, self.reference_bins)
        raise ValueError(f"{who(self)}: the target named classes on one side and held numbers on the other.")

    def _summaries_of_batches(self, batches: Iterable[Any]) -> list[Any]:
        merged: list[Any] | None = None
        for batch in batches:
            found = self._summaries_of(batch, None, None)
            merged = found if merged is None else self._merged(merged, found)
        if merged is None:
            raise ValueError(f"{who(self)}: X holds no batch; pass at least one table.")
        return merged

    def _summarise_all(self, table: Table, indices: list[int], y: Any, sample_weight: Any) -> list[Any]:
        weights = read_weights(self, sample_weight, table.n_rows)
        found = [self._summarise(table, index, None, weights) for index in indices]
        target = None if y is None else read_target(self, y, table.n_rows)
        return [*found, None if target is None else _summary_of_target(target, weights)]

    def _summarise(self, table: Table, index: int, target: Target | None, weights: Any) -> Summary:
        if table.kinds[index] == "category":
            return categories.summarise(*table.factorised(index), weights)
        column = table.number(index).astype(np.float64)
        is_infinite = np.isinf(column)
        if is_infinite.any():
            raise ValueError(
                f"{who(self)}: column {table.names[index]!r} holds infinity (inf); remove or clip it first."
            )
        return values.summarise(column, weights)

    def _check_kinds(self, table: Table) -> None:
        super()._check_kinds(table)
        for index, summary in zip(self._indices, getattr(self, "summaries_", [])):
            kind = "number" if isinstance(summary, Values) else "category"
            if table.kinds[index] != kind and holds_nothing(table, index):
                table.kinds[index] = kind
            if table.kinds[index] != kind:
                raise ValueError(
                    f"{who(self)}: column {table.names[index]!r} is of kind {table.kinds[index]} but was of kind "
                    f"{kind} in fit; convert it back."
                )

    def _merge(self, ours: Any, theirs: Any) -> Any:
        if ours is None or theirs is None:
            return None  # a target that only some of the rows had is none
        if isinstance(ours, Values) and isinstance(theirs, Values):
            return values.merge(ours, theirs)
        if isinstance(ours, Categories) and isinstance(theirs, Categories):
            return categories.merge(ours, theirs)
        raise ValueError(f"{who(self)}: a column, or the target, held numbers in one batch and categories in another.")

    def _keep(self, summary: Any) -> Any:
        if isinstance(summary, Values):
            return values.kept(summary, RUNS, RUNS)
        return summary if summary is None else categories.kept(summary)

    def _learn(self, summaries: list[Any]) -> None:
        self.bin_edges_ = [
            reference_edges(summary, self.reference_bins) if isinstance(summary, Values) else None
            for summary in summaries
        ]

    def _apply(self, table: Table, index: int, place: int) -> Any:
        return table.column(index)


def reference_edges(summary: Values, n_bins: int) -> np.ndarray:
    """Inner edges of bins of about equal weight, each a value that occurs, increasing.

    A value as heavy as a bin is a bin by itself: were it counted with its neighbours, they could take its place unseen.

    Examples
    --------
    >>> reference_edges(values.summarise(np.array([0.0, 0.0, 0.0, 1.0, 2.0, 3.0])), 3).tolist()
    [0.0, 5e-324, 2.0]
    """
    if len(summary.values) == 0:
        return np.empty(0)
    once = values.distinct(summary)
    weights = np.ones(len(once.values)) if once.weights is None else once.weights
    up_to = once.cumulative()
    ranks = np.arange(1, n_bins) * (up_to[-1] / n_bins)
    places = np.searchsorted(up_to, ranks)  # the value that reaches the rank: it begins a bin, or the next one does
    before = up_to[places] - weights[places]
    places = places + (up_to[places] - ranks <= ranks - before)
    heavy = np.flatnonzero(weights >= up_to[-1] / n_bins)
    places = np.setdiff1d(places[(places > 0) & (places < len(up_to))], [*heavy, *heavy + 1])
    alone = once.values[heavy]
    with np.errstate(over="ignore"):  # there is nothing above the largest double
        above = np.nextafter(alone, np.inf)
    return np.sort(np.concatenate([once.values[places], np.unique([*alone, *above[np.isfinite(above)]])]))


def _summary_of_target(target: Target, weights: np.ndarray | None) -> Summary:
    if target.classes is None:
        return values.summarise(target.values, weights)
    levels = np.array([*target.classes.tolist(), None], dtype=object)[:-1]
    return categories.summarise(target.values, levels, weights)


def _rows_of(summary: Summary) -> float:
    return summary.total + summary.missing


def _batches(X: Any) -> Iterable[Any] | None:
    """Tell batches from one table: an iterator, or a list whose items are tables."""
    if isinstance(X, Iterator):
        return X
    is_list = isinstance(X, list | tuple) and len(X) > 0
    return X if is_list and (hasattr(X[0], "columns") or getattr(X[0], "ndim", 1) == 2) else None
