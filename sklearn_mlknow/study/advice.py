"""Should I work on the model or on the data? What the gains that studies found say, and no more."""

from collections.abc import Sequence

from sklearn_mlknow.study.gain import WORTHWHILE, Gain
from sklearn_mlknow.study.report.words import count, percent

MOST_LEAKS = 3
LITTLE_POWER = 0.1  # of the loss; where a change that is not clear could bring more, nothing is known of it


def advice(gains: Sequence[Gain], leaks: Sequence[str] = (), has_signal: bool | None = None) -> str:
    """Say where to work, and on what evidence.

    Parameters
    ----------
    gains : sequence of Gain
        Whatever was tried, on either side.
    leaks : sequence of str
        Columns that give the target away.
    has_signal : bool or None, default=None
        Whether any model clearly beats the simplest rule; None when that is not known.

    Returns
    -------
    str

    Examples
    --------
    >>> rows = Gain("twice the rows", "data", 0.1, 0.06, 0.14)
    >>> advice([rows, Gain("batch norm", "model", 0.01, -0.02, 0.04)])
    'Improve the data: twice the rows would lower the loss by 10 % (6 to 14 %). Of 1 change on the side of the model \
none clearly helps.'
    >>> advice([rows], leaks=["refund"])
    "Look at the data first: 'refund' all but gives the answer away; make sure that it is known before the answer is."
    """
    if leaks:
        named = ", ".join(repr(name) for name in leaks[:MOST_LEAKS])
        it, is_ = ("it", "is") if len(leaks) == 1 else ("they", "are")
        gives = "gives" if len(leaks) == 1 else "give"
        return (
            f"Look at the data first: {named} all but {gives} the answer away; make sure that {it} {is_} known before "
            "the answer is."
        )
    if has_signal is False:
        return (
            "Improve the data: no model does clearly better than the simplest rule, so there is nothing yet that a "
            "better model could refine. Look for columns that tell more, or for more rows."
        )
    if not gains:
        return "Nothing was tried on either side, so nothing can be said."
    best = {side: best_of(gains, side) for side in ("model", "data")}
    clear = [gain for gain in best.values() if gain is not None and gain.is_clear]
    if not clear:
        return _nothing(gains)
    first, *others = sorted(clear, key=lambda gain: -gain.share)
    if first.share < WORTHWHILE:
        told = ", ".join(in_words(gain) for gain in (first, *others))
        return f"Little is to be won by what was tried: {told}.{_hidden(gains, best_high=first.high)}"
    words = f"Improve the {first.side}: {in_words(first)}."
    if not others:
        return f"{words} {_rest(gains, first)}"
    second = others[0]
    if second.high >= first.low:
        head = f"Improve both, the {first.side} first: {in_words(first)}"
        return f"{head}, {in_words(second)}; the intervals overlap, so which is more is not sure."
    return f"{words} On the side of the {second.side} there is less to win: {in_words(second)}."


def best_of(gains: Sequence[Gain], side: str) -> Gain | None:
    """Return the largest clear gain of a side, else the largest; None when nothing was tried."""
    of_side = [gain for gain in gains if gain.side == side and gain.share == gain.share]
    return max(of_side, key=lambda gain: (gain.is_clear, gain.share), default=None)


def in_words(gain: Gain) -> str:
    """Write a gain.

    Examples
    --------
    >>> in_words(Gain("batch norm", "model", 0.05, 0.01, 0.09))
    'batch norm would lower the loss by 5 % (1 to 9 %)'
    """
    low, high = (percent(end).removesuffix(" %") for end in (gain.low, gain.high))
    return f"{gain.what} would lower the loss by {percent(gain.share)} ({low} to {high} %)"


def _rest(gains: Sequence[Gain], first: Gain) -> str:
    """Say what is known of the side on which nothing clearly helps."""
    side = "model" if first.side == "data" else "data"
    others = [gain for gain in gains if gain.side == side]
    if not others:
        return f"On the side of the {side} nothing was tried."
    tried = count(len(others), "change")
    return f"Of {tried} on the side of the {side} none clearly helps.{_hidden(others, first.share)}"


def _nothing(gains: Sequence[Gain]) -> str:
    counted = {side: sum(gain.side == side for gain in gains) for side in ("model", "data")}
    tried = " and ".join(f"{n} on the side of the {side}" for side, n in counted.items() if n)
    left_out = [side for side, n in counted.items() if not n]
    words = f"of the changes tried, {tried}, none clearly lowers the loss."
    if left_out:
        return f"Not known yet: {words} On the side of the {left_out[0]} nothing could be judged."
    hidden = most_hidden(gains)
    if not hidden < LITTLE_POWER:
        return f"Cannot tell: {words} But so few rows or folds could hide as much as {percent(min(hidden, 1.0))} of it."
    limit = f" What they could still hide is at most {percent(hidden)} of it." if hidden > 0 else ""
    return f"Neither clearly pays: {words}{limit}"


def _hidden(gains: Sequence[Gain], best_high: float) -> str:
    """Warn where what is not clear may be more than what is."""
    hidden = most_hidden(gains)
    if not hidden > max(best_high, WORTHWHILE):
        return ""
    return f" But the intervals are wide: one of them could bring as much as {percent(min(hidden, 1.0))}."


def most_hidden(gains: Sequence[Gain]) -> float:
    """Return the most that any change which is not clear could still bring; NaN when no end is known.

    Examples
    --------
    >>> most_hidden([Gain("trees", "model", 0.1, 0.05, 0.2), Gain("bins", "data", 0.01, -0.02, 0.04)])
    0.04
    """
    return max((gain.high for gain in gains if not gain.is_clear and gain.high == gain.high), default=float("nan"))
