"""What is known of a combination of values: groups and joined tables, each a lookup by the number of a cell."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sklearn_mlknow.features.group_keys import GroupIndex
from sklearn_mlknow.persistence.onnx.columns import appended, beside, numbers_of
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Frame, spread
from sklearn_mlknow.persistence.onnx.graph import ML, Graph
from sklearn_mlknow.persistence.onnx.lookup import level_codes, look_up
from sklearn_mlknow.persistence.onnx.registry import converts


def number_cells(graph: Graph, codes: Sequence[str], widths: Sequence[int]) -> str:
    """Number the combinations of codes: tensors (n_rows, 1) -> (n_rows, 1)."""
    cells = codes[0]
    for column, width in zip(codes[1:], widths[1:], strict=True):
        cells = graph("Add", graph("Mul", cells, int(width)), column)
    return cells


def place_of_cells(graph: Graph, cells: str, known: np.ndarray, places: np.ndarray, default: int) -> str:
    """Look up the place of each cell: (n_rows, 1); ``default`` for those that are not known."""
    if len(known) == 0:
        return graph("Add", graph("Mul", cells, 0), default)
    return graph(
        "LabelEncoder",
        cells,
        domain=ML,
        keys_int64s=np.asarray(known).tolist(),
        values_int64s=np.asarray(places).tolist(),
        default_int64=default,
    )


def groups_of(graph: Graph, index: GroupIndex, frame: Frame) -> str:
    """Find the group of each row: (n_rows, 1); ``n_groups`` for groups that fit has not seen."""
    pairs = zip(frame, index.keys.levels, strict=True)
    codes = [level_codes(graph, column, levels.tolist()) for column, levels in pairs]
    return place_of_cells(
        graph, number_cells(graph, codes, index.widths.tolist()), index.cells, index.order, len(index.cells)
    )


def rank_faults(builder: Any) -> Iterator[str]:
    """Name comparisons that need the rows of fit."""
    if "rank" in builder._compared:
        yield "relative 'rank' reads the ordered values of every group, which have no graph; leave it out"


@converts("sklearn_mlknow", "GroupFeatures", faults=rank_faults)
def convert_groups(graph: Graph, builder: Any, frame: Frame) -> Frame:
    """Statistics of the group of each row, then the row compared with them."""
    groups = groups_of(graph, builder._index, [frame[index] for index in builder._by])
    parts = []
    if "count" in builder._wanted:
        parts.append(look_up(graph, groups, np.append(builder._summary.weight, 0.0)[:, None]))
    for index, table in zip(builder._described, builder._tables, strict=True):
        if table.shape[1] > 2:
            parts.append(look_up(graph, groups, table[:, :-2]))
        if builder._compared:
            values = numbers_of(graph, builder, [frame[index]])
            mean, std = (look_up(graph, groups, table[:, [at]]) for at in (-2, -1))
            parts += [COMPARISONS[one](graph, values, mean, std) for one in builder._compared]
    return appended(builder, frame, graph("Concat", *parts, axis=1))


def _finite(graph: Graph, values: str) -> str:
    return graph("Where", graph("IsInf", values), float("nan"), values)


def _ratio(graph: Graph, values: str, mean: str, std: str) -> str:
    return _finite(graph, graph("Div", values, graph("Where", graph("Equal", mean, 0.0), float("nan"), mean)))


def _zscore(graph: Graph, values: str, mean: str, std: str) -> str:
    spread_out = graph("Where", graph("Greater", std, 0.0), std, float("nan"))
    score = _finite(graph, graph("Div", graph("Sub", values, mean), spread_out))
    is_usual = graph("And", graph("Equal", std, 0.0), graph("Equal", values, mean))
    return graph("Where", is_usual, 0.0, score)


COMPARISONS = {
    "difference": lambda graph, values, mean, std: _finite(graph, graph("Sub", values, mean)),
    "ratio": _ratio,
    "zscore": _zscore,
}


def moment_faults(builder: Any) -> Iterator[str]:
    """Name joins to the last row before a time."""
    if builder._moment is not None:
        yield "when= searches the times of the joined table, which has no graph; join by key alone"


@converts("sklearn_mlknow", "JoinFeatures", faults=moment_faults)
def convert_join(graph: Graph, builder: Any, frame: Frame) -> Frame:
    """What the joined table knows of each row's key."""
    groups = groups_of(graph, builder._index, [frame[index] for index in builder._by])
    built: Frame = []
    for column in builder._joined:
        values, kind = column.values, "number"
        if values.dtype == object:
            values, kind = np.array([MISSING_TEXT if one is None else str(one) for one in values], dtype=object), "text"
        built += spread(look_up(graph, groups, values[:, None]), [column.name], kind)
    return beside(builder, frame, built)
