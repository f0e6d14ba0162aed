"""How much the rows of each class weigh: as asked for, or balanced over all rows counted so far.

Counts of classes are a summary: those of two parts add up, so that rows that come in parts are weighed by all that came
before and by their own part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def count_classes(codes: np.ndarray, weight: np.ndarray, n_classes: int) -> np.ndarray:
    """Return the total weight of each class: (n_classes,)."""
    return np.bincount(codes, weights=weight, minlength=n_classes)


def class_factors(chosen: Mapping[Any, float] | str, classes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the factor on the weight of each class's rows; over all counted rows its mean is 1.

    Parameters
    ----------
    chosen : mapping of class to factor, or "balanced"
        Classes that a mapping leaves out have the factor 1. When it names all classes it may name more, since a fold
        may lack a rare one.
    classes : ndarray of shape (n_classes,)
    counts : ndarray of shape (n_classes,)
        As `count_classes` gives them, or their sum over parts.

    Returns
    -------
    ndarray of shape (n_classes,)
        "balanced" gives 0 to a class that has not come yet.

    Raises
    ------
    ValueError
        A mapping names unknown classes while it leaves known ones out, or factors that nothing can be learned with.

    Examples
    --------
    >>> class_factors("balanced", np.array(["a", "b", "c"]), np.array([1.0, 3.0, 0.0])).round(3).tolist()
    [2.0, 0.667, 0.0]
    >>> class_factors({"a": 3.0}, np.array(["a", "b"]), np.array([1.0, 1.0])).tolist()
    [1.5, 0.5]
    """
    if isinstance(chosen, str):
        factors = np.divide(1.0, counts, out=np.zeros(len(counts)), where=counts > 0)
    else:
        known = classes.tolist()
        unknown = [value for value in chosen if value not in known]
        if unknown and not all(value in chosen for value in known):
            raise ValueError(f"class_weight names {unknown}, but the classes are {known}; name classes of y.")
        try:
            factors = np.array([chosen.get(value, 1.0) for value in known], dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"class_weight is {dict(chosen)}; give each class a number.") from None
        if not (np.isfinite(factors).all() and (factors >= 0).all() and factors @ counts > 0):
            raise ValueError(
                f"class_weight is {dict(chosen)}; give each class a finite factor >= 0, and one that has come a "
                "factor above 0."
            )
    scaled: np.ndarray = factors * (counts.sum() / (factors @ counts))
    return scaled
