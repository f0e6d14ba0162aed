"""What may be wrong with the table."""

from typing import TYPE_CHECKING

import numpy as np

from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip

if TYPE_CHECKING:
    from sklearn_mlknow.study.data_check import DataCheck
    from sklearn_mlknow.study.findings import Finding

MOST_FINDINGS = 60
MOST_ROWS = 12
LEAD = (
    "What to look at before any model is tuned, the graver kinds first: a wrong label or a column that knows the "
    "answer costs more than any technique wins. Rows are counted from 1, the line of names not among them."
)


def check(study: "DataCheck") -> Section:
    """Write the table of findings."""
    found = study.findings_
    if not found:
        return Section("check", "Is the table sound?", LEAD, element("p", "Nothing was found.", class_="card wide"))
    heads = ["finding", "what was seen", "what to do", "rows"]
    head = element("thead", element("tr", *[element("th", name, scope="col") for name in heads]))
    table = element(
        "table", head, element("tbody", *[_row(finding) for finding in found[:MOST_FINDINGS]]), class_="findings"
    )
    body = element("div", table, class_="card wide scroll")
    if len(found) > MOST_FINDINGS:
        body = element("div", body, element("p", f"And {len(found) - MOST_FINDINGS} more.", class_="note"))
    return Section("check", "Is the table sound?", LEAD, body)


def _row(finding: "Finding") -> Html:
    where = element("small", clip(finding.column), title=finding.column) if finding.column else Html("")
    return element(
        "tr",
        element("th", element("span", finding.kind), where, scope="row"),
        element("td", finding.fact),
        element("td", finding.remedy),
        element("td", some_rows(finding.rows)),
    )


def some_rows(rows: np.ndarray) -> str:
    """Write the first row numbers, counted from 1.

    Examples
    --------
    >>> some_rows(np.array([0, 4])), some_rows(np.arange(20))
    ('1, 5', '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 8 more')
    """
    listed = ", ".join(f"{row + 1}" for row in rows[:MOST_ROWS])
    return f"{listed} and {len(rows) - MOST_ROWS:,} more" if len(rows) > MOST_ROWS else listed
