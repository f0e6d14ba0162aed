"""How an error reads: who, what is wrong, where, and what to do about it."""

from collections.abc import Iterable


class InvalidParameter(ValueError, TypeError):
    """A constructor parameter breaks its rule. Raised by ``fit``, never by ``__init__``."""


def who(estimator: object) -> str:
    """Name the speaker of an error.

    Parameters
    ----------
    estimator : object
        An estimator, or a text that already is a name.

    Returns
    -------
    str
    """
    return estimator if isinstance(estimator, str) else type(estimator).__name__


def some(names: Iterable[object], limit: int = 5) -> str:
    """Write a few names readably: ``'age', 'city' and 3 more``.

    Parameters
    ----------
    names : iterable
    limit : int, default=5
        Names written out before the rest is counted.

    Returns
    -------
    str
    """
    listed = [repr(name) if isinstance(name, str) else str(name) for name in names]
    head, rest = listed[:limit], len(listed) - limit
    return ", ".join(head) + (f" and {rest} more" if rest > 0 else "")
