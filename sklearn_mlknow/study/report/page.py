"""The page of the report, and how pages are written: whole or not at all."""

import os
import tempfile
from pathlib import Path

from sklearn_mlknow import __version__
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.failing import may_fail, not_made, sentence
from sklearn_mlknow.study.report.frame import footing, heading, whole_page
from sklearn_mlknow.study.report.gains import model_or_data
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.sections import SECTIONS
from sklearn_mlknow.study.report.verdict import verdict
from sklearn_mlknow.study.report.words import count, number, percent

PAGE = "index.html"


def render(context: Context) -> str:
    """Return the whole page as text."""
    return page_of(context, *sections_of(context))


def sections_of(context: Context) -> tuple[list[Section], dict[str, str]]:
    """Make every section that can be made; the others are named, with why not."""
    made, failures = [], dict(context.failures)
    for make in SECTIONS:
        with may_fail(f"the section {make.__name__.replace('_', ' ')!r}", failures):
            section = make(context)
            made += [] if section is None else [section]
    return made, failures


def page_of(context: Context, sections: list[Section], failures: dict[str, str]) -> str:
    """Put sections on a page, which says what could not be made."""
    told = [*sections, not_made(failures)] if failures else sections
    return whole_page(f"{context.target} · mlknow report", _header(context, failures), told, _footer(context))


def refuse_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written, before any work is done for it."""
    existing = next((place for place in (folder, *folder.absolute().parents) if place.exists()), Path("/"))
    if not existing.is_dir():
        raise ReportError(f"{str(existing)!r} is a file, not a folder; choose another --out.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ReportError(f"cannot write into {str(existing)!r}; choose another --out.")


def write(page: str, folder: Path) -> Path:
    """Write the page into a folder so that there is the old page or the new one, never half of it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".index-", suffix=".part")
    except OSError as error:
        raise ReportError(f"cannot write into {str(folder)!r}: {error.strerror}; choose another --out.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            part.write(page)
            part.flush()
            os.fsync(part.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes files that only their owner reads
        os.replace(temporary, folder / PAGE)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ReportError(f"cannot write into {str(folder)!r}: {error.strerror}; choose another --out.") from error
        raise
    return folder / PAGE


def _header(context: Context, failures: dict[str, str]) -> Html:
    n_rows = len(context.X_train) + len(context.X_test)
    kinds = {"binary": "one of two classes", "multiclass": f"one of {len(context.task.classes)} classes"}
    metric = context.metrics[0]
    headline, comparison = verdict(context)
    answer = join([element("b", "Model or data? "), model_or_data(context)])
    told = (headline, answer, comparison, *([sentence(failures)] if failures else []))
    tiles = [
        (f"{n_rows:,}", "rows"),
        (f"{context.X_train.shape[1]:,}", "columns"),
        (percent(_missing_share(context), 1), "cells missing"),
        (f"{context.ours.scores[metric.name]:.3f}", f"{metric.name} on test rows"),
        (f"{number(sum(context.seconds.values()), 2)} s", "from table to page"),
    ]
    under = f"{kinds.get(context.task.kind, 'a number')} · from {context.source}"
    return heading("mlknow report", context.target, under, told, tiles)


def _missing_share(context: Context) -> float:
    cells = context.X_train.size + context.X_test.size
    return float((context.X_train.isna().sum().sum() + context.X_test.isna().sum().sum()) / cells)


def _footer(context: Context) -> Html:
    stages = ", ".join(f"{stage} {number(seconds, 2)} s" for stage, seconds in context.seconds.items())
    return footing(
        f"sklearn_mlknow {__version__}, random state {context.random_state}.",
        f"{count(len(context.X_test), 'test row')} drawn by chance from {context.source}.",
        f"Time: {stages}.",
    )
