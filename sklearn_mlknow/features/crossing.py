"""Codes of several columns -> cells of their cross, and how a cell is written so that no two are written alike."""

from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow.features.frequency import is_frequent

SEPARATOR, MISSING, RARE = " & ", "missing", "rare"


class Part(NamedTuple):
    """How one column is coded: by its levels, or by the inner edges of its bins; and how each code is written."""

    places: dict[Any, int] | None
    edges: np.ndarray | None
    texts: list[str]  # the last is "missing"


class Cross(NamedTuple):
    """Two or more columns and the cells of their cross that are frequent; code 0 is rare, -1 missing."""

    members: tuple[int, ...]  # places among the columns
    cells: np.ndarray  # (n_kept,) increasing; code 1, 2, …
    texts: np.ndarray  # (n_kept + 2,) of object: rare, the kept cells, None


def texts_of_levels(levels: list[Any]) -> list[str]:
    """Write levels, in quotes where they would read like another level, like a missing value or like a cross.

    Examples
    --------
    >>> texts_of_levels(["a", "a & b", "missing", 1, "1"])
    ['a', "'a & b'", "'missing'", '1', "'1'"]
    """
    others = {str(level) for level in levels if not isinstance(level, str)} | {MISSING}
    return [
        f"'{level}'"
        if isinstance(level, str) and (level in others or SEPARATOR in level or level.startswith("'"))
        else str(level)
        for level in levels
    ]


def texts_of_bins(edges: np.ndarray) -> list[str]:
    """Write left-closed bins, with as many digits as keep the edges apart.

    Examples
    --------
    >>> texts_of_bins(np.array([1.0, 2.5]))
    ['[-inf, 1)', '[1, 2.5)', '[2.5, inf)']
    """
    short = [f"{edge:.6g}" for edge in edges]
    ends = ["-inf", *(short if len(set(short)) == len(short) else map(repr, edges.tolist())), "inf"]
    return [f"[{low}, {high})" for low, high in zip(ends, ends[1:])]


def cells_of(codes: list[np.ndarray], widths: list[int]) -> np.ndarray:
    """Number the combinations of codes: (n_rows,)."""
    cells = np.zeros(len(codes[0]), dtype=np.int64)
    for column, width in zip(codes, widths, strict=True):
        cells = cells * width + column
    return cells


def frequent_cells(cells: np.ndarray, weights: np.ndarray | None, min_frequency: float) -> np.ndarray:
    """Find the cells that reach the least frequency: (n_kept,), increasing."""
    occurring, places = np.unique(cells, return_inverse=True)
    found = np.bincount(places, weights, minlength=len(occurring))
    total = float(len(cells)) if weights is None else float(weights.sum())
    return occurring[(found > 0) & is_frequent(found, total, min_frequency)]


def codes_of_cells(cells: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Code cells by their place among the kept ones, from 1; 0 for all others: (n_rows,).

    Examples
    --------
    >>> codes_of_cells(np.array([7, 3, 5]), np.array([3, 7])).tolist()
    [2, 1, 0]
    """
    if len(kept) == 0:
        return np.zeros(len(cells), dtype=np.int64)
    place = np.minimum(np.searchsorted(kept, cells), len(kept) - 1)
    return np.where(kept[place] == cells, place + 1, 0)
