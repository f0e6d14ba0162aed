"""What is usual in a group: one mergeable summary, and from it a table of statistics that falls back on all rows."""

from typing import NamedTuple

import numpy as np

from sklearn_mlknow.features import group_order
from sklearn_mlknow.features.group_keys import GroupKeys, union
from sklearn_mlknow.features.group_order import GroupOrder
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.summaries import Moments, moments

STATISTICS = ("mean", "std", "min", "max", "median", "count", "nunique")


class GroupSummary(NamedTuple):
    """Groups, their weights, and the moments (and, where asked for, the order) of each column in each group."""

    keys: GroupKeys
    weight: np.ndarray  # (n_groups,)
    columns: tuple[Moments, ...]  # fields of shape (n_groups,)
    orders: tuple[GroupOrder, ...]  # of the groups and, as one more group, of all rows


def summarise(
    groups: np.ndarray, keys: GroupKeys, columns: list[np.ndarray], weights: np.ndarray | None, with_orders: bool
) -> GroupSummary:
    """Summarise columns in each group of rows.

    Parameters
    ----------
    groups : ndarray of int64, shape (n_rows,)
        Group of each row, -1 for rows of groups that have no weight.
    keys : GroupKeys
        Of the ``n_groups`` groups.
    columns : list of ndarray of float64, shape (n_rows,)
        NaN is missing.
    weights : ndarray of shape (n_rows,) or None
    with_orders : bool
        Whether the order of the values is kept too: medians, distinct values and ranks need it, and cannot be merged.

    Returns
    -------
    GroupSummary
    """
    n_groups, n_values = len(keys.codes), len(columns) * len(groups)
    if weights is not None:
        weights = np.where(groups < 0, 0.0, weights)
        groups = np.maximum(groups, 0)
    weight = np.bincount(groups, weights, minlength=n_groups).astype(np.float64)
    found = each(lambda column: moments.summarise_groups(groups, n_groups, column, weights), columns, n_values)
    orders: list[GroupOrder] = []
    if with_orders:
        orders = each(
            lambda column: group_order.order_groups(groups, n_groups, column, weights, with_whole=True),
            columns,
            n_values,
        )
    return GroupSummary(keys, weight, tuple(found), tuple(orders))


def merge(ours: GroupSummary, theirs: GroupSummary) -> GroupSummary:
    """Merge two summaries of the same columns, neither of which holds orders."""
    keys, place_ours, place_theirs = union(ours.keys, theirs.keys)
    places, n_groups = np.concatenate([place_ours, place_theirs]), len(keys.codes)
    weight = np.bincount(places, np.concatenate([ours.weight, theirs.weight]), minlength=n_groups)
    columns = tuple(
        moments.gather(Moments(*map(np.concatenate, zip(a, b, strict=True))), places, n_groups)
        for a, b in zip(ours.columns, theirs.columns, strict=True)
    )
    return GroupSummary(keys, weight, columns, ())


def with_whole(found: Moments) -> Moments:
    """Append the moments of all groups together: fields of shape (n_groups + 1,)."""
    whole = moments.gather(found, np.zeros(len(found.weight), dtype=np.int64), 1)
    return Moments(*(np.concatenate(pair) for pair in zip(found, whole, strict=True)))


def without_own(found: Moments, groups: np.ndarray, column: np.ndarray, weights: np.ndarray | None) -> Moments:
    """Moments of each row's group without the row: fields of shape (n_rows,).

    A row whose group holds nothing else gets the moments of no rows.
    """
    own = np.where(np.isnan(column), 0.0, 1.0 if weights is None else weights)  # (n_rows,)
    value = np.where(np.isnan(column), 0.0, column)
    weight = found.weight[groups] - own
    # a remainder of rounding is no row
    weight = np.where(weight > 1e-9 * found.weight[groups], weight, 0.0)
    safe = np.where(weight > 0, weight, np.nan)
    unit = moments.power_of_two(np.nanmax(np.abs([found.minimum, found.maximum]), initial=0.0))
    mean, spread = found.mean[groups] / unit, found.deviation[groups] / unit  # squares cannot overflow
    gap = value / unit - np.where(found.weight[groups] > 0, mean, 0.0)
    others = mean - own * gap / safe
    square = found.weight[groups] * spread**2 - own * gap * (value / unit - others)
    deviation = np.sqrt(np.maximum(square, 0.0) / safe)
    unknown = np.full(len(column), np.nan)
    return Moments(weight, others * unit, deviation * unit, unknown, unknown, unknown)


def tabulate(
    found: Moments, whole: Moments, smoothing: float = 0.0, ordered: GroupOrder | None = None
) -> dict[str, np.ndarray]:
    """Tabulate every statistic of one column that the summary tells.

    Parameters
    ----------
    found : Moments of shape (n_groups,)
    whole : Moments of shape (1,) or (n_groups,)
        Of all rows: what groups without values fall back on.
    smoothing : float, default=0.0
        Imaginary rows like all rows that are drawn into every group's mean, std and median.
    ordered : GroupOrder, default=None
        Its last group holds all rows.

    Returns
    -------
    dict of str to ndarray of float64, shape (n_groups,)
    """

    def drawn(values: np.ndarray, usual: np.ndarray) -> np.ndarray:
        if smoothing == 0:
            return values
        own = np.where(found.weight > 0, values, usual)
        share = found.weight / (found.weight + smoothing)
        # rounding must not leave what lies between the two, least of all where they are equal
        return np.clip(share * own + (1 - share) * usual, np.minimum(own, usual), np.maximum(own, usual))

    tabulated = {
        "mean": (drawn(found.mean, whole.mean), whole.mean),
        "std": (found.deviation, whole.deviation),
        "min": (found.minimum, whole.minimum),
        "max": (found.maximum, whole.maximum),
    }
    if smoothing:  # a power of two divides without rounding, and keeps squares from overflowing
        unit = moments.power_of_two(np.fmax.reduce(np.append(found.deviation, whole.deviation), initial=0.0))
        spread = np.sqrt(drawn((found.deviation / unit) ** 2, (whole.deviation / unit) ** 2)) * unit
        tabulated["std"] = (spread, whole.deviation)
    if ordered is not None:
        medians, n_distinct = group_order.medians(ordered), group_order.n_distinct(ordered)
        tabulated["median"] = (drawn(medians, medians[-1:]), medians[-1:])
        tabulated["nunique"] = (n_distinct, n_distinct[-1:])
    return {name: np.where(np.isnan(values), usual, values) for name, (values, usual) in tabulated.items()}
