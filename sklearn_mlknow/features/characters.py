r"""A few characters that stand for all: enough to tell apart the classes of a regular expression.

Every class of a pattern is made of characters that it names, of ranges between them, and of what ``\d``, ``\w`` and
``\s`` take. So characters of the same kind between the same two named ones are in the same classes, and one of them
speaks for the others.
"""

import re
import sys
from bisect import bisect_right
from collections.abc import Set
from functools import lru_cache

KINDS = (r"\d+", r"[^\W\d]+", r"\s+", r"[^\w\s]+")


def representatives(named: Set[str]) -> list[str]:
    """Choose a character of every kind between any two that a pattern names, and the named ones.

    Parameters
    ----------
    named : set of str
        Single characters.

    Returns
    -------
    list of str
        In the order of their code points.

    Examples
    --------
    >>> representatives({"a", "c"})[3:8]
    ['A', 'a', 'b', 'c', 'd']
    """
    points = sorted(map(ord, named))
    found = set(points)
    for low, high in zip([-1, *points], [*points, sys.maxunicode + 1]):
        for starts, stops in runs():
            place = bisect_right(stops, low + 1)
            if place < len(stops) and (first := max(starts[place], low + 1)) < high:
                found.add(first)
    return [chr(point) for point in sorted(found)]


@lru_cache(maxsize=1)
def runs() -> list[tuple[list[int], list[int]]]:
    """Find where code points of each kind begin and end: (starts, stops) of half-open runs."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    spans = [[match.span() for match in re.finditer(kind, every)] for kind in KINDS]
    return [([start for start, _ in one], [stop for _, stop in one]) for one in spans]
