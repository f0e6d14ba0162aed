"""Games of models whose formula is known: no mixture is built where a sum of contributions says the same."""

from functools import lru_cache
from typing import Any

import numpy as np

from sklearn_mlknow.explain.coalitions import all_coalitions
from sklearn_mlknow.explain.fast_forward import LinearScore, Perceptron
from sklearn_mlknow.explain.game import Game
from sklearn_mlknow.kernels.rectified_sums import rectified_sums

_LOW_BYTES = 2**18  # of one table of hidden sums, so that it stays in the processor's cache
_LARGEST_EXPONENT = 300.0  # beyond it products of two exponentials could overflow


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
        members, theirs, lent_odds = self._lent(tuple(active))
        mine = members @ self.of_rows[rows][:, active]  # (n, 2 ** n_active, n_scores)
        answers = np.empty((len(rows), *theirs.shape[:2], self.n_outputs))
        if lent_odds is not None and np.abs(mine).max() < _LARGEST_EXPONENT:
            # the exponential of a sum is a product: none has to be taken for each mixture
            for answer, odds in zip(answers, np.exp(-mine)):
                np.multiply(lent_odds, odds[:, None], out=answer)
                answer += 1.0
                np.reciprocal(answer, out=answer)
        else:
            for place, own in enumerate(mine):
                answers[place] = self.score.finish(theirs + own[:, None])
        self.model_rows += answers[..., 0].size
        self.tick(answers[..., 0].size)
        return answers

    @lru_cache(maxsize=1)  # noqa: B019  (a game lives as long as one explanation)
    def _lent(self, active: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Work out what background rows lend to all coalitions of some players, once for all rows.

        The coalitions (2 ** n_active, n_active), scores (2 ** n_active, n_background, n_scores), and the exponentials
        of minus the scores where a logistic head can use them.
        """
        members = all_coalitions(len(active)).astype(np.float64)
        kept = members @ self.of_background[:, list(active)]  # (n_background, 2 ** n_active, n_scores)
        theirs = np.ascontiguousarray((self.background_scores[:, None] - kept).transpose(1, 0, 2))
        takes_odds = self.score.head == "logistic" and self.model.link is None
        takes_odds = takes_odds and np.abs(theirs).max() < _LARGEST_EXPONENT
        return members, theirs, np.exp(-theirs) if takes_odds else None

    def values(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Ask for every row in every cell: -> (n, m, n_outputs)."""
        n_cells, n_scores = len(members), self.of_rows.shape[2]
        answers = np.empty((len(rows), n_cells, self.n_outputs))
        mine = self.of_rows[rows].transpose(0, 2, 1).reshape(-1, self.n_players)  # (n * n_scores, n_players)
        step = max(1, self.batch_rows // len(rows))
        for start in range(0, n_cells, step):
            cells = slice(start, start + step)
            kept = members[cells].astype(np.float64)
            taken = lent_sums(kept, background[cells], self.of_background, self.background_scores)
            scores = (mine @ kept.T).reshape(len(rows), n_scores, -1).transpose(0, 2, 1)
            answers[:, cells] = self.score.finish(scores + taken)
        self.model_rows += len(rows) * n_cells
        self.tick(len(rows) * n_cells)
        return answers

    def closed_form(self, rows: np.ndarray) -> np.ndarray:
        """Return every background row's share: (n, n_players, n_background, n_outputs)."""
        return self.of_rows[rows][:, :, None, :] - self.of_background.transpose(1, 0, 2)[None]


class PerceptronGame(Game):
    """A game whose model is a multilayer perceptron: its first layer is a sum over the players.

    Parameters
    ----------
    perceptron : Perceptron
    model, mixer, n_background, n_players, batch_rows
        As `Game`; the mixer holds arrays.
    """

    def __init__(self, perceptron: Perceptron, *args: Any) -> None:
        super().__init__(*args)
        self.perceptron = perceptron

        self.merges = False
        weights, own = perceptron.weights[0], self.mixer.player_of_column
        self.of_background = contributions(self.mixer.background, weights, own, self.n_players)
        self.starts = self.mixer.background @ weights + perceptron.intercepts[0]  # (n_background, n_hidden)

    def values(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Ask for every row in every cell: -> (n, m, n_outputs)."""
        weights, own = self.perceptron.weights[0], self.mixer.player_of_column
        answers = np.empty((len(rows), len(members), self.n_outputs))
        mine = contributions(self.mixer.rows[rows], weights, own, self.n_players)  # (n, n_players, n_hidden)
        half = len(members) // 2
        in_pairs = np.array_equal(members[:half], ~members[half:])  # then one product serves both of a pair
        n_cells = half if in_pairs else len(members)
        step = max(1, self.batch_rows // 2 if in_pairs else self.batch_rows)
        block = max(256, _LOW_BYTES // (8 * max(one.shape[1] for one in self.perceptron.weights)))
        for start in range(0, n_cells, step):
            cells = np.arange(start, min(start + step, n_cells))
            kept = members[cells].astype(np.float64)
            sides = [cells, half + cells] if in_pairs else [cells]
            lent = [
                lent_sums(members[side].astype(np.float64), background[side], self.of_background, self.starts)
                for side in sides
            ]
            for answer, own_part in zip(answers, mine):
                whole = own_part.sum(axis=0)
                for first in range(0, len(kept), block):
                    part = slice(first, first + block)
                    sums = kept[part] @ own_part
                    if in_pairs:
                        others = whole - sums
                        others += lent[1][part]
                        answer[sides[1][part]] = self.perceptron.after_first(others)
                    sums += lent[0][part]
                    answer[cells[part]] = self.perceptron.after_first(sums)
            self.tick(len(rows) * len(cells) * len(sides))
        self.model_rows += len(rows) * len(members)
        return answers

    def all_values(self, rows: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Ask for all coalitions with every background row: -> (n, 2 ** n_active, n_background, n_outputs)."""
        if self.perceptron.is_one_rectified_layer:
            return self._all_rectified(rows, active)
        weights, own = self.perceptron.weights[0], self.mixer.player_of_column
        width = weights.shape[1]
        n_low = int(np.clip(np.log2(_LOW_BYTES / (8 * width)), 0, len(active)))
        above = all_coalitions(len(active) - n_low).astype(np.float64)  # (2 ** n_high, n_high)
        table, hidden = np.zeros((2, 2**n_low, width))
        answers = np.empty((len(rows), len(above), 2**n_low, self.n_background, self.n_outputs))
        for place, row in enumerate(rows):
            mine = contributions(self.mixer.rows[[row]], weights, own, self.n_players)[0]
            for other in range(self.n_background):
                parts = (mine - self.of_background[other])[active]  # (n_active, width)
                for bit in range(n_low):  # sums of all coalitions, each by one addition
                    np.add(table[: 1 << bit], parts[bit], out=table[1 << bit : 2 << bit])
                for high, start in enumerate(self.starts[other] + above @ parts[n_low:]):
                    answers[place, high, :, other] = self.perceptron.from_sum(table, start, hidden)
            self.model_rows += answers[place, ..., 0].size
            self.tick(answers[place, ..., 0].size)
        return answers.reshape(len(rows), -1, self.n_background, self.n_outputs)

    def _all_rectified(self, rows: np.ndarray, active: np.ndarray) -> np.ndarray:
        """The same for one hidden layer of rectified units, in one compiled pass over the units."""
        weights, own = self.perceptron.weights, self.mixer.player_of_column
        answers = np.empty((len(rows), 2 ** len(active), self.n_background, self.n_outputs))
        starts = self.starts.astype(np.float64, copy=False)
        for place, row in enumerate(rows):
            mine = contributions(self.mixer.rows[[row]], weights[0], own, self.n_players)[0]
            parts = np.ascontiguousarray((mine - self.of_background)[:, active])  # (n_background, n_active, n_units)
            sums = rectified_sums(parts, starts, weights[1].astype(np.float64, copy=False))
            sums = sums.transpose(2, 0, 1) + self.perceptron.intercepts[1]  # (2 ** n_active, n_background, n_sums)
            answers[place] = self.perceptron.finish(sums)
            self.model_rows += answers[place, ..., 0].size
            self.tick(answers[place, ..., 0].size)
        return answers


def lent_sums(kept: np.ndarray, background: np.ndarray, parts: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Sum what background rows lend to cells: their whole sums less the parts of the players that are kept.

    Parameters
    ----------
    kept : ndarray of shape (m, n_players)
        1 where the explained row's value is kept.
    background : ndarray of int, shape (m,)
    parts : ndarray of shape (n_background, n_players, n_sums)
    whole : ndarray of shape (n_background, n_sums)

    Returns
    -------
    ndarray of shape (m, n_sums)
    """
    order = np.argsort(background, kind="stable")
    ends = np.searchsorted(background[order], np.arange(len(parts) + 1))
    sums = whole[background]
    for row, (first, last) in enumerate(zip(ends[:-1], ends[1:])):
        if last > first:
            cells = order[first:last]
            sums[cells] -= kept[cells] @ parts[row]
    return sums


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
