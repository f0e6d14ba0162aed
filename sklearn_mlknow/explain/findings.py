"""What is found about each row, block of rows by block of rows, before it is put together."""

from dataclasses import dataclass

import numpy as np

from sklearn_mlknow.explain.game import Game

_PAIR_VALUES = 2**24  # interactions kept: 64 MiB; for more rows and players than that none are


@dataclass
class Findings:
    """What is found about each row; arrays of shape (n_rows, n_players, n_outputs) unless said otherwise.

    Attributes
    ----------
    values, variances, background_variances : ndarray
    alone, alone_variances : ndarray
        What a player adds to the base value when it alone keeps its value.
    interactions : ndarray of float32, shape (n_rows, n_pairs of players, n_outputs), or None
    interaction_variances : ndarray of shape (n_pairs of players, n_outputs), or None
        Mean over rows and outputs.
    predictions : ndarray of shape (n_rows, n_outputs)
    base : ndarray of shape (n_background, n_outputs)
        Predictions of the background.
    with_triples : ndarray of bool, shape (n_rows, n_outputs)
    method : str
    rows_each : int
        The most model rows that an explained row used.
    loss_values : ndarray of shape (n_rows, n_players), or None
        How much each player lowered the loss, where that is known exactly.
    """

    values: np.ndarray
    variances: np.ndarray
    background_variances: np.ndarray
    alone: np.ndarray
    alone_variances: np.ndarray
    interactions: np.ndarray | None
    interaction_variances: np.ndarray | None
    predictions: np.ndarray
    base: np.ndarray
    with_triples: np.ndarray
    method: str
    rows_each: int
    loss_values: np.ndarray | None = None


def nothing_yet(game: Game, n_rows: int, method: str, rows_each: int) -> Findings:
    shape = (n_rows, game.n_players, game.n_outputs)
    pairs = (game.n_players * (game.n_players - 1) // 2, game.n_outputs)
    keeps_pairs = n_rows * pairs[0] * pairs[1] <= _PAIR_VALUES
    return Findings(
        values=np.zeros(shape),
        variances=np.zeros(shape),
        background_variances=np.zeros(shape),
        alone=np.zeros(shape),
        alone_variances=np.zeros(shape),
        interactions=np.zeros((n_rows, *pairs), dtype=np.float32) if keeps_pairs else None,
        interaction_variances=np.zeros(pairs) if keeps_pairs else None,
        predictions=np.empty((n_rows, game.n_outputs)),
        base=game.background_values(),
        with_triples=np.zeros((n_rows, game.n_outputs), dtype=bool),
        method=method,
        rows_each=rows_each,
    )
