"""Attributions from sampled pairs: how a design's answers become values and standard errors."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sklearn_mlknow.explain.coalitions import PairDesign, draw_pairs, share_pairs, take_pairs
from sklearn_mlknow.explain.even_half import EvenHalf, fit_even_half
from sklearn_mlknow.explain.odd_half import OddHalf, fit_odd_half

_MOST_VALUES = 2**22  # cells times players that are solved; it bounds the memory: 32 MiB an array, a few of them
_LEVELS = 4  # a tolerance is tried at 1/8, 1/4, 1/2 and all of the budget
_GAMES_FOR_VARIANCE = 16  # over which the variances of interactions are averaged
_SMALLEST_LEVEL = 3  # pairs of each background row


@dataclass(frozen=True)
class Plan:
    """Which pairs are played with which background rows, and the maps that solve them.

    Attributes
    ----------
    design : PairDesign
    odd : OddHalf
    even : EvenHalf or None
        Where there are cells enough.
    background : ndarray of int, shape (n_used,)
        The background rows that take part, one a block.
    order : ndarray of int, shape (n_cells,)
        Where each cell of the design stands among the cells of the whole budget.
    new : ndarray of int
        The cells of the whole budget that no smaller level has played.
    """

    design: PairDesign
    odd: OddHalf
    even: EvenHalf | None
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
    alone, alone_variances : ndarray of shape (n_games, n_players)
        What a player adds to the base value when it alone keeps its value; NaN without interactions.
    interactions : ndarray of shape (n_games, n_pairs of players), or None
    interaction_variances : ndarray of shape (1, n_pairs of players), or None
        Mean over games.
    """

    values: np.ndarray
    variances: np.ndarray
    background_variances: np.ndarray
    with_triples: np.ndarray
    alone: np.ndarray
    alone_variances: np.ndarray
    interactions: np.ndarray | None
    interaction_variances: np.ndarray | None


@lru_cache(maxsize=2)
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
    most = max(_MOST_VALUES // (used * n_players), 4)
    pairs_each = min(n_cells // used, 2 ** (n_players - 1) - 1, most)
    members, sizes = draw_pairs(n_players, used, pairs_each, rng)  # (used, pairs_each, n_players), (pairs_each,)
    background = np.sort(rng.permutation(n_background)[:used])
    rank = np.concatenate([np.arange(count) for count in np.bincount(sizes)[1:]])
    parts = [pairs_each // 2**step for step in range(_LEVELS - 1, -1, -1)] if has_levels else [pairs_each]
    levels: list[Plan] = []
    played = np.zeros(pairs_each, dtype=bool)
    for part in sorted({part for part in parts if part >= min(pairs_each, _SMALLEST_LEVEL)}):
        chosen = np.flatnonzero(rank < share_pairs(n_players, part)[sizes - 1])
        design = take_pairs(members, sizes, chosen)
        order = (np.arange(used)[:, None] * pairs_each + chosen).reshape(-1)
        fresh = chosen[~played[chosen]]
        played[chosen] = True
        new = (np.arange(used)[:, None] * pairs_each + fresh).reshape(-1)
        levels.append(Plan(design, fit_odd_half(design), fit_even_half(design), background, order, new))
    return Plans(members.reshape(-1, n_players), np.repeat(background, pairs_each), tuple(levels))


def solve_pairs(plan: Plan, above: np.ndarray, below: np.ndarray, ends: np.ndarray, base: np.ndarray) -> Solution:
    """Estimate the values of games from the answers to their pairs.

    Of the maps with and without triples each game takes the one with the smallest leave-one-out error, so that what a
    row is told never depends on which rows are explained beside it.

    Parameters
    ----------
    plan : Plan
    above, below : ndarray of shape (n_games, n_all_cells)
        Answers to the smaller coalition and to its complement, for the cells of the whole budget; those of the plan
        must be known.
    ends : ndarray of shape (n_games,)
        Predictions of the rows.
    base : ndarray of shape (n_games, n_background)
        Predictions of the background rows.

    Returns
    -------
    Solution
    """
    design, odd = plan.design, plan.odd
    n_games, n_players = len(above), design.members.shape[2]
    n_blocks, n_pairs = odd.line.shape
    block_base = base[:, plan.background]  # (n_games, n_blocks)
    rises = ends[:, None] - block_base
    above, below = (half[:, plan.order].reshape(n_games, n_blocks, n_pairs) for half in (above, below))
    responses = ((above - below - rises[:, :, None] * odd.line) * odd.root_weights).reshape(n_games, -1)
    left_out = [one.left_out(responses) for one in odd.maps]
    chosen = np.stack([(left**2).sum(axis=1) for left in left_out]).argmin(axis=0)  # (n_games,)
    targets, variances = np.empty((2, n_games, 2 * n_players))
    background_variances = np.empty((n_games, n_players))
    for index, (one, left) in enumerate(zip(odd.maps, left_out)):
        games = np.flatnonzero(chosen == index)
        if not len(games):
            continue
        rise = ends[games, None] - base[games].mean(axis=1, keepdims=True)
        targets[games] = one.estimate(responses[games]) + rise / n_players
        variances[games] = one.variance(left[games])
        cells = responses[games].reshape(len(games), n_blocks, n_pairs).transpose(1, 0, 2)
        own = one.coefficients[:n_players].reshape(n_players, n_blocks, n_pairs).transpose(1, 2, 0)
        shares = n_blocks * (cells @ own) + rises[games].T[:, :, None] / n_players  # (n_blocks, n_games, n_players)
        spread = shares.var(axis=0, ddof=1) / n_blocks if n_blocks > 1 else np.zeros(shares.shape[1:])
        background_variances[games] = np.maximum(spread - variances[games, :n_players], 0.0)
    interactions, interaction_variances = _solve_even(plan, above + below - (ends[:, None] + block_base)[:, :, None])
    alone, alone_variances = np.full((2, n_games, n_players), np.nan)  # the odd half alone would be wrong
    if interactions is not None and interaction_variances is not None:
        alone = targets[:, n_players:] - 0.5 * sum_by_player(interactions, n_players)
        alone_variances = variances[:, n_players:] + 0.25 * sum_by_player(interaction_variances, n_players)
    return Solution(
        targets[:, :n_players],
        variances[:, :n_players],
        background_variances,
        chosen > 0,
        alone,
        alone_variances,
        interactions,
        interaction_variances,
    )


def sum_by_player(pairs: np.ndarray, n_players: int) -> np.ndarray:
    """Sum what belongs to pairs over the pairs of each player: (n, n_pairs) -> (n, n_players)."""
    first, second = np.triu_indices(n_players, 1)
    holds = np.zeros((len(first), n_players))
    holds[np.arange(len(first)), first] = holds[np.arange(len(first)), second] = 1.0
    return pairs @ holds


def _solve_even(plan: Plan, sums: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Estimate the interactions of pairs of players from sums (n_games, n_blocks, n_pairs), and their mean variances.

    Variances are those of some games, evenly spread: (1, n_pairs of players).
    """
    if plan.even is None:
        return None, None
    even = plan.even
    responses = (sums[:, :, even.columns] * even.root_weights).reshape(len(sums), -1)
    some = np.unique(np.linspace(0, len(sums) - 1, _GAMES_FOR_VARIANCE).astype(np.int64))
    variances = even.map.variance(even.map.left_out(responses[some]))
    return 2.0 * even.map.estimate(responses), 4.0 * variances.mean(axis=0, keepdims=True)
