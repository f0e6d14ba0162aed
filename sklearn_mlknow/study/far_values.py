"""Values cut off from the rest of a column: slips of the hand, other units, and numbers that stand for "not known".

What makes an error visible is not that it is large, which the end of every long tail is, but that there is nothing
between it and the rest. References: Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993) for the modified
z score; Barnett and Lewis, *Outliers in Statistical Data* (1994), chapter 6, for tests on gaps.
"""

import re

import numpy as np

from sklearn_mlknow.study.findings import Finding

FEWEST = 20  # values, below which nothing can be called usual
OUTLYING = 10.0  # modified z score; the textbook's 3.5 tells far too many in skewed columns
OUTLYING_LOG = 5.0  # of the logarithms of positive values, whose long tails are short
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
    values = column[known]
    deviations, sizes = values - np.median(values), np.abs(modified_z(values))
    far = np.zeros(len(known), dtype=bool)
    for distances in (deviations, -deviations):
        far |= distances >= _start(distances, sizes, MOST_APART * len(known))
    if values.min() > 0:
        far &= np.abs(modified_z(np.log(values))) > OUTLYING_LOG
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
        is_typed = NINES.fullmatch(f"{values[end]:.15g}") is not None
        if gap > reach or (is_typed and (gap > GAP_OF_NINES * reach or values[end] < 0 <= others[0])):
            found.append(float(values[end]))
    return found


def modified_z(values: np.ndarray) -> np.ndarray:
    """Distances from the median in units of the median distance, or of the median of those not zero where most are.

    Parameters
    ----------
    values : ndarray of shape (n_values,)

    Returns
    -------
    ndarray of shape (n_values,)
        Of normal values, the share beyond 3 is about 1 in 400.

    Examples
    --------
    >>> modified_z(np.array([0.0, 1.0, 2.0, 3.0, 4.0])).tolist()
    [-1.349, -0.6745, 0.0, 0.6745, 1.349]
    """
    deviations = values - np.median(values)
    distances = np.abs(deviations)
    spread = np.median(distances) or (np.median(distances[distances > 0]) if distances.any() else 1.0)
    return 0.6745 * deviations / spread


def _start(distances: np.ndarray, sizes: np.ndarray, most: float) -> float:
    """Least distance of those cut off on one side; infinite when none is."""
    ahead, places = np.unique(distances, return_index=True)
    nearer = np.concatenate([[0.0], np.maximum(ahead[:-1], 0.0)])
    starts = ahead[(ahead >= APART * nearer) & (ahead > 0) & (sizes[places] > OUTLYING)]
    return next((start for start in starts if (distances >= start).sum() <= most), np.inf)
