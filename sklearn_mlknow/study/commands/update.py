"""``mlknow update``: a saved model goes on learning from a table, and is replaced only when it does not get worse."""

import argparse
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.persistence import save
from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.persistence.held_out import is_classifier_face, true_codes
from sklearn_mlknow.study.commands.models import columns_for, drift_of, load_model
from sklearn_mlknow.study.commands.terminal import faults_of_input, put, put_json, teller
from sklearn_mlknow.study.commands.update_rule import FEWEST_HELD_OUT, RULE, Comparison, compare, held_out
from sklearn_mlknow.study.commands.update_training import continued
from sklearn_mlknow.study.report import ReportError, read_table_file
from sklearn_mlknow.study.report.words import count, number

if TYPE_CHECKING:
    import pandas as pd


def run(options: argparse.Namespace) -> int:
    """Continue, compare, and replace the file or keep it; 1 where it is kept."""
    say, path, source = teller(options.quiet), Path(options.model), Path(options.table)
    say("reading the model and the table")
    model = load_model(path)
    old = path.read_bytes()
    with faults_of_input():
        X, y = rows_for(model, read_table_file(source), options.target, source.name)
        chosen = held_out(true_codes(model, y) if is_classifier_face(model) else None, len(y))
        if chosen.sum() < FEWEST_HELD_OUT:
            raise ReportError(
                f"{source.name!r} has {count(len(y), 'row')} with a target; {4 * FEWEST_HELD_OUT} are needed, "
                "a quarter of them to judge by."
            )
        drift = drift_of(model, X)
        say(f"continuing to train on {count(int((~chosen).sum()), 'row')}")
        after = continued(model, X[~chosen], y[~chosen])
        say(f"comparing on {count(int(chosen.sum()), 'row')}")
        found = compare(model, after, X[chosen], y[chosen])
    previous = None if found.is_worse else replace_model(path, old, after)
    if options.json:
        put_json(as_json(path, previous, found, drift))
    else:
        put(as_text(path, previous, found))
    return int(found.is_worse)


def rows_for(model: Any, frame: "pd.DataFrame", target: str, name: str) -> tuple["pd.DataFrame", np.ndarray]:
    """Split a table into the columns of the model and the target in the model's own terms, rows without one left out.

    Raises
    ------
    ReportError
        A column is missing, the target holds what the model cannot learn, or lacks a class, which the model would
        forget: the held-out rows lack it too, so that nobody would notice.
    """
    if target not in frame.columns:
        raise ReportError(f"{name!r} has no column {target!r}.")
    if not hasattr(model, "predict"):
        raise ReportError(f"the model is a {type(model).__name__}, which does not predict.")
    frame = frame[frame[target].notna()].reset_index(drop=True)
    X = columns_for(model, frame.drop(columns=target), name)
    if is_classifier_face(model):
        codes = true_codes(model, frame[target])
        absent = np.setdiff1d(np.arange(len(model.classes_)), codes)
        if len(absent) and len(codes):
            named = ", ".join(repr(str(one)) for one in np.asarray(model.classes_)[absent][:8])
            raise ReportError(
                f"{name!r} holds no row of the class {named}, which the model would forget; add such rows, old ones "
                "will do."
            )
        return X, np.asarray(model.classes_)[codes]
    try:
        y = frame[target].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ReportError(f"the target {target!r} holds texts, but the model answers with numbers.") from error
    if not np.isfinite(y).all():
        raise ReportError(f"the target {target!r} holds inf; remove these rows first.")
    return X, y


def replace_model(path: Path, old: bytes, after: Any) -> Path:
    """Keep the old file beside the new one; whatever happens meanwhile, ``path`` holds one of the two, whole."""
    previous = name_for_old(path, old)
    try:
        if path.read_bytes() != old:
            raise ReportError(f"{str(path)!r} was changed by somebody else meanwhile; nothing was replaced.")
        write_atomically(previous, old, like=path)
        save(after, path)
    except OSError as error:
        raise ReportError(f"cannot write {str(path)!r}: {error.strerror}; the old model is as it was.") from error
    return previous


def name_for_old(path: Path, old: bytes) -> Path:
    """Name a file for the old model so that no earlier one is lost: ``.previous``, then ``.previous-2`` and so on."""
    names = (path.with_name(f"{path.name}.previous{f'-{n}' if n > 1 else ''}") for n in itertools.count(1))
    return next(one for one in names if not one.exists() or one.read_bytes() == old)


def as_text(path: Path, previous: Path | None, found: Comparison) -> str:
    """Say what was compared, and what became of the file."""
    told = (
        f"{found.loss} on {count(found.n_rows, 'held-out row')}: {number(found.before)} before, {number(found.after)} "
        f"after; difference {number(found.after - found.before, 2)}, 95 % interval {number(found.low, 2)} to "
        f"{number(found.high, 2)}."
    )
    if previous is None:
        return f"{told}\nKept {path}: the new model would cost more."
    return f"{told}\n{path} is the new model; the old one is {previous}."


def as_json(path: Path, previous: Path | None, found: Comparison, drift: Any) -> dict[str, Any]:
    """Return the same for machines, and which columns had drifted from the old reference."""
    return {
        "file": str(path),
        "replaced": previous is not None,
        "previous": None if previous is None else str(previous),
        "loss": found.loss,
        "n_held_out": found.n_rows,
        "before": found.before,
        "after": found.after,
        "low": found.low,
        "high": found.high,
        "rule": RULE,
        "drifted": None if drift is None else drift.drifted,
    }
