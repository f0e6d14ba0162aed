"""Where the game is played: after which steps of a pipeline, with which rows, and by which formula."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sklearn_mlknow.explain.fast_forward import LinearScore, Perceptron, agrees, read_linear_score, read_perceptron
from sklearn_mlknow.explain.fast_games import LinearGame, PerceptronGame
from sklearn_mlknow.explain.game import Game
from sklearn_mlknow.explain.model import Model, ask
from sklearn_mlknow.explain.players import Players
from sklearn_mlknow.explain.splitting import Stage, find_stage, raw_stage, splits_cleanly

_PROBES = 40  # mixtures on which a formula is tried, at least
_CHECKED = 10_000  # mixtures held at once


@dataclass(frozen=True)
class Place:
    """A place of a pipeline, ready to play.

    Attributes
    ----------
    estimator : object
        The whole model.
    whole_model : Model
        The same, as a checked function of raw rows.
    players : Players
    raw : Stage
        Before all steps.
    stage : Stage
        Where rows are mixed.
    model : Model
        The model from there on.
    raw_background, background : array or frame
        The background before all steps, and there.
    formula : LinearScore, Perceptron or None
        What the model from there on computes, if that is known.
    answers : ndarray of shape (n_background, n_outputs)
        What the model said of the background.
    """

    estimator: Any
    whole_model: Model
    players: Players
    raw: Stage
    stage: Stage
    model: Model
    raw_background: Any
    background: Any
    formula: LinearScore | Perceptron | None
    answers: np.ndarray

    def game(self, rows: Any, batch_rows: int, rng: np.random.Generator) -> Game:
        """Set the games of raw rows up here, or at the place that is right for these rows."""
        prepared = ask(self.whole_model.speaker, self.stage.prepare, rows)
        if not self.stage.is_raw and not splits_cleanly(
            self.stage, self.raw, rows, prepared, self.raw_background, self.background, rng
        ):
            # these rows hold values that no row of fit held: look again
            fresh = find_place(self.estimator, self.whole_model, self.players, rows, self.raw_background, rng)
            return fresh._trusted(rows, fresh.stage.prepare(rows), batch_rows, rng)
        return self._trusted(rows, prepared, batch_rows, rng)

    def _trusted(self, rows: Any, prepared: Any, batch_rows: int, rng: np.random.Generator) -> Game:
        """Set the games up; without the formula if the model answers these rows or mixtures of them otherwise."""
        if self.formula is None:
            return self._set_up(prepared, batch_rows)
        raw_rows = self.raw.prepare(rows)
        mixer = self.raw.mixer(raw_rows, self.raw.prepare(self.raw_background))
        size = max(len(raw_rows), _PROBES)
        step = min(size, batch_rows, _CHECKED)
        for start in range(0, size, step):
            above = np.arange(start, min(start + step, size)) % len(raw_rows)
            below = rng.integers(len(self.background), size=len(above))
            some = rng.random((len(above), len(self.players))) < rng.random((len(above), 1))
            for members in (np.ones_like(some), some):
                mixed = mixer.pick(above, members, below)
                answers = self.whole_model.predict(mixed, len(above))
                if not agrees(self.formula.predict(self.stage.prepare(mixed)), answers):
                    background = self.raw.prepare(self.raw_background)
                    plain = replace(self, stage=self.raw, model=self.whole_model, background=background, formula=None)
                    return plain._set_up(raw_rows, batch_rows)
        return self._set_up(prepared, batch_rows)

    def _set_up(self, prepared: Any, batch_rows: int) -> Game:
        mixer = self.stage.mixer(prepared, self.background)
        arguments = (self.model, mixer, len(self.background), len(self.players), batch_rows)
        if isinstance(prepared, np.ndarray) and prepared.dtype.kind in "fiub":
            if isinstance(self.formula, LinearScore):
                return LinearGame(self.formula, *arguments)
            if self.formula is not None:
                return PerceptronGame(self.formula, *arguments)
        return Game(*arguments)


def find_place(
    estimator: Any, model: Model, players: Players, rows: Any, background: Any, rng: np.random.Generator
) -> Place:
    """Find where rows are mixed, and whether the model's formula is known there.

    Parameters
    ----------
    estimator : object
        Fitted.
    model : Model
        The same as a checked function of raw rows.
    players : Players
    rows, background : arrays or frames
        Raw; the rows are like those to be explained.
    rng : numpy Generator

    Returns
    -------
    Place
    """
    answers = model.predict(background, len(background))
    raw = raw_stage(estimator, background, players.of_column, len(players))
    stage = find_stage(estimator, rows, background, players.of_column, len(players), rng)
    rest = model
    if not stage.is_raw:
        rest = model.moved_to(stage.rest)
        again = rest.predict(stage.wrap(stage.prepare(background)), len(background))
        if not np.allclose(again, answers, rtol=1e-9, atol=1e-12):
            stage, rest = raw, model
    prepared = stage.prepare(background)
    formula: LinearScore | Perceptron | None = None
    if isinstance(prepared, np.ndarray) and prepared.dtype.kind in "fiub":
        formula = read_linear_score(stage.rest, answers, prepared)
        if formula is None and model.link is None:
            formula = read_perceptron(stage.rest, answers, prepared)
            if formula is not None:
                stage, rest = replace(stage, names=None), rest.with_formula(formula.predict)
    return Place(estimator, model, players, raw, stage, rest, background, prepared, formula, answers)
