"""A column crossed with a target: how often each small cell of values meets each target code. Mergeable.

A numeric column is kept as its distinct values, or as quantile cells once there are more than ``n_cells``; a column
of categories as its levels. Two such summaries of the same column merge by adding what falls together, so selection can
learn from batches. At learning time the cells are joined into a few bins: the contingency table behind the score.

No row is ever compared with an edge: each class is sorted by itself, and the place of an edge in it is its count.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.kernels import joint_histogram, sorted_present

MOST_CELLS = 1024  # distinct values of a number kept apart; above them, quantile cells
MOST_LEVELS = 4096  # levels of a category kept by merges; the lightest above them share one row
RARE = 5.0  # levels of less weight share one bin: their counts say nothing on their own


class Cells(NamedTuple):
    """Weights of each (cell, target code); the missing values and the pooled levels have rows of their own."""

    keys: NDArray[np.generic]  # (n_cells,) lower ends, increasing; or levels
    weights: NDArray[np.float64]  # (n_cells, n_codes)
    missing: NDArray[np.float64]  # (n_codes,)
    rest: NDArray[np.float64]  # (n_codes,)


class Groups(NamedTuple):
    """The rows of each target code: ``order[starts[c]:starts[c + 1]]`` are those of code c."""

    codes: NDArray[np.int64]  # (n_rows,)
    order: NDArray[np.int64]  # (n_rows,)
    starts: NDArray[np.int64]  # (n_codes + 1,)
    row_weights: NDArray[np.float64] | None  # (n_rows,)

    @property
    def n_codes(self) -> int:
        """Number of target codes."""
        return len(self.starts) - 1


def group_rows(codes: NDArray[np.int64], n_codes: int, row_weights: NDArray[np.float64] | None = None) -> Groups:
    """Order the rows by target code, once for all columns."""
    order = np.argsort(codes.astype(np.int16 if n_codes < 2**15 else np.int64), kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=n_codes))])
    return Groups(codes, order, starts, row_weights)


def cells_within(n_bins: int) -> int:
    """Number of quantile cells: the largest multiple of ``n_bins`` below the cap, so that bins fall on cell ends."""
    return max(1, MOST_CELLS // n_bins) * n_bins


def summarise_number(column: NDArray[np.float64], groups: Groups, n_cells: int) -> Cells:
    """Cross a numeric column with the target.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        Numbers; NaN is missing.
    groups : Groups
        The target.
    n_cells : int
        Distinct values kept apart.

    Returns
    -------
    Cells
        Exact when at most ``n_cells`` distinct values occur; otherwise cells of equal weight.

    Examples
    --------
    >>> cells = summarise_number(np.array([3.0, 1.0, 3.0, np.nan]), group_rows(np.array([0, 1, 1, 0]), 2), 10)
    >>> cells.keys.tolist(), cells.weights.tolist(), cells.missing.tolist()
    ([1.0, 3.0], [[0.0, 1.0], [1.0, 1.0]], [1.0, 0.0])
    """
    column = np.ascontiguousarray(column)
    if groups.row_weights is not None:
        return _summarise_weighted_number(column, groups, n_cells)
    present = sorted_present(column)
    keys = _cell_starts(present, np.arange(n_cells) * len(present) // n_cells)
    weights, missing = np.zeros((len(keys), groups.n_codes)), np.zeros(groups.n_codes)
    grouped = column[groups.order]
    for code, (start, stop) in enumerate(zip(groups.starts, groups.starts[1:])):
        values = sorted_present(grouped[start:stop])
        missing[code] = stop - start - len(values)
        if len(keys):
            weights[:, code] = np.diff(np.searchsorted(values, keys), append=len(values))
    return Cells(keys, weights, missing, np.zeros(groups.n_codes))


def _summarise_weighted_number(column: NDArray[np.float64], groups: Groups, n_cells: int) -> Cells:
    row_weights = groups.row_weights
    assert row_weights is not None
    is_used = row_weights > 0
    column, codes, row_weights = column[is_used], groups.codes[is_used], row_weights[is_used]
    order = np.argsort(column, kind="stable")
    n_present = int(np.searchsorted(column[order], np.nan))
    present = column[order[:n_present]]
    below = np.cumsum(row_weights[order[:n_present]])  # (n_present,)
    whole = below[-1] if n_present else 0.0
    places = np.searchsorted(below, np.arange(n_cells) * whole / n_cells, side="right")
    keys = _cell_starts(present, np.minimum(places, max(n_present - 1, 0)))
    cells = np.searchsorted(keys, column, side="right") - 1  # (n_used,) NaN sorts after the last
    is_missing = np.isnan(column)
    cells[is_missing] = len(keys)
    table = joint_histogram(cells, codes, len(keys) + 1, groups.n_codes, row_weights)
    return Cells(keys, table[:-1], table[-1], np.zeros(groups.n_codes))


def _cell_starts(present: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The distinct values of a sorted column, or, when they are more than ``places``, the values at those places."""
    if len(present) == 0:
        return present
    is_first = np.concatenate([[True], present[1:] > present[:-1]])
    if np.count_nonzero(is_first) <= len(places):
        return present[is_first]
    starts = present[places]
    return starts[np.concatenate([[True], starts[1:] > starts[:-1]])]


def summarise_category(codes: NDArray[np.int64], levels: NDArray[np.generic], groups: Groups) -> Cells:
    """Cross a factorised column (-1 is missing) with the target; exact.

    Examples
    --------
    >>> cells = summarise_category(np.array([0, 1, -1]), np.array(["a", "b"]), group_rows(np.array([0, 1, 1]), 2))
    >>> cells.weights.tolist(), cells.missing.tolist()
    ([[1.0, 0.0], [0.0, 1.0]], [0.0, 1.0])
    """
    n_levels = len(levels)
    table = joint_histogram(
        np.where(codes < 0, n_levels, codes), groups.codes, n_levels + 1, groups.n_codes, groups.row_weights
    ).astype(np.float64)
    is_used = table[:-1].sum(axis=1) > 0
    return Cells(levels[is_used], table[:-1][is_used], table[-1], np.zeros(groups.n_codes))


def merge_cells(ours: Cells, theirs: Cells, n_cells: int) -> Cells:
    """Add two summaries of one column, then bring the result below its cap.

    Associative and commutative, exactly below the cap.

    Parameters
    ----------
    ours, theirs : Cells
        With the same target codes.
    n_cells : int
        Distinct numbers kept apart.

    Returns
    -------
    Cells
    """
    keys = np.concatenate([ours.keys, theirs.keys])
    if keys.dtype.kind == "O":
        place_of = {key: place for place, key in enumerate(sorted(set(keys.tolist()), key=_level_order))}
        places = np.fromiter((place_of[key] for key in keys.tolist()), dtype=np.int64, count=len(keys))
        united = np.empty(len(place_of), dtype=object)
        united[:] = list(place_of)
    else:
        united, places = np.unique(keys, return_inverse=True)
    weights = np.zeros((len(united), ours.weights.shape[1]))
    np.add.at(weights, places, np.concatenate([ours.weights, theirs.weights]))
    merged = Cells(united, weights, ours.missing + theirs.missing, ours.rest + theirs.rest)
    return cap_cells(merged, n_cells)


def cap_cells(cells: Cells, n_cells: int) -> Cells:
    """Join neighbouring cells of numbers into ``n_cells`` of equal weight; pool the lightest levels above the cap."""
    totals = cells.weights.sum(axis=1)
    if cells.keys.dtype.kind == "O":
        if len(totals) <= MOST_LEVELS:
            return cells
        heavy = np.sort(np.argsort(-totals, kind="stable")[:MOST_LEVELS])
        kept = cells.weights[heavy]
        rest = cells.rest + cells.weights.sum(axis=0) - kept.sum(axis=0)
        return Cells(cells.keys[heavy], kept, cells.missing, rest)
    if len(totals) <= n_cells:
        return cells
    below = np.cumsum(totals)
    starts = np.unique(np.searchsorted(below, np.arange(n_cells) * below[-1] / n_cells, side="right"))
    return cells._replace(keys=cells.keys[starts], weights=np.add.reduceat(cells.weights, starts, axis=0))


def contingency_table(cells: Cells, n_bins: int) -> NDArray[np.float64]:
    """Join cells into at most ``n_bins`` bins of about equal weight; rare levels and missing values are one more each.

    Parameters
    ----------
    cells : Cells
    n_bins : int
        Bins of a numeric column; levels of a category are bins already.

    Returns
    -------
    ndarray of shape (n_rows_of_table, n_codes)
        At most ``n_bins + 1`` rows for a number; rows without weight are left out.
    """
    totals = cells.weights.sum(axis=1)
    if cells.keys.dtype.kind == "O":
        is_rare = totals < RARE
        rest = cells.rest + cells.weights[is_rare].sum(axis=0)
        rows = [cells.weights[~is_rare], rest[None], cells.missing[None]]
    elif len(totals):
        rows = [np.add.reduceat(cells.weights, spread(totals, n_bins), axis=0), cells.missing[None]]
    else:
        rows = [cells.missing[None]]
    table = np.concatenate(rows)
    return table[table.any(axis=1)]


def spread(totals: NDArray[np.float64], n_bins: int) -> NDArray[np.int64]:
    """First cell of each bin, so that bins weigh about the same: a heavy cell fills a bin, the others share the rest.

    Examples
    --------
    >>> spread(np.array([8.0, 1.0, 1.0]), 3).tolist()
    [0, 1, 2]
    >>> spread(np.ones(6), 3).tolist()
    [0, 2, 4]
    """
    if len(totals) == 0:
        return np.zeros(0, dtype=np.int64)
    below = np.cumsum(totals)
    starts = [0]
    for n_left in range(n_bins, 1, -1):
        done = below[starts[-1] - 1] if starts[-1] else 0.0
        start = int(np.searchsorted(below, done + (below[-1] - done) / n_left)) + 1
        if start >= len(totals):
            break
        starts.append(start)
    return np.asarray(starts, dtype=np.int64)


def spread_edges(
    column: NDArray[np.float64], n_bins: int, row_weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Inner edges of at most ``n_bins`` bins of about equal weight of one column without missing values.

    Examples
    --------
    >>> spread_edges(np.array([4.0, 1.0, 2.0, 3.0]), 2).tolist()
    [3.0]
    """
    groups = group_rows(np.zeros(len(column), dtype=np.int64), 1, row_weights)
    cells = summarise_number(column, groups, cells_within(n_bins))
    return np.asarray(cells.keys[spread(cells.weights[:, 0], n_bins)][1:], dtype=np.float64)


def _level_order(level: object) -> tuple[str, str]:
    return (type(level).__name__, str(level))
