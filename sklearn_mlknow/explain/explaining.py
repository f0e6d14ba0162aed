"""From a game to the numbers of an explanation, block of rows by block of rows."""

import numpy as np

from sklearn_mlknow.explain.exact_solver import interaction_weights, shapley_weights
from sklearn_mlknow.explain.findings import Findings, nothing_yet
from sklearn_mlknow.explain.game import Game
from sklearn_mlknow.explain.losses import Loss
from sklearn_mlknow.explain.progress import Progress, show_progress
from sklearn_mlknow.explain.sampled_solver import Plans, make_plans, solve_pairs

_BLOCK_VALUES = 2**21  # answers of the model held at once: 16 MiB


def explain_games(
    game: Game,
    n_rows: int,
    budget: int,
    method: str,
    tolerance: float | None,
    seed: int,
    verbose: int,
    loss: Loss | None = None,
) -> Findings:
    """Play the games of all rows within a budget.

    Parameters
    ----------
    game : Game
    n_rows : int
    budget : int
        The most model rows for each explained row.
    method : {"auto", "exact", "paired"}
    tolerance : float or None
    seed : int
    verbose : int
    loss : callable or None, default=None
        Attributed too where all coalitions are played.

    Returns
    -------
    Findings

    Raises
    ------
    ValueError
        The budget is too small for one pass, or for all coalitions where they are asked for.
    """
    active = game.varying()
    method, rows_each, plans = _choose(game, len(active), budget, method, tolerance, seed)
    cells = rows_each - 1
    found = nothing_yet(game, n_rows, method, rows_each)
    if plans is not None and plans.levels[0].even is None:
        found.interactions = found.interaction_variances = None
    held = cells or game.n_players * game.n_background  # where no mixtures are asked for, shares still are held
    step = max(1, _BLOCK_VALUES // (held * game.n_outputs))
    with show_progress(n_rows, cells, verbose) as progress:
        game.tick = progress.tick
        for start in range(0, n_rows, step):
            block = np.arange(start, min(start + step, n_rows))
            progress.start(len(block))
            found.predictions[block] = game.row_values(block)
            if plans is not None:
                _sample(game, plans, block, active, found, tolerance, progress)
            elif method == "linear":
                _keep_shares(found, block, game.closed_form(block))  # type: ignore[attr-defined]
                found.alone[block] = found.values[block]
            else:
                _play_all(game, block, active, found, loss)
    if found.interaction_variances is not None:
        found.interaction_variances /= n_rows
    return found


def _choose(
    game: Game, n_active: int, budget: int, method: str, tolerance: float | None, seed: int
) -> tuple[str, int, Plans | None]:
    """Choose the method, and count the model rows for each explained row."""
    n_background = game.n_background
    if method == "auto" and getattr(game, "is_closed_form", False):
        return "linear", 1, None
    if n_active < 2:
        return "exact", 1, None  # the prediction and the background's say it all
    all_rows = 2**n_active * n_background + 1
    if method == "exact" and all_rows > budget:
        raise ValueError(
            f"ShapExplainer: all coalitions of {n_active} columns with {n_background} background rows take "
            f"{all_rows} model rows for each explained row, the budget is {budget}; raise it or choose 'paired'."
        )
    if method == "exact" or (method == "auto" and all_rows <= budget):
        return "exact", all_rows, None
    if budget < 4 * n_active + 1:
        raise ValueError(
            f"ShapExplainer: a budget of {budget} model rows is too small for one pass over {n_active} columns; "
            f"give at least {4 * n_active + 1}."
        )
    plans = make_plans(n_active, n_background, (budget - 1) // 2, seed, tolerance is not None)
    return "paired", 2 * len(plans.members) + 1, plans


def _keep_shares(found: Findings, rows: np.ndarray, shares: np.ndarray, active: np.ndarray | None = None) -> None:
    """Keep the mean over the background of exact shares (n, n_active, n_background, n_outputs), and its variance."""
    where = (rows,) if active is None else np.ix_(rows, active)
    found.values[where] = shares.mean(axis=2)
    found.background_variances[where] = shares.var(axis=2, ddof=1) / shares.shape[2]


def _play_all(game: Game, block: np.ndarray, active: np.ndarray, found: Findings, loss: Loss | None) -> None:
    """Play all coalitions of some rows."""
    if len(active) < 2:
        ends = [np.broadcast_to(found.base, (len(block), *found.base.shape))]
        ends += [np.broadcast_to(found.predictions[block][:, None], ends[0].shape)] * len(active)
        answers = np.stack(ends, axis=1)
    else:
        answers = game.all_values(block, active)  # (n, 2 ** n_active, n_background, n_outputs)
    flat = answers.reshape(len(block), answers.shape[1], -1)
    shares = (shapley_weights(len(active)) @ flat).reshape(len(block), len(active), *answers.shape[2:])
    _keep_shares(found, block, shares, active)
    n_background = answers.shape[2]
    mean = np.tensordot(answers, np.full(n_background, 1.0 / n_background), (2, 0))  # (n, 2 ** n_active, n_outputs)
    found.alone[np.ix_(block, active)] = mean[:, 1 << np.arange(len(active))] - mean[:, :1]
    if loss is not None:
        if found.loss_values is None:
            found.loss_values = np.zeros(found.values.shape[:2])
        found.loss_values[np.ix_(block, active)] = -loss(mean, block) @ shapley_weights(len(active)).T
    if found.interactions is not None and len(active) > 1:
        pairs = _pairs_of(active, game.n_players)
        found.interactions[np.ix_(block, pairs)] = interaction_weights(len(active)) @ mean


def _pairs_of(active: np.ndarray, n_players: int) -> np.ndarray:
    """Find the pairs of the active players among the pairs of all, each in the order of ``triu_indices``."""
    first, second = np.triu_indices(len(active), 1)
    first, second = active[first], active[second]
    return first * (2 * n_players - first - 1) // 2 + second - first - 1


def _sample(
    game: Game,
    plans: Plans,
    block: np.ndarray,
    active: np.ndarray,
    found: Findings,
    tolerance: float | None,
    progress: Progress,
) -> None:
    """Sample the games of some rows, level by level, until their errors are within the tolerance."""
    n_outputs = game.n_outputs
    base = np.tile(found.base.T, (len(block), 1))  # (n * n_outputs, n_background)
    above, below = np.full((2, len(block), n_outputs, len(plans.members)), np.nan)
    left = np.arange(len(block))
    sizes = np.array([2 * len(plan.order) for plan in plans.levels])
    for level, plan in enumerate(plans.levels):
        half = plans.members[plan.new]
        members = np.zeros((2 * len(half), game.n_players), dtype=bool)
        members[:, active] = np.concatenate([half, ~half])
        answers = game.values(block[left], members, np.tile(plans.background[plan.new], 2)).transpose(0, 2, 1)
        where = np.ix_(left, np.arange(n_outputs), plan.new)
        above[where], below[where] = answers[..., : len(half)], answers[..., len(half) :]
        n_games = len(left) * n_outputs
        ends = found.predictions[block[left]].reshape(-1)
        solution = solve_pairs(
            plan, above[left].reshape(n_games, -1), below[left].reshape(n_games, -1), ends, base[:n_games]
        )

        def by_row(array: np.ndarray, n_left: int = len(left)) -> np.ndarray:
            return array.reshape(n_left, n_outputs, -1).transpose(0, 2, 1)  # (n_left, …, n_outputs)

        rows = block[left]
        cells = np.ix_(rows, active)
        found.values[cells] = by_row(solution.values)
        found.variances[cells] = by_row(solution.variances)
        found.background_variances[cells] = by_row(solution.background_variances)
        found.alone[cells] = by_row(solution.alone)
        found.alone_variances[cells] = by_row(solution.alone_variances)
        found.with_triples[rows] = solution.with_triples.reshape(len(left), n_outputs)
        is_last = tolerance is None or level == len(plans.levels) - 1
        if is_last:
            goes_on = np.zeros(len(left), dtype=bool)
        else:
            span = np.ptp(found.values[rows], axis=1)  # (n_left, n_outputs)
            worst = np.sqrt(found.variances[rows].max(axis=1))
            ratio = (worst / np.maximum(span, 1e-300)).max(axis=1) / tolerance
            progress.forecast(ratio, sizes, level)
            goes_on = ratio > 1.0
        pair_values, pair_variances = solution.interactions, solution.interaction_variances
        if found.interactions is not None and pair_values is not None and pair_variances is not None:
            pairs = _pairs_of(active, game.n_players)
            found.interactions[np.ix_(rows, pairs)] = by_row(pair_values)
            found.interaction_variances[pairs] += pair_variances.T * (~goes_on).sum()  # type: ignore[index]
        left = left[goes_on]
        if not len(left):
            break
