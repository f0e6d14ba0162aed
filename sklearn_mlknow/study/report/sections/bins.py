"""The bins of each column and what the target does in them."""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.bin_chart import BinMark, bin_chart
from sklearn_mlknow.study.report.binned import BinnedColumn, bin_columns
from sklearn_mlknow.study.report.chart_colors import color_of
from sklearn_mlknow.study.report.context import Array, Context
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.importance import columns_by_importance
from sklearn_mlknow.study.report.legend import legend
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number, percent

MOST_CARDS = 18
HOW = (
    " Numbers are cut so that each bin holds as many rows; categories and missing values (?) are bins as they are. A "
    "column whose bins all look alike says little by itself."
)


def bins(context: Context) -> Section:
    """Draw the target within the bins of the columns, the most important columns first."""
    task = context.task
    binned = {column.name: column for column in bin_columns(context.X_train)}
    important = list(binned) if context.explained is None else columns_by_importance(context.explained)
    order = important[:MOST_CARDS]
    key = legend(task.classes) if task.kind == "multiclass" else Html("")
    if task.kind == "regression":
        y = context.y_train.to_numpy(dtype=np.float64)
        lead = (
            f"The mean of {clip(context.target)} in each bin, with its 95 % interval; the dashed line is that of all."
        )
        cards = [_mean_card(binned[name], y) for name in order]
    elif task.kind == "multiclass":
        lead = "The share of each class in each bin."
        cards = [_classes_card(binned[name], context) for name in order]
    else:
        wanted = f"{clip(context.target)} = {clip(task.classes[1])}"
        share = percent(float(context.codes_train.mean()))
        lead = f"The share of rows with {wanted} in each bin; the dashed line is their share of all rows, {share}."
        cards = [_share_card(binned[name], context) for name in order]
    body = [key, element("div", *cards, class_="cards")]
    if len(binned) > len(order):
        body.append(
            element("p", f"Not drawn: {count(len(binned) - len(order), 'less important column')}.", class_="note")
        )
    return Section("bins", "The bins", lead + HOW, join(body))


def _classes_card(column: BinnedColumn, context: Context) -> Html:
    classes = context.task.classes
    table = column.table(context.codes_train, len(classes))  # (n_bins, n_classes)
    sizes = np.maximum(table.sum(axis=1), 1)
    ends = np.hstack([np.zeros((len(table), 1)), np.cumsum(table / sizes[:, None], axis=1)])
    marks = []
    for place, label in enumerate(column.labels):
        most = int(table[place].argmax())
        share = percent(table[place, most] / sizes[place])
        title = f"{label}: mostly {classes[most]}, {share} of {count_rows(sizes, place)}"
        codes = [int(code) for code in np.flatnonzero(table[place])]
        segments = [(float(ends[place, code]), float(ends[place, code + 1]), color_of(code)) for code in codes]
        marks.append(BinMark(title, tuple(segments)))
    return bin_chart(column, marks, [f"{size:,}" for size in table.sum(axis=1)], None)


def _share_card(column: BinnedColumn, context: Context) -> Html:
    table = column.table(context.codes_train, 2)
    sizes = np.maximum(table.sum(axis=1), 1)
    shares = table[:, 1] / sizes
    top = max(float(shares.max()), 1e-9)
    marks = [
        BinMark(f"{label}: {percent(share, 1)} of {count_rows(sizes, place)}", ((0.0, float(share) / top, "fill"),))
        for place, (label, share) in enumerate(zip(column.labels, shares))
    ]
    return bin_chart(column, marks, [percent(share) for share in shares], float(context.codes_train.mean()) / top)


def _mean_card(column: BinnedColumn, y: Array) -> Html:
    sizes = np.bincount(column.codes, minlength=column.n_bins)
    n, overall = np.maximum(sizes, 1), float(y.mean())
    means = np.bincount(column.codes, weights=y, minlength=column.n_bins) / n
    spread = np.bincount(column.codes, weights=(y - means[column.codes]) ** 2, minlength=column.n_bins)
    half = 1.96 * np.sqrt(spread / np.maximum(n - 1, 1) / n)
    means = np.where(sizes > 0, means, overall)
    low, high = min(float((means - half).min()), overall), max(float((means + half).max()), overall)

    def scaled(value: float) -> float:
        return 0.04 + 0.92 * (value - low) / (high - low) if high > low else 0.5

    marks = [
        BinMark(
            f"{label}: mean {number(mean, 4)} of {count_rows(sizes, place)}",
            range=(scaled(mean - half[place]), scaled(mean), scaled(mean + half[place])),
        )
        for place, (label, mean) in enumerate(zip(column.labels, means))
    ]
    return bin_chart(column, marks, [number(mean) for mean in means], scaled(overall))


def count_rows(sizes: NDArray[np.int64], place: int) -> str:
    """Write the number of rows of a bin."""
    return count(int(sizes[place]), "row")
