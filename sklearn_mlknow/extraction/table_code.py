"""A mixed table as standard numbers, and back again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow._shell.table import Table, check_kinds_of_fit
from sklearn_mlknow.neural.reading import read_columns

MOST_LEVELS = 64  # the commonest levels of a column; the others count as missing
LARGEST = 1e9  # standard deviations; further values count as that far

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class TableCode:
    """What `encode` and `decode` need to know of the training table.

    Attributes
    ----------
    names : tuple of str
        Columns of the table.
    levels : dict of int -> ndarray of object
        All levels of each categorical column, by position.
    kept : dict of int -> ndarray of int64
        Codes of the levels that have an indicator.
    numbers : ndarray of int64, shape (n_numbers,)
        Positions of the numeric columns.
    has_missing : ndarray of bool, shape (n_numbers,)
        Which of them have an indicator of missing values.
    size : ndarray of shape (n_numbers,)
        A power of two that brings extreme numbers into reach; 1 as a rule.
    mean, spread : ndarrays of shape (n_numbers,)
        Of the numbers divided by their size.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    levels: dict[int, NDArray[Any]]
    kept: dict[int, NDArray[np.int64]]
    numbers: NDArray[np.int64]
    has_missing: NDArray[np.bool_]
    size: Matrix
    mean: Matrix
    spread: Matrix


def learn_code(table: Table, scale: bool) -> TableCode:
    """Learn centres, spreads and levels.

    Parameters
    ----------
    table : Table
    scale : bool
        Divide each number by its own standard deviation; else all by one, so that their sizes stay comparable.

    Returns
    -------
    TableCode
    """
    columns, levels = read_columns(table, None)
    numbers = np.array([i for i in range(table.n_columns) if i not in levels], dtype=np.int64)
    values = columns[:, numbers]
    is_known = ~np.isnan(values)
    largest = np.fmax.reduce(np.abs(values), axis=0, initial=0.0)
    if not scale:
        largest = np.full(len(numbers), largest.max(initial=0.0))
    is_extreme = (largest > 1e100) | ((largest > 0) & (largest < 1e-100))
    size = np.where(is_extreme, np.ldexp(1.0, np.frexp(largest)[1] - 1), 1.0)
    values = values / size
    n_known = np.maximum(is_known.sum(axis=0), 1)
    mean = np.where(is_known, values, 0.0).sum(axis=0) / n_known
    variance = (np.where(is_known, values - mean, 0.0) ** 2).sum(axis=0) / n_known
    if not scale and len(numbers):
        variance = np.full(len(numbers), variance.mean())
    spread = np.sqrt(variance)
    # rounding of the mean leaves a constant column a spread of its last bits
    spread = np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1e-300), spread, 1.0)
    kept = {}
    for i, values_of in levels.items():
        codes = columns[:, i].astype(np.int64)
        counts = np.bincount(codes[codes >= 0], minlength=len(values_of))
        kept[i] = np.sort(np.argsort(-counts, kind="stable")[:MOST_LEVELS]).astype(np.int64)
    return TableCode(
        tuple(table.names), tuple(table.kinds), levels, kept, numbers, ~is_known.all(axis=0), size, mean, spread
    )


def encode(table: Table, code: TableCode) -> Matrix:
    """Turn a table into standard numbers: scaled values, indicators of missing values, indicators of levels.

    Returns
    -------
    ndarray of shape (n_rows, n_inputs)
    """
    check_kinds_of_fit(table, code.kinds)
    columns, _ = read_columns(table, code.levels)
    with np.errstate(over="ignore"):
        values = columns[:, code.numbers] / code.size
        standard = np.clip((values - code.mean) / code.spread, -LARGEST, LARGEST)
    is_missing = np.isnan(values)
    parts = [np.where(is_missing, 0.0, standard)]
    parts.append(is_missing[:, code.has_missing].astype(np.float64))
    for i, kept in code.kept.items():
        parts.append((columns[:, i][:, None] == kept).astype(np.float64))
    return np.concatenate(parts, axis=1)


def decode(inputs: Matrix, code: TableCode) -> list[NDArray[Any]]:
    """Turn standard numbers back into columns: values in their units, the likeliest level; never missing.

    Returns
    -------
    list of ndarray of shape (n_rows,)
        One a column of the table.
    """
    n_numbers = len(code.numbers)
    columns: dict[int, NDArray[Any]] = {}
    for place, i in enumerate(code.numbers):
        columns[int(i)] = (inputs[:, place] * code.spread[place] + code.mean[place]) * code.size[place]
    at = n_numbers + int(code.has_missing.sum())
    for i, kept in code.kept.items():
        stop = at + len(kept)
        columns[i] = (
            code.levels[i][kept[inputs[:, at:stop].argmax(axis=1)]]
            if len(kept)
            else np.full(len(inputs), None, dtype=object)
        )
        at = stop
    return [columns[i] for i in range(len(code.names))]
