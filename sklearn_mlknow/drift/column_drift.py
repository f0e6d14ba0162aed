"""One column, two summaries: how far have the values moved, and could that be chance?

Sources: Yurdakul, *Statistical properties of population stability index* (2018); Lin, "Divergence measures based on the
Shannon entropy" (1991); the Kolmogorov-Smirnov and Pearson tests as in `formulas.divergence`; Cochran, "Some methods
for strengthening the common chi-square tests" (1954), for the fold of rare levels.
"""

from typing import NamedTuple

import numpy as np

from sklearn_mlknow.formulas.divergence import (
    chi_square,
    jensen_shannon,
    kolmogorov_smirnov_values,
    population_stability_index,
)
from sklearn_mlknow.summaries import Categories, Values

LEAST_EXPECTED = 5.0  # rows that a level needs in both tables together for the chi-square law to hold
MISSING = "missing"


class ColumnDrift(NamedTuple):
    """What changed in one column; shares are of all rows, missing ones included.

    Attributes
    ----------
    psi, jensen_shannon : float
        On the bins of the reference, missing values being one of them.
    statistic : float
        Kolmogorov-Smirnov for numbers, chi-square for categories.
    p_value : float
        Of the values and of the share of missing values together, for this column alone.
    missing_change : float
        Share of missing values now, less that of the reference.
    unseen_share : float
        Share of rows now whose category, or whose number beyond the range, the reference has not.
    labels : tuple of str
        Of the bins.
    reference, current : ndarray of shape (n_bins,)
        Shares of the bins.
    """

    psi: float
    jensen_shannon: float
    statistic: float
    p_value: float
    missing_change: float
    unseen_share: float
    labels: tuple[str, ...]
    reference: np.ndarray
    current: np.ndarray


def compare_numbers(reference: Values, current: Values, edges: np.ndarray) -> ColumnDrift:
    """Compare two summaries of numbers.

    Parameters
    ----------
    reference, current : Values
    edges : ndarray of shape (n_bins - 1,)
        Inner edges of the bins, increasing; a bin holds its left end.

    Returns
    -------
    ColumnDrift

    Examples
    --------
    >>> from sklearn_mlknow.summaries import values
    >>> before, after = (values.summarise(np.arange(100.0) + shift) for shift in (0, 50))
    >>> compare_numbers(before, after, np.array([50.0])).statistic
    0.5
    """
    test = kolmogorov_smirnov_values(reference.values, current.values, reference.weights, current.weights)
    counts = [np.append(bin_counts(one, edges), one.missing) for one in (reference, current)]
    unseen = 0.0
    if current.total and reference.total:
        outside = weight_below(current, np.array([reference.minimum]))[0]
        with np.errstate(over="ignore"):  # there is nothing above the largest double
            above = np.nextafter(reference.maximum, np.inf)
        outside += current.total - weight_below(current, np.array([above]))[0]
        unseen = float(outside / (current.total + current.missing))
    return _conclude(counts, labels_of(edges), test.statistic, test.p_value, unseen)


def compare_categories(reference: Categories, current: Categories, n_bins: int) -> ColumnDrift:
    """Compare two summaries of categories.

    Parameters
    ----------
    reference, current : Categories
    n_bins : int
        Levels that get a bin of their own, the heaviest of the reference; the others, and those it has not, share one
        bin each. The test is on all levels that are frequent enough.

    Returns
    -------
    ColumnDrift
    """
    known = {level: place for place, level in enumerate(reference.levels.tolist())}
    places = np.array([known.get(level, len(known)) for level in current.levels.tolist()], dtype=np.int64)
    before = np.append(reference.weights, 0.0)
    after = np.bincount(places, current.weights, minlength=len(known) + 1)  # the last are levels not seen
    n_reference, n_current = reference.total, current.total
    unseen = float(after[-1]) if reference.rest == 0 else 0.0
    after[-1] += current.rest
    before[-1] += reference.rest
    expected = (before + after) * (min(n_reference, n_current) / max(n_reference + n_current, 1e-300))
    is_rare = expected < LEAST_EXPECTED
    test = chi_square(*(np.append(one[~is_rare], one[is_rare].sum()) for one in (before, after)))
    heavy = np.sort(np.argsort(-reference.weights, kind="stable")[:n_bins])
    light = np.setdiff1d(np.arange(len(known)), heavy)
    labels = [str(level) for level in reference.levels[heavy]]
    labels += [f"{len(light)} others", "not seen", MISSING]
    counts = [
        np.concatenate([side[heavy], [side[light].sum(), side[-1], missing]])
        for side, missing in ((before, reference.missing), (after, current.missing))
    ]
    whole = max(n_current + current.missing, 1e-300)
    return _conclude(counts, labels, test.statistic, test.p_value, unseen / whole)


def weight_below(summary: Values, cuts: np.ndarray) -> np.ndarray:
    """Weight of the values strictly below each cut: (n_cuts,)."""
    up_to = np.concatenate([[0.0], summary.cumulative()])
    return up_to[np.searchsorted(summary.values, cuts, side="left")]


def bin_counts(summary: Values, edges: np.ndarray) -> np.ndarray:
    """Weight in each bin ``[a, b)``: (n_edges + 1,)."""
    return np.diff(np.concatenate([[0.0], weight_below(summary, edges), [summary.total]]))


def labels_of(edges: np.ndarray) -> list[str]:
    """Write the bins ``[a, b)``, a bin of a single value as that value, then "missing".

    Examples
    --------
    >>> labels_of(np.array([0.0, np.nextafter(0.0, 1.0), 70123.4]))
    ['[-inf, 0)', '0', '(0, 70120)', '[70120, inf)', 'missing']
    """
    ends = [-np.inf, *edges, np.inf]
    short = [f"{float(f'{end:.4g}'):.9g}" for end in ends]  # four digits, and no power of ten up to a thousand million
    written = []
    for place, (low, high) in enumerate(zip(ends, ends[1:])):
        if high == np.nextafter(low, np.inf):
            written.append(short[place])
        elif place and low == np.nextafter(ends[place - 1], np.inf):
            written.append(f"({short[place - 1]}, {short[place + 1]})")
        else:
            written.append(f"[{short[place]}, {short[place + 1]})")
    return [*written, MISSING]


def _conclude(
    counts: list[np.ndarray], labels: list[str], statistic: float, p_value: float, unseen: float
) -> ColumnDrift:
    before, after = counts
    totals = [max(float(side.sum()), 1e-300) for side in counts]
    has_missing = [np.array([side.sum() - side[-1], side[-1]]) for side in counts]
    # two questions are asked of the column: the better answer counts, at twice its price (Bonferroni)
    if before[-1] or after[-1]:
        p_value = min(1.0, 2 * min(p_value, chi_square(*has_missing).p_value))
    shares = [side / total for side, total in zip(counts, totals)]
    used = (before > 0) | (after > 0)
    return ColumnDrift(
        float(population_stability_index(before, after)),
        float(jensen_shannon(before, after)),
        float(statistic),
        float(p_value),
        float(shares[1][-1] - shares[0][-1]),
        float(unseen),
        tuple(label for label, is_used in zip(labels, used) if is_used),
        shares[0][used],
        shares[1][used],
    )


def holm(p_values: np.ndarray) -> np.ndarray:
    """Correct p-values for being many, whatever their dependence (Holm 1979).

    Parameters
    ----------
    p_values : array of shape (n_tests,)

    Returns
    -------
    ndarray of shape (n_tests,)

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values, kind="stable")
    raised = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(raised, 1.0)
    return corrected
