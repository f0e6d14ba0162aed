"""Cross-validation over classes: what is tested on was never trained on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import column_or_1d


class ClassDisjointSplit:
    """Split rows so that the classes of the test part never occur in the training part.

    Use it to choose the settings of a few-shot learner: ordinary splits show it the test classes in training. In a
    search give it with a scorer that draws episodes from the test part (see Examples); ordinary scores would ask for
    classes the learner has never heard of. Costs O(n_rows log n_rows).

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, 2 or more; each class is tested in exactly one.
    random_state : int, RandomState instance or None, default=None
        Seed of the order in which classes are dealt out; an int gives the same folds at each call.

    Raises
    ------
    ValueError
        There are fewer classes than folds.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.fewshot import ClassDisjointSplit
    >>> y = np.repeat(["a", "b", "c", "d"], 2)
    >>> for train, test in ClassDisjointSplit(2, random_state=0).split(np.zeros((8, 1)), y):
    ...     print(set(y[train]) & set(y[test]), sorted(set(y[test].tolist())))
    set() ['b', 'c']
    set() ['a', 'd']

    In a search:

    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn_mlknow.fewshot import PrototypeClassifier, evaluate_episodes
    >>> def one_shot(classifier, X, y):
    ...     episodes = evaluate_episodes(classifier, X, y, n_way=3, n_shot=1, n_episodes=20, random_state=0)
    ...     return episodes.accuracy
    >>> X, y = load_digits(return_X_y=True)
    >>> search = GridSearchCV(
    ...     PrototypeClassifier(n_steps=20, random_state=0),
    ...     {"n_components": [4, 16]},
    ...     cv=ClassDisjointSplit(3, random_state=0),
    ...     scoring=one_shot,
    ... ).fit(X[:300], y[:300])
    >>> bool(search.best_score_ > 0.6)
    True
    """

    def __init__(self, n_splits: int = 5, random_state: Any = None) -> None:
        self.n_splits = n_splits
        self.random_state = random_state

    def split(self, X: Any, y: Any, groups: Any = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the row numbers of the training and the test part.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)
            Only its length is looked at.
        y : array-like of shape (n_rows,)
            The classes.
        groups : object, default=None
            Not looked at.

        Yields
        ------
        train, test : ndarray of int64
        """
        if not isinstance(self.n_splits, int | np.integer) or isinstance(self.n_splits, bool) or self.n_splits < 2:
            raise ValueError(f"ClassDisjointSplit: n_splits must be an integer >= 2, got {self.n_splits!r}.")
        codes = np.unique(column_or_1d(y), return_inverse=True)[1]
        if len(X) != len(codes):
            raise ValueError(f"ClassDisjointSplit: X has {len(X)} rows and y {len(codes)}.")
        n_classes = int(codes.max(initial=-1)) + 1
        if n_classes < self.n_splits:
            raise ValueError(
                f"ClassDisjointSplit: {n_classes} classes cannot fill n_splits={self.n_splits} folds; lower n_splits."
            )
        fold_of = np.empty(n_classes, dtype=np.int64)
        fold_of[check_random_state(self.random_state).permutation(n_classes)] = np.arange(n_classes) % self.n_splits
        for fold in range(self.n_splits):
            is_test = fold_of[codes] == fold
            yield np.flatnonzero(~is_test), np.flatnonzero(is_test)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : object, default=None
            Not looked at.

        Returns
        -------
        int
        """
        return self.n_splits
