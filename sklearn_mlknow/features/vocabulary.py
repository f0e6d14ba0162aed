"""From the codes of one table to the codes of another: later tables are read with the levels that fit has seen."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import some
from sklearn_mlknow._shell.table import Table

NAMED_KINDS = ("category", "number")  # numbers such as postal codes may be named as categories


def place_of(levels: np.ndarray) -> dict[Any, int]:
    """Map each level to its position."""
    return {level: place for place, level in enumerate(levels.tolist())}


def known_codes(table: Table, index: int, places: dict[Any, int]) -> np.ndarray:
    """Code a column by the levels of fit.

    Parameters
    ----------
    table : Table
    index : int
        Of a column of categories or numbers.
    places : dict of level to int
        The ``n_levels`` levels of fit.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Position of each level; ``n_levels`` for unseen values, ``n_levels + 1`` for missing ones.
    """
    codes, levels = table.factorised(index)
    n_known = len(places)
    lookup = [places.get(level, n_known) for level in levels.tolist()]
    return np.array([*lookup, n_known + 1], dtype=np.int64)[codes]  # a code of -1 reads the last place


def refuse_missing(table: Table, index: int, codes: np.ndarray) -> None:
    """Raise when a column holds missing values.

    Parameters
    ----------
    table : Table
    index : int
    codes : ndarray of shape (n_rows,)
        As `Table.factorised` gives them: -1 is missing.
    """
    n_missing = int(np.count_nonzero(codes < 0))
    if n_missing:
        raise ValueError(
            f"{table.speaker}: column {table.names[index]!r} holds missing values in {n_missing} rows; fill them first "
            'or set handle_missing to another value than "error".'
        )


def refuse_unknown(table: Table, index: int, places: dict[Any, int]) -> None:
    """Raise when a column holds values that fit has not seen."""
    _, levels = table.factorised(index)
    unseen = [level for level in levels.tolist() if level not in places]
    if unseen:
        raise ValueError(
            f"{table.speaker}: column {table.names[index]!r} holds {some(unseen)}, which fit has not seen; set "
            'handle_unknown to another value than "error" to accept new values.'
        )
