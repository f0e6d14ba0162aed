"""The bins of each column, before and now."""

import numpy as np

from sklearn_mlknow.drift import DriftReport
from sklearn_mlknow.study.report.drift.verdicts import furthest_first, is_drift
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import bar, plot
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number, percent

MOST_CARDS = 36
LEAD = (
    "The share of rows in each bin, in the reference (grey) and now (green, or red in a column that has drifted). The "
    "bins are those of the reference: ten of about equally many rows for a number, the commonest levels for a category."
)


def moved_bins(report: DriftReport) -> Section:
    """Draw a card for each column, those that have drifted first."""
    order, moved = furthest_first(report), is_drift(report)
    cards = [_card(report, int(place), bool(moved[place])) for place in order[:MOST_CARDS]]
    body = [element("div", *cards, class_="cards")]
    if len(order) > MOST_CARDS:
        body.append(element("p", f"Not drawn: {count(len(order) - MOST_CARDS, 'column')} further down.", class_="note"))
    return Section("bins", "The bins, before and now", LEAD, join(body))


def _card(report: DriftReport, place: int, has_moved: bool) -> Html:
    name, one = report.columns[place], report.details[place]
    highest = max(float(np.max([one.reference, one.current], initial=0.0)), 1e-12)
    rows = []
    for label, before, after in zip(one.labels, one.reference, one.current, strict=True):
        title = f"{bin_words(label)}: {percent(float(before), 1)} before, {percent(float(after), 1)} now"
        bars = [
            bar(0, float(before) / highest, 1, 6, "c-rest", title),
            bar(0, float(after) / highest, 8, 6, "up" if has_moved else "fill", title),
        ]
        rows += [element("span", clip(bin_words(label), 18), title=bin_words(label)), plot(15, *bars, label=title)]
        rows.append(element("span", percent(float(after)), class_="num"))
    facts = f"PSI {number(one.psi)} · {report.kinds[place]}" + (" · drift" if has_moved else "")
    title = element("figcaption", element("strong", clip(name), title=name))
    facts_line = element("div", facts, class_="facts")
    return element("figure", title, facts_line, element("div", *rows, class_="levels"), class_="card")


def bin_words(label: str) -> str:
    """Write an open interval in words.

    Examples
    --------
    >>> [bin_words(label) for label in ("[-inf, 3)", "[3, 4.5)", "[4.5, inf)", "(0, 3)", "(0, inf)", "Oslo")]
    ['below 3', '3 to 4.5', 'from 4.5', 'above 0 to 3', 'above 0', 'Oslo']
    """
    if not (label.startswith(("[", "(")) and label.endswith(")") and label.count(", ") == 1):
        return label
    low, high = label[1:-1].split(", ")
    try:
        ends = float(low), float(high)
    except ValueError:  # a category that only looks like an interval
        return label
    if np.isinf(ends).all():
        return "all"
    if label.startswith("("):  # beside a bin of a single value
        return f"above {low}" if np.isinf(ends[1]) else f"above {low} to {high}"
    return f"below {high}" if np.isinf(ends[0]) else f"from {low}" if np.isinf(ends[1]) else f"{low} to {high}"
