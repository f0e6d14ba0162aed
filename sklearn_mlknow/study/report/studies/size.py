"""The learning curve over rows, its power law, and what twice the rows would bring."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import curve, dot, line, plot, text, ticks_between
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import number

if TYPE_CHECKING:
    from sklearn_mlknow.study.data_size_study import DataSizeStudy

HEIGHT = 240
LEAD = (
    "The loss (log-loss of classes, root mean squared error of numbers) at growing numbers of rows, on rows it learned "
    "from and on rows it did not. The line is a power law through the unseen rows, carried on to twice as many; bars "
    "are 95 % intervals. Rows that were held out in turn are the validation rows of the table below it."
)


def size(study: "DataSizeStudy") -> Section:
    """Draw the curve and the forecast."""
    shown: Any = study.results_
    ahead = study.forecast_
    n_rows = shown["n_rows"].to_numpy(dtype=np.float64)
    ends = [*shown["test_low"], *shown["test_high"], *shown["train_loss"], ahead["low"], ahead["high"], ahead["loss"]]
    low, high = max(0.0, float(min(ends))), float(max(ends))
    high = high if high > low else low + 1.0
    first, last = float(np.log(n_rows[0])), float(np.log(ahead["n_rows"]))

    def across(rows: np.ndarray | float) -> np.ndarray:
        return 0.11 + 0.86 * (np.log(np.asarray(rows, dtype=np.float64)) - first) / (last - first)

    def down(loss: np.ndarray | float) -> np.ndarray:
        return 10 + (HEIGHT - 36) * (1 - (np.clip(np.asarray(loss, dtype=np.float64), low, high) - low) / (high - low))

    marks = []
    for tick in ticks_between(low, high, 5):
        y = float(down(tick))
        marks += [line(0.09, y, 0.99, y, "grid"), text(0.08, y + 4, number(tick), anchor="end")]
    step = 1 if len(n_rows) <= 6 else 2
    for rows in [*n_rows[::-1][::step][::-1], float(ahead["n_rows"])]:
        marks.append(text(float(across(rows)), HEIGHT - 6, f"{rows:,.0f}"))
    finely = np.geomspace(n_rows[0], ahead["n_rows"], 80)
    marks.append(curve(across(finely), down(np.asarray(study.power_law_.at(finely))), HEIGHT, "curve c-valid"))
    for row in shown.itertuples():
        x, said = float(across(row.n_rows)), f"{row.n_rows:,} rows"
        marks += [
            line(x, float(down(row.test_low)), x, float(down(row.test_high)), "whisker"),
            dot(x, float(down(row.test_loss)), "c1", f"{said}, unseen: {number(row.test_loss)}", radius=4.5),
            dot(x, float(down(row.train_loss)), "c0", f"{said}, learned from: {number(row.train_loss)}", radius=3.5),
        ]
    x = float(across(ahead["n_rows"]))
    marks += [
        line(x, float(down(ahead["low"])), x, float(down(ahead["high"])), "whisker"),
        dot(x, float(down(ahead["loss"])), "c-other", f"expected: {number(ahead['loss'])}", radius=4.5),
    ]
    drawn = plot(HEIGHT, *marks, label="loss by number of rows")
    body = [element("div", _key(), drawn, class_="card wide"), element("p", study.sentence(), class_="note")]
    body.append(element("div", _gaps(study), class_="card wide scroll"))
    return Section("size", "Would more rows help?", LEAD, join(body))


def _gaps(study: "DataSizeStudy") -> Html:
    """Write how much the loss rises from each kind of rows to the next; the study's sentence says what it means."""
    heads = ["gap", "loss before", "after", "rise", "95 % interval"]
    head = element(
        "tr", *[element("th", name, scope="col", class_="num" if k else None) for k, name in enumerate(heads)]
    )
    rows = []
    gaps: Any = study.gaps_.itertuples()
    for gap in gaps:
        rise = element("b", number(gap.rise)) if gap.low > 0 else number(gap.rise)
        interval = f"{number(gap.low)} to {number(gap.high)}"
        cells = [element("td", told, class_="num") for told in (number(gap.before), number(gap.after), rise, interval)]
        rows.append(element("tr", element("th", element("span", gap.gap), scope="row"), *cells))
    return element("table", element("thead", head), element("tbody", *rows), class_="scores")


def _key() -> Html:
    pairs = (("c1", "unseen rows"), ("c0", "rows it learned from"), ("c-rest", "forecast"))
    return element(
        "div",
        *[element("span", element("i", class_=f"swatch {style}"), words) for style, words in pairs],
        class_="legend",
    )
