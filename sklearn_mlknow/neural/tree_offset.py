"""What boosted trees say of rows that they were not trained on: the offset on which a net starts.

Trees know rows of training by heart. Their answers there come from folds, so that a net sees them as they will be on
new rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

FEW_ROWS = 20  # as many classes as that are no sign of a number


def answer_out_of_fold(
    fit: Callable[[np.ndarray], Any],
    answer: Callable[[Any, np.ndarray], np.ndarray],
    folds: np.ndarray,
    n_outputs: int,
) -> np.ndarray:
    """Answer each fold by what was trained on the others.

    Parameters
    ----------
    fit : callable
        Takes a mask of rows, returns what was trained on them.
    answer : callable
        Takes that and another mask, returns (n_chosen, n_outputs).
    folds : ndarray of int, shape (n_rows,)
    n_outputs : int

    Returns
    -------
    ndarray of shape (n_rows, n_outputs)
    """
    output = np.zeros((len(folds), n_outputs))
    for fold in range(int(folds.max()) + 1):
        out = folds == fold
        output[out] = answer(fit(~out), out)
    return output


def fit_class_trees(
    columns: np.ndarray, y: np.ndarray, weight: np.ndarray, is_categorical: np.ndarray | None, seed: int
) -> HistGradientBoostingClassifier | None:
    """Train trees on classes 0, 1, ...; None where there is nothing to split by: one class, or nearly one a row."""
    n_classes = len(np.unique(y))
    if n_classes < 2 or (n_classes > len(y) / 2 and len(y) > FEW_ROWS):
        return None
    trees = HistGradientBoostingClassifier(categorical_features=is_categorical, early_stopping=False, random_state=seed)
    return trees.fit(for_trees(columns), y, sample_weight=tame(weight))


def class_logits(trees: Any, columns: np.ndarray, n_classes: int) -> np.ndarray:
    """Return the trees' logits, (n_rows, n_classes); a class that they never saw gets the lowest of the row."""
    raw = np.zeros((len(columns), n_classes))
    if trees is None:
        return raw
    decision = trees.decision_function(columns)
    if decision.ndim == 1:
        raw[:, trees.classes_[1]] = decision
    else:
        raw[:, trees.classes_] = decision
        missing = np.setdiff1d(np.arange(n_classes), trees.classes_)
        raw[:, missing] = decision.min(axis=1, keepdims=True)
    return raw


def fit_number_trees(
    columns: np.ndarray, y: np.ndarray, weight: np.ndarray, is_categorical: np.ndarray | None, seed: int
) -> list[HistGradientBoostingRegressor]:
    """Train trees on each column of y."""
    return [
        HistGradientBoostingRegressor(categorical_features=is_categorical, early_stopping=False, random_state=seed).fit(
            for_trees(columns), output, sample_weight=tame(weight)
        )
        for output in y.T
    ]


def estimates(trees: Iterable[Any], columns: np.ndarray) -> np.ndarray:
    """Return the trees' estimates: (n_rows, n_outputs)."""
    return np.column_stack([tree.predict(columns) for tree in trees])


def levels_to_nan(columns: np.ndarray, is_level: Iterable[int]) -> np.ndarray:
    """Return columns as trees take them: levels that are missing are NaN."""
    columns = columns.copy()
    for i in is_level:
        columns[columns[:, i] < 0, i] = np.nan
    return columns


def for_trees(columns: np.ndarray) -> np.ndarray:
    """Make columns such as scikit-learn's trees take them.

    Columns that hold no value at all become a constant, which splits nothing; means of two values must not overflow.
    """
    largest = np.finfo(np.float64).max / 2
    return np.clip(np.where(np.isnan(columns).all(axis=0), 0.0, columns), -largest, largest)


def tame(weight: np.ndarray) -> np.ndarray:
    """Divide weights that single precision cannot sum by their mean."""
    mean = weight.mean()
    return weight if 1e-9 < mean < 1e9 else weight / mean
