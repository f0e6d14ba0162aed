"""Should I work on the model or on the data? What the gains that studies found say, and no more."""

from collections.abc import Sequence

from sklearn_mlknow.study.gain import Gain
from sklearn_mlknow.study.report.words import percent

MOST_LEAKS = 3


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
    >>> rows = Gain("twice the rows", "data", 0.1, 0.06, 0.14, 0.02)
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
            "better model could refine. Look for columns that tell more."
        )
    if not gains:
        return "Nothing was tried on either side, so nothing can be said."
    best = {side: best_of(gains, side) for side in ("model", "data")}
    clear = [gain for gain in best.values() if gain is not None and gain.is_clear]
    if not clear:
        return _nothing(gains)
    first, *others = sorted(clear, key=lambda gain: -gain.share)
    words = f"Improve the {first.side}: {in_words(first)}."
    if not others:
        return f"{words} {_rest(gains, 'model' if first.side == 'data' else 'data')}"
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


def _rest(gains: Sequence[Gain], side: str) -> str:
    n = sum(gain.side == side for gain in gains)
    if not n:
        return f"On the side of the {side} nothing was tried."
    return f"Of {n} change{'s' if n > 1 else ''} on the side of the {side} none clearly helps."


def _nothing(gains: Sequence[Gain]) -> str:
    counted = {side: sum(gain.side == side for gain in gains) for side in ("model", "data")}
    tried = " and ".join(f"{n} on the side of the {side}" for side, n in counted.items() if n)
    left_out = [side for side, n in counted.items() if not n]
    words = f"of the changes tried, {tried}, none lowers the loss by more than chance does."
    if left_out:
        return f"Not known yet: {words} On the side of the {left_out[0]} nothing could be judged."
    most = max((gain.high for gain in gains if gain.high == gain.high), default=float("nan"))
    limit = f" What they could still hide is at most {percent(min(most, 1.0))} of the loss." if 0 < most < 0.5 else ""
    return f"Neither clearly pays: {words}{limit}"
