"""What is kept of a table that is joined: a value of each column for each key, or for each key and moment.

As-of joins look a row up by key and time: the rows of the table stand in order of key and time, and the last one of the
key that is strictly earlier is taken. Rows without a time happened at no known moment and are left out.
"""

from typing import NamedTuple

import numpy as np

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features import group_order
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.time_reading import read_times
from sklearn_mlknow.summaries import moments

NEVER = np.iinfo(np.int64).min  # NaT
STATISTICS = ("mean", "std", "min", "max", "median", "count", "nunique")


class Column(NamedTuple):
    """A column to write: its name, and a value for each place (the last for no match); texts as objects."""

    name: str
    values: np.ndarray  # (n_places + 1,)


class Moment(NamedTuple):
    """Rows of the joined table in order of group and time."""

    times: np.ndarray  # (n_distinct,) increasing
    keys: np.ndarray  # (n_rows,) group * n_distinct + time, increasing


def ticks(table: Table, index: int, format: str | None) -> np.ndarray:
    """Read a column of times as whole microseconds, or of numbers as they are; missing is the least of all.

    Parameters
    ----------
    table : Table
    index : int
    format : str or None
        Of texts.

    Returns
    -------
    ndarray of int64 or float64, shape (n_rows,)
    """
    if table.kinds[index] == "number":
        column = finite_number(table, index)
        return np.where(np.isnan(column), -np.inf, column)
    return read_times(table, index, format).absolute.astype(np.int64)  # NaT is the least integer


def order_moments(groups: np.ndarray, times: np.ndarray) -> tuple[Moment, np.ndarray]:
    """Order rows by group and time.

    Parameters
    ----------
    groups : ndarray of int64, shape (n_rows,)
    times : ndarray, shape (n_rows,)
        As `ticks` reads them.

    Returns
    -------
    Moment
    rows : ndarray of int64, shape (n_known,)
        The rows that have a time, in order.
    """
    known = np.flatnonzero(times != (-np.inf if times.dtype.kind == "f" else NEVER))
    distinct, places = np.unique(times[known], return_inverse=True)
    keys = groups[known] * len(distinct) + places
    order = np.argsort(keys, kind="stable")
    return Moment(distinct, keys[order]), known[order]


def last_before(moment: Moment, groups: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Find the last row of each group strictly before a time.

    Parameters
    ----------
    moment : Moment
    groups : ndarray of int64, shape (n_rows,)
        Groups that the table does not have are larger than all it has.
    times : ndarray, shape (n_rows,)

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Place among the ordered rows; their number where there is none.

    Examples
    --------
    >>> moment, rows = order_moments(np.array([0, 0, 1]), np.array([6.0, 9.0, 8.0]))
    >>> last_before(moment, np.array([0, 0, 1, 2]), np.array([8.0, 10.0, 8.0, 9.0])).tolist()
    [0, 1, 3, 3]
    """
    n_times, n_known = len(moment.times), len(moment.keys)
    if n_known == 0:
        return np.zeros(len(groups), dtype=np.int64)
    earlier = np.searchsorted(moment.times, times, side="left")  # times strictly earlier
    place = np.searchsorted(moment.keys, groups * n_times + earlier) - 1
    is_match = (place >= 0) & (moment.keys[np.maximum(place, 0)] // n_times == groups)
    return np.where(is_match, place, n_known)


def as_it_is(other: Table, index: int, rows: np.ndarray, prefix: str) -> Column:
    """Bring a column, its rows in this order, then a missing value."""
    name = prefix + other.names[index]
    if other.kinds[index] == "number":
        return Column(name, np.append(other.number(index).astype(np.float64)[rows], np.nan))
    codes, levels = other.factorised(index)
    labels = np.array([*levels, None], dtype=object)
    return Column(name, labels[np.append(codes[rows], -1)])


def aggregated(
    other: Table, brought: list[int], groups: np.ndarray, n_groups: int, statistics: list[str], prefix: str
) -> list[Column]:
    """Aggregate columns within each key: numbers by every statistic, categories by the number of distinct ones."""
    columns = []
    if "count" in statistics:
        columns.append(Column(f"{prefix}count", np.append(np.bincount(groups, minlength=n_groups), 0.0)))
    for index in brought:
        is_number = other.kinds[index] == "number"
        if is_number:
            column = finite_number(other, index)
        else:
            codes = other.factorised(index)[0]
            column = np.where(codes < 0, np.nan, codes)
        found = {}
        if is_number:
            known = moments.summarise_groups(groups, n_groups, column)
            found = {"mean": known.mean, "std": known.deviation, "min": known.minimum, "max": known.maximum}
        if {"median", "nunique"} & set(statistics):
            ordered = group_order.order_groups(groups, n_groups, column, None)
            found["nunique"] = group_order.n_distinct(ordered)
            if is_number:
                found["median"] = group_order.medians(ordered)
        for statistic in statistics:
            if statistic in found:
                name = f"{prefix}{other.names[index]}_{statistic}"
                columns.append(Column(name, np.append(found[statistic], np.nan)))
    return columns
