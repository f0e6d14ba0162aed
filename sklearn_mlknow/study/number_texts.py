"""Texts that are numbers but for a few cells: one slip in a thousand rows must not turn numbers into names."""

import re
from typing import Any

import numpy as np

MOSTLY = 0.95  # of the texts, for the column to be one of numbers
# a key such as 007 begins with a zero that a number would lose
NUMBER = re.compile(r"\s*[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)


def numbers_in(texts: Any) -> np.ndarray | None:
    """Read texts as numbers where nearly all are.

    Parameters
    ----------
    texts : array-like of shape (n_rows,)
        Texts, and whatever stands for a missing one.

    Returns
    -------
    ndarray of shape (n_rows,) or None
        float64, NaN where missing and where the text is no number; None for a column of texts.

    Examples
    --------
    >>> numbers_in(["1.5", " 2", None, *["3"] * 40, "oops"])[[0, 1, 2, -1]].tolist()
    [1.5, 2.0, nan, nan]
    >>> numbers_in(["1", "two", "three"]), numbers_in(["007", "008"])
    (None, None)
    """
    import pandas as pd

    try:
        codes, levels = pd.factorize(np.asarray(texts, dtype=object))  # -1 where missing
    except TypeError:  # lists, and other things that are no values
        return None
    read = np.array([float(text) if NUMBER.fullmatch(str(text)) else np.nan for text in levels], dtype=np.float64)
    numbers = np.append(read, np.nan)[codes]
    n_read = np.isfinite(numbers).sum()
    return numbers if n_read and n_read >= MOSTLY * (codes >= 0).sum() else None


def no_numbers(texts: Any, numbers: np.ndarray) -> np.ndarray:
    """Rows whose text is no number.

    Parameters
    ----------
    texts : array-like of shape (n_rows,)
    numbers : ndarray of shape (n_rows,)
        What :func:`numbers_in` returned for them.

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> texts = ["1", None, *["3"] * 40, "oops"]
    >>> no_numbers(texts, numbers_in(texts)).tolist()
    [42]
    """
    import pandas as pd

    return np.flatnonzero(np.isnan(numbers) & ~pd.isna(np.asarray(texts, dtype=object)))
