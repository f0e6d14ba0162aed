"""The general effects: what the model says on average when a column takes a value in every row."""

import math

import numpy as np

from sklearn_mlknow.study.report.chart_colors import N_COLORS, color_of
from sklearn_mlknow.study.report.explained import Array, Effect, Explained
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.legend import legend
from sklearn_mlknow.study.report.marks import curve, dot, line, plot, text, ticks_between
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number, percent

HEIGHT = 118
LEFT, RIGHT = 0.16, 0.985
LEAD = (
    "The mean prediction ({what}) when one column is set to a value in every row and all others stay. Flat: the value "
    "hardly counts. The bars are 95 % intervals over other rows that could lend the rest; all pictures have the same "
    "height. Values that never occur together are mixed too, so read it beside the rows above."
)


def effects(explained: Explained) -> Section:
    """Draw a card for each of the most important columns."""
    ends = [(e.means - 1.96 * e.standard_errors, e.means + 1.96 * e.standard_errors) for e in explained.effects]
    low = min((float(below.min()) for below, _ in ends), default=0.0)
    high = max((float(above.max()) for _, above in ends), default=1.0)
    if explained.is_share:
        low, high = max(low, 0.0), min(high, 1.0)
    high = high if high > low else low + 1.0
    cards = [_card(effect, low, high, explained) for effect in explained.effects]
    key = legend(explained.outputs) if len(explained.outputs) > 1 else Html("")
    what = f"the probability of {clip(explained.outputs[0])}" if explained.is_share else clip(explained.target)
    if len(explained.outputs) > 1:
        what = "the probability of each class"
    body = join([key, element("div", *cards, class_="cards")])
    return Section("effects", "The general effect of each column", LEAD.format(what=what), body)


def _card(effect: Effect, low: float, high: float, explained: Explained) -> Html:
    title = element("figcaption", element("strong", clip(effect.name), title=effect.name))
    drawn = _chart(effect, low, high, explained)
    return element("figure", title, drawn, class_="card")


def _chart(effect: Effect, low: float, high: float, explained: Explained) -> Html:
    shares = places(effect)
    several = len(explained.outputs) > 1

    def down(value: float) -> float:
        return 6 + (HEIGHT - 12) * (1 - (min(max(value, low), high) - low) / (high - low))

    marks = []
    for tick in ticks_between(low, high, 4):
        words = percent(tick) if explained.is_share else number(tick)
        marks += [
            line(LEFT, down(tick), RIGHT, down(tick), "grid"),
            text(LEFT - 0.02, down(tick) + 4, words, anchor="end"),
        ]
    marks += [_foot(share, value, effect) for share, value in _named(effect, shares)]
    for output in range(min(len(explained.outputs), N_COLORS)):
        style = color_of(output) if several else "fill"
        means, errors = effect.means[:, output], effect.standard_errors[:, output]
        if effect.is_number:
            known = np.array([not math.isnan(float(value)) for value in effect.values])
            heights = np.array([down(float(mean)) for mean in means[known]])
            marks.append(curve(shares[known], heights, HEIGHT, f"curve line-{style}"))
        for share, value, mean, error in zip(shares, effect.values, means, errors):
            said = f"{effect.name} = {_words(value)}: {number(float(mean))}"
            if not several:
                ends = down(float(mean - 1.96 * error)), down(float(mean + 1.96 * error))
                marks.append(line(share, ends[0], share, ends[1], "whisker"))
            marks.append(dot(share, down(float(mean)), style, said, radius=2.6 if effect.is_number else 4))
    return plot(HEIGHT + 18, *marks, label=f"general effect of {effect.name}")


def places(effect: Effect) -> Array:
    """Return where the values stand, as shares of the width: numbers to scale, levels evenly, what is missing last.

    A scale on which outliers would squeeze the other values into a tenth of the width goes by rank instead.
    """
    n = len(effect.values)
    if not effect.is_number:
        return LEFT + (RIGHT - LEFT) * (np.arange(n) + 0.5) / n
    values = np.array([float(value) for value in effect.values])
    known = values[~np.isnan(values)]
    end = RIGHT - 0.1 if len(known) < n else RIGHT - 0.02
    first = LEFT + 0.02
    if len(known) < 2 or known[-1] == known[0]:
        return np.where(np.isnan(values), RIGHT - 0.02, (first + end) / 2)
    shares = (known - known[0]) / (known[-1] - known[0])
    if np.ptp(np.quantile(shares, [0.1, 0.9])) < 0.1:
        shares = np.arange(len(known)) / (len(known) - 1)
    return np.concatenate([first + (end - first) * shares, np.full(n - len(known), RIGHT - 0.02)])


def _named(effect: Effect, shares: Array) -> list[tuple[float, float | str]]:
    """Choose the values whose names stand below: three numbers, or all levels."""
    if not effect.is_number:
        return list(zip(shares.tolist(), effect.values))
    known = [k for k, value in enumerate(effect.values) if not math.isnan(float(value))]
    if not known:
        return [(float(shares[-1]), effect.values[-1])]
    middle = (shares[known[0]] + shares[known[-1]]) / 2
    inner = min(known, key=lambda k: abs(shares[k] - middle))
    kept = sorted({known[0], inner, known[-1]} | {k for k in range(len(effect.values)) if k not in known})
    return [(float(shares[k]), effect.values[k]) for k in kept]


def _foot(share: float, value: float | str, effect: Effect) -> Html:
    if effect.is_number:
        return text(share, HEIGHT + 13, _words(value))
    room = max(3, 34 // len(effect.values))
    return text(share, HEIGHT + 13, clip(value, room))


def _words(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return "?" if math.isnan(value) else number(value)
