"""Every column with how far it has moved and how sure that is, those that have drifted first."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.drift import DriftReport
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import bar, line, plot
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number, percent

MOST_ROWS = 300
LEAD = (
    "PSI says how far the rows have moved between the bins of the reference: below 0.1 little, above 0.25 a lot; the "
    "dashed line is the threshold. p says whether chance could do it, corrected for the number of columns. Drift, in "
    "red, is both: more than chance and large enough to matter."
)


def verdicts(report: DriftReport, notes: Sequence[str] = ()) -> Section:
    """Write the table of columns."""
    order = furthest_first(report)
    reach = 1.05 * max(report.min_psi, *(one.psi for one in report.details)) or 1.0
    heads = ["column", "PSI", "", "p", "missing", "unseen", ""]
    head = [element("th", name, scope="col", class_="num" if name not in ("column", "") else None) for name in heads]
    rows = [_row(report, int(place), reach) for place in order[:MOST_ROWS]]
    table = element("table", element("thead", element("tr", *head)), element("tbody", *rows), class_="scores")
    body = [element("div", table, class_="card wide scroll")]
    if len(order) > MOST_ROWS:
        notes = [*notes, f"{len(order) - MOST_ROWS:,} columns that moved less are not shown."]
    if notes:
        body.append(element("ul", *[element("li", note) for note in notes], class_="notes"))
    return Section("columns", "The columns", LEAD, join(body))


def furthest_first(report: DriftReport) -> NDArray[np.int64]:
    """Positions of the columns: those that have drifted, then the others, each by PSI."""
    psi = np.array([one.psi for one in report.details])
    return np.lexsort((-psi, ~is_drift(report)))


def is_drift(report: DriftReport) -> NDArray[np.bool_]:
    """Which columns have drifted; (n_columns,)."""
    return report.to_frame()["is_drift"].to_numpy(dtype=bool)


def _row(report: DriftReport, place: int, reach: float) -> Html:
    name, kind, one = report.columns[place], report.kinds[place], report.details[place]
    moved = bool(is_drift(report)[place])
    threshold = report.min_psi / reach
    marks = [bar(0, one.psi / reach, 3, 12, "up" if moved else "c-other"), line(threshold, 0, threshold, 18, "mean")]
    cells = [
        element("th", element("span", clip(name)), element("small", kind), scope="row", title=name),
        element("td", number(one.psi), class_="num"),
        element("td", plot(18, *marks, label=f"PSI of {name}: {number(one.psi)}"), class_="strip"),
        element("td", number(float(report.p_values[place]), 2), class_="num"),
        element("td", _change(one.missing_change), class_="num"),
        element("td", percent(one.unseen_share, 1), class_="num"),
        element("td", element("b", "drift") if moved else "", class_="num"),  # numbers and the verdict never wrap
    ]
    return element("tr", *cells)


def _change(change: float) -> str:
    if change == 0:
        return "0"
    return f"{number(100 * change, 2)} points" if change < 0 else f"+{number(100 * change, 2)} points"
