"""From a table to the numbers that enter a net, as `sklearn_mlknow.neural.inputs.encode` does it."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from sklearn_mlknow.neural.inputs import CLIP, LARGEST, Inputs
from sklearn_mlknow.persistence.onnx.frame import NEVER, Column, Frame, finite, matrix
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.lookup import level_codes, look_up


def encode_inputs(graph: Graph, inputs: Inputs, frame: Frame, who: str) -> str:
    """Write the inputs of a net: (n_rows, n_inputs)."""
    parts = _numbers(graph, inputs, frame, who) if len(inputs.numbers) else []
    for place, levels in inputs.levels.items():
        codes = level_codes(graph, frame[place], levels.tolist())
        n_levels, has_missing = len(levels), bool(inputs.has_missing_level[place])
        indicator = np.zeros((n_levels + 2, n_levels + has_missing))  # unseen and missing levels share the last one
        indicator[np.arange(n_levels), np.arange(n_levels)] = 1.0
        if has_missing:
            indicator[n_levels:, -1] = 1.0
        parts.append(look_up(graph, codes, indicator))
    return parts[0] if len(parts) == 1 else graph("Concat", *parts, axis=1)


def tree_columns(graph: Graph, inputs: Inputs, frame: Frame, who: str) -> str:
    """Write the columns as the trees of a hybrid take them: codes of levels, NaN where there is none."""
    parts = []
    for place, column in enumerate(frame):
        if place in inputs.levels:
            levels = inputs.levels[place].tolist()
            table = np.array([*range(len(levels)), np.nan, np.nan], dtype=np.float64)[:, None]
            parts.append(look_up(graph, level_codes(graph, column, levels), table))
        else:
            parts.append(finite(graph, numbers_and_times(graph, [column]), who, [column.name]))
    return graph("Concat", *parts, axis=1)


def _numbers(graph: Graph, inputs: Inputs, frame: Frame, who: str) -> list[str]:
    columns = [frame[place] for place in inputs.numbers]
    values = finite(
        graph, numbers_and_times(graph, columns), who, [column.name for column in columns]
    )  # (n_rows, n_numbers)
    is_missing = graph("IsNaN", values)
    scaled = graph("Clip", graph("Div", graph("Sub", values, inputs.centre), inputs.spread), -LARGEST, LARGEST)
    bend = graph("Div", scaled, CLIP)
    scaled = graph("Div", scaled, graph("Sqrt", graph("Add", graph("Mul", bend, bend), 1.0)))
    parts = [graph("Where", is_missing, 0.0, scaled)]
    if len(inputs.missing):
        parts.append(graph.cast(graph("Gather", is_missing, inputs.missing, axis=1)))
    owner, left, width = inputs.bins
    if len(owner):
        share = graph("Div", graph("Sub", graph("Gather", values, owner, axis=1), left), width)
        share = graph("Clip", share, 0.0, 1.0)
        parts.append(graph("Where", graph("Gather", is_missing, owner, axis=1), 0.0, share))
    return parts


def numbers_and_times(graph: Graph, columns: Sequence[Column]) -> str:
    """Read columns of numbers, and of times as seconds since 1970: (n_rows, n_columns)."""
    parts = []
    for kind, group in groupby(columns, key=lambda column: column.kind):
        values = matrix(graph, list(group), "time" if kind == "time" else "number")
        if kind == "time":
            seconds = graph("Div", graph.cast(values), 1e6)
            values = graph("Where", graph("Equal", values, NEVER), float("nan"), seconds)
        parts.append(values)
    return parts[0] if len(parts) == 1 else graph("Concat", *parts, axis=1)
