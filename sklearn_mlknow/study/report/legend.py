"""The list of classes with their colours."""

from collections.abc import Sequence

from sklearn_mlknow.study.report.chart_colors import N_COLORS, color_of
from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.words import clip


def legend(classes: Sequence[str], facts: Sequence[str] = ()) -> Html:
    """Return the classes with a square of their colour each, and perhaps a fact beside the name."""
    shown = list(classes)[:N_COLORS]
    entries = [
        element(
            "span",
            element("i", class_=f"swatch {color_of(code)}"),
            clip(name, 20),
            element("b", facts[code]) if facts else "",
            title=name,
        )
        for code, name in enumerate(shown)
    ]
    if len(classes) > len(shown):
        entries.append(element("span", element("i", class_="swatch c-rest"), f"{len(classes) - len(shown)} others"))
    return element("div", *entries, class_="legend")
