"""A payload taken apart and put together again as a forger would: rows, values and arrays, each to be changed."""

import copy

import numpy as np

from sklearn_mlknow.persistence.archive import pack
from sklearn_mlknow.persistence.model_file import PAYLOAD
from sklearn_mlknow.persistence.node_table import FIRST_SLOT, NodeTable, dtype_from, n_items, read_table
from sklearn_mlknow.persistence.payload import to_bytes
from sklearn_mlknow.persistence.state_summary import summarise_state

LIMIT = 2**31


class Forgery:
    """What an estimator is written as, to be changed before it is written."""

    def __init__(self, estimator):
        table = read_table(to_bytes(estimator), LIMIT)
        self.rows, self.root = copy.deepcopy(table.rows), table.root
        self.state = summarise_state(estimator)
        self.arrays, at = {}, 0
        for place, row in enumerate(self.rows):
            if row[0] in ("array", "scalar"):
                shape, order = (row[2], row[3]) if row[0] == "array" else ([], "C")
                dtype = dtype_from(row[1])
                end = at + dtype.itemsize * n_items(shape)
                self.arrays[place] = np.ndarray(tuple(shape), dtype, bytes(table.numbers[at:end]), order=order).copy(
                    "K"
                )
                at = end

    def fields(self, key):
        """Every place of a value that stands behind a key in a dict: (row, position)."""
        found = []
        for row in self.rows:
            if row[0] == "dict":
                found += [(row, place + 1) for place in range(1, len(row), 2) if row[place] == key]
        assert found, key
        return found

    def set(self, key, value):
        """Put a value behind a key, wherever it stands."""
        for row, place in self.fields(key):
            row[place] = value
        return self

    def get(self, key):
        """What stands behind a key first."""
        row, place = self.fields(key)[0]
        return row[place]

    def add(self, *rows):
        """Put rows in front of all others and return a reference to the last of them; the others move."""
        n_rows = len(rows)
        for other in self.rows:
            first = FIRST_SLOT[other[0]]
            if first != float("inf"):
                other[first:] = [[slot[0] + n_rows] if isinstance(slot, list) else slot for slot in other[first:]]
        self.rows[:0] = rows
        self.root = [self.root[0] + n_rows]
        self.arrays = {place + n_rows: array for place, array in self.arrays.items()}
        return [n_rows - 1]

    def to_bytes(self):
        """The payload."""
        numbers = []
        for place, array in self.arrays.items():
            description = np.lib.format.dtype_to_descr(array.dtype)
            is_fortran = array.flags.f_contiguous and not array.flags.c_contiguous
            order = "F" if is_fortran else "C"
            kind = self.rows[place][0]
            self.rows[place] = [kind, description] if kind == "scalar" else [kind, description, [*array.shape], order]
            numbers.append(array.tobytes(order))
        return NodeTable(self.rows, self.root, memoryview(b"".join(numbers))).to_bytes()

    def file(self, state=None):
        """A model file, with hashes that fit."""
        return pack({PAYLOAD: self.to_bytes()}, {"state": state or self.state})

    def wide(self, width):
        """A file whose net claims layers of another width."""
        row = self.rows[self.get("hidden_units")[0]]
        row[1:] = [width, width]
        return self.file()
