"""Attributions from all coalitions: one matrix product per background row.

With ``s`` the size of a coalition S, ``phi = Delta / d + d * sum_S k(s) (z - s / d) v(S)``: the weights depend only
on the number of players, so one matrix serves all rows, outputs and background rows.
"""

from functools import lru_cache
from math import comb, factorial

import numpy as np

from sklearn_mlknow.explain.coalitions import all_coalitions


@lru_cache(maxsize=16)
def shapley_weights(n_players: int) -> np.ndarray:
    """Return the matrix that turns the values of all coalitions into Shapley values.

    Parameters
    ----------
    n_players : int

    Returns
    -------
    ndarray of shape (n_players, 2 ** n_players)
        Column order of `all_coalitions`. Read only.
    """
    members = all_coalitions(n_players)  # (n_coalitions, n_players)
    size = members.sum(axis=1)
    gain = np.array([1.0 / (s * comb(n_players, s)) if s else 0.0 for s in range(n_players + 1)])
    loss = np.array(
        [1.0 / ((n_players - s) * comb(n_players, s)) if s < n_players else 0.0 for s in range(n_players + 1)]
    )
    weights = np.where(members, gain[size][:, None], -loss[size][:, None]).T.copy()
    weights.setflags(write=False)
    return weights


@lru_cache(maxsize=16)
def interaction_weights(n_players: int) -> np.ndarray:
    """Return the matrix that turns the values of all coalitions into pairwise Shapley interaction indices.

    Parameters
    ----------
    n_players : int
        At least 2.

    Returns
    -------
    ndarray of shape (n_pairs, 2 ** n_players)
        Pairs in the order of ``numpy.triu_indices(n_players, 1)``. Read only.

    References
    ----------
    Grabisch, M., & Roubens, M. (1999). An axiomatic approach to the concept of interaction among players. Eq. 3.
    """
    members = all_coalitions(n_players)
    first, second = np.triu_indices(n_players, 1)
    both = members[:, first].astype(np.int64) + members[:, second]  # (n_coalitions, n_pairs)
    others = members.sum(axis=1)[:, None] - both
    size_weight = np.array(
        [factorial(s) * factorial(n_players - s - 2) / factorial(n_players - 1) for s in range(n_players - 1)]
    )
    weights = (np.where(both == 1, -1.0, 1.0) * size_weight[others]).T.copy()
    weights.setflags(write=False)
    return weights
