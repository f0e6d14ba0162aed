"""The result of a report for a terminal and for machines."""

from pathlib import Path
from typing import Any

from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.gains import gains, model_or_data
from sklearn_mlknow.study.report.sections.scores import written
from sklearn_mlknow.study.report.verdict import verdict
from sklearn_mlknow.study.report.words import number


def as_text(context: Context) -> str:
    """Return the table of scores and the verdict as lines."""
    heads = ["", *[metric.name for metric in context.metrics], "fit"]
    rows = [
        [
            model.name,
            *[written(model.scores[metric.name]) for metric in context.metrics],
            f"{number(model.fit_seconds, 2)} s",
        ]
        for model in context.models
    ]
    widths = [max(len(row[k]) for row in [heads, *rows]) for k in range(len(heads))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *[cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]])
        for row in [heads, *rows]
    ]
    return "\n".join(["", *lines, "", *verdict(context), model_or_data(context), *context.notes])


def as_json(context: Context, page: Path) -> dict[str, Any]:
    """Return the scores, the verdict and where the page is."""
    headline, comparison = verdict(context)
    return {
        "page": str(page),
        "target": context.target,
        "task": context.task.kind,
        "classes": list(context.task.classes),
        "n_train": len(context.X_train),
        "n_test": len(context.X_test),
        "models": [
            {"name": model.name, "scores": model.scores, "fit_seconds": model.fit_seconds} for model in context.models
        ],
        "verdict": [headline, comparison],
        "model_or_data": model_or_data(context),
        "gains": [gain._asdict() for gain in gains(context)],
        "findings": findings(context),
        "notes": list(context.notes),
        "seconds": context.seconds,
    }


def findings(context: Context) -> list[dict[str, Any]] | None:
    """Return what the check of the table found, rows counted from 1; None when it was not checked."""
    check = None if context.studies is None else context.studies.check
    if check is None:
        return None
    return [{**one, "rows": [row + 1 for row in one["rows"]]} for one in check.to_frame().to_dict("records")]
