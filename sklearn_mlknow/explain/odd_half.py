"""The odd half of a game, which holds its Shapley values: players one by one, and three at a time.

With ``u = 2 z - 1``, the difference of a pair is ``D(u) = sum_T a_T prod_{j in T} u_j`` over the sets T of odd size,
and ``phi_i = sum_{T with i} a_T / |T|``. Single players are free coefficients. What a background row adds to them (with
variance 1 a player, in units of the noise) and all triples are random effects, so that every triple takes part and none
has to be screened: their covariance has a closed form in ``t = u'v``, the third elementary symmetric polynomial
``(t^3 - (3 d - 2) t) / 6``.

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
from sklearn_mlknow.explain.shared_map import OwnEffects, SharedMap, fit_shared_map

# variance of all triples together, as a share of that of the single players; 0 leaves them out
TRIPLE_SHARES = (0.0, 0.08, 0.4)


def _third_symmetric(total: np.ndarray, n_players: int) -> np.ndarray:
    """Sum the products of all triples of ``n_players`` signs whose sum is ``total``."""
    return (total**3 - (3 * n_players - 2) * total) / 6.0


@dataclass(frozen=True)
class OddHalf:
    """The candidate maps from differences of pairs to attributions.

    Attributes
    ----------
    maps : tuple of SharedMap
        One for each of ``TRIPLE_SHARES``. The targets are the Shapley values, then what each player does alone:
        ``(D(only i) + D(all)) / 2``.
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
    n_players = design.members.shape[2]
    signs = 2.0 * design.members - 1.0  # (n_blocks, n_pairs, n_players)
    root = np.sqrt(design.weights)
    total = signs.sum(axis=2)
    line = total / n_players
    singles = (signs - line[:, :, None]) * root[:, None]
    both = np.tile(np.eye(n_players), (2, 1))  # without triples the two targets of a player are the same
    n_triples = comb(n_players, 3)

    def singles_alone(block: int) -> np.ndarray:
        return singles[block] @ singles[block].T

    def triples(block: int) -> np.ndarray:
        """Covariance of all triples, each measured from the line."""
        inner = _third_symmetric(signs[block] @ signs[block].T, n_players)
        end, base = _third_symmetric(total[block], n_players), line[block]
        inner -= np.multiply.outer(base, end) + np.multiply.outer(end, base) - n_triples * np.multiply.outer(base, base)
        return inner * np.multiply.outer(root, root)

    def read_triples(block: int) -> np.ndarray:
        """Covariance of the triples with the two targets of each player."""
        end, base = _third_symmetric(total[block], n_players)[:, None] / n_players, line[block][:, None]
        others = ((total[block][:, None] - signs[block]) ** 2 - (n_players - 1)) / 2.0  # pairs of other players
        within = signs[block] * others  # triples with the player
        read = np.hstack([within / 3.0 - end, within - end - 2.0 * n_triples / n_players * base])
        return read * root[:, None]

    maps = []
    for share in TRIPLE_SHARES if n_triples else TRIPLE_SHARES[:1]:
        scale = share * n_players / n_triples if share else 0.0
        if share:
            own = OwnEffects(
                lambda block, s=scale: singles_alone(block) + s * triples(block),  # type: ignore[misc]
                lambda block, s=scale: np.tile(singles[block], 2) + s * read_triples(block),  # type: ignore[misc]
            )
        else:
            own = OwnEffects(singles_alone, lambda block: np.tile(singles[block], 2))
        maps.append(fit_shared_map(singles, own, both))
    return OddHalf(tuple(maps), line, root)
