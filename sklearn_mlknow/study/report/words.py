"""Numbers, shares and names as a reader likes them: few digits, thousands apart, never too long."""

import math

MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int = 3) -> str:
    """Write a number with about `digits` significant digits.

    Examples
    --------
    >>> [number(x) for x in (4050.0, 0.01234, 12.0, -3.14159, 1234567.0, 2.5e-7, float("nan"))]
    ['4050', '0.0123', '12', '−3.14', '1.23 M', '2.5e−7', '–']
    """
    value = float(value)
    if not math.isfinite(value):
        return "\N{EN DASH}" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}e{int(power)}"
    elif size >= 1e6:
        scale, unit = next((s, u) for s, u in ((1e12, "T"), (1e9, "G"), (1e6, "M")) if size >= s)
        text = f"{_plain(value / scale, digits)} {unit}"
    else:
        text = _plain(value, digits)
    return text.replace("-", MINUS)


def percent(share: float, digits: int = 0) -> str:
    """Write a share as per cent; never 0 % or 100 % for what is not exactly so.

    Examples
    --------
    >>> [percent(x) for x in (0.0, 0.002, 0.256, 0.999, 1.0, -0.03)]
    ['0 %', '<1 %', '26 %', '>99 %', '100 %', '−3 %']
    """
    if not math.isfinite(share):
        return "\N{EN DASH}"
    step = 10.0**-digits
    shown = round(100 * share, digits)
    if share > 0 and shown == 0:
        return f"<{step:.{digits}f} %"
    if share < 1 and shown == 100:
        return f">{100 - step:.{digits}f} %"
    return f"{shown + 0.0:.{digits}f} %".replace("-", MINUS)


def score_in_words(scoring: object, score: float, is_class: bool) -> str:
    """Name a score; losses are shown as losses.

    Examples
    --------
    >>> score_in_words(None, -0.25, True), score_in_words(None, 0.5, False), score_in_words("accuracy", 0.9, True)
    ('log-loss 0.25', 'R² 0.5', 'accuracy 0.9')
    """
    if scoring is None:
        scoring = "neg_log_loss" if is_class else "r2"
    name = scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")
    if name.startswith("neg_"):
        return f"{name.removeprefix('neg_').replace('log_loss', 'log-loss').replace('_', ' ')} {number(-score, 4)}"
    return f"{'R²' if name == 'r2' else name.replace('_', ' ')} {number(score, 4)}"


def count(n: int, thing: str) -> str:
    """Write a number of things.

    Examples
    --------
    >>> count(1, "row"), count(20000, "row"), count(3, "class")
    ('1 row', '20,000 rows', '3 classes')
    """
    plural = (
        thing + "es" if thing.endswith("s") else thing.removesuffix("y") + "ies" if thing.endswith("y") else thing + "s"
    )
    return f"{n:,} {thing if n == 1 else plural}"


def clip(text: object, length: int = 28) -> str:
    """Shorten a long name in the middle, where names differ least."""
    text = str(text)
    if len(text) <= length:
        return text
    head = (length - 1) * 2 // 3
    return f"{text[:head]}\N{HORIZONTAL ELLIPSIS}{text[len(text) - (length - 1 - head) :]}"


def _plain(value: float, digits: int) -> str:
    size = abs(value)
    places = 0 if size == 0 else max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{value:,.{places}f}" if size >= 10_000 else f"{value:.{places}f}"  # years have no comma
    return text.rstrip("0").rstrip(".") if "." in text else text
