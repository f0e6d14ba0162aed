"""Waterfalls: how a prediction came about, column by column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sklearn_mlknow.study.report.explained import Explained
from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.marks import bar, line, plot, whisker
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number, percent

MOST_STEPS = 9
NOTHING = 1e-9
LEAD = (
    " Each begins at the mean prediction and ends at the prediction of this row; every step is what one column added "
    "or took away ({unit}). The steps add up exactly."
)


@dataclass(frozen=True)
class Waterfall:
    """A row to draw.

    Attributes
    ----------
    place : int
        Position among the explained rows.
    output : int
        Which output is explained.
    title, told : str
        Why this row, and what is said of it.
    """

    place: int
    output: int
    title: str
    told: str


def waterfalls(explained: Explained, chosen: Sequence[Waterfall], title: str, lead: str) -> Section:
    """Draw some rows, a card each."""
    cards = [_card(explained, one) for one in chosen]
    body = element("div", *cards, class_="cards broad")
    return Section("waterfalls", title, lead + LEAD.format(unit=explained.unit), body)


def _card(explained: Explained, one: Waterfall) -> Html:
    values = explained.values[one.place, :, one.output]
    errors = explained.standard_errors[one.place, :, one.output]
    base = float(explained.base_values[one.output])
    order = np.argsort(-np.abs(values), kind="stable")
    shown, rest = (order, order[:0]) if len(order) <= MOST_STEPS else (order[: MOST_STEPS - 1], order[MOST_STEPS - 1 :])
    record = explained.X.iloc[one.place]
    names = [f"{clip(explained.names[k], 20)} = {value_words(record.iloc[int(k)])}" for k in shown]
    steps, wides = [float(values[k]) for k in shown], [1.96 * float(errors[k]) for k in shown]
    if len(rest):
        names.append(f"{len(rest)} other columns")
        steps.append(float(values[rest].sum()))
        wides.append(1.96 * float(np.sqrt((errors[rest] ** 2).sum())))
    ends = base + np.concatenate([[0.0], np.cumsum(steps)])
    low, high = float(ends.min()), float(ends.max())
    pad = 0.06 * (high - low) or 1.0
    low, high = low - pad, high + pad
    rows = [_end("mean prediction", base, low, high, explained.is_share)]
    rows += [
        _step(names[k], steps[k], wides[k], float(ends[k]), float(ends[k + 1]), low, high) for k in range(len(steps))
    ]
    rows.append(_end("this row", float(ends[-1]), low, high, explained.is_share))
    caption = element("figcaption", element("strong", one.title), element("span", one.told, class_="muted"))
    return element("figure", caption, element("div", *rows, class_="steps"), class_="card")


def _step(name: str, step: float, wide: float, start: float, end: float, low: float, high: float) -> Html:
    reach = high - low
    left, right = (start - low) / reach, (end - low) / reach
    marks = [bar(left, right, 3, 12, "up" if step >= 0 else "down"), line(right, 9, right, 24, "stem")]
    if wide > 0:
        marks.append(whisker((end - wide - low) / reach, (end + wide - low) / reach, 9, 2.5))
    return _line(
        name, plot(18, *marks, label=f"{name}: {number(step)}"), signed(step if abs(step) > NOTHING * reach else 0.0)
    )


def _end(name: str, value: float, low: float, high: float, is_share: bool) -> Html:
    x = (value - low) / (high - low)
    shown = percent(value, 1) if is_share else number(value, 4)
    drawn = plot(18, line(x, 0, x, 18, "mean"), label=f"{name}: {shown}")
    return _line(element("b", name), drawn, element("b", shown))


def _line(name: str, drawn: Html, value: str) -> Html:
    parts = [element("span", name, class_="name"), drawn, element("span", value, class_="num")]
    return element("div", *parts, class_="step-row")


def signed(value: float) -> str:
    """Write a number with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def value_words(value: Any) -> str:
    """Write a cell of the table."""
    if isinstance(value, float):
        return "missing" if np.isnan(value) else number(value, 4)
    return "missing" if value is None else clip(value, 18)
