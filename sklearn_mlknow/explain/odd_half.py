"""The odd half of a game, which holds its Shapley values: players one by one, and three at a time.

With ``u = 2 z - 1``, the difference of a pair is ``D(u) = sum_T a_T prod_{j in T} u_j`` over the sets T of odd size,
and ``phi_i = sum_{T with i} a_T / |T|``. Single players are free coefficients; what a background row adds to them, and
all triples, are random effects, so that every triple takes part and none has to be screened: their covariance has a
closed form in ``t = u'v``, the third elementary symmetric polynomial ``(t^3 - (3 d - 2) t) / 6``.

The end of the game is known: ``D(1) = f(x) - f(b)``. It is built in by measuring everything from the straight line
``r(u) D(1)``, ``r = mean(u)``.

References
----------
Fumagalli, F., Witter, R. T., & Musco, C. (2026). OddSHAP (arXiv 2602.01399), the basis and its read-out.
"""

from dataclasses import dataclass
from math import comb

import numpy as np

from sklearn_mlknow.explain.coalitions import PairDesign
from sklearn_mlknow.explain.shared_map import SharedMap, fit_shared_map

# variance of all triples together, as a share of that of the single players; 0 leaves them out
TRIPLE_SHARES = (0.0, 0.08, 0.4)
_SINGLES = 1.0  # variance of what a background row adds to a player, in units of the noise


def _third_symmetric(total: np.ndarray, n_players: int) -> np.ndarray:
    """Sum the products of all triples of ``n_players`` signs whose sum is ``total``."""
    return (total**3 - (3 * n_players - 2) * total) / 6.0


@dataclass(frozen=True)
class OddHalf:
    """The candidate maps from differences of pairs to attributions.

    Attributes
    ----------
    maps : tuple of SharedMap
        One for each of ``TRIPLE_SHARES``.
    line : ndarray of shape (n_blocks, n_pairs)
        ``r(u)``, to be taken off the responses times the known end.
    root_weights : ndarray of shape (n_blocks, n_pairs)
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
    n_players = design.members.shape[2]
    signs = 2.0 * design.members - 1.0  # (n_blocks, n_pairs, n_players)
    root = np.sqrt(design.weights)
    total = signs.sum(axis=2)
    line = total / n_players
    singles = (signs - line[:, :, None]) * root[:, :, None]
    covariance = _SINGLES * singles @ singles.transpose(0, 2, 1)
    cross = _SINGLES * singles
    n_triples = comb(n_players, 3)
    maps = [fit_shared_map(singles, covariance, np.eye(n_players), cross)]
    if n_triples:
        inner = _third_symmetric(signs @ signs.transpose(0, 2, 1), n_players)
        end = _third_symmetric(total, n_players)
        inner -= line[:, :, None] * end[:, None, :] + end[:, :, None] * line[:, None, :]
        inner += n_triples * line[:, :, None] * line[:, None, :]
        inner *= root[:, :, None] * root[:, None, :]
        others = ((total[:, :, None] - signs) ** 2 - (n_players - 1)) / 2.0  # pairs among the other players
        read = (signs * others / 3.0 - end[:, :, None] / n_players) * root[:, :, None]
        for share in TRIPLE_SHARES[1:]:
            scale = share * _SINGLES * n_players / n_triples
            maps.append(fit_shared_map(singles, covariance + scale * inner, np.eye(n_players), cross + scale * read))
    return OddHalf(tuple(maps), line, root)
