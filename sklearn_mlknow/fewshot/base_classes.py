"""The classes a learner trains on: one for each label of each task, some of them held out."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length, column_or_1d

LEAST_CLASSES = 8  # with fewer, every class is needed for training


def read_base_classes(estimator: Any, codes: np.ndarray, tasks: Any) -> tuple[np.ndarray, np.ndarray]:
    """Number the pairs of task and label.

    Parameters
    ----------
    estimator : estimator
        Speaks in the errors.
    codes : ndarray of int64, shape (n_rows,)
    tasks : array-like of shape (n_rows,) or None

    Returns
    -------
    base : ndarray of int64, shape (n_rows,)
    task : ndarray of int64, shape (n_base_classes,)
        Task of each base class.
    """
    if tasks is None:
        return codes, np.zeros(int(codes.max()) + 1, dtype=np.int64)
    flat = column_or_1d(tasks)
    check_consistent_length(codes, flat)
    numbers = np.unique(flat, return_inverse=True)[1]
    pairs, base = np.unique(np.column_stack([numbers, codes]), axis=0, return_inverse=True)
    return base.reshape(-1), pairs[:, 0].astype(np.int64)


def hold_out(
    n_classes: int, task: np.ndarray, fraction: float, rng: np.random.RandomState
) -> tuple[list[int], list[int]]:
    """Split classes into those to train on and those to watch; whole tasks where there are several.

    Parameters
    ----------
    n_classes : int
    task : ndarray of int64, shape (n_classes,)
    fraction : float
        Share of classes, or of tasks, to hold out; none are with fewer than `LEAST_CLASSES` classes.
    rng : numpy.random.RandomState

    Returns
    -------
    trained, held_out : list of int
    """
    if fraction == 0 or n_classes < LEAST_CLASSES:
        return list(range(n_classes)), []
    tasks = np.unique(task)
    if len(tasks) >= 4:
        chosen = rng.permutation(tasks)[: max(1, round(fraction * len(tasks)))]
        is_held_out = np.isin(task, chosen)
    else:
        is_held_out = np.zeros(n_classes, dtype=bool)
        is_held_out[rng.permutation(n_classes)[: max(2, round(fraction * n_classes))]] = True
    return np.flatnonzero(~is_held_out).tolist(), np.flatnonzero(is_held_out).tolist()
