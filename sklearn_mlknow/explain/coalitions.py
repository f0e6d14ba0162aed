"""Which coalitions are played: all of them, or pairs drawn by leverage score, without replacement.

A coalition is a boolean row: True where the explained row's value is kept, False where a background row's value
stands in. Coalitions are played in pairs, a coalition with its complement, because Shapley values depend only on the
difference of the two (the odd part of the game). The leverage score of a coalition in the Shapley regression is
``1 / C(d, size)``: every *size* deserves the same number of pairs, and sizes with few coalitions are played whole.

Every background row gets pairs of its own, so that one budget covers many more coalitions than when each coalition is
averaged over the whole background.

References
----------
Musco, C., & Witter, R. T. (2025). Provably accurate Shapley value estimation via leverage score sampling. ICLR.
Covert, I., & Lee, S.-I. (2021). Improving KernelSHAP: practical Shapley value estimation via linear regression.
"""

from dataclasses import dataclass
from math import comb

import numpy as np

_LARGEST_RANK = 2**62  # above it the ranks of combinations no longer fit in an int64


@dataclass(frozen=True)
class PairDesign:
    """Pairs of coalitions, a block of them for each background row, of the same sizes in each.

    Attributes
    ----------
    members : ndarray of bool, shape (n_blocks, n_pairs, n_players)
        One coalition of each pair, the one of at most half of the players.
    inclusion : ndarray of shape (n_pairs,)
        The probability that the pair was drawn; 1 for sizes that are played whole.
    weights : ndarray of shape (n_pairs,)
        Kernel weight over inclusion, with mean 1.
    """

    members: np.ndarray
    inclusion: np.ndarray
    weights: np.ndarray

    @property
    def n_cells(self) -> int:
        """Number of pairs over all blocks."""
        return self.members.shape[0] * self.members.shape[1]


def all_coalitions(n_players: int) -> np.ndarray:
    """Return every coalition; row ``c`` holds the bits of the number ``c``, player 0 the lowest.

    Parameters
    ----------
    n_players : int

    Returns
    -------
    ndarray of bool, shape (2 ** n_players, n_players)
    """
    return (np.arange(2**n_players)[:, None] >> np.arange(n_players)) & 1 == 1


def kernel_weight(n_players: int, size: int) -> float:
    """Return the Shapley kernel weight ``1 / (C(d, s) s (d - s))`` of a coalition of a size."""
    return 1.0 / (comb(n_players, size) * size * (n_players - size))


def pairs_of_size(n_players: int, size: int) -> int:
    """Count the pairs whose smaller coalition has a size; of half the players, each pair counts once."""
    return comb(n_players, size) // (2 if 2 * size == n_players else 1)


def share_pairs(n_players: int, n_pairs: int) -> np.ndarray:
    """Share pairs over the sizes ``1 … d // 2``: equally, capped by how many there are.

    The middle size of an even number of players gets half a share: it stands for one size, the others for two.

    Parameters
    ----------
    n_players : int
        At least 2.
    n_pairs : int

    Returns
    -------
    ndarray of int, shape (n_players // 2,)
        Sums to ``n_pairs``, or to all pairs there are when that is fewer.
    """
    sizes = range(1, n_players // 2 + 1)
    most = np.array([float(pairs_of_size(n_players, size)) for size in sizes])
    share = np.array([0.5 if 2 * size == n_players else 1.0 for size in sizes])
    n_pairs = int(min(n_pairs, most.sum()))
    order = np.argsort(most / share, kind="stable")
    level, left = 0.0, float(n_pairs)
    counts = np.zeros(len(most))
    for place, size in enumerate(order):
        level = left / share[order[place:]].sum()
        counts[size] = min(most[size], level * share[size])
        left -= counts[size]
    whole = np.floor(counts + 1e-9)
    rest = n_pairs - int(whole.sum())
    whole[np.argsort(whole - counts, kind="stable")[:rest]] += 1
    return np.minimum(whole, most).astype(np.int64)


def draw_pairs(
    n_players: int, n_background: int, pairs_each: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw pairs for every background row, without replacement.

    Parameters
    ----------
    n_players : int
        At least 2.
    n_background : int
        Background rows that take part.
    pairs_each : int
        Pairs of each background row, at most as many as there are.
    rng : numpy Generator

    Returns
    -------
    members : ndarray of bool, shape (n_background, pairs_each, n_players)
        The smaller coalition of each pair, by size; of one size in random order.
    sizes : ndarray of int, shape (pairs_each,)
    """
    counts = share_pairs(n_players, pairs_each)
    drawn = [
        _draw_of_size(n_players, size, int(count), n_background, rng)
        for size, count in enumerate(counts, start=1)
        if count
    ]
    return np.concatenate(drawn, axis=1), np.repeat(np.arange(1, len(counts) + 1), counts)


def take_pairs(members: np.ndarray, sizes: np.ndarray, chosen: np.ndarray) -> PairDesign:
    """Make a design of some of the pairs of every background row.

    Parameters
    ----------
    members : ndarray of bool, shape (n_background, pairs_each, n_players)
    sizes : ndarray of int, shape (pairs_each,)
    chosen : ndarray of int
        Positions among the pairs.

    Returns
    -------
    PairDesign
    """
    n_background, _, n_players = members.shape
    there_are = np.array([float(pairs_of_size(n_players, size)) for size in range(1, n_players // 2 + 1)])
    weight = np.array([kernel_weight(n_players, size) for size in range(1, n_players // 2 + 1)])
    size = sizes[chosen] - 1
    inclusion = np.minimum(1.0, np.bincount(size, minlength=len(there_are)) / there_are)[size]
    weights = weight[size] / inclusion
    return PairDesign(members[:, chosen], inclusion, weights / weights.mean())


def _draw_of_size(n_players: int, size: int, count: int, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw ``count`` different coalitions of a size, ``n_draws`` times: (n_draws, count, n_players)."""
    there_are = pairs_of_size(n_players, size)
    if there_are < _LARGEST_RANK:
        ranks = np.concatenate([rng.choice(there_are, count, replace=False) for _ in range(n_draws)])
        members = unrank(ranks, n_players, size)
    else:  # so many that a repeated one is not to be expected
        keys = rng.random((n_draws * count, n_players))
        chosen = np.argpartition(keys, size - 1, axis=1)[:, :size]
        members = np.zeros(keys.shape, dtype=bool)
        np.put_along_axis(members, chosen, True, axis=1)
    return members.reshape(n_draws, count, n_players)


def unrank(ranks: np.ndarray, n_players: int, size: int) -> np.ndarray:
    """Turn ranks into combinations, those that hold player 0 first.

    Parameters
    ----------
    ranks : ndarray of int, shape (n,)
        From 0 to C(n_players, size) - 1.
    n_players, size : int

    Returns
    -------
    ndarray of bool, shape (n, n_players)
    """
    members = np.zeros((len(ranks), n_players), dtype=bool)
    ranks = np.array(ranks, dtype=np.int64)
    wanted = np.full(len(ranks), size)
    for player in range(n_players):
        with_player = np.array([comb(n_players - 1 - player, k - 1) if k else 0 for k in range(size + 1)])[wanted]
        taken = ranks < with_player
        members[:, player] = taken
        ranks -= np.where(taken, 0, with_player)
        wanted -= taken
    return members
