"""The bins of each column and what the target does in them."""

import numpy as np

from sklearn_mlknow.study.report.binned import BinnedColumn, bin_columns
from sklearn_mlknow.study.report.chart_colors import color_of
from sklearn_mlknow.study.report.context import Array, Context
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.importance import columns_by_importance
from sklearn_mlknow.study.report.legend import legend
from sklearn_mlknow.study.report.marks import bar, dot, line, plot, text
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number, percent

HEIGHT = 104
MOST_CARDS = 18


def bins(context: Context) -> Section:
    """Draw the target within the bins of the columns, the most important columns first."""
    task = context.task
    binned = {column.name: column for column in bin_columns(context.X_train)}
    order = columns_by_importance(context)[:MOST_CARDS]
    if task.kind == "regression":
        lead = f"The mean of {clip(context.target)} in each bin; the dashed line is the mean of all rows."
        cards = [_mean_card(binned[name], context.y_train.to_numpy(dtype=np.float64)) for name in order]
        key = Html("")
    else:
        lead = "The share of each class in each bin."
        if task.kind == "binary":
            share = percent(float(context.codes_train.mean()))
            wanted = f"{clip(context.target)} = {clip(task.classes[1])}"
            lead = f"The share of rows with {wanted} in each bin; the dashed line is their share of all rows, {share}."
        cards = [_class_card(binned[name], context) for name in order]
        key = legend(task.classes) if task.kind == "multiclass" else Html("")
    lead += (
        " Numbers are cut so that each bin holds as many rows; categories and missing values are bins as they are."
        " A column whose bins all look alike says little by itself."
    )
    left_out = len(binned) - len(order)
    more = (
        element("p", f"The {count(left_out, 'least important column')} not drawn.", class_="note")
        if left_out > 0
        else ""
    )
    return Section("bins", "The bins", lead, join([key, element("div", *cards, class_="cards"), more]))


def _class_card(column: BinnedColumn, context: Context) -> Html:
    classes = context.task.classes
    table = column.table(context.codes_train, len(classes))  # (n_bins, n_classes)
    sizes = table.sum(axis=1)
    shares = table / np.maximum(sizes, 1)[:, None]
    shown = range(len(classes)) if len(classes) > 2 else [1]
    top = 1.0 if len(classes) > 2 else max(float(shares[:, 1].max()), 1e-9)
    marks = []
    for place, label in enumerate(column.labels):
        below = 0.0
        for code in shown:
            share = float(shares[place, code]) / top
            if share > 0:
                title = (
                    f"{label}: {classes[code]} {percent(shares[place, code], 1)} of {count(int(sizes[place]), 'row')}"
                )
                style = color_of(code) if len(classes) > 2 else "fill"
                marks.append(_bin_bar(place, column, HEIGHT * (1 - below - share), HEIGHT * share, style, title))
            below += share
    if len(classes) == 2:
        mean = float(table[:, 1].sum() / table.sum())
        marks.append(line(0, HEIGHT * (1 - mean / top), 1, HEIGHT * (1 - mean / top), "mean"))
    return _card(column, marks, f"the classes by bin of {column.name}")


def _mean_card(column: BinnedColumn, y: Array) -> Html:
    sizes = np.bincount(column.codes, minlength=column.n_bins)
    means = np.bincount(column.codes, weights=y, minlength=column.n_bins) / np.maximum(sizes, 1)
    spread = np.bincount(column.codes, weights=(y - means[column.codes]) ** 2, minlength=column.n_bins)
    errors = np.sqrt(spread / np.maximum(sizes - 1, 1) / np.maximum(sizes, 1))  # standard error of each mean
    used = sizes > 0
    low, high = float((means - 2 * errors)[used].min()), float((means + 2 * errors)[used].max())
    low, high = min(low, float(y.mean())), max(high, float(y.mean()))
    reach = (high - low) or 1.0

    def down(value: float) -> float:
        return 6 + (HEIGHT - 12) * (high - value) / reach

    overall = float(y.mean())
    marks = [line(0, down(overall), 1, down(overall), "mean")]
    for place, label in enumerate(column.labels):
        if not used[place]:
            continue
        x, mean, error = (place + 0.5) / column.n_bins, float(means[place]), float(errors[place])
        title = f"{label}: mean {number(mean, 4)} of {count(int(sizes[place]), 'row')}"
        marks += [
            line(x, down(mean), x, down(overall), "stem"),
            line(x, down(mean - 2 * error), x, down(mean + 2 * error), "whisker"),
            dot(x, down(mean), "fill", title, radius=4),
        ]
    return _card(column, marks, f"mean of the target by bin of {column.name}")


def _bin_bar(place: int, column: BinnedColumn, top: float, height: float, style: str, title: str) -> Html:
    gap = 0.06
    return bar((place + gap) / column.n_bins, (place + 1 - gap) / column.n_bins, top, height, style, title)


def _card(column: BinnedColumn, marks: list[Html], label: str) -> Html:
    title = element("figcaption", element("strong", clip(column.name), title=column.name))
    drawn = plot(HEIGHT + 18, *marks, *_labels(column), label=label)
    return element("figure", title, drawn, class_="card")


def _labels(column: BinnedColumn) -> list[Html]:
    """Write edges between the bins, every second or third where they are many; levels below theirs."""
    n, y = column.n_bins, HEIGHT + 14
    if column.edges:
        step = 1 if len(column.edges) <= 4 else 2 if len(column.edges) <= 7 else 3
        marks = [text((k + 1) / n, y, number(edge)) for k, edge in enumerate(column.edges) if k % step == step // 2]
        return [*marks, text((n - 0.5) / n, y, "?")] if column.has_missing else marks
    letters = max(2, 40 // n)
    return [
        text((k + 0.5) / n, y, "?" if column.has_missing and k == n - 1 else clip(label, letters))
        for k, label in enumerate(column.labels)
    ]
