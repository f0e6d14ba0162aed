"""The frame of every page: one file that needs nothing else, no network, no script, its style inside."""

import re
from collections.abc import Sequence
from pathlib import Path

from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip

PER_CENT = re.compile(r"(?<=\d) %")  # a number and its sign stay on one line
STYLE = Path(__file__).with_name("style.css")
# No script, no request: even a mistake of ours could not run what a table says.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def whole_page(title: str, header: Html, sections: Sequence[Section], footer: Html) -> str:
    """Put a header, sections with a navigation beside them, and a footer on one page.

    Parameters
    ----------
    title : str
        Of the window.
    header, footer : Html
        What :func:`heading` and :func:`footing` return.
    sections : sequence of Section
        In the order of the page.

    Returns
    -------
    page : str
        A whole HTML document.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    parts = [_section(place, section) for place, section in enumerate(sections, start=1)]
    main = element("main", element("article", *parts))
    frame = element("div", _navigation(sections), main, class_="frame")
    body = element("body", _theme_switch(), header, frame, footer)
    whole = PER_CENT.sub("\N{NO-BREAK SPACE}%", element("html", head, body, lang="en"))
    return f"<!doctype html>\n{whole}\n"


def heading(over: str, title: str, under: str, verdict: Sequence[str], tiles: Sequence[tuple[str, str]]) -> Html:
    """Return the head of a page: what it is, the answer in words, and a few figures (value, what it is)."""
    first, *others = verdict
    figures = [element("div", element("b", value), element("span", words), class_="tile") for value, words in tiles]
    words = [element("p", first, class_="headline"), *[element("p", other) for other in others]]
    return element(
        "header",
        element("p", over, class_="over"),
        element("h1", clip(title, 60)),
        element("p", under, class_="under"),
        element("div", *words, class_="verdict"),
        element("div", *figures, class_="tiles"),
    )


def footing(*facts: str) -> Html:
    """Return the foot of a page: how it came about."""
    return element("footer", element("p", " ".join(facts)))


def _section(place: int, section: Section) -> Html:
    title = element("h2", element("span", f"{place}", class_="place"), section.title)
    return element("section", title, element("p", section.lead, class_="lead"), section.body, id=section.key)


def _navigation(sections: Sequence[Section]) -> Html:
    links = [element("li", element("a", section.title, href=f"#{section.key}")) for section in sections]
    return element("nav", element("ol", *links), aria_label="sections")


def _theme_switch() -> Html:
    """Three radio buttons; the style sheet reads which one is checked."""
    buttons = []
    for key in ("auto", "light", "dark"):
        button = element("input", type="radio", name="theme", id=f"theme-{key}", checked=key == "auto")
        buttons.append(element("label", button, element("span", key)))
    return element("div", *buttons, class_="theme", role="radiogroup", aria_label="colours")
