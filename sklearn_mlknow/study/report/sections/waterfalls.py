"""Waterfalls: how three predictions came about, column by column."""

from typing import Any

import numpy as np

from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.marks import bar, line, plot, whisker
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.sections.importance import unit
from sklearn_mlknow.study.report.words import clip, number, percent

MOST_STEPS = 9
NOTHING = 1e-9
LEAD = (
    "Three test rows. Each begins at the mean prediction and ends at the prediction of this row; every step is what "
    "one column added or took away ({unit}). The steps add up exactly."
)


def waterfalls(context: Context) -> Section:
    """Draw the waterfall of a typical row, of one where the model was unsure and of its worst mistake."""
    chosen = chosen_rows(context)
    cards = [_card(context, place, why) for why, place in chosen]
    lead = LEAD.format(unit=unit(context))
    return Section("waterfalls", "Three predictions in full", lead, element("div", *cards, class_="cards broad"))


def chosen_rows(context: Context) -> list[tuple[str, int]]:
    """Choose three different explained rows: the most typical, the least sure, and the worst."""
    prediction = context.ours.prediction[context.attributions.rows]
    if context.task.is_classification:
        codes = context.codes_test[context.attributions.rows]
        of_truth = prediction[np.arange(len(codes)), codes]
        ordered = np.sort(prediction, axis=1)
        lead = ordered[:, -1] - ordered[:, -2]
        wishes = [
            ("A row it is sure of", -of_truth),
            ("The row it is least sure of", lead),
            ("Its worst row", of_truth),
        ]
    else:
        error = np.abs(prediction - context.y_test.to_numpy(dtype=np.float64)[context.attributions.rows])
        wishes = [
            ("The highest prediction", -prediction),
            ("The lowest prediction", prediction),
            ("Its worst row", -error),
        ]
    picked: list[tuple[str, int]] = []
    for why, cost in reversed(wishes):  # the worst row first: it must not be taken by another wish
        taken = {place for _, place in picked}
        picked.append((why, next(int(place) for place in np.argsort(cost, kind="stable") if int(place) not in taken)))
    return picked[::-1]


def _card(context: Context, place: int, why: str) -> Html:
    explained = context.attributions
    row = int(explained.rows[place])
    output, told = _told(context, row)
    values, errors = explained.values[place, :, output], explained.standard_errors[place, :, output]
    base = float(explained.base_values[output])
    order = np.argsort(-np.abs(values), kind="stable")
    shown, rest = (order, order[:0]) if len(order) <= MOST_STEPS else (order[: MOST_STEPS - 1], order[MOST_STEPS - 1 :])
    record = context.X_test.iloc[row]
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
    rows = [_end("mean prediction", base, low, high, context)]
    rows += [
        _step(names[k], steps[k], wides[k], float(ends[k]), float(ends[k + 1]), low, high) for k in range(len(steps))
    ]
    rows.append(_end("this row", float(ends[-1]), low, high, context))
    caption = element("figcaption", element("strong", why), element("span", told, class_="muted"))
    return element("figure", caption, element("div", *rows, class_="steps"), class_="card")


def _told(context: Context, row: int) -> tuple[int, str]:
    """Return which output is explained, and in words what was predicted and what is true."""
    prediction = context.ours.prediction[row]
    if not context.task.is_classification:
        told = f"predicted {number(float(prediction), 4)}, truly {number(float(context.y_test.iloc[row]), 4)}"
        return 0, told
    classes, output = context.task.classes, int(np.argmax(prediction))
    truth = str(context.y_test.iloc[row])
    told = f"predicted {clip(classes[output], 20)} ({percent(float(prediction[output]))}), truly {clip(truth, 20)}"
    return (0, f"{told}; probability of {clip(classes[1], 20)}") if context.task.kind == "binary" else (output, told)


def _step(name: str, step: float, wide: float, start: float, end: float, low: float, high: float) -> Html:
    reach = high - low
    left, right = (start - low) / reach, (end - low) / reach
    marks = [bar(left, right, 3, 12, "up" if step >= 0 else "down"), line(right, 9, right, 24, "stem")]
    if wide > 0:
        marks.append(whisker((end - wide - low) / reach, (end + wide - low) / reach, 9, 2.5))
    return _line(
        name, plot(18, *marks, label=f"{name}: {number(step)}"), signed(step if abs(step) > NOTHING * reach else 0.0)
    )


def _end(name: str, value: float, low: float, high: float, context: Context) -> Html:
    x = (value - low) / (high - low)
    shown = percent(value, 1) if context.task.is_classification else number(value, 4)
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
    return clip(value, 18)
