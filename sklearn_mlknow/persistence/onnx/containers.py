"""Pipelines, column transformers and unions: the order of the parts and of their columns."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.onnx.frame import Frame, names_from, renamed
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import Answer, convert, converts


def steps_of(pipeline: Any) -> Iterator[tuple[str, Any]]:
    """Steps that do something."""
    return ((f"step {name!r}", step) for name, step in pipeline.steps if step is not None and step != "passthrough")


def branches_of(transformer: Any) -> Iterator[tuple[str, Any]]:
    """Fitted transformers of a ColumnTransformer."""
    for name, part, columns in transformer.transformers_:
        if not isinstance(part, str) and not _is_nothing(columns):
            yield f"transformer {name!r}", part


def union_of(union: Any) -> Iterator[tuple[str, Any]]:
    """Fitted transformers of a FeatureUnion."""
    for name, part in union.transformer_list:
        if part != "drop" and part != "passthrough":
            yield f"transformer {name!r}", part


@converts("sklearn", "Pipeline", parts=steps_of)
def convert_pipeline(graph: Graph, pipeline: Any, frame: Frame) -> Frame | Answer:
    """One after the other."""
    found: Frame | Answer = frame
    for _, step in steps_of(pipeline):
        found = convert(graph, step, found)  # type: ignore[arg-type]
    return found


@converts("sklearn", "FrozenEstimator", parts=lambda frozen: [("estimator", frozen.estimator)])
def convert_frozen(graph: Graph, frozen: Any, frame: Frame) -> Frame | Answer:
    """What it holds."""
    found: Frame | Answer = convert(graph, frozen.estimator, frame)
    return found


@converts("sklearn", "ColumnTransformer", parts=branches_of)
def convert_column_transformer(graph: Graph, transformer: Any, frame: Frame) -> Frame:
    """Each part on its columns, side by side in the order of the parts."""
    out: Frame = []
    for _, part, columns in transformer.transformers_:
        if _is_nothing(columns) or part == "drop":
            continue
        chosen = choose(frame, columns)
        out += chosen if part == "passthrough" else convert(graph, part, chosen)
    return renamed(out, names_from(transformer, len(out)))


@converts("sklearn", "FeatureUnion", parts=union_of, faults=lambda union: weights_of(union))
def convert_union(graph: Graph, union: Any, frame: Frame) -> Frame:
    """Each part on all columns, side by side."""
    out: Frame = []
    for _, part in union.transformer_list:
        if part != "drop":
            out += frame if part == "passthrough" else convert(graph, part, frame)
    return renamed(out, names_from(union, len(out)))


def weights_of(union: Any) -> Iterator[str]:
    """Name what a FeatureUnion may have that has no graph."""
    if union.transformer_weights:
        yield "transformer_weights has no graph; leave it out"


def choose(frame: Frame, columns: Any) -> Frame:
    """Choose columns as scikit-learn does: by name, position, slice or mask."""
    if isinstance(columns, slice):
        return frame[columns] if not isinstance(columns.start or columns.stop, str) else _named_slice(frame, columns)
    wanted: Sequence[Any] = [columns] if isinstance(columns, str | int) else list(columns)
    if len(wanted) == len(frame) and all(isinstance(one, bool | np.bool_) for one in wanted):
        return [column for column, is_wanted in zip(frame, wanted, strict=True) if is_wanted]
    by_name = {column.name: column for column in frame}
    return [by_name[one] if isinstance(one, str) else frame[int(one)] for one in wanted]


def _named_slice(frame: Frame, columns: slice) -> Frame:
    names = [column.name for column in frame]
    first = 0 if columns.start is None else names.index(columns.start)
    last = len(names) - 1 if columns.stop is None else names.index(columns.stop)
    return frame[first : last + 1]


def _is_nothing(columns: Any) -> bool:
    if isinstance(columns, slice | str | int):
        return False
    return all(isinstance(one, bool | np.bool_) and not one for one in columns)
