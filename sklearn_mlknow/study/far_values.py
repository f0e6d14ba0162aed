"""Values cut off from the rest of a column: slips of the hand, other units, and numbers that stand for "not known".

What makes an error visible is not that it is large, which the end of every long tail is, but that there is nothing
between it and the rest. References: Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993) for the modified
z score; Barnett and Lewis, *Outliers in Statistical Data* (1994), chapter 6, for tests on gaps.
"""

import re

import numpy as np

from sklearn_mlknow.study.findings import Finding

FEWEST = 20  # values, below which nothing can be called usual
OUTLYING = 10.0  # modified z score; 3.5 is the textbook's, far too many for skewed columns
APART = 2.0  # times as far from the median as anything nearer on that side
MOST_APART = 0.05  # of the values; more are a group of their own
MOST_PLACEHOLDERS = 0.5
FEWEST_PLACEHOLDERS = 3
NINES = re.compile(r"-?999+|-99")  # what people type for "not known"
GAP_OF_NINES = 0.1  # of the range of the others


def far_values(name: str, column: np.ndarray) -> list[Finding]:
    """Find placeholders, and among the other values those that are cut off from the rest.

    Parameters
    ----------
    name : str
        Of the column; empty for the target.
    column : ndarray of shape (n_rows,)
        Numbers; NaN where missing.
    """
    whose = "" if name else "of the target "
    found, rest = [], np.where(np.isfinite(column), column, np.nan)
    for value in placeholders(rest):
        rows = np.flatnonzero(rest == value)
        fact = f"{len(rows):,} values {whose}are {value:g}, far from all others: it may stand for one that is not known"
        found.append(Finding("placeholder", name, fact, "if so, make them missing before training", rows))
        rest = np.where(rest == value, np.nan, rest)
    rows = cut_off(rest)
    if len(rows):
        median = np.nanmedian(rest)
        extreme = rest[rows[np.argmax(np.abs(rest[rows] - median))]]
        subject = f"1 value {whose}lies" if len(rows) == 1 else f"{len(rows):,} values {whose}lie"
        fact = f"{subject} far from all others, such as {extreme:g} (median {median:g})"
        remedy = "check the units and the entry; else clip or use bins"
        found.append(Finding("outliers", name, fact, remedy, rows))
    return found


def cut_off(column: np.ndarray) -> np.ndarray:
    """Rows whose values are far from the median, with nothing between them and the rest, on either side.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        NaN where missing.

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> cut_off(np.array([*range(40), 900.0, -300.0, np.nan])).tolist()
    [40, 41]
    >>> cut_off(np.exp(np.arange(40) / 8.0)).tolist()
    []
    """
    known = np.flatnonzero(np.isfinite(column))
    if len(known) < FEWEST:
        return np.empty(0, dtype=np.int64)
    deviations = column[known] - np.median(column[known])
    spread = _spread(deviations)
    if spread == 0:
        return np.empty(0, dtype=np.int64)
    far = np.zeros(len(known), dtype=bool)
    for distances in (deviations, -deviations):
        far |= distances >= _start(distances, spread, MOST_APART * len(known))
    return known[far]


def placeholders(column: np.ndarray) -> list[float]:
    """Values that many rows share at an end of a column, with a gap before the rest.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        NaN where missing.

    Returns
    -------
    list of float

    Examples
    --------
    >>> placeholders(np.array([*range(95), *[-999] * 5], dtype=float))
    [-999.0]
    >>> placeholders(np.array([0.0] * 90 + [1.0] * 10))
    []
    """
    values, counts = np.unique(column[np.isfinite(column)], return_counts=True)
    if counts.sum() < FEWEST or len(values) < FEWEST_PLACEHOLDERS + 1:
        return []
    found = []
    for end, neighbour in ((0, 1), (-1, -2)):
        if not FEWEST_PLACEHOLDERS <= counts[end] <= MOST_PLACEHOLDERS * counts.sum():
            continue
        others = np.delete(values, end)
        gap, reach = abs(values[end] - values[neighbour]), np.ptp(others)
        if gap > reach or (NINES.fullmatch(f"{values[end]:.15g}") and gap > GAP_OF_NINES * reach):
            found.append(float(values[end]))
    return found


def _spread(deviations: np.ndarray) -> float:
    """Median distance from the median; of those that are not zero where most are."""
    distances = np.abs(deviations)
    middle = float(np.median(distances))
    return middle or float(np.median(distances[distances > 0], keepdims=False) if distances.any() else 0.0)


def _start(distances: np.ndarray, spread: float, most: float) -> float:
    """Least distance of those cut off on one side; infinite when none is."""
    ahead = np.unique(distances[distances > 0])
    before = np.maximum(np.concatenate([[0.0], ahead[:-1]]), spread)
    starts = ahead[(ahead >= APART * before) & (0.6745 * ahead / spread > OUTLYING)]
    fitting = [start for start in starts if (distances >= start).sum() <= most]
    return fitting[0] if fitting else np.inf
