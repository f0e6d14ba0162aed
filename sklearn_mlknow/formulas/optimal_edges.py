"""Supervised bins of a column that is crossed with a target: edges between numbers, or between ranked levels.

Small bins first (`small_bins`), then the best way to join them (`optimal_cuts`). Levels have no order of their own and
take that of their event rates or means, in which some best grouping into two classes' bins is contiguous (Fisher 1958;
Breiman et al., *CART*, 1984, section 4.2.2); for more classes, that of the first principal component of their class
shares (Coppersmith, Hong and Hosking, "Partitioning nominal attributes in decision trees", 1999).
"""

from dataclasses import dataclass

import numpy as np

from sklearn_mlknow.formulas.optimal_cuts import SmallBins, optimal_cuts
from sklearn_mlknow.formulas.small_bins import small_bin_cuts
from sklearn_mlknow.summaries import Categories, Crossed, Moments, Values
from sklearn_mlknow.summaries.crossed import gather


@dataclass(frozen=True)
class BinRules:
    """What bins must keep.

    Attributes
    ----------
    max_bins : int
    shape : str or None
        Order of event rates or means, see `optimal_cuts`.
    min_share : float
        Least share of the present rows in a bin.
    max_p_value : float or None
        Neighbours must differ with at most this p-value.
    """

    max_bins: int = 8
    shape: str | None = "auto"
    min_share: float = 0.05
    max_p_value: float | None = None


def optimal_edges(crossed: Crossed, rules: BinRules, is_large: bool = False) -> np.ndarray:
    """Inner edges of a numeric column, each in the middle between two of its values.

    Parameters
    ----------
    crossed : Crossed
        Values and their targets.
    rules : BinRules
    is_large : bool, default=False
        Whether the whole job is large enough to load compiled code; the answer is the same.

    Returns
    -------
    array of shape (n_bins - 1,)

    Examples
    --------
    >>> from sklearn_mlknow.summaries.crossed import cross_values
    >>> column, y = np.array([1.0, 2, 3, 4, 5, 6, 7, 8]), np.array([0, 1, 0, 0, 1, 1, 0, 1])
    >>> optimal_edges(cross_values(column, y, n_classes=2), BinRules(max_bins=2))
    array([4.5])
    """
    assert isinstance(crossed.column, Values)
    values = crossed.column.values
    cuts = _cuts(_bins_of_keys(crossed), rules, is_large)
    left, right = values[cuts[1:-1] - 1].astype(np.float64), values[cuts[1:-1]].astype(np.float64)
    middles = left / 2 + right / 2
    return np.where((middles > left) & (middles <= right), middles, right)


def level_order(crossed: Crossed) -> np.ndarray:
    """Order the levels of a categorical column by event rate, mean or class shares; equal ones stay as they are.

    Parameters
    ----------
    crossed : Crossed
        Levels and their targets.

    Returns
    -------
    array of int64, shape (n_levels,)
        Levels by increasing rank.

    Examples
    --------
    >>> from sklearn_mlknow.summaries.crossed import cross_categories
    >>> codes, y = np.array([0, 0, 1, 1, 2, 2]), np.array([1, 1, 0, 0, 1, 0])
    >>> level_order(cross_categories(codes, np.array(["a", "b", "c"], dtype=object), y, n_classes=2)).tolist()
    [1, 2, 0]
    """
    keys = _bins_of_keys(crossed)
    if len(keys.weight) == 0:
        return np.empty(0, dtype=np.int64)
    return np.argsort(_level_scores(keys), kind="stable")


def ranked(levels: Crossed, order: np.ndarray) -> Crossed:
    """Replace levels by their ranks, so that groups of levels are intervals; levels beyond the cap count as missing.

    Parameters
    ----------
    levels : Crossed
        Levels and their targets.
    order : array of shape (n_levels,)
        Levels by increasing rank.

    Returns
    -------
    Crossed
        Of the values 0, 1, …
    """
    column, n_levels = levels.column, len(order)
    assert isinstance(column, Categories)
    place = np.empty(n_levels + 2, dtype=np.int64)
    place[order] = np.arange(n_levels)
    place[n_levels:] = n_levels + 1
    ranks = Values(
        np.arange(n_levels, dtype=np.float64),
        column.weights[order],
        column.missing + column.rest,
        minimum=0.0 if n_levels else np.nan,
        maximum=n_levels - 1.0 if n_levels else np.nan,
    )
    return Crossed(ranks, gather(levels.target, place, n_levels + 2))


def _bins_of_keys(crossed: Crossed) -> SmallBins:
    """One small bin for each value or level; what is missing or not listed is the rest."""
    target, column = crossed.target, crossed.column
    if not isinstance(target, Moments):
        weight = column.weights_or_ones() if isinstance(column, Values) else column.weights
        kind = "binary" if target.shape[1] <= 2 else "class"
        if target.shape[1] == 1:
            target = np.column_stack([target, np.zeros(len(target))])
        sums = target[:, ::-1] if kind == "binary" else target
        rest = float(target[-2:].sum())
        return SmallBins(kind, weight, sums[:-2], np.zeros(len(weight)), rest, sums[-2:].sum(axis=0))
    weight = target.weight
    means = np.where(weight > 0, target.mean, 0.0)
    size = np.frexp(np.abs(means).max(initial=0.0))[1]
    means = np.ldexp(means, -size)  # at most 1 in size, so that sums cannot overflow
    spread = np.ldexp(np.where(weight > 0, target.deviation, 0.0), -size)
    off = means - (weight * means).sum() / max(weight.sum(), 1e-300)
    unit = np.exp2(np.frexp(max(np.abs(off).max(initial=0.0), spread.max(initial=0.0)))[1])
    off, spread = off / unit, spread / unit  # now squares can be neither too large nor too small
    sums, squares = (weight * off)[:, None], weight * (off**2 + spread**2)
    return SmallBins("number", weight[:-2], sums[:-2], squares[:-2], float(weight[-2:].sum()), sums[-2:].sum(axis=0))


def _cuts(keys: SmallBins, rules: BinRules, is_large: bool) -> np.ndarray:
    """Cuts between keys, from 0 to n."""
    if len(keys.weight) == 0:
        return np.zeros(2, dtype=np.int64)
    keys = _within_range(keys)
    min_weight = rules.min_share * keys.weight.sum()
    one_of_two = keys.sums[:, :1] if keys.kind == "binary" else keys.sums
    small = small_bin_cuts(keys.weight, np.ascontiguousarray(one_of_two), min_weight, is_large=is_large)
    starts = small[:-1]
    bins = keys._replace(
        weight=np.add.reduceat(keys.weight, starts),
        sums=np.add.reduceat(keys.sums, starts, axis=0),
        squares=np.add.reduceat(keys.squares, starts),
    )
    return small[optimal_cuts(bins, rules.max_bins, rules.shape, min_weight, rules.max_p_value, is_large)]


def _within_range(keys: SmallBins) -> SmallBins:
    """Scale weights beyond reason to about 1 a key, by a power of two: their squares neither overflow nor vanish."""
    exponent = int(np.frexp(keys.weight.sum() / len(keys.weight))[1]) - 1
    if abs(exponent) < 400:
        return keys

    def scale(part: np.ndarray | float) -> np.ndarray:
        return np.ldexp(part, -exponent)

    rest = float(scale(keys.rest_weight)), scale(keys.rest_sums)
    return SmallBins(keys.kind, scale(keys.weight), scale(keys.sums), scale(keys.squares), *rest)


def _level_scores(keys: SmallBins) -> np.ndarray:
    """What orders levels: event rate, mean, or the first principal component of the class shares."""
    safe = np.where(keys.weight > 0, keys.weight, 1.0)
    shares = keys.sums / safe[:, None]  # (n_levels, n_outputs)
    if keys.kind != "class":
        return shares[:, 0]
    centred = shares - np.average(shares, axis=0, weights=keys.weight)
    _, _, components = np.linalg.svd(centred * np.sqrt(keys.weight)[:, None], full_matrices=False)
    first = components[0] * np.sign(components[0][np.abs(components[0]).argmax()])
    return centred @ first
