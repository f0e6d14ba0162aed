"""Splits of rows into training and test rows: stratified for classes, and never through a group."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold, ShuffleSplit, StratifiedShuffleSplit

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow.study.rows import Rows
from sklearn_mlknow.study.splitters import Folds, folds_by, is_number

MOST_DRAWS = 50  # a split; groups drawn by chance may all lack a rare class


def draw_folds(study: Any, rows: Rows, is_class: bool, cv: Any, seed: int, repeats: int = 1) -> Folds:
    """Draw folds, several times over.

    Parameters
    ----------
    study : object
        Speaks in the errors.
    rows : Rows
    is_class : bool
        Whether the target names classes, whose shares every fold then keeps as well as groups allow.
    cv : int or splitter
        Folds; a splitter draws them alone, whatever seed and repeats.
    seed : int
    repeats : int, default=1

    Returns
    -------
    list of (train, test)
        Row positions, ``cv * repeats`` of them.

    Raises
    ------
    ValueError
        There are fewer groups than folds, or the groups of a class are so few that training rows lack it.
    """
    if not is_number(cv):
        return folds_by(study, rows, is_class, cv)
    if rows.groups is None:
        kind = RepeatedStratifiedKFold if is_class else RepeatedKFold
        return list(kind(n_splits=cv, n_repeats=repeats, random_state=seed).split(rows.X, rows.y))
    n_groups = len(np.unique(rows.groups))
    if n_groups < cv:
        raise ValueError(f"{who(study)}: {cv} folds need {cv} groups, the rows have {n_groups}; ask for fewer folds.")
    rng = np.random.default_rng(seed)
    folds = [fold for _ in range(repeats) for fold in _grouped(rows, is_class, cv, rng)]
    for train, _ in folds:
        if is_class and len(np.unique(rows.y[train])) < len(np.unique(rows.y)):
            raise ValueError(
                f"{who(study)}: the groups are so few, or so unlike each other, that {cv} folds leave training rows "
                "without a class; ask for fewer folds, or leave out classes that few groups have."
            )
    return folds


def _grouped(rows: Rows, is_class: bool, cv: int, rng: np.random.Generator) -> Folds:
    """Deal groups to folds like cards: in random order, those with the same rarest class one after the other.

    scikit-learn's StratifiedGroupKFold draws nearly the same folds for every seed, so that repeats would tell nothing.
    """
    assert rows.groups is not None
    members = members_of(rows.groups)
    order = rng.permutation(len(members))
    if is_class:
        _, codes, counts = np.unique(rows.y, return_inverse=True, return_counts=True)
        rarity = np.argsort(np.argsort(counts, kind="stable"))[codes]  # (n_rows,), 0 for the rarest class
        rarest = np.array([rarity[members[group]].min() for group in order])
        order = order[np.argsort(rarest, kind="stable")]
    fold_of_group = np.empty(len(members), dtype=np.int64)
    fold_of_group[order] = np.arange(len(members)) % cv
    fold = fold_of_group[np.unique(rows.groups, return_inverse=True)[1]]  # (n_rows,)
    return [(np.flatnonzero(fold != index), np.flatnonzero(fold == index)) for index in range(cv)]


def draw_splits(
    study: Any, rows: Rows, is_class: bool, test_size: float, repeats: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw random splits; the training rows come in random order, those of a group together.

    Raises
    ------
    ValueError
        However groups are drawn, training rows lack a class.
    """
    if rows.groups is None:
        kind = StratifiedShuffleSplit if is_class else ShuffleSplit
        yield from kind(repeats, test_size=test_size, random_state=seed).split(rows.X, rows.y)
        return
    members = members_of(rows.groups)
    n_test = int(np.ceil(test_size * len(members)))
    n_classes = len(np.unique(rows.y))
    rng = np.random.default_rng(seed)
    for _ in range(repeats):
        for _ in range(MOST_DRAWS):
            order = rng.permutation(len(members))
            train = np.concatenate([members[group] for group in order[n_test:]])
            if not is_class or len(np.unique(rows.y[train])) == n_classes:
                break
        else:
            raise ValueError(
                f"{who(study)}: a class lies in so few groups that training rows lack it; leave it out, or give rows "
                "of more groups."
            )
        yield train, np.concatenate([members[group] for group in order[:n_test]])


def members_of(groups: np.ndarray) -> list[np.ndarray]:
    """Return the positions of the rows of each group.

    Examples
    --------
    >>> [rows.tolist() for rows in members_of(np.array([1, 0, 1]))]
    [[1], [0, 2]]
    """
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order])) + 1
    return np.split(order, starts)
