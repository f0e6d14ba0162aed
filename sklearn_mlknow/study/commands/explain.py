"""``mlknow explain``: why a saved model answers as it does, for a table and for one of its rows, on one page."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import is_classifier

from sklearn_mlknow import __version__
from sklearn_mlknow.study.commands.models import columns_for, load_model
from sklearn_mlknow.study.commands.terminal import faults_of_input, put, put_json, teller
from sklearn_mlknow.study.report import ReportError, read_table_file, write
from sklearn_mlknow.study.report.attributing import attribute, some_rows
from sklearn_mlknow.study.report.explained import Explained
from sklearn_mlknow.study.report.explanations import Waterfall, beeswarm, effects, importance, waterfalls
from sklearn_mlknow.study.report.explanations.waterfall import NOTHING, signed, value_words
from sklearn_mlknow.study.report.frame import footing, heading, whole_page
from sklearn_mlknow.study.report.importance import importance_of
from sklearn_mlknow.study.report.page import refuse_folder
from sklearn_mlknow.study.report.words import clip, count, number, percent

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = 12


def run(options: argparse.Namespace) -> int:
    """Explain a model on a table."""
    say, folder, path = teller(options.quiet), Path(options.out), Path(options.table)
    refuse_folder(folder)
    say("reading the model and the table")
    model = load_model(Path(options.model))
    X = columns_for(model, read_table_file(path), path.name)
    lent = X
    if options.background is not None:
        lent = columns_for(model, read_table_file(Path(options.background)), Path(options.background).name)
    rows = rows_to_explain(X, lent, options.row, options.random_state)
    say(f"explaining {count(len(rows), 'row')}")
    with faults_of_input():
        explained = attribute(
            model,
            X,
            lent,
            classes=classes_of(model, X),
            target="the prediction",
            kind_of_row="row",
            rows=rows,
            random_state=options.random_state,
            verbose=0 if options.quiet else 1,
        )
    chosen = chosen_rows(explained, options.row)
    page = write(render(explained, chosen, Path(options.model).name, path.name), folder)
    if options.json:
        put_json({"page": str(page), **as_json(explained, chosen)})
    else:
        put(f"{as_text(explained, chosen if options.row else ())}\n\n{page}")
    return 0


def rows_to_explain(X: "pd.DataFrame", lent: "pd.DataFrame", row: int | None, random_state: int) -> Any:
    """Choose positions: some drawn by chance, and the row that is asked for (counted from 1)."""
    if len(lent) < 2:
        raise ReportError("an explanation compares with other rows; give a table of two or more, or --background.")
    if row is None:
        return some_rows(len(X), random_state)
    if row > len(X):
        raise ReportError(f"the table has {count(len(X), 'row')}; --row {row} is none of them.")
    return np.union1d(some_rows(len(X), random_state), [row - 1])


def classes_of(model: Any, X: "pd.DataFrame") -> tuple[str, ...]:
    """Return the names of the classes, none for a number; refuse what cannot be explained in one unit."""
    kind = type(model[-1] if hasattr(model, "steps") else model).__name__
    if not hasattr(model, "predict"):
        raise ReportError(f"the model is a {kind}, which does not predict.")
    if hasattr(model, "predict_proba"):
        return tuple(str(label) for label in model.classes_)
    if is_classifier(model):
        raise ReportError(f"the model is a {kind}, which has no probabilities to explain; calibrate it first.")
    if np.ndim(model.predict(X.iloc[:1])) > 1:
        raise ReportError(f"the model is a {kind} that predicts several numbers at once; save one model for each.")
    return ()


def chosen_rows(explained: Explained, row: int | None) -> tuple[Waterfall, ...]:
    """Choose the rows to draw in full: the one asked for, else those of the highest and of the lowest prediction."""
    told = explained.predictions  # (n_rows, n_outputs)
    several = told.shape[1] > 1
    if row is not None:
        place = int(np.flatnonzero(explained.rows == row - 1)[0])
        return (_waterfall(explained, place, int(told[place].argmax()) if several else 0, f"Row {row:,}"),)
    first, last = int(told.max(axis=1).argmax()), int(told.max(axis=1).argmin())
    names = ("The row it is surest of", "The row it is least sure of")
    if not several:
        names = ("The highest prediction", "The lowest prediction")
    picked = [(first, names[0])] if first == last else [(first, names[0]), (last, names[1])]
    return tuple(_waterfall(explained, place, int(told[place].argmax()), why) for place, why in picked)


def _waterfall(explained: Explained, place: int, output: int, title: str) -> Waterfall:
    value = float(explained.predictions[place, output])
    told = f"probability of {clip(explained.outputs[output], 20)}: {percent(value, 1)}"
    if not explained.is_share:
        told = f"predicted {number(value, 4)}"
    return Waterfall(place, output, title, f"row {explained.rows[place] + 1:,}: {told}")


def render(explained: Explained, chosen: tuple[Waterfall, ...], model: str, table: str) -> str:
    """Return the page."""
    found = importance_of(explained)
    tiles = [
        (f"{len(explained.rows):,}", "rows explained"),
        (f"{len(explained.names):,}", "columns"),
        ("exact" if explained.is_exact else f"{explained.budget:,}", "model rows for each row"),
    ]
    tiles[2] = ("exact", "all coalitions of columns") if explained.is_exact else tiles[2]
    sections = [
        importance(explained),
        beeswarm(explained),
        effects(explained),
        waterfalls(explained, chosen, "Predictions in full", f"{count(len(chosen), 'row')} of the table."),
    ]
    title = f"Why {clip(model, 40)} answers so"
    header = heading("mlknow explain", title, f"on the rows of {table}", [_sentence(explained, found)], tiles)
    note = "An attribution is no cause: a column that stands for another gets its share."
    return whole_page(f"{model} · mlknow explain", header, sections, footing(f"sklearn_mlknow {__version__}.", note))


def _sentence(explained: Explained, found: Any) -> str:
    first = [explained.names[k] for k in found.order[:3] if found.total[k] > 0]
    if not first:
        return "No column moves the predictions of these rows: the model says the same of all."
    listed = ", ".join(f"{clip(name)} ({number(float(found.total[explained.names.index(name)]))})" for name in first)
    return f"What moves the predictions most ({explained.unit}, on average): {listed}."


def as_text(explained: Explained, chosen: tuple[Waterfall, ...]) -> str:
    """Return the importance of the columns, and the steps of a row that was asked for, as lines."""
    found = importance_of(explained)
    shown = found.order[:MOST_LINES]
    width = max(len(clip(explained.names[k])) for k in shown)
    floor = NOTHING * float(found.total.max())  # rounding of the machine

    def tamed(value: float) -> float:
        return value if abs(value) > floor else 0.0

    lines = [f"mean effect of a column, {explained.unit}"]
    for k in shown:
        half = number(float(found.half_width[k]), 2)
        lines.append(f"{clip(explained.names[k]):<{width}}  {number(tamed(float(found.total[k]))):>8} ± {half}")
    if len(found.order) > len(shown):
        lines.append(f"and {count(len(found.order) - len(shown), 'column')} that matter less")
    for one in chosen:
        values = explained.values[one.place, :, one.output]
        base = float(explained.base_values[one.output])
        lines += ["", f"{one.told}; the mean is {percent(base, 1) if explained.is_share else number(base, 4)}"]
        for k in np.argsort(-np.abs(values), kind="stable")[:MOST_LINES]:
            cell = value_words(explained.X.iloc[one.place].iloc[int(k)])
            lines.append(f"{clip(explained.names[k]):<{width}}  {signed(tamed(float(values[k]))):>8}  = {cell}")
    return "\n".join(lines)


def as_json(explained: Explained, chosen: tuple[Waterfall, ...]) -> dict[str, Any]:
    """Return importance, the chosen rows and the general effects; rows are counted from 1."""
    found = importance_of(explained)
    columns = [
        {"column": explained.names[k], "importance": found.total[k], "half_width": found.half_width[k]}
        for k in found.order
    ]
    return {
        "unit": explained.unit,
        "outputs": explained.outputs,
        "n_rows": len(explained.rows),
        "is_exact": explained.is_exact,
        "importance": columns,
        "rows": [_row_json(explained, one) for one in chosen],
        "effects": [
            {"column": e.name, "values": e.values, "means": e.means, "standard_errors": e.standard_errors}
            for e in explained.effects
        ],
    }


def _row_json(explained: Explained, one: Waterfall) -> dict[str, Any]:
    record = explained.X.iloc[one.place]
    steps = [
        {
            "column": name,
            "value": None if cell is None or cell != cell else cell,
            "attribution": explained.values[one.place, k, one.output],
            "standard_error": explained.standard_errors[one.place, k, one.output],
        }
        for k, (name, cell) in enumerate(zip(explained.names, record))
    ]
    return {
        "row": int(explained.rows[one.place]) + 1,
        "output": explained.outputs[one.output],
        "base": explained.base_values[one.output],
        "prediction": explained.predictions[one.place, one.output],
        "steps": steps,
    }
