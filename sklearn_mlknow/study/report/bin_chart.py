"""The chart of one column's bins: numbers stand side by side, categories lie below each other beside their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from sklearn_mlknow.study.report.binned import BinnedColumn
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import bar, dot, line, plot, text
from sklearn_mlknow.study.report.words import clip, number

HEIGHT = 104
ROW = 14
GAP = 0.06  # of a bin's width, on either side


@dataclass(frozen=True)
class BinMark:
    """What is drawn for one bin, on a scale from 0 to 1.

    Attributes
    ----------
    title : str
        Said when the pointer rests on it.
    segments : tuple of (start, end, style)
        Bars after each other.
    range : tuple of (low, middle, high) or None
        A mean with its interval, instead of bars.
    """

    title: str
    segments: tuple[tuple[float, float, str], ...] = ()
    range: tuple[float, float, float] | None = None


def bin_chart(column: BinnedColumn, bins: Sequence[BinMark], values: Sequence[str], reference: float | None) -> Html:
    """Draw the bins of a column; `reference` is where a dashed line goes, `values` what stands beside a category."""
    draw = _standing(column, bins, reference) if column.edges else _lying(column, bins, values, reference)
    title = element("figcaption", element("strong", clip(column.name), title=column.name))
    return element("figure", title, draw, class_="card")


def _standing(column: BinnedColumn, bins: Sequence[BinMark], reference: float | None) -> Html:
    def down(share: float) -> float:
        return 4 + (HEIGHT - 4) * (1 - share)

    n = column.n_bins
    marks = [] if reference is None else [line(0, down(reference), 1, down(reference), "mean")]
    for place, mark in enumerate(bins):
        left, right, x = (place + GAP) / n, (place + 1 - GAP) / n, (place + 0.5) / n
        marks += [bar(left, right, down(b), down(a) - down(b), style, mark.title) for a, b, style in mark.segments]
        if mark.range is not None:
            low, middle, high = mark.range
            marks += [line(x, down(low), x, down(high), "whisker"), dot(x, down(middle), "fill", mark.title, radius=4)]
    edges = enumerate(column.edges)
    step = 1 if len(column.edges) <= 4 else 2 if len(column.edges) <= 7 else 3
    marks += [text((k + 1) / n, HEIGHT + 14, number(edge)) for k, edge in edges if k % step == step // 2]
    if column.has_missing:
        marks.append(text((n - 0.5) / n, HEIGHT + 14, "?"))
    return plot(HEIGHT + 18, *marks, label=f"the target by bin of {column.name}")


def _lying(column: BinnedColumn, bins: Sequence[BinMark], values: Sequence[str], reference: float | None) -> Html:
    rows = []
    for label, mark, value in zip(column.labels, bins, values):
        marks = [bar(a, b, 1.5, ROW - 3, style, mark.title) for a, b, style in mark.segments]
        if mark.range is not None:
            low, middle, high = mark.range
            marks += [line(low, ROW / 2, high, ROW / 2, "whisker"), dot(middle, ROW / 2, "fill", mark.title, radius=4)]
        if reference is not None:
            marks.append(line(reference, -2, reference, ROW + 2, "mean"))
        rows += [element("span", clip(label, 14), title=label), plot(ROW, *marks, label=mark.title)]
        rows.append(element("span", value, class_="num"))
    return element("div", join(rows), class_="levels")
