"""Episodes: a few classes, a few rows each to learn from (support), a few to be judged by (query).

Source: Vinyals et al., *Matching Networks for One Shot Learning*, NeurIPS 2016: test as you will be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import column_or_1d

from sklearn_mlknow._shell.errors import some


def rows_by_class(codes: np.ndarray) -> list[np.ndarray]:
    """Return the row numbers of each class, in the order of the codes."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def draw_episode(
    members: list[np.ndarray], n_way: int, n_shot: int, n_query: int, rng: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one episode.

    Parameters
    ----------
    members : list of ndarray
        Row numbers of each class that may be drawn; each has more than ``n_shot`` rows.
    n_way, n_shot, n_query : int
    rng : numpy.random.RandomState

    Returns
    -------
    support : ndarray of int64, shape (n_way, n_shot)
    query : ndarray of int64, shape (n_rows,)
        At most ``n_query`` a class, fewer where a class has fewer rows.
    """
    chosen = rng.choice(len(members), n_way, replace=False)
    drawn = [rng.permutation(members[k])[: n_shot + n_query] for k in chosen]
    return np.array([rows[:n_shot] for rows in drawn]), np.concatenate([rows[n_shot:] for rows in drawn])


class EpisodeSampler:
    """Draw episodes of a few classes with a few rows each, as pairs of index arrays.

    Use it to judge a learner the way it will be used: on classes it has never seen, from few examples. It is a
    splitter like those of scikit-learn (`split`, `get_n_splits`): each pair holds the support and the query rows.
    Drawing costs O(n_way) permutations of one class each.

    Parameters
    ----------
    n_way : int, default=5
        Classes an episode, 2 or more.
    n_shot : int, default=1
        Support rows a class, 1 or more.
    n_query : int, default=15
        Query rows a class, 1 or more; fewer where a class has fewer rows.
    n_episodes : int, default=100
        Number of episodes.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws; an int gives the same episodes at each call.

    Raises
    ------
    ValueError
        Fewer than ``n_way`` classes have more than ``n_shot`` rows.

    References
    ----------
    .. [1] O. Vinyals et al., "Matching Networks for One Shot Learning", NeurIPS 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.fewshot import EpisodeSampler
    >>> y = np.repeat(["a", "b", "c"], 4)
    >>> sampler = EpisodeSampler(n_way=2, n_shot=1, n_query=2, n_episodes=3, random_state=0)
    >>> for support, query in sampler.split(np.zeros((12, 1)), y):
    ...     print(y[support], y[query])
    ['c' 'b'] ['c' 'c' 'b' 'b']
    ['c' 'a'] ['c' 'c' 'a' 'a']
    ['c' 'a'] ['c' 'c' 'a' 'a']
    """

    def __init__(
        self, n_way: int = 5, n_shot: int = 1, n_query: int = 15, n_episodes: int = 100, random_state: Any = None
    ) -> None:
        self.n_way = n_way
        self.n_shot = n_shot
        self.n_query = n_query
        self.n_episodes = n_episodes
        self.random_state = random_state

    def split(self, X: Any, y: Any, groups: Any = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield episodes.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)
            Only its length is looked at.
        y : array-like of shape (n_rows,)
            The classes.
        groups : array-like of shape (n_rows,), default=None
            Tasks, such as alphabets: an episode takes all its classes from one, drawn at random.

        Yields
        ------
        support : ndarray of int64, shape (n_way * n_shot,)
            Row numbers, class by class.
        query : ndarray of int64, shape (n_queries,)
            Row numbers, none of them in ``support``.
        """
        for name, least in (("n_way", 2), ("n_shot", 1), ("n_query", 1), ("n_episodes", 1)):
            value = getattr(self, name)
            if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
                raise ValueError(f"EpisodeSampler: {name} must be an integer >= {least}, got {value!r}.")
        codes = np.unique(column_or_1d(y), return_inverse=True)[1]
        tasks = np.zeros(len(codes), np.int64) if groups is None else np.unique(groups, return_inverse=True)[1]
        if not len(X) == len(codes) == len(tasks):
            raise ValueError(f"EpisodeSampler: X, y and groups differ in length: {len(X)}, {len(codes)}, {len(tasks)}.")
        pools = []
        for task in rows_by_class(tasks):
            members = [task[rows] for rows in rows_by_class(np.unique(codes[task], return_inverse=True)[1])]
            members = [rows for rows in members if len(rows) > self.n_shot]
            pools.append(members)
        pools = [members for members in pools if len(members) >= self.n_way]
        if not pools:
            where = "" if groups is None else " of one group"
            raise ValueError(
                f"EpisodeSampler: n_way={self.n_way} classes{where} with more than n_shot={self.n_shot} rows are "
                f"needed, y has classes of {some(np.bincount(codes).tolist())} rows; lower n_way or n_shot."
            )
        rng = check_random_state(self.random_state)
        for _ in range(self.n_episodes):
            members = pools[rng.randint(len(pools))]
            support, query = draw_episode(members, self.n_way, self.n_shot, self.n_query, rng)
            yield support.ravel(), query

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of episodes.

        Parameters
        ----------
        X, y, groups : object, default=None
            Not looked at.

        Returns
        -------
        int
        """
        return self.n_episodes
