"""Finished units of a study in a folder, so that a killed study goes on where it was.

A unit is one Pipeline on one fold. Units are found again by what they depend on: table, Pipelines, folds, scoring and
our version; never by where in memory something was.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.pipeline import Pipeline

from sklearn_mlknow import __version__
from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.study.rows import Rows


class Outcome(NamedTuple):
    """One Pipeline on one fold; with an error in words, and NaN for a score, where it could not be judged."""

    score: float
    seconds: float
    error: str = ""


def unit_path(checkpoint: str | Path | None, fingerprint: str, name: str, fold_index: int) -> Path | None:
    """Return where a unit is kept, and make the folder; None without a checkpoint."""
    if checkpoint is None:
        return None
    folder = Path(checkpoint) / fingerprint
    folder.mkdir(parents=True, exist_ok=True)
    safe_name = hashlib.sha256(name.encode()).hexdigest()[:16]
    return folder / f"{safe_name}-{fold_index}.json"


def read_unit(path: Path | None) -> Outcome | None:
    """Read a finished unit; None where there is none, or a damaged one, which is run again."""
    if path is None or not path.exists():
        return None
    try:
        unit = json.loads(path.read_bytes())
        return Outcome(float(unit["score"]), float(unit["seconds"]))
    except (ValueError, KeyError, TypeError):
        return None  # a damaged unit is run again


def keep_unit(path: Path | None, outcome: Outcome) -> None:
    """Write a finished unit, whole or not at all."""
    if path is not None:
        write_atomically(path, json.dumps({"score": outcome.score, "seconds": outcome.seconds}).encode())


def fingerprint_of(
    rows: Rows,
    pipelines: dict[str, Pipeline],
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    scored_by: str,
) -> str:
    """Tell whether a checkpoint belongs to these rows, Pipelines, folds and scoring, and to this version of ours."""
    import pandas as pd

    digest = hashlib.sha256()
    digest.update(pd.util.hash_pandas_object(rows.X, index=False).to_numpy().tobytes())
    digest.update(pd.util.hash_array(np.asarray(rows.y)).tobytes())
    for kind, part in (("groups", rows.groups), ("weights", rows.weights)):
        if part is not None:
            digest.update(kind.encode() + part.tobytes())
    for name in sorted(pipelines):
        digest.update(f"{name}: {written(pipelines[name])}".encode())
    for fold in folds:
        for positions in fold:
            digest.update(np.asarray(positions, dtype=np.int64).tobytes())
    digest.update(f"{scored_by}, {__version__}".encode())
    return digest.hexdigest()[:16]


def written(estimator: Any) -> str:
    """Write an estimator with all its changed parameters, the same in any process.

    ``repr`` leaves out the middle of long ones and tells where in memory functions and plain objects are.
    """
    text = estimator.__repr__(N_CHAR_MAX=10**9) if hasattr(estimator, "get_params") else repr(estimator)
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)


def name_of(scoring: Any) -> str:
    """Name a scoring so that the same one has the same name in another process."""
    if scoring is None or isinstance(scoring, str):
        return str(scoring)
    return f"{getattr(scoring, '__module__', '')}.{getattr(scoring, '__qualname__', repr(scoring))}"
