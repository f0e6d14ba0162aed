"""From what was found about the rows to an explanation, with its audit."""

from time import perf_counter

import numpy as np

from sklearn_mlknow.explain.audit import Audit
from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.findings import Findings
from sklearn_mlknow.explain.game import Game
from sklearn_mlknow.explain.losses import Loss, rebuilt_loss_values
from sklearn_mlknow.explain.manifold import off_manifold_share

_ENOUGH = 0.1  # background error as a share of the mean size of a row's values


def assemble(
    found: Findings,
    game: Game,
    loss: Loss | None,
    *,
    data: np.ndarray,
    background_data: np.ndarray,
    names: tuple[str, ...],
    output_names: tuple[str, ...],
    row_names: np.ndarray,
    seed: int,
    started: float,
) -> Explanation:
    """Put an explanation together.

    Parameters
    ----------
    found : Findings
    game : Game
        That was played.
    loss : callable or None
        Where the truth was given.
    data, background_data : ndarray of object, shape (n, n_players)
        For people.
    names, output_names : tuple of str
    row_names : ndarray of shape (n_rows,)
    seed : int
    started : float
        When, by ``time.perf_counter``.

    Returns
    -------
    Explanation
    """
    n_rows = len(found.values)
    base = found.base.mean(axis=0)  # (n_outputs,)
    losses = None if loss is None else loss(found.predictions[:, None], np.arange(n_rows))[:, 0]
    lowered = found.loss_values
    if loss is not None and lowered is None:
        lowered = rebuilt_loss_values(found.values, found.interactions, base, loss, seed)
    pair_errors = None if found.interaction_variances is None else np.sqrt(found.interaction_variances)

    def one(array: np.ndarray) -> np.ndarray:
        return array[..., 0] if game.n_outputs == 1 else array

    return Explanation(
        values=one(found.values),
        standard_errors=one(np.sqrt(found.variances)),
        background_errors=one(np.sqrt(found.background_variances)),
        base_values=one(np.tile(base, (n_rows, 1))),
        predictions=one(found.predictions),
        dependence=one(found.alone + base),
        dependence_errors=one(np.sqrt(found.alone_variances)),
        pair_values=None if found.interactions is None else one(found.interactions),
        pair_errors=None if pair_errors is None else one(pair_errors),
        loss_values=lowered,
        losses=losses,
        data=data,
        names=names,
        output_names=output_names,
        row_names=row_names,
        audit=_audit(found, game, off_manifold_share(data, background_data, np.random.default_rng(seed)), started),
    )


def _audit(found: Findings, game: Game, off_manifold: float, started: float) -> Audit:
    size = np.abs(found.values).mean(axis=1, keepdims=True)
    background_error = float(np.median(np.sqrt(found.background_variances) / np.maximum(size, 1e-300)))
    base = found.base.mean(axis=0)
    return Audit(
        method=found.method,
        model_rows=game.model_rows,
        model_rows_each=found.rows_each,
        additivity=float(np.abs(found.values.sum(axis=1) + base - found.predictions).max()),
        background_rows=game.n_background,
        background_error=background_error,
        background_is_enough=background_error < _ENOUGH,
        off_manifold=off_manifold,
        triples=float(found.with_triples.mean()),
        seconds=perf_counter() - started,
    )
