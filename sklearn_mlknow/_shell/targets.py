"""Targets and weights at the door."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_consistent_length, column_or_1d

from sklearn_mlknow._shell.errors import who

MOST_CLASS_NUMBERS = 20  # more distinct whole numbers than this are amounts, not names of classes


@dataclass(frozen=True)
class Target:
    """A validated target: class codes with their classes, or numbers (``classes`` is None)."""

    values: np.ndarray  # (n_rows,) int64 codes of the classes, or float64 numbers
    classes: np.ndarray | None  # (n_classes,) sorted, or None

    @property
    def as_given(self) -> np.ndarray:
        """The classes themselves, or the numbers, of the rows."""
        return self.values if self.classes is None else np.asarray(self.classes[self.values])

    @property
    def is_class(self) -> bool:
        """Whether the target names classes."""
        return self.classes is not None

    @property
    def n_classes(self) -> int:
        """Number of classes; 0 for numbers."""
        return 0 if self.classes is None else len(self.classes)


def read_target(estimator: Any, y: Any, n_rows: int, kind: str = "any") -> Target:
    """Validate a 1-D target once.

    Parameters
    ----------
    estimator : estimator
        Speaks in the errors.
    y : array-like of shape (n_rows,)
        Classes (texts, booleans, integers) or numbers.
    n_rows : int
        Rows of X.
    kind : {"class", "number", "any"}, default="any"
        What is wanted; "any" takes numbers that are not all whole, or of which there are more than 20, as numbers, and
        all else as classes.

    Returns
    -------
    Target

    Raises
    ------
    ValueError
        y is missing, holds missing or infinite values, has another length than X, or is of the wrong kind.
    """
    name = who(estimator)
    if y is None:
        raise ValueError(f"{name}: requires y to be passed, but the target y is None; pass y to fit.")
    flat = column_or_1d(_plain(y), warn=True)
    check_consistent_length(np.empty(n_rows), flat)
    is_missing = _is_missing(flat)
    if is_missing.any():
        raise ValueError(
            f"{name}: Input y contains NaN ({int(is_missing.sum())} of {n_rows} rows); remove those rows first."
        )
    if flat.dtype.kind == "f" and not np.isfinite(flat).all():
        raise ValueError(f"{name}: Input y contains infinity; remove those rows first.")
    if flat.dtype == object and len({isinstance(value, str) for value in flat}) > 1:
        raise ValueError(f"{name}: y mixes texts with other values, which have no order; make them all texts.")
    if kind == "any":
        # an object column of numbers is numbers to type_of_target too
        with np.errstate(invalid="ignore"):  # scikit-learn asks whether 1e300 is an integer
            is_number = _are_many_numbers(flat) or type_of_target(flat, input_name="y").startswith("continuous")
        kind = "number" if is_number else "class"
    if kind == "number":
        if flat.dtype.kind not in "iufb":
            flat = _as_numbers(name, flat)
        return Target(flat.astype(np.float64), None)
    try:
        check_classification_targets(flat)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    classes, codes = np.unique(flat, return_inverse=True)
    return Target(codes.astype(np.int64), classes)


def read_weights(estimator: Any, sample_weight: Any, n_rows: int) -> np.ndarray | None:
    """Validate row weights once.

    Parameters
    ----------
    estimator : estimator
        Speaks in the errors.
    sample_weight : array-like of shape (n_rows,), number or None
        Weight 2 equals the row twice, weight 0 the row removed. One number weighs all rows alike.
    n_rows : int
        Rows of X.

    Returns
    -------
    ndarray of shape (n_rows,) or None
        float64; None when every row counts once.

    Raises
    ------
    ValueError
        Weights are negative, not finite, all zero, or of another length than X.
    """
    if sample_weight is None:
        return None
    name = who(estimator)
    weights = np.asarray(sample_weight, dtype=np.float64)
    if weights.ndim == 0:
        weights = np.full(n_rows, float(weights))
    if weights.ndim != 1:
        raise ValueError(f"{name}: Sample weights must be 1D array or scalar, got {weights.ndim}D array.")
    if len(weights) != n_rows:
        raise ValueError(
            f"{name}: sample_weight.shape == {weights.shape}, expected {(n_rows,)}; pass one weight a row of X."
        )
    if not np.isfinite(weights).all():
        raise ValueError(f"{name}: sample_weight contains NaN or infinity; give each row a finite weight >= 0.")
    if (weights < 0).any():
        raise ValueError(f"{name}: Negative values in sample_weight; give each row a finite weight >= 0.")
    if weights.max(initial=0.0) > np.finfo(np.float64).max / max(n_rows, 1):
        raise ValueError(f"{name}: the sum of sample_weight may overflow; divide the weights by the largest.")
    if not weights.any():
        raise ValueError(f"{name}: all sample_weight are zero; at least one row must count.")
    return weights


def _plain(y: Any) -> Any:
    """Turn a column of a frame into a numpy array; leave other input as it is."""
    if hasattr(y, "to_numpy") and not isinstance(y, np.ndarray):
        return y.to_numpy()
    return y


def _is_missing(flat: np.ndarray) -> np.ndarray:
    if flat.dtype.kind == "f":
        return np.isnan(flat)
    if flat.dtype.kind != "O":
        return np.zeros(len(flat), dtype=bool)
    from sklearn_mlknow._shell.missing import is_missing_value

    return np.fromiter((is_missing_value(value) for value in flat), dtype=bool, count=len(flat))


def _are_many_numbers(flat: np.ndarray) -> bool:
    """Tell prices and counts from class numbers: by how many there are."""
    return flat.dtype.kind in "iuf" and len(np.unique(flat)) > MOST_CLASS_NUMBERS


def _as_numbers(name: str, flat: np.ndarray) -> np.ndarray:
    if flat.dtype.kind == "O" and not any(isinstance(value, str | bytes) for value in flat):
        return flat.astype(np.float64)
    raise ValueError(f"{name}: y must hold numbers, got {flat.dtype} values such as {flat[0]!r}; convert y first.")
