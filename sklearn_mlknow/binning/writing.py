"""From codes to output and to its column names: which of the encodings, and with which columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow.binning.bins import Bins
from sklearn_mlknow.binning.column_reading import Columns, each_column_of
from sklearn_mlknow.binning.encode import look_up, nearest_end, ple_columns
from sklearn_mlknow.binning.encode_onehot import onehot_dense, onehot_sparse
from sklearn_mlknow.binning.special import special_text
from sklearn_mlknow.formulas.smoothing import finite_ends

WIDE = ("onehot", "onehot-dense", "ple")  # several output columns an input column


def own_columns(bins: Bins, has_missing_bin: bool) -> list[int]:
    """Codes that get an output column of their own in wide encodings, in their order."""
    return [*range(bins.n_bins), *([bins.n_bins] if has_missing_bin else []), *range(bins.n_bins + 1, bins.n_codes)]


def names_of_output(name: str, bins: Bins, encode: str, has_missing_bin: bool) -> list[str]:
    """Name the output columns of one input column: its own name, or one for each bin.

    Examples
    --------
    >>> names_of_output("age", Bins(np.array([10.0]), np.array([-999.0]), 0.0, 20.0), "onehot", True)
    ['age_bin0', 'age_bin1', 'age_missing', 'age_special_-999']
    """
    if encode not in WIDE:
        return [name]
    names = [f"{name}_bin{code}" for code in range(bins.n_bins)]
    names += [f"{name}_missing"] if has_missing_bin else []
    return names + [f"{name}_special_{special_text(value)}" for value in bins.special]


def write_onehot(codes: np.ndarray, bins: Sequence[Bins], dtype: np.dtype, has_missing_bin: bool, dense: bool) -> Any:
    """Write one column a bin; a missing value without a bin of its own has no 1.

    Parameters
    ----------
    codes : ndarray of int32, shape (n_rows, n_columns)
        It is used up.
    """
    owned = [own_columns(one, has_missing_bin) for one in bins]
    offsets = np.cumsum([0, *map(len, owned)])  # (n_columns + 1,)
    if has_missing_bin:
        codes += offsets[:-1].astype(codes.dtype)
    else:
        for i, (one, own) in enumerate(zip(bins, owned, strict=True)):
            place = np.full(one.n_codes, -1, dtype=codes.dtype)
            place[own] = offsets[i] + np.arange(len(own))
            codes[:, i] = place[codes[:, i]]
    if dense:
        return onehot_dense(codes, int(offsets[-1]), dtype)
    return onehot_sparse(codes, int(offsets[-1]), dtype, is_complete=has_missing_bin)


def write_ple(
    columns: Columns, codes: np.ndarray, bins: Sequence[Bins], dtype: np.dtype, has_missing_bin: bool
) -> np.ndarray:
    """Write the piecewise-linear encoding of every column, side by side; ``columns`` have special values missing."""
    owned = [own_columns(one, has_missing_bin) for one in bins]
    out = np.empty((len(codes), sum(map(len, owned))), dtype=dtype)
    start = 0
    for i, (column, one, own) in enumerate(zip(each_column_of(columns), bins, owned, strict=True)):
        ends = finite_ends(one.inner_edges, one.low, one.high)
        out[:, start : start + len(own)] = ple_columns(column, codes[:, i], ends, own[one.n_bins :])
        start += len(own)
    return out


def write_boundary(
    columns: Columns, codes: np.ndarray, ends: Sequence[tuple[np.ndarray, np.ndarray]], dtype: np.dtype
) -> np.ndarray:
    """Write the nearer end of every value's bin; ``ends`` are the low and the high ones of every column."""
    out = np.empty_like(codes, dtype=dtype)
    for i, (column, (low, high)) in enumerate(zip(each_column_of(columns), ends, strict=True)):
        out[:, i] = nearest_end(codes[:, i], column, low, high)
    return out


def write_by_fold(codes: np.ndarray, folds: np.ndarray, tables: Sequence[np.ndarray], dtype: np.dtype) -> np.ndarray:
    """Write for every code the entry that its row's fold gives it; tables have shape (n_folds, n_codes)."""
    flat = [table.reshape(-1) for table in tables]
    places = np.column_stack([folds * table.shape[1] + codes[:, i] for i, table in enumerate(tables)])
    return look_up(places, flat, dtype)
