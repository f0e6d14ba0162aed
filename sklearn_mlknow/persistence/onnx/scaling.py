"""Columns of numbers, rescaled, bent or filled: element by element."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow.persistence.onnx.columns import in_place, numbers_of, worked_on
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Frame, finite, matrix, names_from, renamed, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import converts


@converts("sklearn", "StandardScaler", "RobustScaler", "MaxAbsScaler", "MinMaxScaler")
def convert_scaler(graph: Graph, scaler: Any, frame: Frame) -> Frame:
    """Less a centre, over a scale, in scikit-learn's order."""
    names = [column.name for column in frame]
    values = finite(graph, matrix(graph, frame), type(scaler).__name__, names)
    if type(scaler).__name__ == "MinMaxScaler":
        values = graph("Add", graph("Mul", values, scaler.scale_), scaler.min_)
        low, high = scaler.feature_range
        return spread(graph("Clip", values, float(low), float(high)) if scaler.clip else values, names)
    center = getattr(scaler, "mean_", None) if getattr(scaler, "with_mean", False) else getattr(scaler, "center_", None)
    values = values if center is None else graph("Sub", values, center)
    return spread(values if scaler.scale_ is None else graph("Div", values, scaler.scale_), names)


def imputer_faults(imputer: Any) -> Iterator[str]:
    """Name settings of SimpleImputer that have no graph."""
    if not is_missing_value(imputer.missing_values):
        yield f"missing_values={imputer.missing_values!r} has no graph; use NaN"


@converts("sklearn", "SimpleImputer", faults=imputer_faults)
def convert_imputer(graph: Graph, imputer: Any, frame: Frame) -> Frame:
    """The statistic where a value is missing; then an indicator of each column that had some."""
    out: Frame = []
    for column, statistic in zip(frame, imputer.statistics_, strict=True):
        if is_missing_value(statistic):
            continue  # a column of which nothing was seen goes
        values = matrix(graph, [column], column.kind)
        if column.kind == "text":
            filled = graph(
                "Where", graph("Equal", values, np.array([[MISSING_TEXT]], dtype=object)), _text(statistic), values
            )
        else:
            filled = graph("Where", graph("IsNaN", values), float(statistic), values)
        out += spread(filled, [column.name], column.kind)
    if imputer.add_indicator:
        for place in imputer.indicator_.features_:
            column = frame[place]
            values = matrix(graph, [column], column.kind)
            is_missing = (
                graph("Equal", values, np.array([[MISSING_TEXT]], dtype=object))
                if column.kind == "text"
                else graph("IsNaN", values)
            )
            out += spread(graph.cast(is_missing), [column.name])
    return renamed(out, names_from(imputer, len(out)))


def _text(statistic: Any) -> np.ndarray:
    return np.array([[str(statistic)]], dtype=object)


def identity_faults(transformer: Any) -> Iterator[str]:
    """Name what a FunctionTransformer does beyond handing on."""
    if transformer.func is not None:
        yield f"func={getattr(transformer.func, '__name__', transformer.func)} has no graph; use FormulaFeatures"


@converts("sklearn", "FunctionTransformer", faults=identity_faults)
def convert_identity(graph: Graph, transformer: Any, frame: Frame) -> Frame:
    """Nothing."""
    return frame


@converts("sklearn_mlknow", "SmoothClipScaler")
def convert_smooth_clip(graph: Graph, scaler: Any, frame: Frame) -> Frame:
    """Scaled by median and interquartile range, then bent towards the limit."""
    columns = worked_on(scaler, frame)
    values = numbers_of(graph, scaler, columns, allow_nan=scaler.handle_missing != "error")
    out = smoothly_clipped(graph, values, scaler.center_, scaler.scale_, scaler.limit)
    written = spread(out, [column.name for column in columns])
    return in_place(scaler, frame, [[column] for column in written])


def smoothly_clipped(graph: Graph, values: str, center: np.ndarray, scale: np.ndarray, limit: float | None) -> str:
    """Scale columns and bend them towards a limit: (n_rows, n_columns)."""
    scale = np.where(scale == 0, np.inf, scale)  # a constant column becomes 0
    out = graph("Sub", graph("Div", values, scale), center / scale)
    if limit is None:
        return out
    size = graph("Abs", graph("Div", out, float(limit)))
    large, small = graph("Max", size, 1.0), graph("Min", size, 1.0)
    share = graph("Div", small, large)  # hypot(1, size) without a square that overflows
    bend = graph("Mul", large, graph("Sqrt", graph("Add", graph("Mul", share, share), 1.0)))
    return graph("Div", out, bend)


def shape_faults(scaler: Any) -> Iterator[str]:
    """Name columns whose scale has no graph."""
    for name, shape in zip(scaler.columns_, scaler._shapes, strict=True):
        if shape.method == "quantile-normal":
            yield f"column {name!r} is on the quantile-normal scale, which has no graph; leave it out of methods"


@converts("sklearn_mlknow", "DistributionScaler", faults=shape_faults)
def convert_distribution(graph: Graph, scaler: Any, frame: Frame) -> Frame:
    """Each column on its own curve, less its centre, over its scale."""
    applied = []
    for column, shape in zip(worked_on(scaler, frame), scaler._shapes, strict=True):
        values = numbers_of(graph, scaler, [column], allow_nan=scaler.handle_missing != "error")
        if shape.method == "constant":
            out = graph("Mul", values, 0.0)
        else:
            bent = {"log": _log, "yeo-johnson": _yeo_johnson}.get(shape.method, lambda graph, values, power: values)
            out = graph("Div", graph("Sub", bent(graph, values, shape.power), shape.center), shape.scale)
        applied.append(spread(out, [column.name]))
    return in_place(scaler, frame, applied)


def _log(graph: Graph, values: str, power: float) -> str:
    return graph("Log", graph("Where", graph("Greater", values, 0.0), values, float("nan")))


def _yeo_johnson(graph: Graph, values: str, power: float) -> str:
    up = graph("GreaterOrEqual", values, 0.0)
    size = graph("Add", graph("Abs", values), 1.0)

    def side(exponent: float) -> str:
        if abs(exponent) < 1e-8:
            return graph("Log", size)
        return graph("Div", graph("Sub", graph("Pow", size, exponent), 1.0), exponent)

    return graph("Where", up, side(power), graph("Neg", side(2 - power)))
