"""Folds as a splitter of scikit-learn's draws them: by time, by groups, or in any way of the user's."""

from numbers import Integral
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow.study.rows import Rows

Folds = list[tuple[np.ndarray, np.ndarray]]


def is_number(cv: Any) -> bool:
    """Tell whether ``cv`` is a number of folds, and no splitter."""
    return isinstance(cv, Integral)


def share_tested(folds: Folds) -> float:
    """Share of the rows of a fold that it tests on, on average.

    Examples
    --------
    >>> share_tested([(np.array([0, 1, 2]), np.array([3])), (np.array([0]), np.array([1]))])
    0.375
    """
    return float(np.mean([len(test) / (len(train) + len(test)) for train, test in folds]))


def folds_by(study: Any, rows: Rows, is_class: bool, splitter: Any) -> Folds:
    """Let a splitter draw the folds of some rows, in their order.

    Parameters
    ----------
    study : object
        Speaks in the errors.
    rows : Rows
    is_class : bool
        Whether the target names classes.
    splitter : object with split
        As in scikit-learn; gets the groups.

    Returns
    -------
    list of (train, test)
        Row positions.

    Raises
    ------
    ValueError
        It cannot split these rows, splits them once, or leaves a group on both sides or training rows without a class.
    """
    name = f"{who(study)}: cv={splitter}"
    try:
        folds = [(np.asarray(train), np.asarray(test)) for train, test in splitter.split(rows.X, rows.y, rows.groups)]
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} cannot split these rows: {error}") from error
    if len(folds) < 2:
        raise ValueError(f"{name} draws {len(folds)} fold, which cannot tell how much folds differ; let it draw more.")
    for train, test in folds:
        if rows.groups is not None and np.isin(rows.groups[test], rows.groups[train]).any():
            raise ValueError(f"{name} leaves rows of a group on both sides; take one that keeps groups, or cv=5.")
        if is_class and len(np.unique(rows.y[train])) < len(np.unique(rows.y)):
            raise ValueError(f"{name} leaves training rows without a class; let it draw fewer or stratified folds.")
    return folds


def refuse_overlap(study: Any, folds: Folds, n_rows: int, splitter: Any) -> None:
    """Refuse folds that do not test each row once, where predictions are compared row by row.

    Raises
    ------
    ValueError
        A row is tested more than once, or not at all.
    """
    tested = np.bincount(np.concatenate([test for _, test in folds]), minlength=n_rows)
    never, often = int((tested == 0).sum()), int((tested > 1).sum())
    if never or often:
        raise ValueError(
            f"{who(study)}: cv={splitter} tests {never} rows not at all and {often} more than once; models are "
            "compared row by row, so take one that tests each row once, such as KFold."
        )


def draws_by_chance(splitter: Any) -> bool:
    """Tell whether a splitter draws other folds every time it is asked.

    Examples
    --------
    >>> from sklearn.model_selection import KFold, ShuffleSplit, TimeSeriesSplit
    >>> splitters = KFold(), TimeSeriesSplit(), KFold(shuffle=True), ShuffleSplit(), ShuffleSplit(random_state=0)
    >>> [draws_by_chance(splitter) for splitter in splitters]
    [False, False, True, True, False]
    """
    seed = getattr(splitter, "random_state", 0)
    return getattr(splitter, "shuffle", True) and not isinstance(seed, Integral)
