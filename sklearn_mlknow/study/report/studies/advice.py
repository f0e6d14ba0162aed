"""Model or data? Everything that was tried on one scale, the two sides apart."""

from collections.abc import Sequence

from sklearn_mlknow.study.gain import Gain
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import dot, line, plot, ticks_between, whisker, x_axis
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number, percent

SIDES = (("model", "c0", "On the side of the model"), ("data", "c1", "On the side of the data"))
MOST_ROWS = 8
MOST_WIDE = 1.0
LEAD = (
    "What each change would do to the loss (log-loss of classes, root mean squared error of numbers): to the right of "
    "the line it falls. The bars are 95 % intervals; a change counts when its bar leaves out the line, whichever its "
    "side, the others are faint."
)


def model_or_data(gains: Sequence[Gain], sentence: str, notes: Sequence[str] = ()) -> Section:
    """Draw the changes of each side, the largest first.

    Parameters
    ----------
    gains : sequence of Gain
    sentence : str
        The answer.
    notes : sequence of str, default=()
        What the reader should know of how it was found.
    """
    known = [gain for gain in gains if gain.share == gain.share]
    low, high = _ends(known)
    body: list[Html] = [element("p", sentence, class_="answer")]
    for side, style, title in SIDES:
        group = sorted((gain for gain in known if gain.side == side), key=lambda gain: -gain.share)
        if not group:
            continue
        rows = [_row(gain, low, high, style) for gain in group[:MOST_ROWS]]
        feet = plot(18, _scale(low, high), label="share of the loss")
        rows.append(element("div", element("span", "", class_="name"), feet, class_="bar-row"))
        more = f" (and {len(group) - MOST_ROWS} more of less gain, further down)" if len(group) > MOST_ROWS else ""
        body.append(
            element("div", element("div", element("strong", title), more, class_="card-title"), *rows, class_="bars")
        )
    if notes:
        body.append(element("ul", *[element("li", note) for note in notes], class_="notes"))
    return Section("advice", "Model or data?", LEAD, join(body))


def _ends(gains: Sequence[Gain]) -> tuple[float, float]:
    reach = min(max([3 * abs(gain.share) for gain in gains], default=0.1), MOST_WIDE) or 0.1
    low = min([max(gain.low, -reach) for gain in gains], default=0.0)
    high = max([min(gain.high, reach) for gain in gains], default=0.1)
    low, high = min(low, 0.0), max(high, 0.0)
    pad = 0.03 * (high - low) or 0.1
    return low - pad, high + pad


def _scale(low: float, high: float) -> Html:
    ticks = [tick / 100 for tick in ticks_between(100 * low, 100 * high)]
    return x_axis([100 * tick for tick in ticks], 100 * low, 100 * high, 2)


def _row(gain: Gain, low: float, high: float, style: str) -> Html:
    def across(value: float) -> float:
        return (min(max(value, low), high) - low) / (high - low)

    said = f"{gain.what}: {percent(gain.share, 1)} of the loss ({percent(gain.low, 1)} to {percent(gain.high, 1)})"
    zero = across(0.0)
    drawn = element(
        "g",
        whisker(across(gain.low), across(gain.high), 9),
        dot(across(gain.share), 9, style, said, radius=4.5),
        class_=None if gain.is_clear or gain.high < 0 else "faint",
    )
    shown = number(100 * gain.share, 2)
    return element(
        "div",
        element("span", element("b", gain.what) if gain.is_clear else gain.what, class_="name", title=said),
        plot(18, line(zero, 0, zero, 18, "zero"), drawn, label=clip(said, 200)),
        element("span", f"{'+' if gain.share > 0 else ''}{shown} %", class_="num"),
        class_="bar-row",
    )
