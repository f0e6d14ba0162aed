"""The few marks that charts are drawn with: SVG that follows the width of the page without scaling its text.

Across, everything is placed in per cent of the width; down, in pixels. So a chart is sharp and readable on a phone and
on a wide screen, needs no script, and takes its colours from the style sheet in light and dark.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.words import number

Array = NDArray[np.float64]


def plot(height: float, *marks: Html, label: str, class_: str = "plot") -> Html:
    """Return a chart of a height in pixels; the label says in words what is seen."""
    return element("svg", *marks, class_=class_, width="100%", height=_short(height), role="img", aria_label=label)


def across(share: float) -> str:
    """Write a place from 0 (left) to 1 (right)."""
    return f"{_short(100 * share)}%"


def bar(left: float, right: float, top: float, height: float, class_: str, title: str = "") -> Html:
    """Return a bar from `left` to `right` (shares of the width)."""
    left, right = min(left, right), max(left, right)
    place = {"x": across(left), "width": across(right - left), "y": _short(top), "height": _short(height)}
    if not title:
        return element("rect", class_=class_, **place)
    return element("rect", element("title", title), class_=class_, **place)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    """Return a straight line; x as shares of the width, y in pixels."""
    return element("line", x1=across(x1), x2=across(x2), y1=_short(y1), y2=_short(y2), class_=class_)


def whisker(low: float, high: float, y: float, size: float = 3) -> Html:
    """Return an error bar with ends."""
    ends = [line(x, y - size, x, y + size, "whisker") for x in (low, high)]
    return element("g", line(low, y, high, y, "whisker"), *ends)


def dot(x: float, y: float, class_: str, title: str = "", radius: float = 3) -> Html:
    """Return a dot."""
    place = {"cx": across(x), "cy": _short(y), "r": _short(radius), "class_": class_}
    return element("circle", element("title", title), **place) if title else element("circle", **place)


def text(x: float, y: float, words: str, class_: str = "tick", anchor: str = "middle") -> Html:
    """Return words at a place."""
    return element("text", words, x=across(x), y=_short(y), class_=class_, text_anchor=anchor)


def curve(xs: Array, ys: Array, height: float, class_: str) -> Html:
    """Return a line through points; x as shares of the width, y in pixels. Its width does not scale."""
    points = " ".join(
        f"{_short(1000 * x)},{_short(y)}" for x, y in zip(xs, ys) if math.isfinite(x) and math.isfinite(y)
    )
    drawn = element("polyline", points=points, class_=class_, vector_effect="non-scaling-stroke")
    return element(
        "svg",
        drawn,
        width="100%",
        height=_short(height),
        viewBox=f"0 0 1000 {_short(height)}",
        preserveAspectRatio="none",
    )


def x_axis(ticks: Sequence[float], low: float, high: float, y: float, top: float = 0) -> Html:
    """Return thin lines from `top` to `y` with numbers below; those at the edges are kept inside."""
    marks = []
    for tick in ticks:
        x = (tick - low) / (high - low)
        anchor = "start" if x < 0.04 else "end" if x > 0.96 else "middle"
        marks += [line(x, top, x, y, "zero" if tick == 0 else "grid"), text(x, y + 13, number(tick), anchor=anchor)]
    return element("g", *marks)


def ticks_between(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most `most` round numbers in ``[low, high]``.

    Examples
    --------
    >>> ticks_between(0.0, 1.0)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    >>> ticks_between(-0.3, 0.42)
    [-0.2, 0.0, 0.2, 0.4]
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (power, 2 * power, 2.5 * power, 5 * power, 10 * power, 20 * power):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [float(f"{place * step:.12g}") for place in range(first, last + 1)]
    return [low, high]


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
