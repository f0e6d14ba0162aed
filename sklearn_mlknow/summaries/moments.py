"""Weight, mean, standard deviation, minimum and maximum: mergeable, of one column or of many groups at once.

Merged after Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
Deviations are kept instead of squared sums, and everything is scaled by a power of two before it is squared, so values
up to 1e308 neither overflow nor lose digits.
"""

from typing import NamedTuple

import numpy as np

from sklearn_mlknow.kernels.group_sums import group_extent, group_shifts, group_squares, group_totals


class Moments(NamedTuple):
    """Moments of one column, or of several groups; every field has shape () or (n_groups,).

    Attributes
    ----------
    weight : ndarray
        Of the values that are not missing.
    mean : ndarray
        NaN where there is no weight.
    deviation : ndarray
        Standard deviation, divided by the weight (not by one less); NaN where there is no weight.
    minimum, maximum : ndarray
        NaN where there is no weight.
    missing : ndarray
        Weight of the missing values.
    """

    weight: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray
    missing: np.ndarray


def empty(n_groups: int | None = None) -> Moments:
    """Return the moments of no rows."""
    shape = () if n_groups is None else (n_groups,)
    nothing, unknown = np.zeros(shape), np.full(shape, np.nan)
    return Moments(nothing, unknown, unknown, unknown, unknown, nothing)


EMPTY = empty()


def summarise(column: np.ndarray, weight: np.ndarray | None = None) -> Moments:
    """Summarise a column, exactly to rounding.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        Numbers; NaN is missing.
    weight : ndarray of shape (n_rows,), default=None
        Weights of the rows, not negative; rows of weight 0 count as absent.

    Returns
    -------
    Moments
        Every field of shape ().

    Examples
    --------
    >>> import numpy as np
    >>> summary = summarise(np.array([1.0, 3.0, np.nan]))
    >>> float(summary.mean), float(summary.deviation), float(summary.missing)
    (2.0, 1.0, 1.0)
    """
    groups = summarise_groups(np.zeros(len(column), dtype=np.int64), 1, column, weight)
    return Moments(*(field[0] for field in groups))


def summarise_groups(codes: np.ndarray, n_groups: int, column: np.ndarray, weight: np.ndarray | None = None) -> Moments:
    """Summarise a column in each group of rows.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,)
        Group of each row, in ``0 … n_groups - 1``.
    n_groups : int
        Number of groups.
    column : ndarray of shape (n_rows,)
        Numbers; NaN is missing.
    weight : ndarray of shape (n_rows,), default=None
        Weights of the rows, not negative; rows of weight 0 count as absent.

    Returns
    -------
    Moments
        Every field of shape (n_groups,).
    """
    if group_extent.pays_for(len(column)):
        return _summarise_groups_compiled(codes, n_groups, column, weight)
    column = column.astype(np.float64)
    weights = np.ones(len(column)) if weight is None else np.asarray(weight, dtype=np.float64)
    is_missing = column != column
    missing = np.bincount(codes[is_missing], weights[is_missing], minlength=n_groups)
    counts = ~is_missing & (weights > 0)
    codes, column, weights = codes[counts], column[counts], weights[counts]
    total = np.bincount(codes, weights, minlength=n_groups)  # (n_groups,)
    low, high = np.full(n_groups, np.inf), np.full(n_groups, -np.inf)
    np.minimum.at(low, codes, column)
    np.maximum.at(high, codes, column)
    has_weight = total > 0
    low, high = np.where(has_weight, low, np.nan), np.where(has_weight, high, np.nan)
    divisor = np.where(has_weight, total, np.nan)
    unit = power_of_two(np.abs(column).max(initial=0.0))
    scaled = column / unit  # within ±2
    rough = np.bincount(codes, weights * scaled, minlength=n_groups) / divisor
    off = scaled - rough[codes]
    shift = np.bincount(codes, weights * off, minlength=n_groups) / divisor  # what rounding left
    width = power_of_two(np.abs(off).max(initial=0.0))
    square = np.bincount(codes, weights * ((off - shift[codes]) / width) ** 2, minlength=n_groups) / divisor
    mean = np.clip((rough + shift) * unit, low, high)
    return Moments(total, mean, np.sqrt(square) * width * unit, low, high, missing)


def _summarise_groups_compiled(
    codes: np.ndarray, n_groups: int, column: np.ndarray, weight: np.ndarray | None
) -> Moments:
    """Give the same bits as :func:`summarise_groups`, in four passes without temporary arrays."""
    column = column.astype(np.float64, copy=False)
    weights = np.empty(0) if weight is None else np.asarray(weight, dtype=np.float64)
    sums = np.zeros((n_groups, 5))
    sums[:, 2], sums[:, 3] = np.inf, -np.inf
    largest = group_extent(codes, column, weights, sums)
    unit = float(power_of_two(largest))
    total, missing, low, high, rough = np.ascontiguousarray(sums.T)
    has_weight = total > 0
    low, high = np.where(has_weight, low, np.nan), np.where(has_weight, high, np.nan)
    divisor = np.where(has_weight, total, np.nan)
    shift, square = np.zeros(n_groups), np.zeros(n_groups)
    if weight is None and 1e-150 < largest < 1e150:  # no sum comes near the ends of the range: scaling is exact
        rough = rough / unit
    else:
        rough = np.zeros(n_groups)
        group_totals(codes, column, weights, 1 / unit, rough)
    rough /= divisor
    width = float(power_of_two(group_shifts(codes, column, weights, 1 / unit, rough, shift)))
    shift /= divisor
    group_squares(codes, column, weights, 1 / unit, rough, shift, 1 / width, square)
    mean = np.clip((rough + shift) * unit, low, high)
    return Moments(total, mean, np.sqrt(square / divisor) * width * unit, low, high, missing)


def merge(a: Moments, b: Moments) -> Moments:
    """Merge the moments of two sets of rows, group by group.

    Parameters
    ----------
    a, b : Moments
        Of the same groups; in either order the answer is the same.

    Returns
    -------
    Moments
    """
    weight = a.weight + b.weight
    divisor = np.where(weight > 0, weight, np.nan)
    share_a, share_b = a.weight / divisor, b.weight / divisor
    means = [np.where(one.weight > 0, one.mean, 0.0) for one in (a, b)]
    deviations = [np.where(one.weight > 0, one.deviation, 0.0) for one in (a, b)]
    unit = power_of_two(np.max(np.abs([*means, *deviations]), axis=0, initial=0.0))
    mean_a, mean_b, deviation_a, deviation_b = (part / unit for part in (*means, *deviations))  # within ±2
    gap = mean_b - mean_a
    width = power_of_two(np.max(np.abs([gap, deviation_a, deviation_b]), axis=0, initial=0.0))
    square = (
        share_a * (deviation_a / width) ** 2
        + share_b * (deviation_b / width) ** 2
        + share_a * share_b * (gap / width) ** 2
    )
    low, high = np.fmin(a.minimum, b.minimum), np.fmax(a.maximum, b.maximum)
    mean = np.clip((share_a * mean_a + share_b * mean_b) * unit, low, high)
    return Moments(weight, mean, np.sqrt(square) * width * unit, low, high, a.missing + b.missing)


def gather(groups: Moments, place: np.ndarray, n_places: int) -> Moments:
    """Merge all groups that share a place.

    Parameters
    ----------
    groups : Moments of shape (n_groups,)
    place : ndarray of shape (n_groups,)
        In ``0 … n_places - 1``.
    n_places : int

    Returns
    -------
    Moments of shape (n_places,)
    """
    has_weight, all_places = groups.weight > 0, place
    place = place[has_weight]
    weight, mean, deviation, low, high, _ = (field[has_weight] for field in groups)
    between = summarise_groups(place, n_places, mean, weight)
    unit = power_of_two(deviation.max(initial=0.0))
    square = np.bincount(place, weight * (deviation / unit) ** 2, minlength=n_places)
    within = np.sqrt(square / np.where(between.weight > 0, between.weight, np.nan)) * unit
    lowest, highest = np.full(n_places, np.nan), np.full(n_places, np.nan)
    np.fmin.at(lowest, place, low)
    np.fmax.at(highest, place, high)
    missing = np.bincount(all_places, groups.missing, minlength=n_places)
    return Moments(between.weight, between.mean, np.hypot(within, between.deviation), lowest, highest, missing)


def power_of_two(size: np.ndarray) -> np.ndarray:
    """Return the smallest power of two at or above ``size`` (1 for 0), at most 2**1023; dividing by it is exact."""
    _, exponent = np.frexp(np.asarray(size, dtype=np.float64))
    return np.where(np.asarray(size) > 0, np.ldexp(1.0, np.clip(exponent, -1021, 1023)), 1.0)
