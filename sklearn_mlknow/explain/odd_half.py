"""The odd half of a game, which holds its Shapley values: players one by one, and three at a time.

With ``u = 2 z - 1``, the difference of a pair is ``D(u) = sum_T a_T prod_{j in T} u_j`` over the sets T of odd size,
and ``phi_i = sum_{T with i} a_T / |T|``. Single players are free coefficients; what a background row adds to them is a
random effect of the noise's variance. All triples may take part as well, shared by all background rows and held small,
so that none has to be screened.

The end of the game is known: ``D(1) = f(x) - f(b)``. It is built in by measuring everything from the straight line
``r(u) D(1)``, ``r = mean(u)``.

References
----------
Fumagalli, F., Witter, R. T., & Musco, C. (2026). OddSHAP (arXiv 2602.01399), the basis and its read-out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from sklearn_mlknow.explain.coalitions import PairDesign
from sklearn_mlknow.explain.shared_map import BlockModel, SharedMap, fit_shared_map

_TRIPLE_SHARE = 0.1  # variance of all triples together, as a share of players x noise
_MOST_VALUES = 20 * 2**20  # of the features of all cells: 160 MiB; with more players or cells triples are left out
_MOST_WORK = 2 * 10**10  # cells times squared features that are worth their time


@dataclass(frozen=True)
class OddHalf:
    """The candidate maps from differences of pairs to attributions.

    Attributes
    ----------
    maps : tuple of SharedMap
        Without triples, and with them where there are not too many. The targets are the Shapley values, then what each
        player does alone: ``(D(only i) + D(all)) / 2``.
    line : ndarray of shape (n_blocks, n_pairs)
        ``r(u)``, to be taken off the responses times the known end.
    root_weights : ndarray of shape (n_pairs,)
        What whitens the responses.
    """

    maps: tuple[SharedMap, ...]
    line: np.ndarray
    root_weights: np.ndarray


def fit_odd_half(design: PairDesign) -> OddHalf:
    """Compute the maps of a design.

    Parameters
    ----------
    design : PairDesign

    Returns
    -------
    OddHalf
    """
    n_blocks, n_pairs, n_players = design.members.shape
    root = np.sqrt(design.weights)[:, None]
    line = 2.0 * design.members.mean(axis=2) - 1.0
    triples = np.array(list(combinations(range(n_players), 3)), dtype=np.int64).reshape(-1, 3)

    def singles(block: int) -> np.ndarray:
        return (2.0 * design.members[block] - 1.0 - line[block][:, None]) * root

    def with_triples(block: int) -> np.ndarray:
        signs = 2.0 * design.members[block] - 1.0
        products = signs[:, triples[:, 0]] * signs[:, triples[:, 1]] * signs[:, triples[:, 2]]
        return np.hstack([singles(block), (products - line[block][:, None]) * root])

    def exact(block: int) -> np.ndarray:
        return exact_weights(design.members[block]) / root

    one = np.eye(n_players) - 1.0 / n_players
    both = np.vstack([one, one])  # without triples the two targets of a player are the same

    def fit(features: Callable[[int], np.ndarray], prior: np.ndarray, readout: np.ndarray) -> SharedMap:
        model = BlockModel(features, singles, exact, readout, both, prior, n_players, design.inclusion, n_blocks)
        return fit_shared_map(model)

    maps = [fit(singles, np.zeros(n_players), both)]
    n_features = n_players + len(triples)
    fits = design.n_cells * n_features <= _MOST_VALUES and design.n_cells * n_features**2 <= _MOST_WORK
    if len(triples) and fits:
        prior = np.full(len(triples), len(triples) / (_TRIPLE_SHARE * n_players))
        readout = np.hstack([both, _read_triples(triples, n_players)])
        maps.append(fit(with_triples, np.r_[np.zeros(n_players), prior], readout))
    return OddHalf(tuple(maps), line, root[:, 0])


def _read_triples(triples: np.ndarray, n_players: int) -> np.ndarray:
    """Read the two targets of each player off triples measured from the line: (2 n_players, n_triples)."""
    within = (triples[:, :, None] == np.arange(n_players)).any(axis=1).T.astype(np.float64)  # (n_players, n_triples)
    return np.vstack([within / 3.0 - 1.0 / n_players, within - 1.0 / n_players])


def exact_weights(members: np.ndarray) -> np.ndarray:
    """Weigh the differences of pairs as all of them together would be weighed.

    Parameters
    ----------
    members : ndarray of bool, shape (n_pairs, n_players)
        The smaller coalition of each pair.

    Returns
    -------
    ndarray of shape (n_pairs, 2 * n_players)
        For the Shapley values, then for what each player does alone.
    """
    n_players = members.shape[1]
    size = members.sum(axis=1)
    there_are = np.array([float(comb(n_players, s)) for s in range(n_players + 1)])[size]
    gain, loss = 1.0 / (size * there_are), 1.0 / ((n_players - size) * there_are)
    values = np.where(members, gain[:, None], -loss[:, None])
    return np.hstack([values, np.where((size == 1)[:, None] & members, 0.5, 0.0)])
