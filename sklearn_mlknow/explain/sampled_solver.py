"""Attributions from sampled pairs: how a design's answers become values, standard errors and interactions."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sklearn_mlknow.explain.coalitions import PairDesign, draw_pairs
from sklearn_mlknow.explain.odd_half import OddHalf, fit_odd_half

_LARGEST_BLOCK = 256  # pairs; larger blocks would learn a little more from each background row at a cubic price


@dataclass(frozen=True)
class Plan:
    """A design, its maps, and the background rows that take part."""

    design: PairDesign
    odd: OddHalf
    background: np.ndarray  # (n_used,) background rows, by their position

    @property
    def cell_background(self) -> np.ndarray:
        """The background row of each cell: (n_cells,)."""
        return np.repeat(self.background[self.design.background], self.design.members.shape[1])

    @property
    def cell_members(self) -> np.ndarray:
        """The smaller coalition of each cell's pair: (n_cells, n_players)."""
        return self.design.members.reshape(self.design.n_cells, -1)


@dataclass(frozen=True)
class Solution:
    """What one block of games was solved to; one entry a game (a row and an output)."""

    values: np.ndarray  # (n_games, n_players)
    variances: np.ndarray  # (n_games, n_players), of the coalition sample
    background_variances: np.ndarray  # (n_games, n_players), of the background sample
    triples: np.ndarray  # (n_games,) which map was chosen


@lru_cache(maxsize=4)
def make_plan(n_players: int, n_background: int, n_cells: int, seed: int) -> Plan:
    """Plan a budget: as many pairs for each background row, or one pair for some of them.

    Parameters
    ----------
    n_players : int
        At least 2.
    n_background : int
    n_cells : int
        The most pairs that may be played for each explained row.
    seed : int

    Returns
    -------
    Plan
        Kept for the next call with the same numbers.
    """
    rng = np.random.default_rng(seed)
    used = min(n_background, n_cells)
    pairs_each = min(n_cells // used, 2 ** (n_players - 1) - 1)
    n_blocks_each = -(-pairs_each // _LARGEST_BLOCK)
    pairs_each -= pairs_each % n_blocks_each
    design = draw_pairs(n_players, used, pairs_each, n_blocks_each, rng)
    return Plan(design, fit_odd_half(design), np.sort(rng.permutation(n_background)[:used]))


def solve_pairs(plan: Plan, differences: np.ndarray, ends: np.ndarray) -> Solution:
    """Estimate the values of games from the differences of their pairs.

    Of the maps with and without triples each game takes the one with the smaller leave-one-out error, so that what a
    row is told never depends on which rows are explained beside it.

    Parameters
    ----------
    plan : Plan
    differences : ndarray of shape (n_games, n_cells)
        Coalition minus complement.
    ends : ndarray of shape (n_games, n_background)
        Prediction of the row minus that of each background row.

    Returns
    -------
    Solution
    """
    design, odd = plan.design, plan.odd
    n_games = len(differences)
    n_blocks, n_pairs = odd.line.shape
    block_ends = ends[:, plan.background[design.background]]  # (n_games, n_blocks)
    responses = differences.reshape(n_games, n_blocks, n_pairs) - block_ends[:, :, None] * odd.line
    responses = (responses * odd.root_weights).reshape(n_games, -1)
    left_out = [one.left_out(responses) for one in odd.maps]
    errors = np.stack([(left**2).sum(axis=(1, 2)) for left in left_out])  # (n_maps, n_games)
    chosen = errors.argmin(axis=0)
    n_players = design.members.shape[2]
    values = np.empty((n_games, n_players))
    variances = np.empty((n_games, n_players))
    background_variances = np.empty((n_games, n_players))
    for index, (one, left) in enumerate(zip(odd.maps, left_out)):
        games = np.flatnonzero(chosen == index)
        if not len(games):
            continue
        end = ends[games].mean(axis=1, keepdims=True) / n_players
        values[games] = one.estimate(responses[games]) + end
        variances[games] = one.variance(left[games], design.inclusion)
        shares = _by_background(one.coefficients, responses[games], n_blocks, n_pairs)
        shares += block_ends[games].T[:, :, None] / n_players  # (n_blocks, n_games, n_players)
        spread = shares.var(axis=0, ddof=1) / n_blocks
        background_variances[games] = np.maximum(spread - variances[games], 0.0)
    return Solution(values, variances, background_variances, chosen)


def _by_background(coefficients: np.ndarray, responses: np.ndarray, n_blocks: int, n_pairs: int) -> np.ndarray:
    """Return each block's own estimate: (n_blocks, n_games, n_targets); their mean is the estimate."""
    cells = responses.reshape(len(responses), n_blocks, n_pairs).transpose(1, 0, 2)
    own = coefficients.reshape(len(coefficients), n_blocks, n_pairs).transpose(1, 2, 0)
    return np.matmul(cells, own) * n_blocks
