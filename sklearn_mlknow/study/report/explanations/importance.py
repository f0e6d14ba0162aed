"""SHAP importance of the original columns, with error bars."""

import numpy as np

from sklearn_mlknow.study.report.chart_colors import color_of
from sklearn_mlknow.study.report.explained import Explained
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.importance import Importance, importance_of
from sklearn_mlknow.study.report.legend import legend
from sklearn_mlknow.study.report.marks import bar, plot, whisker
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number

MOST_ROWS = 30
NOTHING = 1e-9


def importance(explained: Explained, note: str = "") -> Section:
    """Draw a bar for each column."""
    found = importance_of(explained)
    sure = "exact" if explained.is_exact else f"estimated from {explained.budget:,} model rows for each explained row"
    lead = (
        f"How far each column moves the prediction ({explained.unit}), averaged over "
        f"{count(len(explained.rows), explained.kind_of_row)}: the mean absolute SHAP value of the whole model on the "
        f"original columns, {sure}. The error bars are 95 % intervals: other rows could have been drawn, and "
        "attributions may be estimates."
    )
    reach = float((found.total + found.half_width).max()) or 1.0
    rows = [_row(explained, found, int(place), reach) for place in found.order[:MOST_ROWS]]
    key = legend(explained.outputs) if len(explained.outputs) > 1 else Html("")
    body = [key, element("div", *rows, class_="bars"), *([element("p", note, class_="note")] if note else [])]
    return Section("importance", "What matters to the model", lead, join(body))


def _row(explained: Explained, found: Importance, place: int, reach: float) -> Html:
    names, outputs = explained.names, explained.outputs
    ends = np.concatenate([[0.0], np.cumsum(found.by_output[place])]) / reach
    total, half = float(found.total[place]), float(found.half_width[place])
    several = len(outputs) > 1
    bars = [
        bar(left, right, 3, 12, color_of(code) if several else "fill", f"{output}: {number((right - left) * reach)}")
        for code, (output, left, right) in enumerate(zip(outputs, ends, ends[1:]))
    ]
    is_none = total < NOTHING * reach  # rounding of the machine, not importance
    amount = ["0"] if is_none else [number(total), element("small", f"± {number(half, 2)}")]
    error = whisker(max(total - half, 0) / reach, (total + half) / reach, 9)
    return element(
        "div",
        element("span", clip(names[place]), class_="name", title=names[place]),
        plot(18, *bars, error, label=f"importance of {names[place]}"),
        element("span", *amount, class_="num"),
        class_="bar-row",
    )
