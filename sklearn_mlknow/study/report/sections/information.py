"""Mutual information of each column with the target, beside what chance alone would show."""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.formulas.information import entropy, mutual_information
from sklearn_mlknow.study.report.binned import BinnedColumn, bin_columns
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.marks import bar, line, plot
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number, percent

MOST_ROWS = 40
LEAD = (
    "How much knowing a column's bin tells about the target, in bits, and as a share of all there is to know. It is "
    "found without any model, one column at a time. The thin mark is what a column of pure noise would show."
)


def information(context: Context) -> Section:
    """Draw a bar for the mutual information of each column, the largest first."""
    codes, n_classes = target_codes(context)
    binned = bin_columns(context.X_train)
    tables = [column.table(codes, n_classes) for column in binned]
    raw = np.array([float(mutual_information(table)) for table in tables]) / np.log(2)
    net = np.array([float(mutual_information(table, bias_corrected=True)) for table in tables]) / np.log(2)
    whole = float(entropy(np.bincount(codes, minlength=n_classes))) / np.log(2)
    order = np.argsort(-net, kind="stable")[:MOST_ROWS]
    top = max(float(raw.max()), 1e-12)
    rows = [_row(binned[k], float(raw[k]), float(raw[k] - net[k]), whole, top) for k in order]
    return Section("information", "What each column knows", LEAD, element("div", *rows, class_="bars"))


def target_codes(context: Context) -> tuple[NDArray[np.int64], int]:
    """Return the classes of the training rows, or ten bins of a number to predict."""
    if context.task.is_classification:
        return context.codes_train, len(context.task.classes)
    column = bin_columns(context.y_train.astype(np.float64).to_frame("target"))[0]
    return column.codes, column.n_bins


def _row(column: BinnedColumn, raw: float, chance: float, whole: float, top: float) -> Html:
    net = max(raw - chance, 0.0)
    share = net / whole if whole > 0 else 0.0
    marks = [
        bar(0, raw / top, 2, 12, "fill faint"),
        bar(0, net / top, 2, 12, "fill", f"{column.name}: {number(net)} bits above chance"),
        line(chance / top, 0, chance / top, 16, "chance"),
    ]
    return element(
        "div",
        element("span", clip(column.name), class_="name", title=column.name),
        plot(16, *marks, label=f"mutual information of {column.name}"),
        element("span", f"{number(net, 2)} bits", element("small", percent(share)), class_="num"),
        class_="bar-row",
    )
