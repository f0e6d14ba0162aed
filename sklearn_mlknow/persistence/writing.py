"""Objects as rows of a table: what an object is made of, never how to call it.

Every container, array and object is written once and keeps being shared; dicts are pairs, so keys keep their types.
"""

import functools
import math
import types
from typing import Any

import numpy as np
from scipy import sparse

from sklearn_mlknow.persistence.known_names import is_function, name_of, resolve
from sklearn_mlknow.persistence.node_table import NodeTable
from sklearn_mlknow.persistence.plain_frames import is_frame, plain_frame
from sklearn_mlknow.persistence.plain_values import parts_of
from sklearn_mlknow.persistence.random_states import is_random, random_parts
from sklearn_mlknow.persistence.sparse_parts import sparse_parts

CONTAINERS: dict[Any, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
ONCE = ("value", "name", "dtype")  # equal ones are one: whether they were one object tells nothing


def write_table(root: Any) -> NodeTable:
    """Write an object and all it holds.

    Raises
    ------
    TypeError
        Something is held that only running code could bring back.
    """
    writer = Writer()
    slot = writer.slot(root)
    return NodeTable(writer.rows, slot, memoryview(b"".join(writer.numbers)))


class Writer:
    """Rows that grow, and the bytes of arrays behind them."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.numbers: list[bytes] = []
        self._places: dict[int, int] = {}
        self._kept: list[Any] = []  # ids are only unique while the objects live
        self._values: dict[str, int] = {}
        self._open: set[int] = set()

    def slot(self, one: Any) -> Any:
        """Return a value of JSON, or the number of the row of an object, which is written if it is new."""
        if one is None or type(one) in (bool, int, str) or (type(one) is float and math.isfinite(one)):
            return one
        place = self._places.get(id(one))
        if place is not None:
            return [place]
        if id(one) in self._open:
            raise TypeError(f"a {type(one).__name__} that holds itself")
        self._open.add(id(one))
        row = self._row(one)
        self._open.discard(id(one))
        return [self._place(one, row)]

    def _place(self, one: Any, row: list[Any]) -> int:
        if row[0] in ONCE:
            known = self._values.setdefault(repr(row), len(self.rows))
            if known < len(self.rows):
                return known
        self.rows.append(row)
        self._kept.append(one)
        self._places[id(one)] = len(self.rows) - 1
        return len(self.rows) - 1

    def _slots(self, members: Any) -> list[Any]:
        return [self.slot(one) for one in members]

    def _row(self, one: Any) -> list[Any]:
        cls = type(one)
        if cls in (set, frozenset):  # in an order that does not depend on how it grew
            one = sorted(one, key=lambda member: (type(member).__qualname__, repr(member)))
        if cls in CONTAINERS:
            return [CONTAINERS[cls], *self._slots(one)]
        if cls is dict:
            return ["dict", *self._slots(part for pair in one.items() for part in pair)]
        if isinstance(one, np.ndarray | np.generic | np.dtype):
            return self._array(one)
        if sparse.issparse(one):
            name, parts = sparse_parts(one)
            return ["sparse", name, *self._slots(parts)]
        if is_random(one):
            source = random_parts(one)
            return ["random", source[0], *self._slots(source[1:])]
        if is_frame(one):
            return self._row(plain_frame(one))
        if isinstance(one, functools.partial) and cls is functools.partial:
            return ["partial", *self._slots((one.func, one.args, one.keywords))]
        value = parts_of(one)
        if value is not None:
            return ["value", value[0], *self._slots(value[1])]
        if isinstance(one, types.MethodType):
            return ["method", f"{name_of(type(one.__self__))}.{one.__name__}", self.slot(one.__self__)]
        if is_function(one):
            return ["name", _found_again(one)]
        if isinstance(one, tuple) and hasattr(one, "_fields"):
            return ["named", _found_again(cls), *self._slots(one)]
        return self._object(one)

    def _array(self, one: Any) -> list[Any]:
        if isinstance(one, np.dtype):
            return ["dtype", np.lib.format.dtype_to_descr(one)]
        if type(one) is np.ma.MaskedArray:
            return ["masked", *self._slots((np.asarray(one.data), one.mask, one.fill_value))]
        if isinstance(one, np.generic):
            alone = np.asarray(one)
            self.numbers.append(alone.tobytes())
            return ["scalar", np.lib.format.dtype_to_descr(alone.dtype)]
        if type(one) not in (np.ndarray, np.memmap):
            raise TypeError(f"a {type(one).__name__}; turn it into a plain array")
        if one.dtype.hasobject and one.dtype != object:
            raise TypeError("an array with Python objects in its fields")
        if one.dtype == object:
            return ["objects", list(one.shape), *self._slots(one.ravel().tolist())]
        if one.dtype.itemsize == 0:
            raise TypeError(f"an array of {one.dtype.name} of no length")
        if one.dtype.names:
            one = _without_padding(one)
        order = "F" if one.flags.f_contiguous and not one.flags.c_contiguous else "C"
        self.numbers.append(one.tobytes(order))
        return ["array", np.lib.format.dtype_to_descr(one.dtype), list(one.shape), order]

    def _object(self, one: Any) -> list[Any]:
        """Take apart what pickle would: a class and a state, or a class and what it is called with."""
        cls = type(one)
        name = _found_again(cls)
        try:
            reduced = one.__reduce_ex__(4)
        except Exception:  # whatever a class says that is not to be copied
            reduced = ""
        if isinstance(reduced, str):
            raise TypeError(f"a {name}, which tells nobody what it is made of")
        function, arguments, state, members, pairs = (*reduced, None, None, None)[:5]
        of = getattr(function, "__name__", "")
        if of in ("__newobj__", "newObj") and arguments == (cls,):
            return ["new", name, *self._slots((state, *_items(members, pairs)))]
        if of == f"__pyx_unpickle_{cls.__name__}":  # of Cython: its fields are what its class takes
            function, arguments, state = cls, arguments[2] or (), None
        if function is not cls or len(reduced) > 5:
            raise TypeError(f"a {name}, which tells nobody what it is made of")
        return ["call", name, *self._slots((tuple(arguments), state, *_items(members, pairs)))]


def _without_padding(fields: np.ndarray) -> np.ndarray:
    """Copy the fields alone: between them may stand whatever was in the memory before."""
    clean = np.zeros(fields.shape, fields.dtype)
    for name in fields.dtype.names or ():
        clean[name] = fields[name]
    return clean


def _items(members: Any, pairs: Any) -> tuple[Any, Any]:
    return (None if members is None else list(members)) or None, (None if pairs is None else dict(pairs)) or None


def _found_again(thing: Any) -> str:
    """Name what a file refers to by name; it must be there under this name."""
    name = name_of(thing)
    try:
        is_there = resolve(name) is thing
    except LookupError:
        is_there = False
    if not is_there:
        raise TypeError(f"{name}, which cannot be restored without running code; use named functions and classes")
    return name
