"""From output back to values: the middle of a bin, or exactly where the encoding kept the value."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow.binning.bins import Bins
from sklearn_mlknow.binning.entries import interval_entries, midpoint_entries
from sklearn_mlknow.binning.writing import WIDE, own_columns
from sklearn_mlknow.formulas.smoothing import finite_ends


def read_output(estimator: Any, X: Any, n_outputs: int) -> np.ndarray:
    """Read what ``transform`` wrote: an array, sparse array or frame of ``n_outputs`` columns."""
    written = X.toarray() if hasattr(X, "toarray") else np.asarray(X)
    if written.ndim != 2 or written.shape[1] != n_outputs:
        raise ValueError(
            f"{who(estimator)}: inverse_transform needs {n_outputs} columns as of transform, got {written.shape[-1]}."
        )
    return written


def decode_table(binner: Any, X: Any, names: Sequence[str]) -> np.ndarray:
    """Turn the output of a fitted binner back into columns; those that passed through stay as they are.

    Parameters
    ----------
    binner : binner
        Fitted.
    X : array-like, sparse array or frame of shape (n_rows, n_outputs)
    names : sequence of str
        Of the columns of ``fit``.

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        Without the columns that ``remainder="drop"`` left out.
    """
    places = {index: place for place, index in enumerate(binner._indices)}
    stays = [i for i in range(len(names)) if i in places or binner.remainder == "passthrough"]
    widths = [len(binner._names_of(names[i], places[i])) if i in places else 1 for i in stays]
    written = read_output(binner, X, sum(widths))
    columns = []
    for i, end, width in zip(stays, np.cumsum(widths), widths, strict=True):
        part = written[:, end - width : end]
        if i in places:
            part = decode_column(binner, names[i], part, binner._bins[places[i]], binner._has_missing_bin)
        columns.append(part.reshape(len(written)))
    return np.column_stack(columns)


def decode_column(estimator: Any, name: str, written: np.ndarray, bins: Bins, has_missing_bin: bool) -> np.ndarray:
    """Turn the output of one column back into numbers.

    Parameters
    ----------
    estimator : binner
        With ``encode``.
    name : str
        Of the column, for errors.
    written : ndarray of shape (n_rows, n_outputs_of_column)
    bins : Bins
    has_missing_bin : bool

    Returns
    -------
    ndarray of float64, shape (n_rows,)
    """
    encode = estimator.encode
    if encode == "interval":
        return decode_texts(estimator, name, written[:, 0], bins)
    numbers = written.astype(np.float64)
    if encode == "ple":
        return decode_ple(numbers, bins, own_columns(bins, has_missing_bin)[bins.n_bins :])
    if encode not in ("ordinal", *WIDE):
        return numbers[:, 0]  # smoothing wrote values of the column already
    own = np.array(own_columns(bins, has_missing_bin))
    if encode == "ordinal":
        codes = np.where(np.isnan(numbers[:, 0]), bins.n_bins, numbers[:, 0])
        if not np.isin(codes, np.arange(bins.n_codes)).all():
            raise ValueError(f"{who(estimator)}: column {name!r} holds codes outside 0 … {bins.n_codes - 1}.")
    else:
        codes = np.where(numbers.any(axis=1), own[numbers.argmax(axis=1)], bins.n_bins)
    return midpoint_entries(bins)[codes.astype(np.int64)]


def decode_ple(shares: np.ndarray, bins: Bins, extra: Sequence[int]) -> np.ndarray:
    """Add up the ways through the bins: the value itself; extra columns say missing or special."""
    ends = finite_ends(bins.inner_edges, bins.low, bins.high)
    values = ends[0] + shares[:, : bins.n_bins] @ np.diff(ends)
    entries = midpoint_entries(bins)
    for position, code in enumerate(extra):
        values[shares[:, bins.n_bins + position] > 0.5] = entries[code]
    return values


def decode_texts(estimator: Any, name: str, texts: np.ndarray, bins: Bins) -> np.ndarray:
    """Turn interval texts back into the middles of their bins."""
    known = dict(zip(interval_entries(bins, "missing"), midpoint_entries(bins), strict=True))
    unknown = [text for text in texts if isinstance(text, str) and text not in known]
    if unknown:
        raise ValueError(f"{who(estimator)}: column {name!r} holds {unknown[0]!r}, which is none of its intervals.")
    return np.array([known[text] if isinstance(text, str) else np.nan for text in texts], dtype=np.float64)
