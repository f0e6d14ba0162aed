"""Rules: scores -> mask. Any score goes with any rule."""

import numpy as np
from numpy.typing import NDArray


def keep_best(scores: NDArray[np.float64], n_kept: int) -> NDArray[np.bool_]:
    """Keep the ``n_kept`` columns with the highest scores; the first on ties.

    Examples
    --------
    >>> keep_best(np.array([0.1, 0.5, 0.5]), 1).tolist()
    [False, True, False]
    """
    mask = np.zeros(len(scores), dtype=bool)
    mask[np.argsort(-scores, kind="stable")[:n_kept]] = True
    return mask


def keep_significant(p_values: NDArray[np.float64], alpha: float) -> NDArray[np.bool_]:
    """Keep the columns that chance does not explain; at most a share ``alpha`` of them is expected to be wrong.

    Benjamini and Hochberg, "Controlling the false discovery rate" (1995), procedure (1).

    Examples
    --------
    >>> keep_significant(np.array([0.001, 0.04, 0.9]), 0.05).tolist()
    [True, False, False]
    """
    n = len(p_values)
    order = np.argsort(p_values, kind="stable")
    passes = np.flatnonzero(p_values[order] <= alpha * np.arange(1, n + 1) / n)
    mask = np.zeros(n, dtype=bool)
    if len(passes):
        mask[order[: passes[-1] + 1]] = True
    return mask


def at_least_the_best(mask: NDArray[np.bool_], scores: NDArray[np.float64], n_least: int = 1) -> NDArray[np.bool_]:
    """Fill a mask up to ``n_least`` columns with the best of the others, so that a table always has columns left.

    Examples
    --------
    >>> at_least_the_best(np.array([False, False]), np.array([0.1, 0.2])).tolist()
    [False, True]
    """
    n_wanted = min(n_least, len(mask)) - int(np.count_nonzero(mask))
    if n_wanted <= 0:
        return mask
    return mask | keep_best(np.where(mask, -np.inf, scores), n_wanted)


def how_many(n_features_to_select: int | float, n_columns: int) -> int:
    """Turn a count or a share into a count, at least one.

    Examples
    --------
    >>> how_many(3, 10), how_many(0.25, 10), how_many(0.01, 10)
    (3, 2, 1)
    """
    if isinstance(n_features_to_select, float | np.floating):
        return max(1, int(n_features_to_select * n_columns))
    return int(n_features_to_select)
