"""Which kind of model the table wants: scores, costs, and who is right where another fails."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import dot, line, plot, whisker
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number, percent

if TYPE_CHECKING:
    from sklearn_mlknow.study.model_family_study import ModelFamilyStudy

LEAD = (
    "Each family with one honest default, on the same folds; the simplest rule looks at no column. The bars say how "
    "far each is behind the best, with 95 % intervals: one that reaches the line at the left is not surely worse."
)
RESCUES = (
    "Of the rows on which the family above the column fails, the share on which the family of the row is right. Some "
    "of it is luck: the simplest rule knows nothing of a row and is right on some all the same. Only a share well "
    "above its share speaks for trying the two together."
)


def families(study: "ModelFamilyStudy") -> Section:
    """Write the table of families and the table of who saves whom."""
    results = study.results_
    with_calibration = bool(results["calibration"].notna().any())
    reach = max(float(results["high"].max()), 1e-12)
    heads = ["family", "score", "behind the best", *(["calibration error"] if with_calibration else [])]
    heads += ["fit", "predict 1,000 rows", "size"]
    head = [element("th", name, scope="col", class_=None if name in (heads[0], heads[2]) else "num") for name in heads]
    rows = [_row(row, reach, with_calibration) for row in results.itertuples()]
    table = element("table", element("thead", element("tr", *head)), element("tbody", *rows), class_="scores")
    body = [element("div", table, class_="card wide scroll"), element("p", study.sentence(), class_="note")]
    if len(results) > 1:
        told = rescue_table([str(name) for name in study.rescues_.columns], study.rescues_.to_numpy())
        body += [element("p", RESCUES, class_="note"), element("div", told, class_="card wide scroll")]
    return Section("families", "Which kind of model?", LEAD, join(body))


def _row(row: Any, reach: float, with_calibration: bool) -> Html:
    low, middle, high = (min(max(end / reach, 0.0), 1.0) for end in (row.low, row.behind, row.high))
    marks = [line(0, 0, 0, 18, "zero")]
    if row.high > row.low:
        marks.append(whisker(low, high, 9))
    marks.append(dot(middle, 9, "c-other", f"behind by {number(row.behind)}", radius=4.5))
    cells = [
        element("th", element("span", clip(row.family)), scope="row", title=row.family),
        element("td", number(row.score, 4), class_="num"),
        element("td", plot(18, *marks, label=f"{row.family}: behind by {number(row.behind)}"), class_="strip"),
    ]
    if with_calibration:
        cells.append(element("td", percent(row.calibration, 1), class_="num"))
    cells += [
        element("td", f"{number(row.fit_seconds, 2)} s", class_="num"),
        element("td", f"{number(row.predict_seconds, 2)} s", class_="num"),
        element("td", f"{number(row.kilobytes, 2)} kB", class_="num"),
    ]
    return element("tr", *cells)


def rescue_table(names: Sequence[str], shares: Any, facts: Sequence[str] = ()) -> Html:
    """Write who is right where another fails; (n_families, n_families). A fact may stand below each name."""
    below = facts or [""] * len(names)
    head = [
        element("th", clip(name), *([element("small", f" {fact}")] if fact else []), scope="col", class_="num")
        for name, fact in zip(names, below, strict=True)
    ]
    head.insert(0, element("th", ""))
    rows = []
    for name, row in zip(names, shares, strict=True):
        cells = ["" if other == name else percent(float(share)) for other, share in zip(names, row, strict=True)]
        told = [element("td", cell, class_="num") for cell in cells]
        rows.append(element("tr", element("th", element("span", clip(name)), scope="row"), *told))
    return element("table", element("thead", element("tr", *head)), element("tbody", *rows))
