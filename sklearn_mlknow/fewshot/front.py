"""From a table or from rows of pixels to the numbers an encoder takes, learned once in ``fit``."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from sklearn_mlknow._shell.table import Table, check_kinds_of_fit
from sklearn_mlknow.neural.inputs import Inputs, encode, learn_inputs, recode
from sklearn_mlknow.neural.reading import read_columns


@dataclass(frozen=True)
class Front:
    """How rows become inputs: pixels as they are, or the columns of a mixed table scaled and coded.

    Attributes
    ----------
    image_shape : tuple of int or None
        Height, width and perhaps channels, for rows of pixels.
    inputs : Inputs or None
        What the neural room learned of the columns, for tables.
    """

    image_shape: tuple[int, ...] | None
    inputs: Inputs | None

    def apply(self, table: Table) -> np.ndarray:
        """Return the inputs of a table: float32, (n_rows, n_inputs)."""
        if self.inputs is None:
            return pixels(table)
        check_kinds_of_fit(table, self.inputs.kinds)
        return encode(read_columns(table, self.inputs.levels)[0], self.inputs).astype(np.float32, order="C")


def learn_front(table: Table, image_shape: tuple[int, ...] | None) -> tuple[Front, np.ndarray]:
    """Learn scales and levels from training rows and return the inputs of those rows.

    Raises
    ------
    ValueError
        The number of columns is not that of ``image_shape``.
    """
    if image_shape is not None:
        if prod(image_shape) != table.n_columns:
            raise ValueError(
                f"{table.speaker}: image_shape={image_shape} has {prod(image_shape)} pixels, X has {table.n_columns} "
                "columns; give each image as one row of its pixels."
            )
        return Front(image_shape, None), pixels(table)
    columns, levels = read_columns(table, None)
    inputs = learn_inputs(table.names, table.kinds, columns, levels, np.ones(table.n_rows), None, n_bins=1)
    return Front(None, inputs), encode(recode(columns, levels, inputs), inputs).astype(np.float32, order="C")


def pixels(table: Table) -> np.ndarray:
    """Read rows of pixels: float32, (n_rows, n_pixels)."""
    native = table.native
    if isinstance(native, np.ndarray) and native.dtype.kind in "fiub":
        x = native.astype(np.float32, order="C")
    else:
        if "category" in table.kinds or "time" in table.kinds or "other" in table.kinds:
            raise ValueError(f"{table.speaker}: image_shape is given, but not every column holds numbers.")
        x = np.column_stack([table.number(i) for i in range(table.n_columns)]).astype(np.float32)
    is_bad = ~np.isfinite(x)
    if is_bad.any():
        name = table.names[int(is_bad.any(axis=0).argmax())]
        raise ValueError(f"{table.speaker}: Input X contains NaN or infinity: pixel {name!r}; fill it first.")
    return x
