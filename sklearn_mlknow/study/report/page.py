"""Assemble the sections into one page that needs nothing else: no network, no script, its style inside."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sklearn_mlknow import __version__
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.sections import SECTIONS
from sklearn_mlknow.study.report.verdict import verdict
from sklearn_mlknow.study.report.words import clip, count, number, percent

PAGE = "index.html"
STYLE = Path(__file__).with_name("style.css")
# No script, no request: even a mistake of ours could not run what a table says.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render(context: Context) -> str:
    """Return the whole page as text."""
    sections = [make(context) for make in SECTIONS]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{context.target} · mlknow report"),
        element("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    parts = [element("article", *[_section(k, section) for k, section in enumerate(sections, start=1)])]
    frame = element("div", _navigation(sections), element("main", *parts), class_="frame")
    body = element("body", _theme_switch(), _header(context), frame, _footer(context))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


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


def _section(place: int, section: Section) -> Html:
    number_of = element("span", f"{place}", class_="place")
    heading = element("h2", number_of, section.title)
    return element("section", heading, element("p", section.lead, class_="lead"), section.body, id=section.key)


def _navigation(sections: Sequence[Section]) -> Html:
    links = [element("li", element("a", section.title, href=f"#{section.key}")) for section in sections]
    return element("nav", element("ol", *links), aria_label="sections")


def _header(context: Context) -> Html:
    n_rows = len(context.X_train) + len(context.X_test)
    kinds = {"binary": "one of two classes", "multiclass": f"one of {len(context.task.classes)} classes"}
    metric = context.metrics[0]
    tiles = [
        _tile(f"{n_rows:,}", "rows"),
        _tile(f"{context.X_train.shape[1]:,}", "columns"),
        _tile(percent(_missing_share(context), 1), "cells missing"),
        _tile(f"{context.ours.scores[metric.name]:.3f}", f"{metric.name} on test rows"),
        _tile(f"{number(sum(context.seconds.values()), 2)} s", "from table to page"),
    ]
    headline, comparison = verdict(context)
    return element(
        "header",
        element("p", "mlknow report", class_="over"),
        element("h1", clip(context.target, 60)),
        element("p", f"{kinds.get(context.task.kind, 'a number')} · from {context.source}", class_="under"),
        element("div", element("p", headline, class_="headline"), element("p", comparison), class_="verdict"),
        element("div", *tiles, class_="tiles"),
    )


def _missing_share(context: Context) -> float:
    cells = context.X_train.size + context.X_test.size
    return float((context.X_train.isna().sum().sum() + context.X_test.isna().sum().sum()) / cells)


def _tile(value: str, words: str) -> Html:
    return element("div", element("b", value), element("span", words), class_="tile")


def _theme_switch() -> Html:
    """Three radio buttons; the style sheet reads which one is checked."""
    buttons = []
    for key, words in (("auto", "auto"), ("light", "light"), ("dark", "dark")):
        button = element("input", type="radio", name="theme", id=f"theme-{key}", checked=key == "auto")
        buttons.append(element("label", button, element("span", words)))
    return element("div", *buttons, class_="theme", role="radiogroup", aria_label="colours")


def _footer(context: Context) -> Html:
    stages = ", ".join(f"{stage} {number(seconds, 2)} s" for stage, seconds in context.seconds.items())
    facts = [
        f"sklearn_mlknow {__version__}, random state {context.random_state}.",
        f"{count(len(context.X_test), 'test row')} drawn by chance from {context.source}.",
        f"Time: {stages}.",
    ]
    return element("footer", join([element("p", " ".join(facts))]))
