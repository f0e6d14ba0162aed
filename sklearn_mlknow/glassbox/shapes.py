"""The order that points may take along each column, as asked for."""

from typing import Any

from sklearn_mlknow._shell.errors import InvalidParameter, some
from sklearn_mlknow._shell.table import Table

SHAPES = ("auto", "increasing", "decreasing", "peak", "valley")


def places_of_shapes(table: Table, monotonic: Any) -> dict[Any, list[int]]:
    """Group the columns by the shape that is asked of them.

    Parameters
    ----------
    table : Table
    monotonic : str, None, or dict of str to str or None
        One shape for all numbers, or shapes of some columns and "auto" for the others.

    Returns
    -------
    dict of shape to list of int
        Positions of its columns; categories have no order and stand under "auto".

    Raises
    ------
    ValueError
        A column that the table has not, a category, or a word that is no shape.
    """
    asked = monotonic if isinstance(monotonic, dict) else {}
    unknown = [name for name in asked if name not in table.names]
    wrong = [shape for shape in asked.values() if shape is not None and shape not in SHAPES]
    unordered = [
        name
        for name, kind in zip(table.names, table.kinds)
        if kind == "category" and asked.get(name, "auto") not in ("auto", None)
    ]
    if unknown or wrong or unordered:
        fault = (
            f"names {some(unknown)}, which X has not"
            if unknown
            else f"asks for {some(wrong)}"
            if wrong
            else f"orders {some(unordered)}, which holds categories"
        )
        raise InvalidParameter(
            f"{table.speaker}: monotonic {fault}; it maps columns of numbers to {', '.join(SHAPES)} or None."
        )
    whole = "auto" if isinstance(monotonic, dict) else monotonic
    places: dict[Any, list[int]] = {}
    for index, (name, kind) in enumerate(zip(table.names, table.kinds)):
        places.setdefault("auto" if kind == "category" else asked.get(name, whole), []).append(index)
    return places
