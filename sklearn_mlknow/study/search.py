"""Try techniques one at a time, stack what helped, and judge the whole search on folds it has not seen."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from sklearn_mlknow.formulas.resampled import Difference, corrected_difference
from sklearn_mlknow.study.folds import Folds
from sklearn_mlknow.study.kept_units import Outcome
from sklearn_mlknow.study.paired_folds import run_folds
from sklearn_mlknow.study.rows import Rows
from sklearn_mlknow.study.technique import BASE, Facts, Technique

ROUNDING = 1e-9  # of a score; less is rounding of the machine and no difference


@dataclass(frozen=True)
class Found:
    """What one run of all techniques showed.

    Attributes
    ----------
    comparisons : dict of str to list
        Columns ``technique, side, gain, low, high, probability, seconds``, best first.
    scores : dict of str to ndarray of shape (n_folds,)
        Of the base, ``"as it is"``, and of each technique in the comparisons.
    base_seconds : float
        Mean time of the fits of the base.
    failures : dict of str to str
        Techniques that could not be judged on some fold, and why.
    """

    comparisons: dict[str, list[Any]]
    scores: dict[str, np.ndarray]
    base_seconds: float
    failures: dict[str, str]

    @property
    def n_folds(self) -> int:
        """Folds that were run."""
        return len(self.scores[BASE])

    def helped(self) -> list[str]:
        """Names of the techniques whose interval lies above zero, best first."""
        return [name for name, low in zip(self.comparisons["technique"], self.comparisons["low"]) if low > 0]

    def scores_of(self, names: list[str]) -> np.ndarray | None:
        """Scores of a stack that holds nothing or one technique, (n_folds,); None for others, which were not tried."""
        return self.scores[(names or [BASE])[0]] if len(names) <= 1 else None


@dataclass(frozen=True)
class Search:
    """The search over techniques, as one procedure that can be run on any rows."""

    base: Pipeline
    techniques: dict[str, Technique]
    scorer: Any
    facts: Facts
    test_share: float
    n_jobs: int | None
    verbose: int
    checkpoint: Any = None
    scored_by: str = ""

    def run(self, rows: Rows, folds: Folds, budget: float | None = None) -> Found:
        """Score the base and each technique on the same folds."""
        pipelines: dict[str, Any] = {BASE: self.base}
        pipelines |= {name: technique.change(self.base, self.facts) for name, technique in self.techniques.items()}
        outcomes = self._judge(pipelines, rows, folds, time_budget=budget, must_work=(BASE,), verbose=self.verbose)
        sides = {name: technique.side for name, technique in self.techniques.items()}
        return compare(outcomes, sides, self.test_share)

    def stack(self, found: Found, rows: Rows, folds: Folds, budget: float | None = None) -> tuple[list[str], Pipeline]:
        """Add what helped, best first, as long as the mean score of the folds rises.

        A technique whose place is taken, or for which the seconds left do not suffice, is passed over.
        """
        names: list[str] = []
        begun = time.perf_counter()
        costs = dict(zip(found.comparisons["technique"], found.comparisons["seconds"]))
        folds = folds[: found.n_folds]
        best, best_score = self.base, float(found.scores[BASE][: len(folds)].mean())
        for name in found.helped():
            candidate = self.techniques[name].change(best, self.facts)
            if candidate is None or _overwrites(self.base, best, candidate):
                continue
            known = found.scores_of([*names, name])
            if known is not None:
                scores = known[: len(folds)]
            else:
                expected = len(folds) * (found.base_seconds + max(costs[name], 0.0))
                if budget is not None and time.perf_counter() - begun + expected > budget:
                    continue
                outcomes = self._judge({name: candidate}, rows, folds)[name]
                if any(outcome.error for outcome in outcomes):
                    continue
                scores = np.array([outcome.score for outcome in outcomes])  # (n_folds,)
            score = float(scores.mean())
            if score > best_score:
                names, best, best_score = [*names, name], candidate, score
        return names, best

    def honest_gain(
        self,
        found: Found,
        rows: Rows,
        folds: Folds,
        draw: Callable[[Rows], Folds],
        budget: float | None,
        expected: float,
    ) -> Difference | None:
        """Run the whole search inside the training rows of each fold and score what it chose on the test rows.

        Parameters
        ----------
        found : Found
            What the search showed on these folds; its scores are not measured again.
        rows, folds
            The rows and the outer folds.
        draw : callable
            ``draw(rows)`` draws the inner folds of training rows; a ValueError where they cannot be split.
        budget : float or None
            Seconds left.
        expected : float
            Seconds that one search is expected to take, until one has been timed.

        Returns
        -------
        Difference or None
            Gain over the base; None when the budget ended before two folds, or training rows are too few, or of too
            few groups, to be split again.
        """
        gains: list[float] = []
        begun = time.perf_counter()
        for index, (train, test) in enumerate(folds[: found.n_folds]):
            spent = time.perf_counter() - begun
            one_search = spent / len(gains) if gains else 2 * expected  # one fold says nothing, so time for two
            if budget is not None and spent + one_search > budget:
                break
            inside = rows.take(train)
            try:
                inner = draw(inside)
                names, chosen = self.stack(self.run(inside, inner), inside, inner)
            except ValueError:  # the training rows are too few, or of too few groups
                continue
            scores = found.scores_of(names)
            if scores is None:
                (outcome,) = self._judge({"stack": chosen}, rows, [(train, test)])["stack"]
                if outcome.error:
                    continue
            score = outcome.score if scores is None else scores[index]
            gains.append(float(score - found.scores[BASE][index]))
        return corrected_difference(np.array(gains), self.test_share) if len(gains) > 1 else None

    def _judge(self, pipelines: dict[str, Any], rows: Rows, folds: Folds, **more: Any) -> dict[str, list[Outcome]]:
        """Score Pipelines on folds, with what is the same for all of them."""
        kept = {"checkpoint": self.checkpoint, "scored_by": self.scored_by}
        return run_folds(pipelines, rows, folds, self.scorer, n_jobs=self.n_jobs, **kept, **more)


def compare(outcomes: dict[str, list[Outcome]], sides: dict[str, str], test_share: float) -> Found:
    """Compare each technique with the base on the same folds.

    Parameters
    ----------
    outcomes : dict of str to list of Outcome
        With the key ``"as it is"`` for the base.
    sides : dict of str to str
        Side of each technique.
    test_share : float
        Share of rows that a fold tests on.

    Returns
    -------
    Found
    """
    scores = {name: np.array([outcome.score for outcome in found]) for name, found in outcomes.items()}  # (n_folds,)
    base_seconds = float(np.mean([outcome.seconds for outcome in outcomes[BASE]]))
    failures = {name: found[-1].error for name, found in outcomes.items() if found[-1].error}
    rows = []
    for name, side in sides.items():
        if name in failures:
            continue
        differences = scores[name] - scores[BASE]
        differences[np.abs(differences) <= ROUNDING * np.abs(scores[BASE]).max()] = 0.0
        difference = corrected_difference(differences, test_share, n_comparisons=len(sides))
        seconds = float(np.mean([outcome.seconds for outcome in outcomes[name]]) - base_seconds)
        rows.append((name, side, *difference, seconds))
    rows.sort(key=lambda row: -row[2])
    columns = ("technique", "side", "gain", "low", "high", "probability", "seconds")
    judged = {name: found for name, found in scores.items() if name not in failures}
    return Found({column: [row[i] for row in rows] for i, column in enumerate(columns)}, judged, base_seconds, failures)


def _overwrites(base: Pipeline, stacked: Pipeline, candidate: Pipeline) -> bool:
    """Tell whether a candidate empties a place that an earlier technique has filled."""
    for place, before in stacked.steps:
        is_filled = _written(before) != _written(base.named_steps[place])
        if is_filled and place != "model" and _written(candidate.named_steps[place]) != _written(before):
            return True
    return False


def _written(step: Any) -> str:
    """Write a step with all its changed parameters; ``repr`` leaves out the middle, and tells places in memory."""
    text = step.__repr__(N_CHAR_MAX=10**9) if hasattr(step, "get_params") else repr(step)
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)
