"""The levels of a categorical column and how often each occurs: mergeable.

Exact up to 10 000 levels. Past that the heaviest stay and the others are only counted together, in ``rest``; a level
that was dropped can come back, so each weight may be too small by at most ``error``.
"""

import numbers
from typing import Any, NamedTuple

import numpy as np

MOST_LEVELS = 10_000


class Categories(NamedTuple):
    """Levels of a column and their weights.

    Attributes
    ----------
    levels : ndarray of object, shape (n_levels,)
        Distinct, sorted by type name and value.
    weights : ndarray of shape (n_levels,)
    rest : float
        Weight of the levels that are not listed.
    missing : float
        Weight of the missing values.
    error : float
        No level is heavier than its weight (0 if not listed) plus this; 0 while all is exact.
    """

    levels: np.ndarray
    weights: np.ndarray
    rest: float = 0.0
    missing: float = 0.0
    error: float = 0.0

    @property
    def total(self) -> float:
        """Weight of all values that are not missing."""
        return float(self.weights.sum()) + self.rest


EMPTY = Categories(np.empty(0, dtype=object), np.empty(0))


def sort_key(level: Any) -> tuple[str, Any]:
    """Order levels of mixed types: all numbers together, everything else by the name of its type."""
    return ("number", float(level)) if isinstance(level, numbers.Real) else (type(level).__name__, level)


def summarise(codes: np.ndarray, levels: np.ndarray, weight: np.ndarray | None = None) -> Categories:
    """Summarise a factorised column, exactly.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,)
        Position in ``levels``; -1 is missing.
    levels : ndarray of object, shape (n_levels,)
        Sorted by type name and value.
    weight : ndarray of shape (n_rows,), default=None
        Weights of the rows, not negative.

    Returns
    -------
    Categories
        Only of the levels that occur with a weight above 0.

    Examples
    --------
    >>> import numpy as np
    >>> summary = summarise(np.array([0, 1, 1, -1]), np.array(["a", "b"], dtype=object))
    >>> summary.weights, summary.missing
    (array([1., 2.]), 1.0)
    """
    weights = np.bincount(codes + 1, weight, minlength=len(levels) + 1).astype(np.float64)  # (1 + n_levels,)
    occurs = weights[1:] > 0
    return Categories(np.asarray(levels, dtype=object)[occurs], weights[1:][occurs], missing=float(weights[0]))


def kept(summary: Categories, most_levels: int = MOST_LEVELS) -> Categories:
    """Shrink a summary to the ``most_levels`` heaviest levels, ties by order; the others go to ``rest``."""
    if len(summary.levels) <= most_levels:
        return summary
    heavy = heaviest(summary, most_levels)
    light = np.setdiff1d(np.arange(len(summary.levels)), heavy)
    return summary._replace(
        levels=summary.levels[heavy],
        weights=summary.weights[heavy],
        rest=summary.rest + float(summary.weights[light].sum()),
        error=summary.error + float(summary.weights[light].max()),
    )


def heaviest(summary: Categories, n_levels: int) -> np.ndarray:
    """Return the positions, increasing, of the heaviest levels; among equals the first."""
    return np.sort(np.argsort(-summary.weights, kind="stable")[:n_levels])


def merge(a: Categories, b: Categories, most_levels: int = MOST_LEVELS) -> Categories:
    """Merge the summaries of two sets of rows into that of all of them, within the cap.

    Parameters
    ----------
    a, b : Categories
        In either order; the answer is the same.
    most_levels : int, default=10_000
        See :func:`kept`.

    Returns
    -------
    Categories
    """
    sums: dict[Any, float] = dict(zip(a.levels, a.weights.tolist(), strict=True))
    for level, weight in zip(b.levels, b.weights.tolist(), strict=True):
        sums[level] = sums.get(level, 0.0) + weight
    ordered = sorted(sums, key=sort_key)
    levels = np.empty(len(ordered), dtype=object)
    levels[:] = ordered
    both = Categories(
        levels,
        np.array([sums[level] for level in ordered], dtype=np.float64),
        a.rest + b.rest,
        a.missing + b.missing,
        a.error + b.error,
    )
    return kept(both, most_levels)
