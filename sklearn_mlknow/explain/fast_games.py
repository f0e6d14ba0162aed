"""Games of models whose formula is known: no mixture is built where a sum of contributions says the same."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.coalitions import all_coalitions
from sklearn_mlknow.explain.fast_forward import LinearScore, Perceptron
from sklearn_mlknow.explain.game import Game

_LOW_BYTES = 2**18  # of one table of hidden sums, so that it stays in the processor's cache
_LARGEST_EXPONENT = 300.0  # beyond it products of exponentials could overflow


class LinearGame(Game):
    """A game whose model is a function of linear scores: a mixture's score is a sum over the players.

    Parameters
    ----------
    score : LinearScore
    model, mixer, n_background, n_players, batch_rows
        As `Game`; the mixer holds arrays.
    """

    def __init__(self, score: LinearScore, *args: Any) -> None:
        super().__init__(*args)
        self.score = score
        self.merges = False
        self.is_closed_form = score.head == "identity"
        own = self.mixer.player_of_column
        self.of_rows = contributions(self.mixer.rows, score.weights, own, self.n_players)
        self.of_background = contributions(self.mixer.background, score.weights, own, self.n_players)
        self.background_scores = self.of_background.sum(axis=1) + score.intercept  # (n_background, n_scores)

    def all_values(self, rows: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Ask for all coalitions with every background row: -> (n, 2 ** n_active, n_background, n_outputs)."""
        members = all_coalitions(len(active)).astype(np.float64)
        theirs = self.background_scores - np.einsum("cp,bps->cbs", members, self.of_background[:, active])
        mine = np.einsum("cp,nps->ncs", members, self.of_rows[rows][:, active])
        answers = np.empty((len(rows), *theirs.shape[:2], self.n_outputs))
        reach = np.abs(theirs).max() + np.abs(mine).max()
        if self.score.head == "logistic" and reach < _LARGEST_EXPONENT and self.model.link is None:
            # the exponential of a sum is a product: none has to be taken for each mixture
            theirs, mine = np.exp(-theirs), np.exp(-mine)
            for answer, own in zip(answers, mine):
                np.multiply(theirs, own[:, None], out=answer)
                answer += 1.0
                np.reciprocal(answer, out=answer)
        else:
            for place, own in enumerate(mine):
                answers[place] = self.score.finish(theirs + own[:, None])
        self.model_rows += answers[..., 0].size
        self.tick(answers[..., 0].size)
        return answers

    def values(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Ask for every row in every cell: -> (n, m, n_outputs)."""
        n_cells, n_scores = len(members), self.of_rows.shape[2]
        answers = np.empty((len(rows), n_cells, self.n_outputs))
        mine = self.of_rows[rows].transpose(0, 2, 1).reshape(-1, self.n_players)  # (n * n_scores, n_players)
        step = max(1, self.batch_rows // len(rows))
        for start in range(0, n_cells, step):
            cells = slice(start, start + step)
            kept, theirs = members[cells].astype(np.float64), background[cells]
            taken = self.background_scores[theirs] - np.einsum("mp,mps->ms", kept, self.of_background[theirs])
            scores = (mine @ kept.T).reshape(len(rows), n_scores, -1).transpose(0, 2, 1)
            answers[:, cells] = self.score.finish(scores + taken)
        self.model_rows += len(rows) * n_cells
        self.tick(len(rows) * n_cells)
        return answers

    def closed_form(self, rows: np.ndarray) -> np.ndarray:
        """Return every background row's share: (n, n_players, n_background, n_outputs)."""
        return self.of_rows[rows][:, :, None, :] - self.of_background.transpose(1, 0, 2)[None]


class PerceptronGame(Game):
    """A game whose model is a multilayer perceptron: the first layer of all coalitions is built by additions.

    Parameters
    ----------
    perceptron : Perceptron
    model, mixer, n_background, n_players, batch_rows
        As `Game`; the mixer holds arrays.
    """

    def __init__(self, perceptron: Perceptron, *args: Any) -> None:
        super().__init__(*args)
        self.perceptron = perceptron

    def all_values(self, rows: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Ask for all coalitions with every background row: -> (n, 2 ** n_active, n_background, n_outputs)."""
        weights, own = self.perceptron.weights[0], self.mixer.player_of_column
        width = weights.shape[1]
        n_low = int(np.clip(np.log2(_LOW_BYTES / (8 * width)), 0, len(active)))
        above = all_coalitions(len(active) - n_low).astype(np.float64)  # (2 ** n_high, n_high)
        of_background = contributions(self.mixer.background, weights, own, self.n_players)
        starts = self.mixer.background @ weights + self.perceptron.intercepts[0]  # (n_background, width)
        table, hidden = np.zeros((2, 2**n_low, width))
        answers = np.empty((len(rows), len(above), 2**n_low, self.n_background, self.n_outputs))
        for place, row in enumerate(rows):
            mine = contributions(self.mixer.rows[[row]], weights, own, self.n_players)[0]
            for other in range(self.n_background):
                parts = (mine - of_background[other])[active]  # (n_active, width)
                for bit in range(n_low):  # sums of all coalitions, each by one addition
                    np.add(table[: 1 << bit], parts[bit], out=table[1 << bit : 2 << bit])
                for high, start in enumerate(starts[other] + above @ parts[n_low:]):
                    answers[place, high, :, other] = self.perceptron.from_sum(table, start, hidden)
            self.model_rows += answers[place, ..., 0].size
            self.tick(answers[place, ..., 0].size)
        return answers.reshape(len(rows), -1, self.n_background, self.n_outputs)


def contributions(rows: np.ndarray, weights: np.ndarray, player_of_column: np.ndarray, n_players: int) -> np.ndarray:
    """Return each player's part of linear sums.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
    weights : ndarray of shape (n_columns, n_sums)
    player_of_column : ndarray of int, shape (n_columns,)
    n_players : int

    Returns
    -------
    ndarray of shape (n_rows, n_players, n_sums)
    """
    parts = np.zeros((len(rows), n_players, weights.shape[1]))
    for column, player in enumerate(player_of_column):
        parts[:, player] += rows[:, column, None] * weights[column]
    return parts
