"""Everything that an estimator holds, each object once."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

PLAIN = (str, bytes, bytearray, int, float, complex, bool, type(None), type, np.generic, np.dtype)


def objects_in(root: Any) -> Iterator[Any]:
    """Walk an object, its attributes and the items of its containers, without recursion.

    Parameters
    ----------
    root : object

    Yields
    ------
    object
        Everything but plain values, parents before what they hold.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> inner = [1, "a"]
    >>> [type(one).__name__ for one in objects_in(SimpleNamespace(a=inner, b={"c": inner}))]
    ['SimpleNamespace', 'dict', 'dict', 'list']
    """
    waiting, seen = [root], set()
    kept = []  # ids are only unique while the objects live
    while waiting:
        one = waiting.pop()
        if isinstance(one, PLAIN) or id(one) in seen:
            continue
        seen.add(id(one))
        kept.append(one)
        yield one
        waiting += _held_by(one)


def _held_by(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return [*one.keys(), *one.values(), one.default_factory if isinstance(one, defaultdict) else None]
    if isinstance(one, np.ndarray):
        return np.ma.getdata(one).ravel().tolist() if one.dtype.hasobject else []
    if isinstance(one, slice):
        return [one.start, one.stop, one.step]
    held = list(one) if isinstance(one, list | tuple | set | frozenset) else []
    if isinstance(one, partial):
        held += [one.func, one.args, one.keywords]
    if hasattr(one, "__self__"):
        held.append(one.__self__)
    for name in {name for cls in type(one).__mro__ for name in _slots_of(cls)}:
        held.append(getattr(one, name, None))
    own = getattr(one, "__dict__", None)
    return [*held, own] if isinstance(own, dict) else held


def _slots_of(cls: type) -> list[str]:
    """Names of the attributes that objects of a class written in Python keep outside of a dict."""
    slots = cls.__dict__.get("__slots__", ())
    return [slots] if isinstance(slots, str) else [name for name in slots if not name.startswith("__")]
