"""From a game to the numbers of an explanation, block of rows by block of rows."""

from dataclasses import dataclass

import numpy as np

from sklearn_mlknow.explain.exact_solver import shapley_weights
from sklearn_mlknow.explain.game import Game
from sklearn_mlknow.explain.progress import Progress, show_progress
from sklearn_mlknow.explain.sampled_solver import Plans, make_plans, solve_pairs

_BLOCK_VALUES = 4 * 2**20  # answers of the model held at once: 32 MiB


@dataclass
class Findings:
    """What is found about each row; arrays of shape (n_rows, n_players, n_outputs) unless said otherwise.

    Attributes
    ----------
    values, variances, background_variances : ndarray
    predictions : ndarray of shape (n_rows, n_outputs)
    base : ndarray of shape (n_background, n_outputs)
        Predictions of the background.
    method : str
    rows_each : int
        The most model rows that an explained row used.
    with_triples : ndarray of bool, shape (n_rows, n_outputs)
    """

    values: np.ndarray
    variances: np.ndarray
    background_variances: np.ndarray
    predictions: np.ndarray
    base: np.ndarray
    method: str
    rows_each: int
    with_triples: np.ndarray


def explain_games(
    game: Game, n_rows: int, budget: int, method: str, tolerance: float | None, seed: int, verbose: int
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

    Returns
    -------
    Findings

    Raises
    ------
    ValueError
        The budget is too small for one pass, or for all coalitions where they are asked for.
    """
    active = game.varying()
    n_active, n_background = len(active), game.n_background
    shape = (n_rows, game.n_players, game.n_outputs)
    findings = Findings(
        values=np.zeros(shape),
        variances=np.zeros(shape),
        background_variances=np.zeros(shape),
        predictions=np.empty((n_rows, game.n_outputs)),
        base=game.background_values(),
        method="linear" if getattr(game, "is_closed_form", False) and method == "auto" else method,
        rows_each=1,
        with_triples=np.zeros((n_rows, game.n_outputs), dtype=bool),
    )
    all_rows = 2**n_active * n_background + 1
    if findings.method == "auto":
        findings.method = "exact" if all_rows <= budget or n_active < 2 else "paired"
    plans: Plans | None = None
    if findings.method == "linear":
        cells = n_background * n_active
    elif findings.method == "exact" or n_active < 2:
        if all_rows > budget and method == "exact":
            raise ValueError(
                f"ShapExplainer: all coalitions of {n_active} columns with {n_background} background rows take "
                f"{all_rows} model rows for each explained row, the budget is {budget}; raise it or choose 'paired'."
            )
        cells, findings.rows_each = all_rows - 1, all_rows
    else:
        if budget < 4 * n_active + 1:
            raise ValueError(
                f"ShapExplainer: a budget of {budget} model rows is too small for one pass over {n_active} columns; "
                f"give at least {4 * n_active + 1}."
            )
        plans = make_plans(n_active, n_background, (budget - 1) // 2, seed, tolerance is not None)
        cells = 2 * len(plans.members)
        findings.rows_each = cells + 1
    step = max(1, _BLOCK_VALUES // (max(1, cells) * game.n_outputs))
    with show_progress(n_rows, cells, verbose) as progress:
        game.tick = progress.tick
        for start in range(0, n_rows, step):
            block = np.arange(start, min(start + step, n_rows))
            progress.start(len(block))
            findings.predictions[block] = game.row_values(block)
            if plans is not None:
                _sample_block(game, plans, block, active, findings, tolerance, progress)
            elif findings.method == "linear":
                _keep_shares(findings, block, np.arange(game.n_players), game.closed_form(block))  # type: ignore[attr-defined]
            else:
                answers = game.all_values(block, active).reshape(len(block), 2**n_active, -1)
                shares = (shapley_weights(n_active) @ answers).reshape(len(block), n_active, n_background, -1)
                _keep_shares(findings, block, active, shares)
    return findings


def _keep_shares(findings: Findings, block: np.ndarray, active: np.ndarray, shares: np.ndarray) -> None:
    """Keep the mean over the background of exact shares (n, n_active, n_background, n_outputs), and its variance."""
    findings.values[np.ix_(block, active)] = shares.mean(axis=2)
    findings.background_variances[np.ix_(block, active)] = shares.var(axis=2, ddof=1) / shares.shape[2]


def _sample_block(
    game: Game,
    plans: Plans,
    block: np.ndarray,
    active: np.ndarray,
    findings: Findings,
    tolerance: float | None,
    progress: Progress,
) -> None:
    """Sample the games of some rows, level by level, until their errors are within the tolerance."""
    n_outputs = game.n_outputs
    ends = findings.predictions[block][:, :, None] - findings.base.T[None]  # (n, n_outputs, n_background)
    differences = np.full((len(block), n_outputs, len(plans.members)), np.nan)
    left = np.arange(len(block))
    sizes = np.array([2 * len(plan.order) for plan in plans.levels])
    for level, plan in enumerate(plans.levels):
        members = np.zeros((2 * len(plan.new), game.n_players), dtype=bool)
        half = plans.members[plan.new]
        members[:, active] = np.concatenate([half, ~half])
        cells = np.tile(plans.background[plan.new], 2)
        answers = game.values(block[left], members, cells).transpose(0, 2, 1)  # (n_left, n_outputs, 2 * n_new)
        differences[np.ix_(left, np.arange(n_outputs), plan.new)] = (
            answers[..., : len(half)] - answers[..., len(half) :]
        )
        solution = solve_pairs(
            plan, differences[left].reshape(len(left) * n_outputs, -1), ends[left].reshape(len(left) * n_outputs, -1)
        )

        def by_row(array: np.ndarray, n_left: int = len(left)) -> np.ndarray:
            return array.reshape(n_left, n_outputs, -1).transpose(0, 2, 1)  # (n_left, n_active, n_outputs)

        values, variances = by_row(solution.values), by_row(solution.variances)
        where = np.ix_(block[left], active)
        findings.values[where] = values
        findings.variances[where] = variances
        findings.background_variances[where] = by_row(solution.background_variances)
        findings.with_triples[block[left]] = solution.with_triples.reshape(len(left), n_outputs)
        if tolerance is None or level == len(plans.levels) - 1:
            continue
        span = np.ptp(values, axis=1)  # (n_left, n_outputs)
        ratio = (np.sqrt(variances).max(axis=1) / np.maximum(span, 1e-300)).max(axis=1) / tolerance
        progress.forecast(ratio, sizes, level)
        left = left[ratio > 1.0]
        if not len(left):
            break
