"""Finished units of a study in a folder, so that a killed study goes on where it was.

A unit is one Pipeline on one fold. Units are found again by what they depend on: table, Pipeline, rows of the fold,
scoring and our version; never by their name, or by where in memory something was.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow import __version__
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.study.identity import identity_of
from sklearn_mlknow.study.rows import Rows


class Outcome(NamedTuple):
    """One Pipeline on one fold; with an error in words, and NaN for a score, where it could not be judged."""

    score: float
    seconds: float
    error: str = ""


def unit_path(folder: Path, pipeline: str, fold: tuple[np.ndarray, np.ndarray]) -> Path:
    """Return where the unit of a Pipeline, told by its identity, and of a fold is kept."""
    digest = hashlib.sha256(pipeline.encode())
    for positions in fold:
        digest.update(np.int64(len(positions)).tobytes() + np.asarray(positions, dtype=np.int64).tobytes())
    return folder / f"{digest.hexdigest()[:24]}.json"


def read_unit(path: Path | None) -> Outcome | None:
    """Read a finished unit; None where there is none, or a damaged one, which is run again."""
    if path is None or not path.exists():
        return None
    try:
        unit = json.loads(path.read_bytes())
        outcome = Outcome(float(unit["score"]), float(unit["seconds"]))
    except (ValueError, KeyError, TypeError):
        return None
    return outcome if np.isfinite(outcome.score) else None


def keep_unit(path: Path | None, outcome: Outcome) -> None:
    """Write a finished unit, whole or not at all."""
    if path is not None:
        write_atomically(path, json.dumps({"score": outcome.score, "seconds": outcome.seconds}).encode())


def folder_of(checkpoint: str | Path, rows: Rows, scored_by: str) -> Path:
    """Return, and make, the folder of the units of these rows, this scoring and this version of ours."""
    import pandas as pd

    digest = hashlib.sha256(f"{list(rows.X.columns)}, {list(map(str, rows.X.dtypes))}".encode())
    digest.update(pd.util.hash_pandas_object(rows.X, index=False).to_numpy().tobytes())
    for name in [name for name, kind in rows.X.dtypes.items() if str(kind) == "object"]:
        # to pandas, 1 and "1" are the same where both occur
        digest.update(identity_of(rows.X[name].tolist()).encode())
    digest.update(pd.util.hash_array(np.asarray(rows.y)).tobytes())
    for kind, part in (("groups", rows.groups), ("weights", rows.weights)):
        if part is not None:
            digest.update(kind.encode() + part.tobytes())
    digest.update(f"{scored_by}, {__version__}".encode())
    folder = Path(checkpoint) / digest.hexdigest()[:24]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def known_again(study: Any, what: str, thing: Any) -> str:
    """Return the identity of a Pipeline or a scoring for a checkpoint.

    Raises
    ------
    ValueError
        A later run could take another one for it.
    """
    try:
        return identity_of(thing)
    except ValueError as error:
        raise ValueError(
            f"{who(study)}: with a checkpoint, {what} must be known again by a later run, and cannot be: {error}; name "
            "its functions and classes in a module, no lambda and none inside a function, or leave checkpoint out."
        ) from error
