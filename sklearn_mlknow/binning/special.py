"""Special values: numbers that mean something else, such as -999 for "not asked", kept apart from the others."""

from collections.abc import Sequence

import numpy as np

from sklearn_mlknow.binning.column_reading import Columns, each_column_of


def special_places(column: np.ndarray, special: np.ndarray) -> np.ndarray:
    """Position among the special values of every value of a column; -1 for any other value.

    A special value is compared as the column's own dtype holds it: -99.9 in float32 is not the -99.9 of float64.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
    special : ndarray of shape (n_special,)

    Returns
    -------
    ndarray of int64, shape (n_rows,)

    Examples
    --------
    >>> special_places(np.array([-99.9, 5.0], dtype=np.float32), np.array([-999, -99.9])).tolist()
    [1, -1]
    """
    places = np.full(len(column), -1)
    with np.errstate(over="ignore"):  # what the dtype cannot hold, the column does not hold either
        held = special.astype(column.dtype) if column.dtype.kind == "f" else special
    for position, value in enumerate(held):
        if np.isfinite(value):
            places[column == value] = position
    return places


def without_special(columns: Columns, special: Sequence[np.ndarray]) -> Columns:
    """Make special values missing, in copies of the columns that have some."""
    if not any(len(values) for values in special):
        return columns
    return [
        np.where(special_places(column, values) >= 0, np.nan, column) if len(values) else column
        for column, values in zip(each_column_of(columns), special, strict=True)
    ]


def mark_special(
    codes: np.ndarray, columns: Columns, special: Sequence[np.ndarray], n_bins: Sequence[int] | np.ndarray
) -> None:
    """Write the codes of special values, ``n_bins + 1`` and on, over those of missing ones."""
    for i, values in enumerate(special):
        if len(values):
            places = special_places(each_column_of(columns)[i], values)
            codes[places >= 0, i] = n_bins[i] + 1 + places[places >= 0]


def special_weights(columns: Columns, special: Sequence[np.ndarray], weights: np.ndarray | None) -> list[np.ndarray]:
    """Weight of each special value of every column."""
    found = [np.zeros(len(values)) for values in special]
    for i, values in enumerate(special):
        if len(values):
            places = special_places(each_column_of(columns)[i], values)
            of_rows = None if weights is None else weights[places >= 0]
            found[i] = np.bincount(places[places >= 0], of_rows, minlength=len(values)).astype(np.float64)
    return found


def missing_weight(column: np.ndarray, weights: np.ndarray | None) -> float:
    """Weight of the missing values of a column."""
    is_missing = np.isnan(column)
    return float(is_missing.sum() if weights is None else weights[is_missing].sum())


def special_text(value: float) -> str:
    """Write a special value with six digits, or with as many more as tell it apart.

    Examples
    --------
    >>> special_text(-999.0), special_text(0.12345678)
    ('-999', '0.12345678')
    """
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))
