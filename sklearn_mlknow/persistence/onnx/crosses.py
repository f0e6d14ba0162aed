"""Crosses of columns: a code of each column, the number of their combination, and what is written for it."""

from typing import Any

import numpy as np

from sklearn_mlknow.persistence.onnx.binning import count_reached
from sklearn_mlknow.persistence.onnx.columns import beside, numbers_of, worked_on
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Column, Frame, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.keys import number_cells, place_of_cells
from sklearn_mlknow.persistence.onnx.lookup import level_codes, look_up, refuse_codes
from sklearn_mlknow.persistence.onnx.registry import converts


@converts("sklearn_mlknow", "CrossFeatures")
def convert_crosses(graph: Graph, builder: Any, frame: Frame) -> Frame:
    """The cell of every cross: its code, or its text."""
    columns = worked_on(builder, frame)
    coded = [code_of(graph, builder, place, column) for place, column in enumerate(columns)]
    built: Frame = []
    for cross, name in zip(builder._crosses, builder._built_names(), strict=True):
        codes = [coded[place] for place in cross.members]
        cells = number_cells(graph, codes, builder._widths(cross.members))
        found = place_of_cells(graph, cells, cross.cells, np.arange(1, len(cross.cells) + 1), 0)
        missing_code = len(cross.cells) + 1
        if builder.handle_missing == "propagate":
            for place in cross.members:
                is_missing = graph("Equal", coded[place], len(builder._parts[place].texts) - 1)
                found = graph("Where", is_missing, missing_code, found)
        if builder.output == "text":
            texts = np.array([MISSING_TEXT if text is None else text for text in cross.texts], dtype=object)
            built += spread(look_up(graph, found, texts[:, None]), [name], "text")
        else:
            numbers = np.append(np.arange(missing_code, dtype=np.float64), np.nan)
            built += spread(look_up(graph, found, numbers[:, None]), [name])
    return beside(builder, frame, built)


def code_of(graph: Graph, builder: Any, place: int, column: Column) -> str:
    """Code one column: its level or bin, then missing, then unseen: (n_rows, 1)."""
    part = builder._parts[place]
    n_known = len(part.texts) - 1
    if part.places is not None:
        found = level_codes(graph, column, list(part.places))
        codes = look_up(graph, found, np.array([*range(n_known), n_known + 1, n_known])[:, None])
    else:
        values = numbers_of(graph, builder, [column])
        codes = graph("Where", graph("IsNaN", values), n_known, count_reached(graph, values, np.asarray(part.edges)))
    if builder.handle_missing == "error":
        says = f"{type(builder).__name__}: column {column.name!r} holds missing values"
        codes = refuse_codes(graph, codes, [n_known], says)
    return codes
