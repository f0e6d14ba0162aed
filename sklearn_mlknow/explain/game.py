"""The game: coalitions and background rows -> model values, in batches of bounded size.

``values(rows, members, background)`` answers what the model says when a row keeps the values of a coalition and takes
the others from a background row. Mixtures that are the same row are asked once. Every row asked for is counted.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sklearn_mlknow.explain.coalitions import all_coalitions
from sklearn_mlknow.explain.model import Model

_WORTH_MERGING = 0.12  # share of cells (player, row, background row) with equal values from which duplicates are sought
_EQUAL_CELLS = 2**22  # comparisons held at once


class Game:
    """The games of a table's rows against one background.

    Parameters
    ----------
    model : Model
    mixer : ArrayMixer or FrameMixer
    n_background, n_players : int
    batch_rows : int
        The most rows that the model is given at once.
    """

    def __init__(self, model: Model, mixer: Any, n_background: int, n_players: int, batch_rows: int) -> None:
        self.model = model
        self.mixer = mixer
        self.n_background = n_background
        self.n_players = n_players
        self.batch_rows = batch_rows
        self.tick: Callable[[int], Any] = ignore
        self.model_rows = 0
        self.n_outputs = len(model.outputs)
        sample = np.unique(np.linspace(0, mixer.n_rows - 1, min(mixer.n_rows, 50)).astype(np.int64))
        self.merges = n_players <= 62 and float(mixer.equal(sample).mean()) > _WORTH_MERGING

    def varying(self) -> np.ndarray:
        """Find the players whose value differs between some row and some background row: -> positions."""
        varies = np.zeros(self.n_players, dtype=bool)
        step = max(1, _EQUAL_CELLS // (self.n_background * self.n_players))
        for start in range(0, self.mixer.n_rows, step):
            rows = np.arange(start, min(start + step, self.mixer.n_rows))
            varies |= ~self.mixer.equal(rows).all(axis=(0, 1))
            if varies.all():
                break
        return np.flatnonzero(varies)

    def background_values(self) -> np.ndarray:
        """Ask for the background itself: -> (n_background, n_outputs)."""
        nobody = np.zeros((self.n_background, self.n_players), dtype=bool)
        return self._ask_each(np.zeros(self.n_background, dtype=np.int64), nobody, np.arange(self.n_background))

    def row_values(self, rows: np.ndarray) -> np.ndarray:
        """Ask for the rows themselves: -> (n, n_outputs)."""
        everybody = np.ones((len(rows), self.n_players), dtype=bool)
        return self._ask_each(rows, everybody, np.zeros(len(rows), dtype=np.int64))

    def all_values(self, rows: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Ask for all coalitions of the active players with every background row.

        Parameters
        ----------
        rows : ndarray of int, shape (n,)
        active : ndarray of int, shape (n_active,)

        Returns
        -------
        ndarray of shape (n, 2 ** n_active, n_background, n_outputs)
            Coalitions in the order of `all_coalitions`.
        """
        members = np.zeros((2 ** len(active), self.n_players), dtype=bool)
        members[:, active] = all_coalitions(len(active))
        members = np.repeat(members, self.n_background, axis=0)
        cells = np.tile(np.arange(self.n_background), 2 ** len(active))
        return self.values(rows, members, cells).reshape(len(rows), -1, self.n_background, self.n_outputs)

    def values(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Ask for every row in every cell.

        Parameters
        ----------
        rows : ndarray of int, shape (n,)
        members : ndarray of bool, shape (m, n_players)
        background : ndarray of int, shape (m,)

        Returns
        -------
        ndarray of shape (n, m, n_outputs)
        """
        if self.merges:
            return np.stack([self._merged(row, members, background) for row in rows])
        n_cells = len(members)
        answers = np.empty((len(rows), n_cells, self.n_outputs))
        step = min(n_cells, self.batch_rows)
        together = max(1, self.batch_rows // step)
        for start in range(0, n_cells, step):
            cells = slice(start, min(start + step, n_cells))
            for first in range(0, len(rows), together):
                some = rows[first : first + together]
                n_mixed = len(some) * (cells.stop - cells.start)
                answer = self._ask(self.mixer.mixtures(some, members[cells], background[cells]), n_mixed)
                answers[first : first + together, cells] = answer.reshape(len(some), -1, self.n_outputs)
                self.tick(n_mixed)
        return answers

    def _merged(self, row: int, members: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Ask for one row's cells, each distinct mixture once: -> (m, n_outputs)."""
        differs = ~self.mixer.equal(np.array([row]))[0]  # (n_background, n_players)
        bits = 1 << np.arange(self.n_players, dtype=np.int64)
        code = (members @ bits) & (differs @ bits)[background]
        order = np.lexsort((code, background))
        code, owner = code[order], background[order]
        is_first = np.r_[True, (code[1:] != code[:-1]) | (owner[1:] != owner[:-1])]
        chosen = order[is_first]
        answers = self._ask_each(np.full(len(chosen), row), members[chosen], background[chosen])
        found = np.empty(len(order), dtype=np.int64)
        found[order] = np.cumsum(is_first) - 1
        self.tick(len(members))
        return answers[found]

    def _ask_each(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Ask for row i in cell i: -> (n, n_outputs)."""
        answers = np.empty((len(rows), self.n_outputs))
        for start in range(0, len(rows), self.batch_rows):
            part = slice(start, start + self.batch_rows)
            answers[part] = self._ask(self.mixer.pick(rows[part], members[part], background[part]), len(rows[part]))
        return answers

    def _ask(self, mixed: Any, n_mixed: int) -> np.ndarray:
        self.model_rows += n_mixed
        return self.model.predict(mixed, n_mixed)


def ignore(_: int) -> None:
    """Take no note of progress."""
