"""Rows of a table as objects again: types on a list are built and given their state; nothing else is called.

By the time a row is built its names have been held against the list (`payload`), and its references are to rows
before it.
"""

import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.archive import ModelFileError
from sklearn_mlknow.persistence.known_names import resolve
from sklearn_mlknow.persistence.library_types import CALLED_TYPES
from sklearn_mlknow.persistence.node_table import NodeTable, dtype_from, n_items
from sklearn_mlknow.persistence.plain_frames import PlainFrame, frame_from
from sklearn_mlknow.persistence.plain_values import from_parts
from sklearn_mlknow.persistence.random_states import random_from
from sklearn_mlknow.persistence.sparse_parts import sparse_from

FACTORIES = (list, dict, set, int, float, str)  # what a defaultdict may call for a key that it lacks


def build_table(table: NodeTable, trusted: set[str]) -> Any:
    """Build what a table stands for.

    Raises
    ------
    ModelFileError
        The numbers of its arrays are too few or too many.
    """
    builder = Builder(table, trusted)
    for row in table.rows:
        builder.built.append(builder.make(row))
    if builder.at != len(table.numbers):
        raise ModelFileError("load: the arrays do not fill the payload; the file is damaged.")
    return builder.get(table.root)


class Builder:
    """Objects that grow in number, and how far the bytes of their arrays were read."""

    def __init__(self, table: NodeTable, trusted: set[str]) -> None:
        self.built: list[Any] = []
        self.at = 0
        self._numbers = table.numbers
        self._called = {*CALLED_TYPES, *trusted}

    def get(self, slot: Any) -> Any:
        """Return what a slot holds or refers to."""
        return self.built[slot[0]] if isinstance(slot, list) else slot

    def make(self, row: list[Any]) -> Any:
        """Build a row."""
        return MAKERS[row[0]](self, *row[1:])

    def exact(self, cls: type, slot: Any) -> Any:
        """Return what a slot refers to, which is of this very class: no other's methods are asked."""
        return _exactly(cls, self.get(slot))

    def all(self, slots: tuple[Any, ...]) -> list[Any]:
        """Return what each slot holds."""
        return [self.get(slot) for slot in slots]

    def pairs(self, *slots: Any) -> dict[Any, Any]:
        """Build a dict; keys are as they were."""
        found = self.all(slots)
        return dict(zip(found[::2], found[1::2], strict=True))

    def array(self, description: Any, shape: list[int], order: str) -> np.ndarray:
        """Copy an array out of the bytes that are next."""
        dtype = dtype_from(description)
        if dtype.itemsize == 0:
            raise ModelFileError("load: an array has items of no length; the file is damaged.")
        numbers = self._take(dtype.itemsize * n_items(shape), shape)
        is_truth = dtype.kind == "b"  # a truth value of two is none
        stored = np.dtype(np.uint8) if is_truth else dtype
        found = np.ndarray(tuple(shape), stored, numbers, order="F" if order == "F" else "C")
        return found != 0 if is_truth else found.copy(order="K")

    def scalar(self, description: Any) -> Any:
        """Copy one number of numpy."""
        dtype = dtype_from(description)
        found = np.ndarray((), dtype, self._take(dtype.itemsize, [])).copy()[()]
        return np.bool_(found.view(np.uint8) != 0) if dtype.kind == "b" else found

    def objects(self, shape: list[int], *slots: Any) -> np.ndarray:
        """Build an array of objects."""
        found = np.empty(len(slots), dtype=object)
        for place, slot in enumerate(slots):
            found[place] = self.get(slot)
        return found.reshape(shape)

    def named(self, name: str, *slots: Any) -> Any:
        """Build a named tuple; a frame that was written as one is a frame again."""
        cls: Any = resolve(name)
        is_one = isinstance(cls, type) and issubclass(cls, tuple)
        if not is_one or len(getattr(cls, "_fields", ())) != len(slots):
            raise ValueError(f"{name} is no named tuple of {len(slots)}")
        found = cls._make(self.all(slots))
        return frame_from(found) if cls is PlainFrame else found

    def new(self, name: str, state: Any, members: Any, pairs: Any) -> Any:
        """Build an object as it was, without calling its class."""
        cls = resolve(name)
        return self._filled(cls.__new__(cls), state, members, pairs)

    def call(self, name: str, arguments: Any, state: Any, members: Any, pairs: Any) -> Any:
        """Call one of the few classes that can be built in no other way."""
        if name not in self._called:
            raise ModelFileError(f"load: the file calls {name}, which is not called here; the file is hostile.")
        given = self.exact(tuple, arguments)
        if name == "collections.defaultdict" and not (len(given) < 2 and all(_is_factory(one) for one in given)):
            raise ValueError("a defaultdict that calls more than a type of Python's own")
        return self._filled(resolve(name)(*given), state, members, pairs)

    def method(self, name: str, of: Any) -> Any:
        """Look up the method of an object."""
        owner, _, attribute = name.rpartition(".")
        found = self.get(of)
        if resolve(owner) is not type(found):
            raise ValueError(f"{name} of a {type(found).__name__}")
        return getattr(found, attribute)

    def partial(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """Build a function with some of its arguments."""
        return functools.partial(self.get(function), *self.exact(tuple, arguments), **self.exact(dict, keywords))

    def masked(self, data: Any, mask: Any, fill: Any) -> Any:
        """Build an array with holes."""
        holes = self.get(mask)
        if type(holes) not in (np.ndarray, np.bool_):
            raise ValueError(f"a {type(holes).__name__} in place of a mask")
        return np.ma.MaskedArray(self.exact(np.ndarray, data), holes, fill_value=self.get(fill))

    def _filled(self, one: Any, *slots: Any) -> Any:
        state, members, pairs = slots
        if members is not None:
            one.extend(self.exact(list, members))
        if pairs is not None:
            one.update(self.exact(dict, pairs))
        found = self.get(state)
        if found is None:
            return one
        if hasattr(one, "__setstate__"):
            one.__setstate__(found)
            return one
        fields, slotted = found if type(found) is tuple else (found, None)
        if fields:
            vars(one).update(_exactly(dict, fields))
        for name, value in _exactly(dict, slotted or {}).items():
            if not _is_slot(type(one), name):
                raise ValueError(f"a {type(one).__name__} with {name!r}, for which it has no slot")
            object.__setattr__(one, name, value)
        return one

    def _take(self, length: int, shape: Any) -> memoryview:
        self.at += length
        if self.at > len(self._numbers):
            raise ModelFileError(f"load: an array claims the shape {shape}, which its bytes do not fill.")
        return self._numbers[self.at - length : self.at]


def _exactly(cls: type, found: Any) -> Any:
    if type(found) is not cls:
        raise ValueError(f"a {type(found).__name__} in place of a {cls.__name__}")
    return found


def _is_factory(one: Any) -> bool:
    return one is None or any(one is factory for factory in FACTORIES)


def _is_slot(cls: type, name: Any) -> bool:
    """Tell whether a class, or one it comes from, lists a slot of this name; Python's own names are none."""
    if type(name) is not str or (name.startswith("__") and name.endswith("__")):
        return False
    owners = [vars(one) for one in cls.__mro__ if "__slots__" in vars(one)]
    return any(isinstance(own.get(name), types.MemberDescriptorType) for own in owners)


MAKERS: dict[str, Callable[..., Any]] = {
    "list": lambda builder, *slots: builder.all(slots),
    "tuple": lambda builder, *slots: tuple(builder.all(slots)),
    "set": lambda builder, *slots: set(builder.all(slots)),
    "frozenset": lambda builder, *slots: frozenset(builder.all(slots)),
    "dict": Builder.pairs,
    "array": Builder.array,
    "scalar": Builder.scalar,
    "objects": Builder.objects,
    "masked": Builder.masked,
    "dtype": lambda _, description: dtype_from(description),
    "sparse": lambda builder, name, *slots: sparse_from(name, builder.all(slots)),
    "random": lambda builder, name, *slots: random_from(name, *builder.all(slots)),
    "value": lambda builder, name, *slots: from_parts(name, builder.all(slots)),
    "name": lambda _, name: resolve(name),
    "method": Builder.method,
    "partial": Builder.partial,
    "named": Builder.named,
    "new": Builder.new,
    "call": Builder.call,
}
