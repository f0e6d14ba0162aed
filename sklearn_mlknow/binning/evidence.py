"""What the bins of a column tell about a target of two classes: weight of evidence, over all rows or outside a fold.

References: Siddiqi, *Credit Risk Scorecards* (2006), chapter 6.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow.binning.bins import Bins
from sklearn_mlknow.binning.seen import ClassWeights, Seen
from sklearn_mlknow.formulas.information import weight_of_evidence
from sklearn_mlknow.kernels import joint_histogram
from sklearn_mlknow.summaries import crossed


def learn_evidence(
    estimator: Any, bins: Sequence[Bins], seen: Sequence[Seen], has_missing_bin: bool
) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """Learn the evidence of every code of every column.

    Parameters
    ----------
    estimator : estimator
        Speaks in the errors.
    bins : sequence of n_columns Bins
    seen : sequence of n_columns Seen
    has_missing_bin : bool

    Returns
    -------
    classes : ndarray of shape (n_classes,)
    weights : list of n_columns arrays of shape (n_codes, n_classes)
        Of each class in every code.
    evidence : list of n_columns arrays of shape (n_codes,)

    Raises
    ------
    ValueError
        The target of some rows was not seen, or there are more than two classes.
    """
    targets = [column.target for column in seen if column.target is not None]
    if len(targets) < len(seen):
        raise ValueError(f'{who(estimator)}: encode="woe" needs the target of all rows seen; call fit again.')
    classes = targets[0].classes
    if len(classes) > 2:
        raise ValueError(f'{who(estimator)}: encode="woe" needs a target of two classes, got {len(classes)}.')
    weights = [class_weights(one, target) for one, target in zip(bins, targets, strict=True)]
    return classes, weights, [evidence_entries(*pair, has_missing_bin) for pair in zip(weights, bins, strict=True)]


def evidence_by_fold(
    codes: np.ndarray,
    bins: Sequence[Bins],
    target: np.ndarray,
    folds: np.ndarray,
    weights: np.ndarray | None,
    has_missing_bin: bool,
) -> list[np.ndarray]:
    """Learn for every fold the evidence of the rows outside it; a row's own label moves no bit of it.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_columns)
    bins : sequence of n_columns Bins
    target, folds : ndarray of int64, shape (n_rows,)
        Class, 0 or 1, and fold of every row.
    weights : ndarray of shape (n_rows,) or None
    has_missing_bin : bool

    Returns
    -------
    list of n_columns arrays of shape (n_folds, n_codes)
    """
    found = []
    for column, one in zip(codes.T, bins, strict=True):
        by_fold = class_weights_by_fold(column, one.n_codes, target, folds, weights)  # (n_folds, n_codes, 2)
        # added up anew: a subtraction from the whole would leave the rounding of the fold's own labels
        rest = [np.delete(by_fold, fold, axis=0).sum(axis=0) for fold in range(len(by_fold))]
        found.append(np.stack([evidence_entries(outside, one, has_missing_bin) for outside in rest]))
    return found


def evidence_entries(weights: np.ndarray, bins: Bins, has_missing_bin: bool) -> np.ndarray:
    """Weight of evidence of every code, from its class weights (n_codes, 2): without, then with the event.

    Nothing is evident (0) as long as only one class was seen. Shape (n_codes,).
    """
    found = weight_of_evidence(weights[:, 1], weights[:, 0]) if weights.shape[1] == 2 else np.zeros(len(weights))
    if not has_missing_bin:
        found[bins.n_bins] = np.nan
    return found


def class_weights_by_fold(
    codes: np.ndarray, n_codes: int, target: np.ndarray, folds: np.ndarray, weights: np.ndarray | None
) -> np.ndarray:
    """Weight of each of two classes in every code, fold by fold, of shape (n_folds, n_codes, 2)."""
    n_folds = int(folds.max()) + 1
    return joint_histogram(folds * n_codes + codes, target, n_folds * n_codes, 2, weights).reshape(n_folds, n_codes, 2)


def class_weights(bins: Bins, target: ClassWeights) -> np.ndarray:
    """Weight of each class in every code of a column, of shape (n_codes, n_classes)."""
    n_values = len(target.values.column[0])
    codes = np.searchsorted(bins.inner_edges, target.values.column[0], side="right")
    place = np.append(codes, [bins.n_bins, bins.n_bins])  # no rest among values, so its zeros may go anywhere
    assert len(place) == n_values + 2
    by_bin = crossed.gather(target.values.target, place, bins.n_bins + 1)
    assert isinstance(by_bin, np.ndarray)
    return np.vstack([by_bin, target.special])
