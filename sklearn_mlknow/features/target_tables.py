"""Statistics of a target at each level of a column, shrunk towards the whole, in full and without each fold.

The shrinkage is empirical Bayes: a level of weight n keeps the share n / (n + m) of its own mean, where m is the
variance within levels over the variance between them, estimated by the method of moments of one-way analysis of
variance (Searle, Casella & McCulloch, *Variance Components*, 1992, section 3.6; Robbins 1956; Micci-Barreca 2001).
"""

from functools import reduce
from typing import NamedTuple

import numpy as np

from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.summaries import Categories, Crossed, Moments, crossed, moments

MOST_ROWS = 1e12  # imaginary rows that stand for "all levels are alike"


class TargetTable(NamedTuple):
    """A column crossed with a target, and the classes of the target (None for numbers)."""

    crossed: Crossed
    classes: np.ndarray | None


def with_weight(target: Target, weights: np.ndarray | None) -> Target:
    """Forget the classes of which no row has a weight; their rows, which count for nothing, get the first class."""
    if weights is None or not target.is_class:
        return target
    held = np.bincount(target.values, weights, minlength=target.n_classes) > 0
    if held.all() or target.classes is None:
        return target
    place = np.where(held, np.cumsum(held) - 1, 0)
    return Target(place[target.values], target.classes[held])


def tabulate(codes: np.ndarray, levels: np.ndarray, target: Target, weights: np.ndarray | None) -> TargetTable:
    """Cross a factorised column with a target."""
    n_classes = target.n_classes if target.is_class else None
    return TargetTable(crossed.cross_categories(codes, levels, target.values, n_classes, weights), target.classes)


def merge(ours: TargetTable, theirs: TargetTable) -> TargetTable:
    """Merge two tables; classes that only one of them has seen are classes of the whole.

    Raises
    ------
    ValueError
        One target names classes and the other holds numbers.
    """
    if (ours.classes is None) != (theirs.classes is None):
        raise ValueError(
            "the target named classes in one batch and held numbers in the other; set target_type to say which it is."
        )
    if ours.classes is None or theirs.classes is None:
        return TargetTable(crossed.merge(ours.crossed, theirs.crossed), None)
    classes = np.unique(np.concatenate([ours.classes, theirs.classes]))
    spread = []
    for one in (ours, theirs):
        assert isinstance(one.crossed.target, np.ndarray) and one.classes is not None
        counts = np.zeros((len(one.crossed.target), len(classes)))
        counts[:, np.searchsorted(classes, one.classes)] = one.crossed.target
        spread.append(one.crossed._replace(target=counts))
    return TargetTable(crossed.merge(spread[0], spread[1]), classes)


def levels_of(table: TargetTable) -> np.ndarray:
    """Return the levels of the column."""
    assert isinstance(table.crossed.column, Categories)
    return table.crossed.column.levels


def without_each_fold(
    keys: np.ndarray, n_keys: int, folds: np.ndarray, target: Target, weights: np.ndarray | None
) -> list[np.ndarray | Moments]:
    """Tabulate a target at each key, once for every fold, from the rows outside it.

    What is computed for a fold never touches the target of its own rows, not even in its rounding.

    Parameters
    ----------
    keys, folds : ndarray of int64, shape (n_rows,)
    n_keys : int
    target : Target
    weights : ndarray of shape (n_rows,) or None

    Returns
    -------
    list of length n_folds
        Class weights of shape (n_keys, n_classes), or Moments of shape (n_keys,).
    """
    n_folds = int(folds.max()) + 1
    cells = folds * n_keys + keys  # (n_rows,)
    if target.is_class:
        counts = np.bincount(cells * target.n_classes + target.values, weights, n_folds * n_keys * target.n_classes)
        by_fold = counts.reshape(n_folds, n_keys, target.n_classes).astype(np.float64)
        others = 1.0 - np.eye(n_folds)
        return list(np.einsum("fg,gkc->fkc", others, by_fold))
    found = moments.summarise_groups(cells, n_folds * n_keys, target.values, weights)
    parts = [Moments(*(field.reshape(n_folds, n_keys)[fold] for field in found)) for fold in range(n_folds)]
    return [reduce(moments.merge, parts[:fold] + parts[fold + 1 :]) for fold in range(n_folds)]


def level_means(target: np.ndarray | Moments) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weight of each level, its means, and its summed squared deviations within.

    Parameters
    ----------
    target : ndarray of shape (n_levels, n_classes) or Moments of shape (n_levels,)

    Returns
    -------
    weight : ndarray of shape (n_levels,)
    mean : ndarray of shape (n_levels, n_outputs)
        Shares of the classes, or means of the number; 0 where there is no weight.
    within : ndarray of shape (n_levels,)
        Sum of squared deviations from the level's own mean, over all outputs.
    """
    if isinstance(target, Moments):
        seen = target.weight > 0
        deviation = np.where(seen, target.deviation, 0.0)
        return target.weight, np.where(seen, target.mean, 0.0)[:, None], target.weight * deviation**2
    weight = target.sum(axis=1)
    share = target / np.where(weight > 0, weight, 1.0)[:, None]
    return weight, share, weight * (share * (1 - share)).sum(axis=1)


def imaginary_rows(weight: np.ndarray, mean: np.ndarray, within: np.ndarray) -> float:
    """Estimate how many rows at the overall mean the prior is worth.

    Parameters
    ----------
    weight : ndarray of shape (n_levels,)
    mean : ndarray of shape (n_levels, n_outputs)
    within : ndarray of shape (n_levels,)

    Returns
    -------
    float
        Variance within levels over variance between them; 1e12 when levels do not differ more than by chance.
    """
    total, n_levels = weight.sum(), int((weight > 0).sum())
    if n_levels < 2 or total <= n_levels:
        return MOST_ROWS
    overall = weight @ mean / total  # (n_outputs,)
    between = (weight * ((mean - overall) ** 2).sum(axis=1)).sum() / (n_levels - 1)
    inside = within.sum() / (total - n_levels)
    usual_weight = (total - weight @ (weight / total)) / (n_levels - 1)
    spread = (between - inside) / usual_weight
    return float(min(inside / spread, MOST_ROWS)) if spread > 0 else MOST_ROWS


def shrunken_means(target: np.ndarray | Moments, smoothing: float | str) -> np.ndarray:
    """Mean of each level, drawn towards the overall mean.

    Parameters
    ----------
    target : ndarray of shape (n_levels, n_classes) or Moments of shape (n_levels,)
    smoothing : float or "auto"
        Imaginary rows at the overall mean; "auto" estimates them.

    Returns
    -------
    ndarray of shape (n_levels, n_outputs)
        The overall mean for levels without rows.

    Examples
    --------
    >>> shrunken_means(np.array([[0.0, 4.0], [3.0, 1.0], [0.0, 0.0]]), smoothing=4.0)[:, 1].tolist()
    [0.8125, 0.4375, 0.625]
    """
    unit = 1.0
    if isinstance(target, Moments):  # squares of numbers up to 1e308 must not overflow
        unit = float(moments.power_of_two(np.nanmax(np.abs([target.mean, target.deviation]), initial=0.0)))
        target = target._replace(mean=target.mean / unit, deviation=target.deviation / unit)
    weight, mean, within = level_means(target)
    rows = imaginary_rows(weight, mean, within) if isinstance(smoothing, str) else float(smoothing)
    overall = weight @ mean / max(weight.sum(), np.finfo(float).tiny)  # (n_outputs,)
    whole = weight + rows
    trust = np.divide(weight, whole, out=np.zeros_like(weight), where=whole > 0)[:, None]
    return (trust * mean + (1 - trust) * overall) * unit
