"""Attributions from sampled pairs: how a design's answers become values and standard errors."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sklearn_mlknow.explain.coalitions import PairDesign, draw_pairs, share_pairs, take_pairs
from sklearn_mlknow.explain.odd_half import OddHalf, fit_odd_half

_LARGEST_BLOCK = 256  # pairs; larger blocks would learn a little more from each background row at a cubic price
_LEVELS = 4  # a tolerance is tried at 1/8, 1/4, 1/2 and all of the budget
_SMALLEST_LEVEL = 3  # pairs of each background row


@dataclass(frozen=True)
class Plan:
    """Which pairs are played with which background rows, and the maps that solve them.

    Attributes
    ----------
    design : PairDesign
    odd : OddHalf
    background : ndarray of int, shape (n_used,)
        The background rows that take part.
    order : ndarray of int, shape (n_cells,)
        Where each cell of the design stands among the cells of the whole budget.
    new : ndarray of int
        The cells of the whole budget that no smaller level has played.
    """

    design: PairDesign
    odd: OddHalf
    background: np.ndarray
    order: np.ndarray
    new: np.ndarray


@dataclass(frozen=True)
class Plans:
    """The cells of a budget and its levels, of which each contains the one before.

    Attributes
    ----------
    members : ndarray of bool, shape (n_cells, n_players)
        The smaller coalition of each pair.
    background : ndarray of int, shape (n_cells,)
    levels : tuple of Plan
        Without a tolerance only one.
    """

    members: np.ndarray
    background: np.ndarray
    levels: tuple[Plan, ...]


@dataclass(frozen=True)
class Solution:
    """What a number of games, each a row and an output, were solved to.

    Attributes
    ----------
    values : ndarray of shape (n_games, n_players)
    variances : ndarray of shape (n_games, n_players)
        Of the coalition sample.
    background_variances : ndarray of shape (n_games, n_players)
        Of the background sample.
    with_triples : ndarray of bool, shape (n_games,)
    """

    values: np.ndarray
    variances: np.ndarray
    background_variances: np.ndarray
    with_triples: np.ndarray


@lru_cache(maxsize=4)
def make_plans(n_players: int, n_background: int, n_cells: int, seed: int, has_levels: bool) -> Plans:
    """Plan a budget: as many pairs for each background row, or one pair for some of them.

    Parameters
    ----------
    n_players : int
        At least 2.
    n_background : int
    n_cells : int
        The most pairs that may be played for each explained row.
    seed : int
    has_levels : bool
        Whether smaller parts of the budget are solved too.

    Returns
    -------
    Plans
        Kept for the next call with the same numbers.
    """
    rng = np.random.default_rng(seed)
    used = min(n_background, n_cells)
    pairs_each = _dealable(min(n_cells // used, 2 ** (n_players - 1) - 1))
    members, sizes = draw_pairs(n_players, used, pairs_each, rng)  # (used, pairs_each, n_players), (pairs_each,)
    background = np.sort(rng.permutation(n_background)[:used])
    rank = np.concatenate([np.arange(count) for count in np.bincount(sizes)[1:]])
    parts = [pairs_each // 2**step for step in range(_LEVELS - 1, -1, -1)] if has_levels else [pairs_each]
    levels: list[Plan] = []
    played = np.zeros(pairs_each, dtype=bool)
    for part in sorted({_dealable(part) for part in parts if part >= min(pairs_each, _SMALLEST_LEVEL)}):
        counts = share_pairs(n_players, part)
        chosen = np.flatnonzero(rank < counts[sizes - 1]) if part < pairs_each else np.arange(pairs_each)
        chosen = chosen[: _dealable(len(chosen))]
        design, order = take_pairs(members, sizes, chosen, -(-len(chosen) // _LARGEST_BLOCK))
        fresh = chosen[~played[chosen]]
        played[chosen] = True
        new = (np.arange(used)[:, None] * pairs_each + fresh).reshape(-1)
        levels.append(Plan(design, fit_odd_half(design), background, order, new))
    return Plans(members.reshape(-1, n_players), np.repeat(background, pairs_each), tuple(levels))


def _dealable(n_pairs: int) -> int:
    """Round down to a number of pairs that can be dealt into blocks of one length."""
    n_blocks = -(-n_pairs // _LARGEST_BLOCK)
    return n_pairs - n_pairs % n_blocks


def solve_pairs(plan: Plan, differences: np.ndarray, ends: np.ndarray) -> Solution:
    """Estimate the values of games from the differences of their pairs.

    Of the maps with and without triples each game takes the one with the smallest leave-one-out error, so that what a
    row is told never depends on which rows are explained beside it.

    Parameters
    ----------
    plan : Plan
    differences : ndarray of shape (n_games, n_all_cells)
        Coalition minus complement, for the cells of the whole budget; those of the plan must be known.
    ends : ndarray of shape (n_games, n_background)
        Prediction of the row minus that of each background row.

    Returns
    -------
    Solution
    """
    design, odd = plan.design, plan.odd
    n_games, n_players = len(differences), design.members.shape[2]
    n_blocks, n_pairs = odd.line.shape
    block_ends = ends[:, plan.background[design.background]]  # (n_games, n_blocks)
    by_block = differences[:, plan.order].reshape(n_games, n_blocks, n_pairs)
    responses = ((by_block - block_ends[:, :, None] * odd.line) * odd.root_weights).reshape(n_games, -1)
    left_out = [one.left_out(responses) for one in odd.maps]
    chosen = np.stack([(left**2).sum(axis=(1, 2)) for left in left_out]).argmin(axis=0)  # (n_games,)
    values, variances, background_variances = np.empty((3, n_games, n_players))
    for index, (one, left) in enumerate(zip(odd.maps, left_out)):
        games = np.flatnonzero(chosen == index)
        if not len(games):
            continue
        values[games] = one.estimate(responses[games]) + ends[games].mean(axis=1, keepdims=True) / n_players
        variances[games] = one.variance(left[games], design.inclusion)
        cells = responses[games].reshape(len(games), n_blocks, n_pairs).transpose(1, 0, 2)
        own = one.coefficients.reshape(n_players, n_blocks, n_pairs).transpose(1, 2, 0)
        shares = (
            n_blocks * (cells @ own) + block_ends[games].T[:, :, None] / n_players
        )  # (n_blocks, n_games, n_players)
        spread = shares.var(axis=0, ddof=1) / n_blocks if n_blocks > 1 else np.zeros_like(variances[games])
        background_variances[games] = np.maximum(spread - variances[games], 0.0)
    return Solution(values, variances, background_variances, chosen > 0)
