"""Distances to centres, the nearest of them, and shares."""

from typing import Any

import numpy as np

from sklearn_mlknow.features.clusters import LIMIT
from sklearn_mlknow.persistence.onnx.columns import appended, numbers_of, worked_on
from sklearn_mlknow.persistence.onnx.frame import Frame
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import converts
from sklearn_mlknow.persistence.onnx.scaling import smoothly_clipped


@converts("sklearn_mlknow", "ClusterFeatures")
def convert_clusters(graph: Graph, builder: Any, frame: Frame) -> Frame:
    """Scaled and bent columns, a missing value in the middle; then what the centres make of them."""
    values = numbers_of(graph, builder, worked_on(builder, frame))
    center, scale = np.array(builder._scales, dtype=np.float64).T
    scaled = smoothly_clipped(graph, values, center, scale, LIMIT)
    squares = squared_distances(graph, graph("Where", graph("IsNaN", values), 0.0, scaled), builder.centers_)
    if builder.output == "soft":
        least = graph("ReduceMin", squares, [1], keepdims=1)
        heights = graph("Div", graph("Sub", least, squares), 2 * max(builder.spread_, 1e-12))
        return appended(builder, frame, graph("Softmax", heights, axis=1))
    parts = [graph("Sqrt", squares)] if builder.output != "label" else []
    if builder.output != "distance":
        parts.append(graph.cast(graph("ArgMin", squares, axis=1, keepdims=1)))
    return appended(builder, frame, graph("Concat", *parts, axis=1))


def squared_distances(graph: Graph, rows: str, centers: np.ndarray) -> str:
    """Squared Euclidean distances, in the order in which they are worked out elsewhere: (n_rows, n_centers)."""
    own = graph("ReduceSum", graph("Mul", rows, rows), [1], keepdims=1)
    crossed = graph("MatMul", graph("Mul", rows, 2.0), np.ascontiguousarray(centers.T))
    return graph("Max", graph("Add", graph("Sub", own, crossed), (centers**2).sum(axis=1)), 0.0)
