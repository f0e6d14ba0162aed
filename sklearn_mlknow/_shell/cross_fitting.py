"""Folds that never look at y: flip one label, and every row stays in its fold.

Stratified folds depend on the target, so one flipped label can move other rows between folds and leak through them.
What writes a statistic of y into a value (target means, weight of evidence) is therefore cross-fitted in these folds:
a row's value is learned from the rows outside its fold. See Micci-Barreca, "A preprocessing scheme for high-cardinality
categorical attributes" (2001) for the encoding, and Chernozhukov et al., "Double/debiased machine learning" (2018),
section 3, for cross-fitting.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.model_selection import check_cv
from sklearn.utils import check_random_state

from sklearn_mlknow._shell.column_reading import factorise
from sklearn_mlknow._shell.errors import who


def folds_without_target(
    estimator: Any, n_rows: int, cv: Any = 5, groups: Any = None, random_state: Any = 0
) -> np.ndarray:
    """Give every row a fold, knowing nothing of the target.

    Parameters
    ----------
    estimator : estimator or str
        Speaks in the errors.
    n_rows : int
    cv : int, splitter or iterable, default=5
        Number of folds, at most one a row (or group); or a scikit-learn splitter whose test parts hold each row once
        and whose ``split`` needs no y; or such parts themselves, as pairs of train and test positions.
    groups : array-like of shape (n_rows,), default=None
        Rows of one group share a fold.
    random_state : int, RandomState or None, default=0
        Shuffles rows (or groups) before they are dealt out; the default always shuffles alike.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Fold of each row, from 0; folds differ by at most one row (or one group) in size.

    Raises
    ------
    ValueError
        Fewer than two rows or groups, or a splitter that needs y or does not test each row once.

    Examples
    --------
    >>> folds = folds_without_target("Encoder", 6, cv=3)
    >>> np.bincount(folds).tolist()
    [2, 2, 2]
    """
    if not isinstance(cv, int | np.integer):
        if not hasattr(cv, "split") and not isinstance(cv, Iterable):
            raise ValueError(f"{who(estimator)}: cv must be an integer, a splitter or pairs of positions, got {cv!r}.")
        return _folds_of_splitter(who(estimator), n_rows, cv, groups)
    units: np.ndarray = np.arange(n_rows)
    sizes: np.ndarray = np.ones(n_rows, dtype=np.int64)
    if groups is not None:
        if np.shape(groups) != (n_rows,):
            raise ValueError(
                f"{who(estimator)}: groups has the shape {np.shape(groups)}, expected {(n_rows,)}; one a row."
            )
        codes, _ = factorise(np.asarray(groups, dtype=None if hasattr(groups, "dtype") else object))
        # a missing group is a group like any other, the last
        _, units, sizes = np.unique(np.where(codes < 0, n_rows, codes), return_inverse=True, return_counts=True)
    n_units = len(sizes)
    if n_units < 2:
        what = "row" if groups is None else "group"
        raise ValueError(f"{who(estimator)}: cross-fitting needs at least 2 {what}s, got {n_units}; pass more data.")
    n_folds = min(int(cv), n_units)
    shuffled = check_random_state(random_state).permutation(n_units)  # (n_units,)
    dealt = shuffled[np.argsort(-sizes[shuffled], kind="stable")]  # the largest groups first
    place = np.arange(n_units) % (2 * n_folds)  # there and back again, so that sizes even out
    fold_of_unit = np.empty(n_units, dtype=np.int64)
    fold_of_unit[dealt] = np.where(place < n_folds, place, 2 * n_folds - 1 - place)
    return fold_of_unit[units]


def _folds_of_splitter(speaker: str, n_rows: int, cv: Any, groups: Any) -> np.ndarray:
    folds = np.full(n_rows, -1, dtype=np.int64)  # (n_rows,)
    n_tests = 0
    try:
        parts = list(check_cv(cv).split(np.empty((n_rows, 1)), groups=groups))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{speaker}: cv={cv!r} cannot split without the target ({error}); use KFold or GroupKFold, since folds "
            "that depend on y leak it."
        ) from error
    for fold, (train, test) in enumerate(parts):
        folds[test] = fold
        n_tests += len(test)
        if len(train) + len(test) != n_rows:
            raise ValueError(f"{speaker}: cv={cv!r} leaves rows out of a fold; use KFold or GroupKFold.")
    if n_tests != n_rows or (folds < 0).any() or len(parts) < 2:
        raise ValueError(f"{speaker}: cv={cv!r} must test each row exactly once; use KFold or GroupKFold.")
    return folds
