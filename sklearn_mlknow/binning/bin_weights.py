"""How much weight lies in every bin: counted through sorted values, or through the rows where these are at hand."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sklearn_mlknow.binning.bins import Bins
from sklearn_mlknow.binning.seen import FreshlySeen, Seen
from sklearn_mlknow.kernels import bin_counts, digitise_table, histogram_table
from sklearn_mlknow.summaries.values import Values


def bin_weights(columns: Sequence[Seen], bins: Sequence[Bins], padded_edges: np.ndarray) -> list[np.ndarray]:
    """Weight of every code of every column: its bins, its missing and its special values.

    Parameters
    ----------
    columns : sequence of n_columns Seen
    bins : sequence of n_columns Bins
    padded_edges : ndarray of shape (n_edges, n_columns)

    Returns
    -------
    list of n_columns arrays of shape (n_codes,)
    """
    if isinstance(columns, FreshlySeen) and not all(column.values.in_order for column in columns):
        by_bin = count_rows(columns, padded_edges)
    else:
        by_bin = [weights_between(column.values, one.inner_edges) for column, one in zip(columns, bins, strict=True)]
    return [
        np.concatenate([weights[: one.n_bins], [column.values.missing], column.special])
        for weights, one, column in zip(by_bin, bins, columns, strict=True)
    ]


def count_rows(columns: FreshlySeen, padded_edges: np.ndarray) -> Sequence[np.ndarray]:
    """Weight of every bin, counted through the rows of the table."""
    if columns.weights is None:
        return list(bin_counts(columns.columns, padded_edges))
    n_codes = len(padded_edges) + 2
    missing = np.full(padded_edges.shape[1], n_codes - 1)
    codes, _ = digitise_table(columns.columns, padded_edges, missing, dtype=np.int32)
    return list(histogram_table(codes, n_codes, columns.weights))


def weights_between(column: Values, edges: np.ndarray) -> np.ndarray:
    """Weight of the values in every bin, of shape (n_edges + 1,)."""
    cuts = np.concatenate([[0], np.searchsorted(column.values, edges), [len(column.values)]])
    if column.weights is None:
        return np.diff(cuts)
    return np.array([column.weights[start:stop].sum() for start, stop in pairwise(cuts)])  # each from its own rows
