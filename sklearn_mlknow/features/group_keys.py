"""Groups of rows by the values of one or several key columns, the missing value being a value like any other."""

from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.vocabulary import known_codes, place_of
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.summaries import categories

MISSING = -1


class GroupKeys(NamedTuple):
    """The groups that occur.

    Attributes
    ----------
    levels : tuple of ndarray of object, each of shape (n_levels,)
        Sorted levels of each key column.
    codes : ndarray of int64, shape (n_groups, n_keys)
        Level of each key of each group, -1 for missing; rows in increasing order.
    """

    levels: tuple[np.ndarray, ...]
    codes: np.ndarray


class GroupIndex:
    """Finds the group of each row of a table.

    Parameters
    ----------
    keys : GroupKeys
    speaker : str
        Speaks in the error.

    Raises
    ------
    ValueError
        The levels, those that later batches brought included, have too many combinations.
    """

    def __init__(self, keys: GroupKeys, speaker: str) -> None:
        self.keys = keys
        self.places: list[dict[Any, int]] = [place_of(levels) for levels in keys.levels]
        self.widths = np.array([len(levels) + 2 for levels in keys.levels], dtype=np.int64)
        refuse_too_many(self.widths, speaker)
        known = [np.where(codes < 0, len(levels) + 1, codes) for codes, levels in zip(keys.codes.T, keys.levels)]
        self.cells = flat_cells(known, self.widths)  # (n_groups,) increasing, since codes are
        self.order = np.argsort(self.cells, kind="stable")
        self.cells = self.cells[self.order]

    def groups_of(self, table: Table, indices: list[int]) -> np.ndarray:
        """Find the group of each row; ``n_groups`` for groups that fit has not seen.

        Parameters
        ----------
        table : Table
        indices : list of int
            The key columns.

        Returns
        -------
        ndarray of int64, shape (n_rows,)
        """
        codes = [known_codes(table, index, places) for index, places in zip(indices, self.places, strict=True)]
        cells = flat_cells(codes, self.widths)
        n_cells = int(np.prod(self.widths.astype(float)))
        if n_cells <= max(4 * table.n_rows, 1000):
            group_of_cell = np.full(n_cells, len(self.cells), dtype=np.int64)
            group_of_cell[self.cells] = self.order
            return group_of_cell[cells]
        place = np.minimum(np.searchsorted(self.cells, cells), len(self.cells) - 1)
        return np.where(self.cells[place] == cells, self.order[place], len(self.cells))


def refuse_too_many(widths: np.ndarray, speaker: str) -> None:
    """Raise when the combinations of codes are more than an integer can number."""
    if np.prod(widths.astype(float)) >= 2**63:
        raise ValueError(f"{speaker}: the keys have too many combinations to number; use fewer of them.")


def flat_cells(codes: list[np.ndarray], widths: np.ndarray) -> np.ndarray:
    """Number the combinations of codes: (n_rows,)."""
    cells = codes[0]
    for column, width in zip(codes[1:], widths[1:]):
        cells = cells * width + column
    return cells


def find_groups(table: Table, indices: list[int], weights: np.ndarray | None = None) -> tuple[np.ndarray, GroupKeys]:
    """Group the rows of a table.

    Parameters
    ----------
    table : Table
    indices : list of int
        The key columns.
    weights : ndarray of shape (n_rows,), default=None
        Groups without weight do not occur; their rows get the group -1.

    Returns
    -------
    groups : ndarray of int64, shape (n_rows,)
    keys : GroupKeys
    """
    found = each(table.factorised, indices, table.n_rows)
    widths = np.array([len(levels) + 1 for _, levels in found], dtype=np.int64)
    refuse_too_many(widths, table.speaker)
    cells = found[0][0] + 1  # (n_rows,), as `flat_cells` of codes from 1, in place
    for (codes, _), width in zip(found[1:], widths[1:]):
        cells *= width
        cells += codes
        cells += 1
    n_cells = int(np.prod(widths))
    if n_cells <= max(4 * len(cells), 1000):
        occurs = np.bincount(cells, weights, minlength=n_cells) > 0
        distinct = np.flatnonzero(occurs)
        groups = np.take(np.where(occurs, np.cumsum(occurs) - 1, -1), cells)
    else:
        seen = cells if weights is None else cells[weights > 0]
        distinct = np.unique(seen)
        place = np.minimum(np.searchsorted(distinct, cells), len(distinct) - 1)
        groups = np.where(distinct[place] == cells, place, -1)
    codes = np.empty((len(distinct), len(indices)), dtype=np.int64)  # (n_groups, n_keys)
    rest = distinct
    for key in reversed(range(len(indices))):
        rest, codes[:, key] = np.divmod(rest, widths[key])
    return groups, GroupKeys(tuple(levels for _, levels in found), codes - 1)


def union(a: GroupKeys, b: GroupKeys) -> tuple[GroupKeys, np.ndarray, np.ndarray]:
    """Bring the groups of two tables together.

    Parameters
    ----------
    a, b : GroupKeys
        Of the same key columns.

    Returns
    -------
    keys : GroupKeys
    place_a, place_b : ndarray of int64, shape (n_groups,)
        Where each group of ``a`` and of ``b`` is in ``keys``.
    """
    levels, moved = [], [np.empty_like(a.codes), np.empty_like(b.codes)]
    for key, (ours, theirs) in enumerate(zip(a.levels, b.levels, strict=True)):
        both = sorted({*ours.tolist(), *theirs.tolist()}, key=categories.sort_key)
        place = place_of(column := np.array(both + [None], dtype=object)[:-1])
        levels.append(column)
        for out, one, its_levels in zip(moved, (a, b), (ours, theirs), strict=True):
            lookup = np.array([place[level] for level in its_levels.tolist()] + [MISSING], dtype=np.int64)
            out[:, key] = lookup[one.codes[:, key]]
    codes, places = np.unique(np.concatenate(moved), axis=0, return_inverse=True)
    places = places.reshape(-1)
    return GroupKeys(tuple(levels), codes), places[: len(a.codes)], places[len(a.codes) :]
