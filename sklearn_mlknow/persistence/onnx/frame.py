"""A table within a graph: named columns, each a place in a tensor, taken together as matrices when they are needed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.onnx.graph import Graph

MISSING_TEXT = "<missing>"  # ONNX has no missing text
NEVER = int(np.iinfo(np.int64).min)  # nor a missing time


class NotExportable(Exception):
    """A part cannot be written as a graph; the message says why."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    kind : {"number", "text", "time"}
        Numbers are doubles with NaN for missing; texts hold `MISSING_TEXT`; times are whole microseconds since 1970
        with `NEVER`.
    tensor : str
        A tensor of shape (n_rows, width).
    place, width : int
        Which of its columns this is, and how many it has.
    """

    name: str
    kind: str
    tensor: str
    place: int = 0
    width: int = 1


Frame = list[Column]


def spread(tensor: str, names: Sequence[str], kind: str = "number") -> Frame:
    """View a tensor of shape (n_rows, n_names) as columns."""
    return [Column(str(name), kind, tensor, place, len(names)) for place, name in enumerate(names)]


def matrix(graph: Graph, columns: Sequence[Column], kind: str = "number") -> str:
    """Put columns of one kind side by side: (n_rows, n_columns).

    Raises
    ------
    NotExportable
        A column is of another kind.
    """
    for column in columns:
        if column.kind != kind:
            raise NotExportable(f"column {column.name!r} holds {column.kind}s where {kind}s are needed")
    parts = []
    for tensor, group in groupby(columns, key=lambda column: column.tensor):
        members = list(group)
        places = [column.place for column in members]
        is_whole = places == list(range(members[0].width))
        parts.append(tensor if is_whole else graph("Gather", tensor, np.array(places), axis=1))
    return parts[0] if len(parts) == 1 else graph("Concat", *parts, axis=1)


def renamed(frame: Frame, names: Sequence[str]) -> Frame:
    """Give columns other names."""
    return [replace(column, name=str(name)) for column, name in zip(frame, names, strict=True)]


def names_from(estimator: Any, n_columns: int) -> list[str]:
    """Output names of an estimator, or ``x0, x1, …`` where it has none."""
    try:
        names = [str(name) for name in estimator.get_feature_names_out()]
    except (AttributeError, ValueError):
        names = []
    return names if len(names) == n_columns else [f"x{i}" for i in range(n_columns)]


def finite(graph: Graph, tensor: str, who: str, names: Sequence[str], *, allow_nan: bool = True) -> str:
    """Refuse infinity, and missing values where they are not allowed, as the estimator itself does."""
    listed = ", ".join(map(repr, names[:5])) + (", …" if len(names) > 5 else "")
    what = "inf" if allow_nan else "inf or missing values"
    is_bad = graph("IsInf", tensor)
    if not allow_nan:
        is_bad = graph("Or", is_bad, graph("IsNaN", tensor))
    return graph.guard(tensor, is_bad, f"{who}: a column of {listed} holds {what}; remove or fill them first.")


def narrowed(graph: Graph, tensor: str, dtype: Any) -> str:
    """Round to a narrower floating-point dtype, as an estimator that writes it does, and return to double."""
    dtype = np.dtype(dtype)
    if dtype.kind != "f" or dtype.itemsize >= 8:
        return tensor
    return graph.cast(graph.cast(tensor, "float" if dtype.itemsize == 4 else "float16"))
