"""Is the target a class or a number? The one question every score asks first."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.targets import Target, read_target

MOST_WHOLE_NUMBERS = 20  # whole numbers with more distinct values are amounts, not names of classes


def read_task_target(estimator: Any, y: Any, n_rows: int, task: str = "auto") -> Target:
    """Read y as classes or as numbers.

    Parameters
    ----------
    estimator : estimator
        Speaks in the errors.
    y : array-like of shape (n_rows,)
    n_rows : int
    task : {"auto", "classification", "regression"}, default="auto"
        "auto" takes texts, truth values, two values of any kind, and whole numbers with at most 20 distinct values as
        classes; every other number as a number.

    Returns
    -------
    Target
    """
    if task == "classification":
        return read_target(estimator, y, n_rows, "class")
    if task == "regression":
        return read_target(estimator, y, n_rows, "number")
    target = read_target(estimator, y, n_rows, "any")
    if target.is_class and _are_amounts(target.classes):
        return Target(np.asarray(target.classes, dtype=np.float64)[target.values], None)
    if not target.is_class and len(distinct := np.unique(target.values)) == 2:
        return Target((target.values == distinct[1]).astype(np.int64), distinct)
    return target


def _are_amounts(classes: Any) -> bool:
    is_number = classes.dtype.kind in "iuf" or (
        classes.dtype.kind == "O" and all(isinstance(value, int | float) for value in classes)
    )
    return bool(is_number and len(classes) > MOST_WHOLE_NUMBERS)


def unite_classes(estimator: Any, ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unite the classes of two batches.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Sorted.
    our_places, their_places : ndarrays of int64
        Where each class of a batch stands among them.
    """
    if (ours.dtype.kind in "OUS") != (theirs.dtype.kind in "OUS"):
        raise ValueError(
            f"{who(estimator)}: y holds {theirs.dtype} in this batch but {ours.dtype} before; convert it first."
        )
    classes = np.union1d(ours, theirs)
    return classes, np.searchsorted(classes, ours), np.searchsorted(classes, theirs)
