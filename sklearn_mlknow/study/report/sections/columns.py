"""The columns of the table and how their values are spread."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.study.report.chart_colors import color_of
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.legend import legend
from sklearn_mlknow.study.report.marks import bar, plot
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number, percent

if TYPE_CHECKING:
    import pandas as pd

HEIGHT = 84
N_BARS = 24
MOST_LEVELS = 6
MOST_CARDS = 36
MOST_NAMES = 200
LEAD = (
    "Every column that the model may use, as it is in the training rows. A hatched bar at the right holds the rows in "
    "which the value is missing."
)


def columns(context: Context) -> Section:
    """Draw a card for every column; those beyond the 36th are listed by name."""
    X = context.X_train
    cards = [_card(X[name]) for name in X.columns[:MOST_CARDS]]
    rest = [str(name) for name in X.columns[MOST_CARDS:]]
    if context.task.is_classification:
        body = [_classes(context), element("div", *cards, class_="cards")]
    else:
        target = _card(context.y_train.astype(np.float64), is_target=True)
        body = [element("div", target, *cards, class_="cards")]
    if rest:
        body.append(
            element("p", f"And {count(len(rest), 'column')} more: {', '.join(map(clip, rest))}.", class_="note")
        )
    if context.notes:
        body.append(element("ul", *[element("li", note) for note in context.notes], class_="notes"))
    return Section("columns", "The columns", LEAD, join(body))


def _classes(context: Context) -> Html:
    y = context.y_train
    sizes = np.bincount(context.codes_train, minlength=len(context.task.classes))
    return element(
        "div",
        element("div", element("strong", clip(context.target)), " to predict", class_="card-title"),
        legend(context.task.classes, [percent(size / len(y)) for size in sizes]),
        _shares(sizes / len(y), context.task.classes),
        class_="card wide",
    )


def _shares(shares: np.ndarray, classes: tuple[str, ...]) -> Html:
    ends = np.concatenate([[0.0], np.cumsum(shares)])
    bars = [
        bar(left, right, 0, 14, color_of(code), f"{name}: {percent(right - left, 1)}")
        for code, (name, left, right) in enumerate(zip(classes, ends, ends[1:]))
    ]
    return plot(14, *bars, label="share of each class", class_="plot rounded")


def _card(column: "pd.Series[Any]", is_target: bool = False) -> Html:
    is_number = column.dtype.kind == "f"
    n_missing = int(column.isna().sum())
    facts = ["number" if is_number else "category", f"{column.nunique():,} values"]
    if n_missing:
        facts.append(f"{percent(n_missing / len(column))} missing")
    title = element("strong", clip(column.name), title=column.name)
    return element(
        "figure",
        element("figcaption", title, element("span", " to predict" if is_target else "", class_="muted")),
        element("div", " · ".join(facts), class_="facts"),
        _histogram(column) if is_number else _levels(column),
        class_="card",
    )


def _histogram(column: "pd.Series[Any]") -> Html:
    values = column.dropna().to_numpy(dtype=np.float64)
    # the middle 99 % spread over the bars: one outlier does not flatten the rest
    low, high = (float(edge) for edge in np.quantile(values, [0.005, 0.995], method="inverted_cdf"))
    low, high = (low, high) if high > low else (float(values.min()), float(values.max()))
    n_bars = min(N_BARS, max(2, column.nunique()))
    counts, edges = np.histogram(np.clip(values, low, high), bins=n_bars, range=(low, high))
    n_missing = len(column) - len(values)
    width = 0.92 / n_bars if n_missing else 1.0 / n_bars
    top = max(int(counts.max()), n_missing)
    marks = [
        bar(
            place * width,
            (place + 0.9) * width,
            HEIGHT * (1 - n / top),
            HEIGHT * n / top,
            "fill",
            f"[{number(left, 4)}, {number(right, 4)}): {count(int(n), 'row')}",
        )
        for place, (n, left, right) in enumerate(zip(counts, edges, edges[1:]))
        if n
    ]
    if n_missing:
        tall = HEIGHT * n_missing / top
        marks.append(bar(0.95, 1.0, HEIGHT - tall, tall, "missing", f"missing: {count(n_missing, 'row')}"))
    ends = element("div", element("span", number(low, 4)), element("span", number(high, 4)), class_="ends")
    inset = "ends short" if n_missing else "ends"
    ends = element("div", element("span", number(low, 4)), element("span", number(high, 4)), class_=inset)
    return join([plot(HEIGHT, *marks, label=f"distribution of {column.name}"), ends])


def _levels(column: "pd.Series[Any]") -> Html:
    sizes = column.value_counts()
    sizes = sizes[sizes > 0]  # levels of the test rows may be unknown here
    n_shown = MOST_LEVELS if len(sizes) > MOST_LEVELS + 1 else len(sizes)
    rows = [(str(name), int(n), "fill") for name, n in sizes.head(n_shown).items()]
    if len(sizes) > n_shown:
        rows.append((f"{len(sizes) - n_shown:,} others", int(sizes.iloc[n_shown:].sum()), "fill faint"))
    n_missing = int(column.isna().sum())
    if n_missing:
        rows.append(("missing", n_missing, "missing"))
    top = max(n for _, n, _ in rows)
    return element("div", *[_level(name, n, top, len(column), style) for name, n, style in rows], class_="levels")


def _level(name: str, n: int, top: int, n_rows: int, style: str) -> Html:
    drawn = plot(9, bar(0, n / top, 0, 9, style), label=f"{name}: {count(n, 'row')}")
    return join(
        [element("span", clip(name, 16), title=name), drawn, element("span", percent(n / n_rows), class_="num")]
    )
