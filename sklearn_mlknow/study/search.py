"""Try techniques one at a time, stack what helped, and judge the whole search on folds it has not seen."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from sklearn_mlknow.formulas.resampled import Difference, corrected_difference
from sklearn_mlknow.study.folds import Folds, draw_folds
from sklearn_mlknow.study.kept_units import Outcome, written
from sklearn_mlknow.study.paired_folds import run_folds
from sklearn_mlknow.study.rows import Rows
from sklearn_mlknow.study.technique import BASE, Facts, Technique


@dataclass(frozen=True)
class Found:
    """What one run of all techniques showed.

    Attributes
    ----------
    comparisons : dict of str to list
        Columns ``technique, side, gain, low, high, probability, seconds``, best first.
    base_scores : ndarray of shape (n_folds,)
    base_seconds : float
        Mean time of its fits.
    failures : dict of str to str
        Techniques that could not be judged on some fold, and why.
    """

    comparisons: dict[str, list[Any]]
    base_scores: np.ndarray
    base_seconds: float
    failures: dict[str, str]

    def helped(self) -> list[str]:
        """Names of the techniques whose interval lies above zero, best first."""
        return [name for name, low in zip(self.comparisons["technique"], self.comparisons["low"]) if low > 0]


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
    scored_by: str = ""

    def run(self, rows: Rows, folds: Folds, budget: float | None = None, checkpoint: Any = None) -> Found:
        """Score the base and each technique on the same folds."""
        pipelines: dict[str, Any] = {BASE: self.base}
        pipelines |= {name: technique.change(self.base, self.facts) for name, technique in self.techniques.items()}
        outcomes = run_folds(
            pipelines,
            rows,
            folds,
            self.scorer,
            n_jobs=self.n_jobs,
            time_budget=budget,
            checkpoint=checkpoint,
            scored_by=self.scored_by,
            must_work=(BASE,),
            verbose=self.verbose,
        )
        sides = {name: technique.side for name, technique in self.techniques.items()}
        return compare(outcomes, sides, self.test_share)

    def stack(self, found: Found, rows: Rows, folds: Folds, budget: float | None = None) -> tuple[list[str], Pipeline]:
        """Add what helped, best first, as long as the mean score of the folds rises.

        A technique whose place is taken, or for which the seconds left do not suffice, is passed over.
        """
        names: list[str] = []
        begun = time.perf_counter()
        costs = dict(zip(found.comparisons["technique"], found.comparisons["seconds"]))
        best, best_score = self.base, float(found.base_scores[: len(folds)].mean())
        for name in found.helped():
            candidate = self.techniques[name].change(best, self.facts)
            if candidate is None or _overwrites(self.base, best, candidate):
                continue
            expected = len(folds) * (found.base_seconds + max(costs[name], 0.0))
            if budget is not None and time.perf_counter() - begun + expected > budget:
                continue
            outcomes = run_folds({name: candidate}, rows, folds, self.scorer, n_jobs=self.n_jobs)[name]
            if any(outcome.error for outcome in outcomes):
                continue
            score = float(np.mean([outcome.score for outcome in outcomes]))
            if score > best_score:
                names, best, best_score = [*names, name], candidate, score
        return names, best

    def honest_gain(
        self, rows: Rows, folds: Folds, seed: int, budget: float | None, expected: float
    ) -> Difference | None:
        """Run the whole search inside the training rows of each fold and score what it chose on the test rows.

        Parameters
        ----------
        rows, folds
            The rows and the outer folds; groups are kept together inside them too.
        seed : int
            Seed of the inner folds.
        budget : float or None
            Seconds left.
        expected : float
            Seconds that one search is expected to take, until one has been timed.

        Returns
        -------
        Difference or None
            Gain over the base; None when the budget ended before two folds, or training rows are of too few groups to
            be split again.
        """
        gains: list[float] = []
        begun = time.perf_counter()
        for train, test in folds:
            spent = time.perf_counter() - begun
            one_search = spent / len(gains) if gains else 2 * expected  # one fold says nothing, so time for two
            if budget is not None and spent + one_search > budget:
                break
            inside, outside = rows.take(train), rows.take(test)
            try:
                inner = draw_folds(self, inside, self.facts.is_classification, len(folds), seed)
            except ValueError:
                continue
            _, chosen = self.stack(self.run(inside, inner), inside, inner)
            scores = [outside.score(self.scorer, inside.fit(pipeline)) for pipeline in (self.base, chosen)]
            gains.append(scores[1] - scores[0])
        return corrected_difference(np.array(gains), self.test_share) if len(gains) > 1 else None


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
    base = np.array([outcome.score for outcome in outcomes[BASE]])  # (n_folds,)
    base_seconds = float(np.mean([outcome.seconds for outcome in outcomes[BASE]]))
    failures = {name: found[-1].error for name, found in outcomes.items() if found[-1].error}
    rows = []
    for name, side in sides.items():
        if name in failures:
            continue
        gains = np.array([outcome.score for outcome in outcomes[name]]) - base
        difference = corrected_difference(gains, test_share, n_comparisons=len(sides))
        seconds = float(np.mean([outcome.seconds for outcome in outcomes[name]]) - base_seconds)
        rows.append((name, side, *difference, seconds))
    rows.sort(key=lambda row: -row[2])
    columns = ("technique", "side", "gain", "low", "high", "probability", "seconds")
    return Found({column: [row[i] for row in rows] for i, column in enumerate(columns)}, base, base_seconds, failures)


def _overwrites(base: Pipeline, stacked: Pipeline, candidate: Pipeline) -> bool:
    """Tell whether a candidate empties a place that an earlier technique has filled."""
    for place, before in stacked.steps:
        is_filled = written(before) != written(base.named_steps[place])
        if is_filled and place != "model" and written(candidate.named_steps[place]) != written(before):
            return True
    return False
