"""Several Pipelines on the same folds, each finished fold kept.

The unit of work is one Pipeline on one fold. Work goes fold by fold, so that whenever time runs out every Pipeline has
been judged on the same folds; a finished unit is written to the checkpoint at once, so that a killed run goes on.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from tqdm.auto import tqdm

from sklearn_mlknow.persistence.atomic import write_atomically

BUDGET_SAFETY = 1.1  # a fold is expected to take a tenth longer than the last one took


class Outcome(NamedTuple):
    """One Pipeline on one fold."""

    score: float
    seconds: float


def run_folds(
    pipelines: dict[str, Pipeline],
    X: Any,
    y: np.ndarray,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    scorer: Callable[..., float],
    *,
    n_jobs: int | None = None,
    time_budget: float | None = None,
    checkpoint: str | Path | None = None,
    verbose: int = 0,
) -> dict[str, list[Outcome]]:
    """Score every Pipeline on every fold.

    Parameters
    ----------
    pipelines : dict of str to Pipeline
        Unfitted; each is cloned for each fold.
    X : frame of n_rows rows
    y : ndarray of shape (n_rows,)
    folds : sequence of (train, test)
        Row positions.
    scorer : callable
        ``scorer(fitted, X, y)``, larger is better.
    n_jobs : int, default=None
        As in joblib; whatever backend is active is used.
    time_budget : float, default=None
        Seconds. A fold is begun only when it is expected to end in time; at least two folds are run.
    checkpoint : path, default=None
        Folder for finished units.
    verbose : int, default=0
        1 shows a progress bar.

    Returns
    -------
    dict of str to list of Outcome
        One outcome for each fold that was run, the same folds for all.
    """
    start = time.perf_counter()
    fingerprint = _fingerprint(X, y, pipelines)
    outcomes: dict[str, list[Outcome]] = {name: [] for name in pipelines}
    slowest = 0.0
    with tqdm(total=len(pipelines) * len(folds), disable=verbose < 1, desc="folds", unit="fit") as bar:
        for fold_index, (train, test) in enumerate(folds):
            begun = time.perf_counter()
            spent = begun - start
            if time_budget is not None and fold_index >= 2 and spent + slowest * BUDGET_SAFETY > time_budget:
                break
            units = [_unit_path(checkpoint, fingerprint, name, fold_index) for name in pipelines]
            known = [_read_unit(path) for path in units]
            todo = [(name, path) for name, path, unit in zip(pipelines, units, known) if unit is None]
            fresh = Parallel(n_jobs=n_jobs)(
                delayed(_run_unit)(pipelines[name], X, y, train, test, scorer, path) for name, path in todo
            )
            found = dict(zip((name for name, _ in todo), fresh))
            for name, unit in zip(pipelines, known):
                outcomes[name].append(found[name] if unit is None else unit)
            bar.update(len(pipelines))
            slowest = max(slowest, time.perf_counter() - begun)
    return outcomes


def _run_unit(
    pipeline: Pipeline,
    X: Any,
    y: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
    scorer: Callable[..., float],
    path: Path | None,
) -> Outcome:
    begun = time.perf_counter()
    fitted = clone(pipeline).fit(X.iloc[train], y[train])
    seconds = time.perf_counter() - begun
    outcome = Outcome(float(scorer(fitted, X.iloc[test], y[test])), seconds)
    if path is not None:
        write_atomically(path, json.dumps(outcome._asdict()).encode())
    return outcome


def _unit_path(checkpoint: str | Path | None, fingerprint: str, name: str, fold_index: int) -> Path | None:
    if checkpoint is None:
        return None
    folder = Path(checkpoint) / fingerprint
    folder.mkdir(parents=True, exist_ok=True)
    safe_name = hashlib.sha256(name.encode()).hexdigest()[:16]
    return folder / f"{safe_name}-{fold_index}.json"


def _read_unit(path: Path | None) -> Outcome | None:
    if path is None or not path.exists():
        return None
    try:
        unit = json.loads(path.read_bytes())
        return Outcome(float(unit["score"]), float(unit["seconds"]))
    except (ValueError, KeyError, TypeError):
        return None  # a damaged unit is run again


def _fingerprint(X: Any, y: np.ndarray, pipelines: dict[str, Pipeline]) -> str:
    """Tell whether a checkpoint belongs to this table and these Pipelines."""
    import pandas as pd

    digest = hashlib.sha256()
    digest.update(pd.util.hash_pandas_object(X, index=False).to_numpy().tobytes())
    digest.update(pd.util.hash_array(np.asarray(y)).tobytes())
    for name in sorted(pipelines):
        digest.update(f"{name}: {pipelines[name]!r}".encode())
    return digest.hexdigest()[:16]
