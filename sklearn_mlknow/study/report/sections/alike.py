"""Are the test rows like the training rows, and do later rows of the table differ from earlier ones?"""

import numpy as np

from sklearn_mlknow.drift import DriftReport
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.halves import Halves
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import bar, line, plot
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number, percent

MOST_ROWS = 40
LEAD = (
    "How far each column has moved between two parts of this table (PSI: below 0.1 little, above 0.25 a lot; the "
    "dashed line is the threshold). Red is drift: more than chance and large enough to matter. For rows that came "
    "later than this table, use mlknow drift."
)


def alike(context: Context) -> Section:
    """Draw the drift of every column, test against training rows and later against earlier rows."""
    pair = context.alike
    psi = np.array([[one.psi for one in report.details] for report in (pair.test, pair.later)])  # (2, n_columns)
    reach = 1.05 * max(pair.test.min_psi, float(psi.max()))
    order = np.argsort(-psi.max(axis=0), kind="stable")[:MOST_ROWS]
    names = ("column", "test rows against training rows", "", "second half of the table against the first", "")
    head = element("tr", *[element("th", name, scope="col") for name in names])
    rows = [_row(context, int(place), reach) for place in order]
    table = element("table", element("thead", head), element("tbody", *rows), class_="scores")
    body = [element("div", table, class_="card wide scroll"), element("p", words(context), class_="note")]
    if psi.shape[1] > len(order):
        body.append(element("p", f"{psi.shape[1] - len(order)} columns that moved less are not shown.", class_="note"))
    return Section("alike", "Are the parts of the table alike?", LEAD, join(body))


def words(context: Context) -> str:
    """Say what the two comparisons mean for the scores."""
    test = context.alike.test
    first = (
        f"The test rows differ from the training rows in {count(len(test.drifted), 'column')}: with so few rows the "
        "split was unlucky, and the scores may be too."
        if test.is_drift
        else "The test rows are like the training rows, as a split by chance should make them."
    )
    return f"{first} {_columns(context)} {_meaning(None if context.studies is None else context.studies.halves)}"


def _columns(context: Context) -> str:
    later = context.alike.later
    if not later.is_drift:
        return "The columns of the second half of the table are like those of the first."
    return (
        f"The second half of the table differs from the first in {count(len(later.drifted), 'column')}. If the rows "
        "stand in order of time, what comes next may differ again, and scores from a split by chance flatter; if they "
        "are merely sorted, it does not matter."
    )


def _meaning(halves: Halves | None) -> str:
    """Say whether the columns tell of the target as before, by models that learned from one half of the rows."""
    if halves is None:
        return "Whether they tell as much of the target there was not tried."
    if not halves.is_clear:
        return (
            "What they tell of the target does not clearly change along the rows: models of one half of the table do "
            f"about as well on the other as with halves drawn by chance (loss {_signed(halves.rise)}, "
            f"{_signed(halves.low)} to {_signed(halves.high)})."
        )
    return (
        "What they tell of the target changes along the rows: models of one half of the table do worse on the other "
        f"than with halves drawn by chance (loss {_signed(halves.rise)}, {_signed(halves.low)} to "
        f"{_signed(halves.high)}). If the rows stand in order of time, this is the gap from test to real rows: expect "
        "it again, judge by the latest rows, and learn from rows like those to come. A table sorted by a column "
        "can show the same without any change."
    )


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else ''}{percent(share)}"


def _row(context: Context, place: int, reach: float) -> Html:
    cells = [element("th", element("span", clip(context.alike.test.columns[place])), scope="row")]
    for report in (context.alike.test, context.alike.later):
        cells += _cells(report, place, reach)
    return element("tr", *cells)


def _cells(report: DriftReport, place: int, reach: float) -> list[Html]:
    psi, moved = report.details[place].psi, report.columns[place] in report.drifted
    threshold = report.min_psi / reach
    marks = [bar(0, psi / reach, 3, 12, "up" if moved else "c-other"), line(threshold, 0, threshold, 18, "mean")]
    label = f"PSI of {report.columns[place]}: {number(psi)}"
    return [element("td", plot(18, *marks, label=label), class_="strip"), element("td", number(psi, 2), class_="num")]
