"""Numbers at the door of a builder: float64 with NaN for missing, and no infinities."""

import numpy as np

from sklearn_mlknow._shell.table import Table


def finite_number(table: Table, index: int) -> np.ndarray:
    """Read a column as float64 and refuse infinities.

    Parameters
    ----------
    table : Table
    index : int
        Of a column of numbers.

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        Maybe a view of the input: do not write to it.

    Raises
    ------
    ValueError
        The column holds an infinite value.
    """
    column = table.number(index).astype(np.float64, copy=False)
    # a sum is finite only when no addend is infinite; it may overflow, so a doubt is looked into
    with np.errstate(over="ignore", invalid="ignore"):
        is_in_doubt = not np.isfinite(column.sum())
    if is_in_doubt and np.isinf(column).any():
        raise ValueError(
            f"{table.speaker}: column {table.names[index]!r} holds infinity (inf); remove or clip it first."
        )
    return column
