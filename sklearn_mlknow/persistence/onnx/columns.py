"""The shells: which columns a transformer of ours works on, which pass through, which stay."""

from collections.abc import Sequence
from typing import Any

from sklearn_mlknow.persistence.onnx.frame import Frame, finite, matrix, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import converts


def worked_on(estimator: Any, frame: Frame) -> Frame:
    """Columns that a transformer of ours works on."""
    return [frame[index] for index in estimator._indices]


def numbers_of(graph: Graph, estimator: Any, columns: Sequence[Any], *, allow_nan: bool = True) -> str:
    """Read columns of numbers, refusing infinity (and missing values) as our transformers do."""
    names = [column.name for column in columns]
    return finite(graph, matrix(graph, columns), type(estimator).__name__, names, allow_nan=allow_nan)


def in_place(estimator: Any, frame: Frame, applied: Sequence[Frame]) -> Frame:
    """Put what was written for each column where the column stood (the shell of column-wise transformers)."""
    at = dict(zip(estimator._indices, applied, strict=True))
    keeps = estimator.remainder == "passthrough"
    return [one for i, column in enumerate(frame) for one in at.get(i, [column] if keeps else [])]


def beside(estimator: Any, frame: Frame, built: Frame) -> Frame:
    """Put what was built behind the columns that stay (the shell of builders)."""
    return [column for index, column in enumerate(frame) if estimator._stays(index)] + built


def appended(estimator: Any, frame: Frame, built: str) -> Frame:
    """Put numbers that were built, (n_rows, n_built), behind the columns that stay."""
    names = estimator._built_names()
    return beside(estimator, frame, spread(built, names) if names else [])


@converts(
    "sklearn_mlknow",
    "MutualInformationSelector",
    "MRMRSelector",
    "RedundancySelector",
    "ShadowSelector",
    "ShapSelector",
)
@converts(
    "sklearn",
    "VarianceThreshold",
    "SelectKBest",
    "SelectPercentile",
    "SelectFpr",
    "SelectFdr",
    "SelectFwe",
    "GenericUnivariateSelect",
    "SelectFromModel",
    "RFE",
    "RFECV",
    "SequentialFeatureSelector",
)
def convert_selector(graph: Graph, selector: Any, frame: Frame) -> Frame:
    """The columns that were kept."""
    return [column for column, is_kept in zip(frame, selector.get_support(), strict=True) if is_kept]


@converts("sklearn_mlknow", "DriftMonitor")
def convert_monitor(graph: Graph, monitor: Any, frame: Frame) -> Frame:
    """A monitor hands its columns on, in their places."""
    return in_place(monitor, frame, [[column] for column in worked_on(monitor, frame)])


@converts("sklearn_mlknow", "TypedColumns")
def convert_typed(graph: Graph, read: Any, frame: Frame) -> Frame:
    """Columns by name, as a report reads them: infinity is missing."""
    by_name = {column.name: column for column in frame}
    numbers = set(read.numbers_)
    out: Frame = []
    for name in read.feature_names_in_:
        column = by_name[name]
        if name in numbers:
            values = matrix(graph, [column])
            out += spread(graph("Where", graph("IsInf", values), float("nan"), values), [name])
        else:
            matrix(graph, [column], "text")
            out.append(column)
    return out
