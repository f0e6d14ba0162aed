"""Several Pipelines on the same folds, each finished fold kept.

The unit of work is one Pipeline on one fold. Work goes fold by fold, so that whenever time runs out every Pipeline has
been judged on the same folds; a finished unit is written to the checkpoint at once, so that a killed run goes on.
"""

import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline
from tqdm.auto import tqdm

from sklearn_mlknow.study.kept_units import Outcome, folder_of, keep_unit, known_again, read_unit, unit_path
from sklearn_mlknow.study.rows import Rows
from sklearn_mlknow.study.side_by_side import side_by_side

FEWEST_FOLDS = 4  # after the first; fewer tell nothing
MANY_TIMES = 5.0
BUDGET_SAFETY = 1.1  # a fold is expected to take a tenth longer than the last one took


def run_folds(
    pipelines: dict[str, Pipeline],
    rows: Rows,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    scorer: Callable[..., float],
    *,
    n_jobs: int | None = None,
    time_budget: float | None = None,
    checkpoint: str | Path | None = None,
    scored_by: str = "",
    must_work: Collection[str] = (),
    verbose: int = 0,
) -> dict[str, list[Outcome]]:
    """Score every Pipeline on every fold.

    A Pipeline that fails on a fold is not run on later ones; the others go on.

    Parameters
    ----------
    pipelines : dict of str to Pipeline
        Unfitted; each is cloned for each fold.
    rows : Rows
    folds : sequence of (train, test)
        Row positions.
    scorer : callable
        ``scorer(fitted, X, y)``, larger is better; called with ``sample_weight=`` where rows have weights.
    n_jobs : int, default=None
        As in joblib; whatever backend is active is used.
    time_budget : float, default=None
        Seconds. A fold is begun only when it is expected to end in time; at least two folds are run.
    checkpoint : path, default=None
        Folder for finished units. A unit is found again when table, Pipeline, fold and scoring are the same.
    scored_by : str, default=""
        Identity of the scoring, for the checkpoint.
    must_work : collection of str, default=()
        Pipelines whose failure ends the run.
    verbose : int, default=0
        1 shows a progress bar.

    Returns
    -------
    dict of str to list of Outcome
        One outcome for each fold that was run, the same folds for all.

    Raises
    ------
    ValueError
        A checkpoint is asked for, and a Pipeline holds what a later run could not tell from another.
    """
    start = time.perf_counter()
    paths_of = _keeping(checkpoint, rows, pipelines, scored_by)
    outcomes: dict[str, list[Outcome]] = {name: [] for name in pipelines}
    slowest = 0.0
    with tqdm(total=len(pipelines) * len(folds), disable=verbose < 1, desc="folds", unit="fit") as bar:
        for fold_index, (train, test) in enumerate(folds):
            begun = time.perf_counter()
            spent = begun - start
            if time_budget is not None and fold_index >= 2 and spent + slowest * BUDGET_SAFETY > time_budget:
                break
            working = [name for name in pipelines if not any(outcome.error for outcome in outcomes[name])]
            paths = paths_of((train, test))
            found = {name: unit for name in working if (unit := read_unit(paths.get(name))) is not None}
            todo = [name for name in working if name not in found]
            fresh = side_by_side(
                _run_unit,
                ((pipelines[name], rows, train, test, scorer, paths.get(name), name in must_work) for name in todo),
                n_jobs,
            )
            found |= dict(zip(todo, fresh, strict=True))
            for name in working:
                outcomes[name].append(found[name])
            bar.update(len(pipelines))
            slowest = max(slowest, time.perf_counter() - begun)
            if time_budget is not None and fold_index == 0:
                slowest *= _leave_out_dear(outcomes, must_work, slowest, time_budget - spent - slowest)
    return outcomes


def _keeping(
    checkpoint: str | Path | None, rows: Rows, pipelines: dict[str, Pipeline], scored_by: str
) -> Callable[[tuple[np.ndarray, np.ndarray]], dict[str, Path]]:
    """Return where the units of a fold are kept; nowhere without a checkpoint."""
    if checkpoint is None:
        return lambda fold: {}
    folder = folder_of(checkpoint, rows, scored_by)
    names = {name: known_again("TechniqueStudy", repr(name), pipeline) for name, pipeline in pipelines.items()}
    return lambda fold: {name: unit_path(folder, identity, fold) for name, identity in names.items()}


def _leave_out_dear(
    outcomes: dict[str, list[Outcome]], must_work: Collection[str], seconds: float, left: float
) -> float:
    """Leave out what is dear when a few more folds would not end in time; return the share of a fold that stays."""
    took = {name: found[0].seconds for name, found in outcomes.items() if not found[0].error}
    dear = too_dear(took, must_work, left / max(seconds, 1e-9))
    for name in dear:
        why = f"left out for lack of time: {took[name]:.2g} s a fit, many times as long as the others"
        outcomes[name][0] = outcomes[name][0]._replace(error=why)
    whole = sum(took.values())
    return 1 - sum(took[name] for name in dear) / whole if whole > 0 else 1.0


def too_dear(seconds: dict[str, float], must_work: Collection[str], folds_left: float) -> list[str]:
    """Name what should not be run on, the dearest first, so that there is time for a few more folds of the others.

    Parameters
    ----------
    seconds : dict of str to float
        What each took on a fold.
    must_work : collection of str
        What stays.
    folds_left : float
        How many more folds of all of them there is time for.

    Returns
    -------
    list of str
        Only what took many times the median.

    Examples
    --------
    >>> too_dear({"as it is": 1.0, "bins": 1.0, "ratios": 30.0}, ["as it is"], folds_left=2.0)
    ['ratios']
    >>> too_dear({"as it is": 1.0, "bins": 1.0, "ratios": 30.0}, ["as it is"], folds_left=4.0)
    []
    """
    whole = sum(seconds.values())
    time_left, median = folds_left * whole, float(np.median(list(seconds.values())))
    dear: list[str] = []
    for name in sorted(seconds, key=lambda name: -seconds[name]):
        if FEWEST_FOLDS * whole <= time_left or seconds[name] <= MANY_TIMES * median:
            break
        if name not in must_work:
            dear.append(name)
            whole -= seconds[name]
    return dear


def _run_unit(
    pipeline: Pipeline,
    rows: Rows,
    train: np.ndarray,
    test: np.ndarray,
    scorer: Callable[..., float],
    path: Path | None,
    must_work: bool,
) -> Outcome:
    begun = time.perf_counter()
    try:
        fitted = rows.take(train).fit(pipeline)
        seconds = time.perf_counter() - begun
        score = _scored(scorer, fitted, rows.take(test))
    except Exception as error:
        if must_work:
            raise
        return Outcome(float("nan"), time.perf_counter() - begun, " ".join(str(error).split()) or type(error).__name__)
    outcome = Outcome(score, seconds)
    keep_unit(path, outcome)
    return outcome


def _scored(scorer: Callable[..., float], fitted: Pipeline, rows: Rows) -> float:
    try:
        score = rows.score(scorer, fitted)
    except Exception as error:
        told = str(error).rstrip(".")
        raise ValueError(f"TechniqueStudy: the scoring cannot judge this model: {told}; choose another.") from error
    if not np.isfinite(score):
        raise ValueError(
            f"TechniqueStudy: the score of a fold is {score}; choose a scoring that is defined on every fold."
        )
    return score
