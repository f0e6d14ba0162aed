"""Rows of a table as objects again: types on a list are built and given their state; nothing else is called.

By the time a row is built its names have been held against the list (`payload`), and its references are to rows
before it.
"""

import functools
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
        return self._filled(resolve(name)(*self.get(arguments)), state, members, pairs)

    def method(self, name: str, of: Any) -> Any:
        """Look up the method of an object."""
        owner, _, attribute = name.rpartition(".")
        found = self.get(of)
        if resolve(owner) is not type(found):
            raise ValueError(f"{name} of a {type(found).__name__}")
        return getattr(found, attribute)

    def partial(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """Build a function with some of its arguments."""
        return functools.partial(self.get(function), *self.get(arguments), **self.get(keywords))

    def masked(self, data: Any, mask: Any, fill: Any) -> Any:
        """Build an array with holes."""
        return np.ma.MaskedArray(self.get(data), self.get(mask), fill_value=self.get(fill))

    def _filled(self, one: Any, *slots: Any) -> Any:
        state, members, pairs = self.all(slots)
        if members is not None:
            one.extend(members)
        if pairs is not None:
            one.update(pairs)
        if state is None:
            return one
        if hasattr(one, "__setstate__"):
            one.__setstate__(state)
            return one
        fields, slotted = state if isinstance(state, tuple) else (state, None)
        if fields:
            vars(one).update(fields)
        for name, value in (slotted or {}).items():
            object.__setattr__(one, name, value)
        return one

    def _take(self, length: int, shape: Any) -> memoryview:
        self.at += length
        if self.at > len(self._numbers):
            raise ModelFileError(f"load: an array claims the shape {shape}, which its bytes do not fill.")
        return self._numbers[self.at - length : self.at]


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
