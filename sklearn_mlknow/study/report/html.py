"""HTML that is escaped unless it says that it is HTML: no text of a table can reach the page as markup.

Every part of the page is made by :func:`element`. Plain strings are escaped, so a column called ``<script>`` is shown
as these eight characters; only what :func:`element` itself returned, an :class:`Html`, is taken as it is.
"""

import re
from collections.abc import Iterable
from html import escape

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
PROSE = frozenset({"p", "li"})
OPTION = re.compile(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*")
VOID = frozenset({"meta", "input", "rect", "line", "circle", "path", "polyline"})


class Html(str):
    """Text that is already HTML."""

    __slots__ = ()


def join(parts: Iterable[str]) -> Html:
    """Put parts after each other, escaping those that are plain text."""
    return Html("".join(part if isinstance(part, Html) else escape(visible(str(part))) for part in parts))


def element(tag: str, *children: str, **attributes: object) -> Html:
    """Return one HTML or SVG element.

    Parameters
    ----------
    tag : str
        Name of the element; a constant in our code, never text of a table.
    *children : str
        Texts (escaped) and Html (kept).
    **attributes : object
        ``class_`` is written ``class`` and other underscores become hyphens; None and False leave the attribute out,
        True writes it without a value.

    Returns
    -------
    element : Html
        The element with everything inside it.

    Examples
    --------
    >>> element("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID and not children:
        return Html(f"<{tag}{written}/>")
    inside = map(unbroken, children) if tag in PROSE else children
    return Html(f"<{tag}{written}>{join(inside)}</{tag}>")


def unbroken(text: str) -> Html:
    """Keep options such as ``--time`` on one line of a narrow page.

    Examples
    --------
    >>> unbroken("give --time more")
    'give <span class="whole">--time</span> more'
    """
    if isinstance(text, Html):
        return text
    return Html(OPTION.sub(r'<span class="whole">\g<0></span>', join([text])))


def visible(text: str) -> str:
    """Replace control characters, which no page may hold, by the sign for "unknown character"."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in "\n\t " else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)))}"'
