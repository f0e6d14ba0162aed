"""How far apart two distributions are, from counts in shared bins or from sorted values.

Each function takes *reference* and *current* counts over the same bins (weights are welcome; they need not be whole
nor add to one) and is symmetric where the formula is. Logarithms are natural unless said otherwise.

References: Siddiqi, *Credit Risk Scorecards* (2006) and Yurdakul, "Statistical properties of the population
stability index" (2018) for the index and its law; Lin, "Divergence measures based on the Shannon entropy" (1991);
Hodges, "The significance probability of the Smirnov two-sample test" (1958); Pearson's chi-square as in Agresti,
*Categorical Data Analysis*, section 3.2.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc
from scipy.stats import kstwo

from sklearn_mlknow.formulas.information import entropy


class HypothesisTest(NamedTuple):
    """A test statistic and the chance of one at least as large when nothing differs."""

    statistic: float
    p_value: float


def population_stability_index(reference: np.ndarray, current: np.ndarray, smoothing: float = 0.5) -> np.ndarray:
    """Population stability index ``sum((c - r) * log(c / r))`` of the shares of each bin, along the last axis.

    Rules of thumb: below 0.1 stable, above 0.25 moved; they ignore the size of the samples, for which see
    `population_stability_p_value`.

    Parameters
    ----------
    reference, current : arrays of shape (..., n_bins)
        Counts.
    smoothing : float, default=0.5
        Added to every bin on both sides, so that an empty bin stays finite. Bins empty on both sides do not count.

    Returns
    -------
    array of shape (...)

    Examples
    --------
    >>> float(population_stability_index([50, 50], [25, 75], smoothing=0).round(4))
    0.2747
    """
    reference, current = np.asarray(reference, dtype=float), np.asarray(current, dtype=float)
    used = (reference > 0) | (current > 0)
    before, after = _shares(np.where(used, reference + smoothing, 0.0)), _shares(np.where(used, current + smoothing, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = (after - before) * (np.log(after) - np.log(before))
    return np.where(used, terms, 0.0).sum(axis=-1)


def population_stability_p_value(index: float, n_bins: int, n_reference: float, n_current: float) -> float:
    """Chance of a stability index at least this large when both samples come from one distribution.

    Without drift ``index / (1 / n_reference + 1 / n_current)`` follows a chi-square law with ``n_bins - 1`` degrees of
    freedom (Yurdakul 2018).
    """
    if n_bins < 2 or n_reference <= 0 or n_current <= 0:
        return 1.0
    return float(chdtrc(n_bins - 1, index / (1 / n_reference + 1 / n_current)))


def jensen_shannon(reference: np.ndarray, current: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence in bits, along the last axis: 0 for equal shares, 1 for no overlap.

    Its square root is a distance (scipy's ``jensenshannon`` with ``base=2``).

    Examples
    --------
    >>> float(jensen_shannon([1, 0], [0, 1]))
    1.0
    """
    before, after = _shares(np.asarray(reference, dtype=float)), _shares(np.asarray(current, dtype=float))
    middle = (before + after) / 2
    divergence = entropy(middle) - (entropy(before) + entropy(after)) / 2
    return np.clip(divergence / np.log(2), 0.0, 1.0)


def kolmogorov_smirnov(reference: np.ndarray, current: np.ndarray) -> np.ndarray:
    """Largest gap between the cumulative shares of ordered bins, along the last axis, in [0, 1].

    On bins it is a lower bound of the statistic of the values themselves, and equals it when no bin holds two values.

    Examples
    --------
    >>> float(kolmogorov_smirnov([5, 5, 0], [0, 5, 5]))
    0.5
    """
    before, after = _shares(np.asarray(reference, dtype=float)), _shares(np.asarray(current, dtype=float))
    return np.minimum(np.abs(np.cumsum(before - after, axis=-1)).max(axis=-1, initial=0.0), 1.0)


def kolmogorov_smirnov_values(
    reference: np.ndarray,
    current: np.ndarray,
    reference_weights: np.ndarray | None = None,
    current_weights: np.ndarray | None = None,
) -> HypothesisTest:
    """Two-sample Kolmogorov-Smirnov test of values sorted in increasing order; O(n + m).

    Parameters
    ----------
    reference, current : arrays of shape (n,) and (m,)
        Increasing values without NaN (repeats are allowed).
    reference_weights, current_weights : arrays of the same shapes, default=None
        How many rows each value stands for.

    Returns
    -------
    HypothesisTest
        The statistic and its p-value (the law scipy's ``ks_2samp`` calls asymptotic).

    Examples
    --------
    >>> kolmogorov_smirnov_values(np.arange(4.0), np.arange(2.0, 6.0)).statistic
    0.5
    """
    before = _cumulative(reference_weights, len(reference))  # (n + 1,)
    after = _cumulative(current_weights, len(current))  # (m + 1,)
    if before[-1] <= 0 or after[-1] <= 0:
        return HypothesisTest(0.0, 1.0)
    values = np.concatenate([reference, current])
    gap = (
        before[np.searchsorted(reference, values, side="right")] / before[-1]
        - after[np.searchsorted(current, values, side="right")] / after[-1]
    )
    statistic = float(np.abs(gap).max())
    return HypothesisTest(statistic, kolmogorov_smirnov_p_value(statistic, before[-1], after[-1]))


def kolmogorov_smirnov_p_value(statistic: float, n_reference: float, n_current: float) -> float:
    """Chance of a Kolmogorov-Smirnov statistic at least this large when nothing differs."""
    if n_reference <= 0 or n_current <= 0:
        return 1.0
    effective = max(1, round(n_reference * n_current / (n_reference + n_current)))
    return float(np.clip(kstwo.sf(statistic, effective), 0.0, 1.0))


def chi_square(reference: np.ndarray, current: np.ndarray) -> HypothesisTest:
    """Pearson's chi-square test that two vectors of counts share one distribution; bins empty in both are left out.

    Examples
    --------
    >>> result = chi_square([10, 20], [20, 10])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (6.6667, 0.0098)
    """
    table = np.stack([np.asarray(reference, dtype=float), np.asarray(current, dtype=float)])
    table = table[:, table.sum(axis=0) > 0]  # (2, n_used)
    rows = table.sum(axis=1)
    if table.shape[1] < 2 or (rows <= 0).any():
        return HypothesisTest(0.0, 1.0)
    expected = np.outer(rows, table.sum(axis=0)) / rows.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return HypothesisTest(statistic, float(chdtrc(table.shape[1] - 1, statistic)))


def _shares(counts: np.ndarray) -> np.ndarray:
    """Counts divided by their total along the last axis; zeros stay where the total is zero."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)


def _cumulative(weights: np.ndarray | None, n_values: int) -> np.ndarray:
    """Weight of the first 0, 1, … n values: (n_values + 1,)."""
    if weights is None:
        return np.arange(n_values + 1, dtype=float)
    return np.concatenate([[0.0], np.cumsum(weights, dtype=float)])
