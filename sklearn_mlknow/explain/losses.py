"""What a prediction costs when the truth is known, and which columns lower that cost.

The loss game of a row is ``v(S) = -loss(mean prediction when S is kept, y)``; its Shapley values say how much each
column lowered the loss, and their mean over the rows is SAGE. With all coalitions played the mean predictions are
exact. When pairs were sampled, the game is rebuilt from the values and interactions already found, as a sum of one term
a player and one a pair, which has the same Shapley values and end; no model row is asked for again.

References
----------
Covert, I., Lundberg, S., & Lee, S.-I. (2020). Understanding global feature contributions with additive importance
measures. NeurIPS. Eq. 6.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sklearn_mlknow.explain.coalitions import all_coalitions, draw_pairs, take_pairs
from sklearn_mlknow.explain.exact_solver import shapley_weights
from sklearn_mlknow.explain.odd_half import fit_odd_half

_SMALLEST = 1e-6  # probability
_ALL_PLAYERS = 10
_PAIRS = 256

Loss = Callable[[np.ndarray, np.ndarray], np.ndarray]


def make_loss(speaker: str, y: Any, output_names: tuple[str, ...], classes: tuple[str, ...], n_rows: int) -> Loss:
    """Return the loss of each row as a function of predictions.

    Parameters
    ----------
    speaker : str
        Named in errors.
    y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        Classes for a classifier, numbers otherwise.
    output_names : tuple of str
        Of the predictions.
    classes : tuple of str
        Of the classifier; empty for a regression.
    n_rows : int

    Returns
    -------
    callable
        Predictions (n, m, n_outputs) and the positions of the n rows -> losses (n, m): cross-entropy, or squared error.

    Raises
    ------
    ValueError
        y has another length, or holds a class that the model does not know.
    """
    truth = np.asarray(y)
    if len(truth) != n_rows:
        raise ValueError(f"{speaker}: y has {len(truth)} values for {n_rows} rows; pass one a row.")
    if not classes:
        numbers = truth.astype(np.float64).reshape(n_rows, 1, -1)
        return lambda predictions, rows: ((predictions - numbers[rows]) ** 2).mean(axis=2)
    labels = np.array([str(label) for label in truth])
    unknown = sorted(set(labels) - set(classes))
    if unknown:
        raise ValueError(f"{speaker}: y holds {unknown[0]!r}, which is no class of the model: {', '.join(classes)}.")
    if len(output_names) == 1:
        is_it = (labels == output_names[0])[:, None]

        def cross_entropy(predictions: np.ndarray, rows: np.ndarray) -> np.ndarray:
            positive = np.clip(predictions[:, :, 0], _SMALLEST, 1.0 - _SMALLEST)
            return -np.log(np.where(is_it[rows], positive, 1.0 - positive))

        return cross_entropy
    position = np.array([output_names.index(label) for label in labels])[:, None, None]
    return lambda predictions, rows: (
        -np.log(np.clip(np.take_along_axis(predictions, position[rows], axis=2)[:, :, 0], _SMALLEST, 1.0))
    )


def rebuilt_loss_values(
    values: np.ndarray, pairs: np.ndarray | None, base: np.ndarray, loss: Loss, seed: int
) -> np.ndarray:
    """Attribute the lowering of each row's loss to the players, from games rebuilt of values and interactions.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_players, n_outputs)
    pairs : ndarray of shape (n_rows, n_pairs, n_outputs), or None
        Interactions.
    base : ndarray of shape (n_outputs,)
    loss : callable
    seed : int

    Returns
    -------
    ndarray of shape (n_rows, n_players)
        Positive where a player lowered the loss.
    """
    n_rows, n_players, _ = values.shape
    first, second = np.triu_indices(n_players, 1)
    alone = values.copy()
    if pairs is not None:
        for pair, players in enumerate(zip(first, second)):
            alone[:, players] -= 0.5 * pairs[:, [pair]]

    def play(members: np.ndarray) -> np.ndarray:
        """Lowering of the loss by each coalition: (n_rows, n_coalitions)."""
        predictions = base + np.einsum("cp,npk->nck", members.astype(np.float64), alone)
        if pairs is not None:
            both = (members[:, first] & members[:, second]).astype(np.float64)
            predictions += np.einsum("cp,npk->nck", both, pairs)
        return -loss(predictions, np.arange(n_rows))

    if n_players <= _ALL_PLAYERS:
        return play(all_coalitions(n_players)) @ shapley_weights(n_players).T
    drawn, sizes = draw_pairs(n_players, 1, _PAIRS, np.random.default_rng(seed))
    design = take_pairs(drawn, sizes, np.arange(drawn.shape[1]))
    odd = fit_odd_half(design)
    members = drawn[0]
    ends = play(np.array([np.zeros(n_players), np.ones(n_players)], dtype=bool))
    rise = (ends[:, 1] - ends[:, 0])[:, None]
    responses = (play(members) - play(~members) - rise * odd.line[0]) * odd.root_weights
    return odd.maps[0].estimate(responses)[:, :n_players] + rise / n_players
