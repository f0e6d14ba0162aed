"""How a bin is written: one small function each, from codes to output.

Codes are ``0 … n_bins - 1`` for the bins, ``n_bins`` for missing and one more for each special value.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import InvalidParameter, who
from sklearn_mlknow.formulas.piecewise_linear import piecewise_linear

ENCODINGS = ("ordinal", "onehot", "onehot-dense", "mean", "median", "boundary", "midpoint", "interval", "ple", "woe")


def output_dtype(estimator: Any, n_codes: int) -> np.dtype:
    """Settle the dtype of the output from the parameter ``dtype``.

    Parameters
    ----------
    estimator : binner
        With ``encode``, ``handle_missing`` and ``dtype``.
    n_codes : int
        Codes of the column that has most.

    Returns
    -------
    dtype
        By default int64 for codes, float64 otherwise, object for texts.

    Raises
    ------
    InvalidParameter
        No numeric dtype, one that cannot hold the codes or NaN, or any dtype for texts.
    """
    wanted, holds_nan = estimator.dtype, estimator.encode != "onehot" and estimator.handle_missing == "propagate"
    is_code, is_onehot = estimator.encode == "ordinal", estimator.encode in ("onehot", "onehot-dense")
    if estimator.encode == "interval":
        if wanted is not None:
            raise InvalidParameter(f'{who(estimator)}: dtype has no meaning with encode="interval"; leave it None.')
        return np.dtype(object)
    if wanted is None:
        return np.dtype(np.int64 if is_code and not holds_nan else np.float64)
    if isinstance(wanted, str) and wanted == "compact":
        if is_onehot:
            return np.dtype(np.uint8)
        return np.min_scalar_type(n_codes - 1) if is_code and not holds_nan else np.dtype(np.float32)
    try:
        dtype = np.dtype(wanted)
    except TypeError:
        dtype = np.dtype(object)
    if dtype.kind not in "iuf":
        raise InvalidParameter(
            f'{who(estimator)}: dtype must be None, "compact" or a numeric dtype, got {estimator.dtype!r}.'
        )
    if dtype.kind in "iu" and not is_onehot and (holds_nan or not is_code):
        what = "missing values as NaN" if is_code else f"encode={estimator.encode!r}"
        raise InvalidParameter(f"{who(estimator)}: dtype {dtype} cannot hold {what}; use a floating-point dtype.")
    if is_code and dtype.kind in "iu" and np.iinfo(dtype).max < n_codes - 1:
        raise InvalidParameter(f'{who(estimator)}: dtype {dtype} cannot hold {n_codes} codes; use "compact".')
    return dtype


def look_up(codes: np.ndarray, tables: Sequence[np.ndarray], dtype: np.dtype) -> np.ndarray:
    """Write for every code the entry of its column's table: means, medians, midpoints, evidence, texts.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_columns)
    tables : sequence of n_columns arrays of shape (n_codes_of_column,)
    dtype : dtype
        Of the output.

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
    """
    out = np.empty_like(codes, dtype=dtype)
    for column_index, table in enumerate(tables):
        out[:, column_index] = table.astype(dtype)[codes[:, column_index]]
    return out


def nearest_end(codes: np.ndarray, column: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Write the nearer end of the bin of every value; the lower one of two as near.

    Parameters
    ----------
    codes, column : ndarray of shape (n_rows,)
        Codes, and the values themselves.
    low, high : ndarray of shape (n_codes,)
        Smallest and largest value of every bin.

    Returns
    -------
    ndarray of shape (n_rows,)

    Examples
    --------
    >>> low, high = np.array([0.0, 16.0]), np.array([12.0, 18.0])
    >>> nearest_end(np.array([0, 0, 1, 1]), np.array([4, 8, 16, 18]), low, high)
    array([ 0., 12., 16., 18.])
    """
    halfway = low / 2 + high / 2  # (n_codes,)
    return np.where(column > halfway[codes], high[codes], low[codes])


def ple_columns(column: np.ndarray, codes: np.ndarray, ends: np.ndarray, extra: Sequence[int]) -> np.ndarray:
    """Write how far a value has come through each bin, then a 0/1 column for each extra code.

    Parameters
    ----------
    column, codes : ndarray of shape (n_rows,)
        The values, special ones made missing, and their codes.
    ends : ndarray of shape (n_bins + 1,)
        Finite ends of the bins.
    extra : sequence of int
        Codes of missing and special values that get a column of their own; other missing values stay NaN.

    Returns
    -------
    ndarray of shape (n_rows, n_bins + n_extra)
    """
    n_bins = len(ends) - 1
    out = np.zeros((len(column), n_bins + len(extra)))
    out[:, :n_bins] = piecewise_linear(column, ends)
    for position, code in enumerate(extra):
        is_here = codes == code
        out[is_here, :n_bins] = 0.0
        out[is_here, n_bins + position] = 1.0
    return out


def interval_texts(inner_edges: np.ndarray) -> list[str]:
    """Name every bin by its interval, with as few digits as tell the edges apart.

    Parameters
    ----------
    inner_edges : ndarray of shape (n_bins - 1,)

    Returns
    -------
    list of str, length n_bins

    Examples
    --------
    >>> interval_texts(np.array([10.0, 20.0]))
    ['(-inf, 10)', '[10, 20)', '[20, inf)']
    """
    digits = 6
    while digits < 17 and len({f"{edge:.{digits}g}" for edge in inner_edges}) < len(inner_edges):
        digits += 1
    marks = ["-inf", *(f"{edge:.{digits}g}" for edge in inner_edges), "inf"]
    texts = [f"[{left}, {right})" for left, right in zip(marks[:-1], marks[1:], strict=True)]
    return [f"({texts[0][1:]}", *texts[1:]]
