"""Statistics of groups written beside each of their rows, with the row compared to them, in one pass."""

from typing import Any

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled

DIFFERENCE, RATIO, ZSCORE, LEAVE = range(4)
LARGEST = float(np.finfo(np.float64).max)
TILE = 2048  # rows


@Compiled
def describe_rows(groups: Any, tabulated: Any, column: Any, comparisons: Any, out: Any) -> Any:
    """Look up what is known of each row's group, and compare the row with it.

    Parameters
    ----------
    groups : ndarray of int64, shape (n_rows,)
    tabulated : ndarray of float64, shape (n_groups, n_statistics + 2)
        The statistics, then mean and standard deviation.
    column : ndarray of float64, shape (n_rows,), or (0,) where there is nothing to compare
    comparisons : ndarray of int64, shape (n_comparisons,)
        0 less the mean, 1 over the mean, 2 less the mean over the standard deviation, 3 nothing: the row
        of ``out`` is left as it is.
    out : ndarray of float64, shape (n_statistics + n_comparisons, n_rows)
        Written; comparisons without a finite answer are missing, but a value that equals the mean has a z-score of 0.
    """
    n_statistics = tabulated.shape[1] - 2
    for start in range(0, len(groups), TILE):  # what is read again is still in the nearest cache
        stop, place = min(start + TILE, len(groups)), 0
        while place + 4 <= n_statistics:
            for row in range(start, stop):
                group = np.uint64(groups[row])  # unsigned: no index counts from the end
                out[place, row] = tabulated[group, place]
                out[place + 1, row] = tabulated[group, place + 1]
                out[place + 2, row] = tabulated[group, place + 2]
                out[place + 3, row] = tabulated[group, place + 3]
            place += 4
        while place < n_statistics:
            for row in range(start, stop):
                out[place, row] = tabulated[np.uint64(groups[row]), place]
            place += 1
        for comparison in comparisons:
            if comparison == 0:
                for row in range(start, stop):
                    answer = column[row] - tabulated[np.uint64(groups[row]), n_statistics]
                    out[place, row] = answer if abs(answer) <= LARGEST else np.nan
            elif comparison == 1:
                for row in range(start, stop):
                    mean = tabulated[np.uint64(groups[row]), n_statistics]
                    answer = column[row] / (mean if mean != 0 else np.nan)
                    out[place, row] = answer if abs(answer) <= LARGEST else np.nan
            elif comparison == 2:
                for row in range(start, stop):
                    group = np.uint64(groups[row])
                    apart, std = column[row] - tabulated[group, n_statistics], tabulated[group, n_statistics + 1]
                    answer = apart / (std if std > 0 else np.nan)
                    answer = answer if abs(answer) <= LARGEST else np.nan
                    out[place, row] = 0.0 if std == 0 and apart == 0 else answer
            place += 1
    return 0.0


def describe(
    groups: np.ndarray, tabulated: np.ndarray, column: np.ndarray, comparisons: np.ndarray, out: np.ndarray
) -> None:
    """Do as :func:`describe_rows`, by numpy where that is faster.

    Examples
    --------
    >>> out = np.empty((3, 2))
    >>> tabulated = np.array([[7.0, 2.0, 0.5], [8.0, 0.0, 0.0]])  # one statistic, mean and standard deviation
    >>> describe(np.array([1, 0]), tabulated, np.array([0.0, 3.0]), np.array([RATIO, ZSCORE]), out)
    >>> out.tolist()
    [[8.0, 7.0], [nan, 1.5], [0.0, 2.0]]
    """
    if describe_rows.pays_for(out.size):
        describe_rows(groups, tabulated, column, comparisons, out)
        return
    found = tabulated[groups].T  # (n_statistics + 2, n_rows)
    n_statistics = len(found) - 2
    out[:n_statistics] = found[:n_statistics]
    mean, std = found[n_statistics:]
    with np.errstate(all="ignore"):
        for place, comparison in enumerate(comparisons.tolist(), n_statistics):
            if comparison == LEAVE:
                continue
            if comparison == DIFFERENCE:
                answer = column - mean
            elif comparison == RATIO:
                answer = column / np.where(mean == 0, np.nan, mean)
            else:
                answer = (column - mean) / np.where(std > 0, std, np.nan)
                answer[(std == 0) & (column == mean)] = 0.0
            out[place] = np.where(np.isfinite(answer), answer, np.nan)
