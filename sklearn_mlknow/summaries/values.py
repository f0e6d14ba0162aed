"""The values of a numeric column: sorted, weighted, mergeable.

Exact up to 200 000 distinct values. Past that, :func:`kept` replaces runs of neighbouring values by one of them, the
one in the middle of their weight: 50 000 runs of equal weight, and a value heavier than a run stays a run of its own.
Every replacement moves ranks by at most half a run; the sum of these worst cases is kept beside the values and
reported as :attr:`Values.rank_error`. Nothing is drawn at random, so the same rows give the same summary.
"""

from typing import NamedTuple

import numpy as np

from sklearn_mlknow.kernels import sorted_present

MOST_VALUES = 200_000  # distinct values kept exactly
N_RUNS = 50_000  # runs that replace them


class Values(NamedTuple):
    """The values of a column, in increasing order.

    Attributes
    ----------
    values : ndarray of shape (n_values,)
        Increasing; a value that occurs more than once may be repeated.
    weights : ndarray of shape (n_values,) or None
        Weight of each of them; None when every weight is 1.
    missing : float
        Weight of the missing values.
    error : float
        Worst possible error of a rank, as a weight; 0 while all is exact.
    minimum, maximum : float
        Exact, always; NaN when there are no values.
    in_order : bool
        False for the rows of a column as they came, missing values included: most binners need no more than the
        minimum and the maximum, and :func:`ordered` sorts when a merge asks for it.
    """

    values: np.ndarray
    weights: np.ndarray | None = None
    missing: float = 0.0
    error: float = 0.0
    minimum: float = np.nan
    maximum: float = np.nan
    in_order: bool = True

    @property
    def total(self) -> float:
        """Weight of all values that are not missing."""
        return float(len(self.values) if self.weights is None else self.weights.sum())

    @property
    def rank_error(self) -> float:
        """Worst possible error of a rank, as a share of the total weight; 0 while all is exact."""
        return self.error / self.total if self.error else 0.0

    def weights_or_ones(self) -> np.ndarray:
        """Weight of each value, of shape (n_values,)."""
        return np.ones(len(self.values)) if self.weights is None else self.weights

    def cumulative(self) -> np.ndarray:
        """Weight of the values up to and including each one, of shape (n_values,)."""
        return np.cumsum(self.weights_or_ones())


EMPTY = Values(np.empty(0))


def summarise(column: np.ndarray, weight: np.ndarray | None = None) -> Values:
    """Summarise a column, exactly.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        Numbers; NaN is missing.
    weight : ndarray of shape (n_rows,), default=None
        Weights of the rows, not negative; rows of weight 0 count as absent.

    Returns
    -------
    Values

    Examples
    --------
    >>> import numpy as np
    >>> summary = summarise(np.array([12, 28, 0, 16, np.nan]))
    >>> summary.values, summary.missing
    (array([ 0., 12., 16., 28.]), 1.0)
    """
    if column.dtype.kind != "f":
        column = column.astype(np.float64)
    if weight is None:
        in_order = sorted_present(column)
        return bounded(in_order, None, missing=float(len(column) - len(in_order)))
    counts = weight > 0
    column, weight = column[counts], weight[counts]
    is_present = column == column
    present, weight_present = column[is_present], weight[is_present]
    order = np.argsort(present, kind="stable")
    return bounded(present[order], weight_present[order], missing=float(weight[~is_present].sum()))


def bounded(values: np.ndarray, weights: np.ndarray | None, missing: float = 0.0, error: float = 0.0) -> Values:
    """Build a summary of ordered values whose first and last are the minimum and the maximum."""
    if len(values) == 0:
        return Values(np.empty(0), None, missing, error)
    return Values(values, weights, missing, error, float(values[0]) + 0.0, float(values[-1]) + 0.0)  # no -0.0


def ordered(summary: Values) -> Values:
    """Sort the values, if they are not."""
    return summary if summary.in_order else summarise(summary.values, summary.weights)._replace(missing=summary.missing)


def distinct(summary: Values) -> Values:
    """Write every value once, as float64, with the sum of its weights; None for weights that are all 1."""
    summary = ordered(summary)
    values, weights = summary.values.astype(np.float64), summary.weights
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])[: len(values)])
    if len(starts) < len(values):
        counts = np.diff(np.append(starts, len(values)))
        weights = counts.astype(np.float64) if weights is None else np.add.reduceat(weights, starts)
        values = values[starts]
    if weights is not None and np.all(weights == 1):
        weights = None
    return summary._replace(values=values + 0.0, weights=weights)  # no -0.0


def kept(summary: Values, most_values: int = MOST_VALUES, n_runs: int = N_RUNS) -> Values:
    """Shrink a summary to what later merges need: distinct values and, past the cap, runs of them.

    Parameters
    ----------
    summary : Values
    most_values : int, default=200_000
        Up to so many distinct values nothing is lost.
    n_runs : int, default=50_000
        Runs of about equal weight that replace more values than that.

    Returns
    -------
    Values
    """
    summary = ordered(summary)
    n_rows = len(summary.values)
    if summary.weights is None and n_rows > most_values:
        n_distinct = 1 + np.count_nonzero(summary.values[1:] != summary.values[:-1])
        if n_distinct > most_values:
            return distinct(runs_of_rows(summary, n_runs))
    summary = distinct(summary)
    if len(summary.values) <= most_values:
        return summary
    weights, run = summary.weights_or_ones(), runs(summary, n_runs)
    up_to = np.cumsum(weights)  # (n_values,)
    starts = np.flatnonzero(np.concatenate([[True], run[1:] != run[:-1]]))  # (n_runs_here,)
    ends = np.append(starts[1:], len(weights)) - 1
    before = up_to[starts] - weights[starts]  # weight before each run
    middle = np.clip(np.searchsorted(up_to, (before + up_to[ends]) / 2), starts, ends)
    lost = np.maximum(up_to[middle] - weights[middle] - before, up_to[ends] - up_to[middle])
    return summary._replace(
        values=summary.values[middle],
        weights=np.add.reduceat(weights, starts),
        error=summary.error + float(lost.max()),
    )


def runs_of_rows(summary: Values, n_runs: int) -> Values:
    """Cut sorted rows into runs of about equal length and keep the middle row of each, without reading the others."""
    bounds = np.arange(n_runs + 1) * len(summary.values) // n_runs
    starts, lengths = bounds[:-1], np.diff(bounds)
    return summary._replace(
        values=summary.values[starts + lengths // 2],
        weights=lengths.astype(np.float64),
        error=summary.error + float(lengths.max() // 2),
    )


def runs(summary: Values, n_runs: int) -> np.ndarray:
    """Number the run each value belongs to: that in which the middle of its weight lies; of shape (n_values,)."""
    up_to = summary.cumulative()
    return np.floor((up_to - summary.weights_or_ones() / 2) * (n_runs / summary.total))


def merge(a: Values, b: Values, most_values: int = MOST_VALUES, n_runs: int = N_RUNS) -> Values:
    """Merge the summaries of two sets of rows into that of all of them, within the cap.

    Parameters
    ----------
    a, b : Values
        In either order; the answer is the same.
    most_values, n_runs : int
        See :func:`kept`.

    Returns
    -------
    Values
        With ``missing`` and ``error`` added up.
    """
    a, b = distinct(a), distinct(b)  # so a value occurs at most twice, and it does not matter who comes first
    values, weights = np.concatenate([a.values, b.values]), None
    if a.weights is None and b.weights is None:
        values = np.sort(values)
    else:
        order = np.argsort(values, kind="stable")
        weights = np.concatenate([one.weights_or_ones() for one in (a, b)])[order]
        values = values[order]
    both = Values(
        values,
        weights,
        a.missing + b.missing,
        a.error + b.error,
        float(np.fmin(a.minimum, b.minimum)),
        float(np.fmax(a.maximum, b.maximum)),
    )
    return kept(both, most_values, n_runs)
