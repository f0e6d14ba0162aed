"""The table that a payload is: each object once, in one row, after everything that it holds.

A row is ``[kind, ...]``. Its slots hold JSON's own values, or ``[number]`` of an earlier row: so nothing can refer to
itself, nothing is followed twice, and the whole is read in one pass. Numbers of arrays lie behind the table, in the
order of their rows.

What an object would take if everything it shares were written out is its weight; a table may not weigh more than the
caller allows, which bounds both memory and the time of whatever walks the objects.
"""

import json
import math
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow.persistence.archive import ModelFileError, parse_json

# kinds of rows -> where their slots begin; before those stand names and shapes
FIRST_SLOT = {
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "dict", "masked", "partial"), 1),
    **dict.fromkeys(("objects", "new", "call", "named", "value", "sparse", "random", "method"), 2),
    **dict.fromkeys(("array", "scalar", "dtype", "name"), math.inf),
}
NAMED = ("new", "call", "named", "name", "method")  # kinds that name a type or a function
HOLDING = ("array", "scalar")  # kinds whose numbers lie behind the table
WEIGHT_OF_VALUE = 64  # bytes that a value of JSON takes at least
DEEPEST = 300
HEAD = 8  # bytes that say how long the table is


class NodeTable(NamedTuple):
    """Rows, what the whole is, and the bytes of its arrays."""

    rows: list[list[Any]]
    root: Any
    numbers: memoryview

    def to_bytes(self) -> bytes:
        """Write the table and, behind it, the numbers."""
        text = json.dumps({"rows": self.rows, "root": self.root}, separators=(",", ":"), allow_nan=False).encode()
        return b"".join([len(text).to_bytes(HEAD, "big"), text, self.numbers])

    def names(self) -> set[str]:
        """List the types and functions that the table names."""
        return {row[1] for row in self.rows if row[0] in NAMED}

    def weight(self, most: int) -> int:
        """Weigh what the table stands for, up to a limit, and hold every row against its kind.

        Raises
        ------
        ModelFileError
            A row is of no kind, refers to what does not come before it, weighs too much or lies too deep.
        """
        weights: list[int] = []
        depths: list[int] = []
        total = 0
        for place, row in enumerate([*self.rows, ["list", self.root]]):
            slots = _slots(row, place)
            weight, depth = WEIGHT_OF_VALUE * (len(row) + 1), 0
            for slot in slots:
                if isinstance(slot, list):
                    weight, depth = weight + weights[slot[0]], max(depth, depths[slot[0]])
                elif isinstance(slot, str):
                    weight += len(slot)
            if row[:2] == ["value", "range"]:
                weight += WEIGHT_OF_VALUE * _n_steps(slots)
            if row[0] in HOLDING:
                weight += dtype_from(row[1]).itemsize * (n_items(row[2]) if row[0] == "array" else 1)
            total = max(total, weight)
            if weight > most or depth > DEEPEST:
                fact = f"weighs more than {most} bytes" if weight > most else "lies too deep"
                raise ModelFileError(f"load: what the payload holds {fact}; raise max_bytes if it is yours.")
            weights.append(weight)
            depths.append(depth + 1)
        return total


def read_table(data: bytes, most: int) -> NodeTable:
    """Read a table; nothing is built, and no more is taken than the bytes and ``most`` allow.

    Raises
    ------
    ModelFileError
        It is no table.
    """
    end = HEAD + int.from_bytes(data[:HEAD], "big")
    if end > len(data):
        raise ModelFileError("load: the payload has no table; the file is damaged.")
    text = data[HEAD:end]
    if n_values(text) * WEIGHT_OF_VALUE > most:
        raise ModelFileError(
            f"load: the payload lists more values than {most} bytes hold; raise max_bytes if it is yours."
        )
    parsed = parse_json(text)
    rows = parsed.get("rows")
    if set(parsed) != {"rows", "root"} or not isinstance(rows, list):
        raise ModelFileError("load: the payload has no rows; the file is damaged.")
    table = NodeTable(rows, parsed["root"], memoryview(data)[end:])
    table.weight(most)
    return table


def n_values(text: bytes) -> int:
    """Count, from above, the values that a JSON text would become."""
    return sum(map(text.count, (b",", b"[", b"{", b":")))


def n_items(shape: Any) -> int:
    """Count the items of an array of a shape.

    Raises
    ------
    ModelFileError
        It is no shape.
    """
    if not isinstance(shape, list) or any(type(one) is not int or one < 0 for one in shape):
        raise ModelFileError(f"load: an array claims the shape {str(shape)[:60]}; the file is damaged or hostile.")
    return math.prod(shape)


def dtype_from(description: Any) -> np.dtype:
    """Build a dtype from what ``numpy.lib.format`` says of it.

    Raises
    ------
    ModelFileError
        It is none, or one of Python objects, which only pickle could read.
    """
    try:
        dtype = np.lib.format.descr_to_dtype(_as_description(description))
    except Exception as error:  # what numpy says of any value
        raise ModelFileError(f"load: an array has no readable dtype ({error}).") from error
    if dtype.hasobject:
        raise ModelFileError("load: an array holds Python objects, which only pickle could read.")
    return dtype


def _as_description(description: Any) -> Any:
    """Fields are tuples in Python, lists in JSON."""
    if not isinstance(description, list):
        return description
    return [
        (one[0], _as_description(one[1]), *(tuple(shape) for shape in one[2:]))
        if not isinstance(one[0], list)
        else (tuple(one[0]), _as_description(one[1]), *(tuple(shape) for shape in one[2:]))
        for one in description
    ]


def _slots(row: Any, place: int) -> list[Any]:
    kind = row[0] if isinstance(row, list) and row and isinstance(row[0], str) else None
    first = FIRST_SLOT.get(kind or "")
    if first is None or len(row) < 2 and kind in (*NAMED, *HOLDING) or kind == "array" and len(row) != 4:
        raise ModelFileError(f"load: row {place} of the payload is of no kind; the file is damaged.")
    if kind in NAMED and not isinstance(row[1], str):
        raise ModelFileError(f"load: row {place} of the payload names nothing; the file is damaged.")
    slots = [] if first == math.inf else row[first:]
    for slot in slots:
        if isinstance(slot, dict) or isinstance(slot, list) and not _is_reference(slot, place):
            raise ModelFileError(f"load: row {place} of the payload refers to what does not come before it.")
    return slots


def _n_steps(bounds: list[Any]) -> int:
    """Count the numbers of a range: whoever takes it for a list writes them all out."""
    if len(bounds) != 3 or any(type(one) is not int for one in bounds) or bounds[2] == 0:
        raise ModelFileError(f"load: a range claims the bounds {str(bounds)[:60]}; the file is damaged or hostile.")
    start, stop, step = bounds
    return max(0, -((start - stop) // step))


def _is_reference(slot: list[Any], place: int) -> bool:
    return len(slot) == 1 and type(slot[0]) is int and 0 <= slot[0] < place
