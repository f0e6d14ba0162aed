"""The even half of a game, which Shapley values do not need, holds the interactions of pairs of players.

With ``u = 2 z - 1``, the sum of a pair of coalitions is
``E(u) = v(S) + v(complement) - f(x) - f(b) = sum_T c_T (prod_{j in T} u_j - 1)`` over sets T of even size; sets of two
are fitted. The pairwise Shapley interaction index is ``I_ij = 2 c_ij``, and what the sum is for one player against the
rest is minus its interactions. No model row is asked for again.

References
----------
Grabisch, M., & Roubens, M. (1999). An axiomatic approach to the concept of interaction among players.
Fumagalli, F., et al. (2026). PolySHAP (arXiv 2601.18608): pairs of coalitions and second-order polynomials.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np

from sklearn_mlknow.explain.coalitions import PairDesign
from sklearn_mlknow.explain.shared_map import BlockModel, SharedMap, fit_shared_map

_FEATURE_BYTES = 36 * 2**20  # of the features of all cells, held a few times over
_FEWEST = 2  # cells a pair of players
_MOST_WORK = 4 * 10**8  # cells times squared pairs of players that are worth their time
_OWN_SHARE = 0.4  # variance of what a background row adds to all pairs together, as a share of players x noise


@dataclass(frozen=True)
class EvenHalf:
    """The map from sums of pairs of coalitions to the coefficients of pairs of players.

    Attributes
    ----------
    map : SharedMap
        Targets in the order of ``numpy.triu_indices(n_players, 1)``.
    columns : ndarray of int
        Which pairs of each block it uses.
    root_weights : ndarray of shape (n_columns,)
        What whitens the responses.
    """

    map: SharedMap
    columns: np.ndarray
    root_weights: np.ndarray


def fit_even_half(design: PairDesign) -> EvenHalf | None:
    """Compute the map of a design.

    Parameters
    ----------
    design : PairDesign

    Returns
    -------
    EvenHalf or None
        None when there are too few cells for so many pairs of players, and above about 45 players.
    """
    n_blocks, n_pairs, n_players = design.members.shape
    first, second = np.triu_indices(n_players, 1)
    n_cells = min(design.n_cells, _MOST_WORK // len(first) ** 2, _FEATURE_BYTES // (8 * len(first)))
    if n_cells < _FEWEST * len(first):
        return None
    n_columns = min(n_pairs, -(-n_cells // n_blocks))
    columns = np.unique(np.linspace(0, n_pairs - 1, n_columns).round().astype(np.int64))
    members = design.members[:, columns]
    root = np.sqrt(design.weights[columns])
    own_size = np.sqrt(_OWN_SHARE * n_players / len(first))

    def features(block: int) -> np.ndarray:
        # the product of two signs, minus one: -2 where exactly one of the two is in
        return np.where(members[block][:, first] != members[block][:, second], -2.0, 0.0) * root[:, None]

    def exact(block: int) -> np.ndarray:
        return exact_weights(members[block]) / root[:, None]

    model = BlockModel(
        features=features,
        own=lambda block: own_size * features(block),
        exact=exact,
        readout=np.eye(len(first)),
        own_readout=own_size * np.eye(len(first)),
        prior=np.zeros(len(first)),
        n_centred=0,
        inclusion=design.inclusion[columns] * (len(columns) / n_pairs),
        n_blocks=n_blocks,
    )
    return EvenHalf(fit_shared_map(model), columns, root)


def exact_weights(members: np.ndarray) -> np.ndarray:
    """Weigh the sums of pairs of coalitions as all of them together would be weighed.

    Parameters
    ----------
    members : ndarray of bool, shape (n_pairs, n_players)
        The smaller coalition of each pair.

    Returns
    -------
    ndarray of shape (n_pairs, n_pairs of players)
    """
    n_players = members.shape[1]
    first, second = np.triu_indices(n_players, 1)
    both = members[:, first].astype(np.int64) + members[:, second]
    others = members.sum(axis=1)[:, None] - both
    top = n_players - 2
    by_size = np.array([factorial(s) * factorial(top - s) / (2 * factorial(top + 1)) for s in range(top + 1)])
    return np.where(both == 1, -1.0, 1.0) * by_size[others]
