"""One column of whatever library -> its kind, its numbers, its codes.

Kinds are decided by dtype, never by guessing at texts: ``"1"`` is a text. Only object columns, which have no dtype to
speak of, are decided by the Python types of their values.
"""

import datetime
import decimal
import fractions
from typing import Any

import numpy as np

from sklearn_mlknow._shell.missing import is_missing_value

NUMBER_TYPES = (bool, int, float, np.bool_, np.integer, np.floating, decimal.Decimal, fractions.Fraction)
TIME_TYPES = (datetime.date, datetime.time, datetime.timedelta, np.datetime64, np.timedelta64)
TEXT_TYPES = (str, bytes)
LARGEST_EXACT_INTEGER = 2**53


def kind_of_array(dtype: np.dtype) -> str:
    """Name the kind of a numpy dtype other than object: "number", "category" (texts), "time" or "other"."""
    return {"U": "category", "S": "category", "T": "category", "M": "time", "m": "time"}.get(
        dtype.kind, "number" if dtype.kind in "biuf" else "other"
    )


def kind_of_objects(who: str, name: str, values: np.ndarray) -> str:
    """Name the kind of an object column by the Python types of its values.

    Parameters
    ----------
    who, name : str
        Speaker and column, for the error.
    values : ndarray of object, shape (n_rows,)

    Returns
    -------
    str
        "number" when all values are numbers or missing, "time" when all are times or missing, else "category".

    Raises
    ------
    TypeError
        A value is neither text, number nor time, such as a list or a dict.
    """
    types = {kind for kind in set(map(type, values)) if kind is not type(None) and kind.__name__ != "NAType"}
    if "NaTType" in {kind.__name__ for kind in types}:  # missing; of a time, where no value says otherwise
        types = {type(value) for value in values if not is_missing_value(value)} or {datetime.date}
    for kind in types:
        if not issubclass(kind, NUMBER_TYPES + TIME_TYPES + TEXT_TYPES):
            raise TypeError(
                f"{who}: column {name!r} holds a {kind.__name__}; each value argument must be a string or a number "
                "or a time. Turn such values into columns of their own first."
            )
    if all(issubclass(kind, NUMBER_TYPES) for kind in types):
        return "number"
    if all(issubclass(kind, (*TIME_TYPES, float)) for kind in types):
        return "time"
    return "category"


def numbers_of_objects(who: str, name: str, values: np.ndarray) -> np.ndarray:
    """Turn an object column of numbers into float64, missing values into NaN.

    Raises
    ------
    ValueError
        An integer is too large to be held exactly.
    """
    numbers = np.empty(len(values), dtype=np.float64)  # (n_rows,)
    for row, value in enumerate(values):
        if isinstance(value, int) and abs(value) > LARGEST_EXACT_INTEGER:
            raise ValueError(
                f"{who}: column {name!r} holds the integer {value}, which float64 cannot hold exactly; "
                "scale it or use it as a text."
            )
        numbers[row] = np.nan if is_missing_value(value) else float(value)
    return numbers


def plain_numbers(column: np.ndarray) -> np.ndarray:
    """Bring a numeric array to native byte order and a width the kernels know; a view when nothing changes."""
    if column.dtype == np.float16:
        return column.astype(np.float32)
    if column.dtype.kind == "f" and column.dtype.itemsize > 8:
        return column.astype(np.float64)
    return column if column.dtype.isnative else column.astype(column.dtype.newbyteorder("="))


def factorise(column: Any) -> tuple[np.ndarray, np.ndarray]:
    """Replace values by codes in a canonical order that does not depend on the rows.

    Parameters
    ----------
    column : ndarray or pandas Series of shape (n_rows,)

    Returns
    -------
    codes : ndarray of int64, shape (n_rows,)
        Position in ``levels``; -1 for missing.
    levels : ndarray of object, shape (n_levels,)
        The values that occur, sorted by type name, then value. Values equal to Python (True, 1 and 1.0) are one level.

    Examples
    --------
    >>> import numpy as np
    >>> codes, levels = factorise(np.array(["b", None, "a", "b"], dtype=object))
    >>> codes.tolist(), levels.tolist()
    ([1, -1, 0, 1], ['a', 'b'])
    """
    import pandas as pd

    if isinstance(getattr(column, "dtype", None), pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.int64)  # (n_rows,)
        levels = np.asarray(column.cat.categories, dtype=object)
        is_used = np.bincount(codes[codes >= 0], minlength=len(levels)) > 0
        position = np.where(is_used, np.cumsum(is_used) - 1, -1)
        codes = np.where(codes >= 0, position[codes], -1) if len(levels) else codes
        levels = levels[is_used]
    else:
        codes, uniques = pd.factorize(plain_numbers(column) if isinstance(column, np.ndarray) else column)
        codes = codes.astype(np.int64, copy=False)
        levels = np.empty(len(uniques), dtype=object)
        levels[:] = uniques.tolist() if hasattr(uniques, "tolist") else list(uniques)
    order = _canonical_order(levels)
    rank = np.empty(len(levels) + 1, dtype=np.int64)
    rank[order] = np.arange(len(levels))
    rank[-1] = -1  # codes of -1 read the last slot
    return np.take(rank, codes), levels[order]


def factorise_polars(series: Any) -> tuple[np.ndarray, np.ndarray]:
    """As :func:`factorise`, for a polars Series of texts or categories; no text becomes a Python object but the levels.

    Parameters
    ----------
    series : polars.Series of shape (n_rows,)

    Returns
    -------
    codes : ndarray of int64, shape (n_rows,)
    levels : ndarray of object, shape (n_levels,)
    """
    import polars as pl

    categories = series.cast(pl.Categorical)
    distinct = categories.drop_nulls().unique()
    physical = distinct.to_physical().to_numpy().astype(np.int64)  # (n_levels,) any numbers
    levels = np.empty(len(distinct), dtype=object)
    levels[:] = distinct.cast(pl.String).to_list()
    order = _canonical_order(levels)
    is_missing = int(physical.max(initial=-1)) + 1
    position = np.full(is_missing + 1, -1, dtype=np.int64)
    position[physical[order]] = np.arange(len(order))
    return position[categories.to_physical().fill_null(is_missing).to_numpy()], levels[order]


def _canonical_order(levels: np.ndarray) -> np.ndarray:
    """Sort mixed Python values: by type name first, since a text cannot be compared with a number."""
    if all(type(level) is str for level in levels):
        order = sorted(range(len(levels)), key=levels.__getitem__)
    else:
        order = sorted(range(len(levels)), key=lambda i: _sort_key(levels[i]))
    return np.asarray(order, dtype=np.int64)


def _sort_key(level: Any) -> tuple[str, Any]:
    if isinstance(level, NUMBER_TYPES):
        return ("number", float(level))
    return (type(level).__name__, level)
