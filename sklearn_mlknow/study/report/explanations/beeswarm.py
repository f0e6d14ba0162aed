"""The beeswarm: one dot for each explained row and column."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.chart_colors import color_of
from sklearn_mlknow.study.report.explained import Array, Explained
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.importance import importance_of
from sklearn_mlknow.study.report.marks import dot, plot, ticks_between, x_axis
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip

if TYPE_CHECKING:
    import pandas as pd

HEIGHT = 34
MOST_COLUMNS = 15
MOST_OUTPUTS = 6
MOST_LEVELS = 4
N_PLACES = 110  # dots nearer than this share of the width are put beside each other
LEAD = (
    "Each dot is a {row}. Right of the line, the column's value raised the prediction of this row ({unit}); left, "
    "it lowered it. The colour is the value itself, from low to high, or the category; what is missing or rare is grey."
)


def beeswarm(explained: Explained) -> Section:
    """Draw a swarm for each column, for each output."""
    order = importance_of(explained).order[:MOST_COLUMNS]
    outputs = range(min(len(explained.outputs), MOST_OUTPUTS))
    swarms = [_swarms(explained, order, output) for output in outputs]
    if len(explained.outputs) > 1:
        swarms = [
            element("details", element("summary", explained.outputs[k]), swarm, name="beeswarm", open=k == 0)
            for k, swarm in enumerate(swarms)
        ]
    if len(explained.outputs) > MOST_OUTPUTS:
        left = len(explained.outputs) - MOST_OUTPUTS
        swarms.append(element("p", f"{left} more classes are not drawn.", class_="note"))
    scale = element(
        "div", element("span", "low"), element("i", class_="ramp"), element("span", "high"), class_="legend"
    )
    return Section(
        "beeswarm", "Row by row", LEAD.format(row=explained.kind_of_row, unit=explained.unit), join([scale, *swarms])
    )


def _swarms(explained: Explained, order: NDArray[np.int64], output: int) -> Html:
    values = explained.values[:, order, output]  # (n_rows, n_shown)
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    pad = 0.03 * (high - low) or 1.0
    low, high = low - pad, high + pad
    ticks = ticks_between(low, high)
    rows = []
    for place, name in enumerate(explained.X.columns[order]):
        colors, key = value_colors(explained.X[name])
        shares = (values[:, place] - low) / (high - low)
        dots = [dot(x, y, color, radius=2.6) for x, y, color in zip(shares, _spread(shares), colors)]
        axis = x_axis(ticks, low, high, HEIGHT)
        drawn = plot(HEIGHT, axis, *dots, label=f"attributions of {name}", class_="plot clipped")
        rows.append(
            element("div", element("span", clip(name), key, class_="name", title=name), drawn, class_="swarm-row")
        )
    feet = plot(18, x_axis(ticks, low, high, 2), label="scale")
    rows.append(element("div", element("span", "", class_="name"), feet, class_="swarm-row"))
    return element("div", *rows, class_="swarms")


def value_colors(column: "pd.Series[Any]") -> tuple[list[str], Html]:
    """Return a style class for each value, and a key for categories.

    Numbers take eight steps from low to high by rank. The commonest four categories have a colour each; other
    categories and missing values are grey.
    """
    if column.dtype.kind == "f":
        ranks = column.rank(pct=True)
        return ["v-none" if np.isnan(rank) else f"v{min(int(rank * 8), 7)}" for rank in ranks], Html("")
    levels = column.value_counts().index[:MOST_LEVELS]
    colors = {level: color_of(code) for code, level in enumerate(levels)}
    entries = [element("span", element("i", class_=f"swatch {colors[level]}"), clip(level, 10)) for level in levels]
    return [colors.get(value, "v-none") for value in column.astype(object)], element("small", *entries, class_="key")


def _spread(shares: Array) -> Array:
    """Return heights at which dots of nearly the same place lie beside each other, the middle first."""
    places = np.floor(np.asarray(shares) * N_PLACES).astype(int)
    heights = np.empty(len(places))
    for place in np.unique(places):
        members = np.flatnonzero(places == place)
        step = min(4.2, (HEIGHT - 6) / max(len(members), 1))
        turn = np.arange(len(members))
        offsets = np.where(turn % 2 == 1, (turn + 1) // 2, -(turn // 2)) * step
        heights[members] = HEIGHT / 2 + offsets
    return heights
