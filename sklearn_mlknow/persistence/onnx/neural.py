"""Our nets: inputs, layers, the mean over members, and the answer of each face."""

from typing import Any

import numpy as np

from sklearn_mlknow.persistence.onnx import trees
from sklearn_mlknow.persistence.onnx.answers import of_classes, of_numbers
from sklearn_mlknow.persistence.onnx.frame import Frame, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.net_inputs import encode_inputs, tree_columns
from sklearn_mlknow.persistence.onnx.net_layers import net_output
from sklearn_mlknow.persistence.onnx.registry import Answer, converts


def member_mean(graph: Graph, net: Any, frame: Frame) -> str:
    """Mean of what the members say: (n_rows, n_outputs)."""
    who = type(net).__name__
    output = graph(
        "ReduceMean", net_output(graph, net.predictor_, encode_inputs(graph, net.inputs_, frame, who)), [0], keepdims=0
    )
    if getattr(net, "_uses_trees", False) and net.trees_ is not None:
        offset = _offset(graph, net, spread(tree_columns(graph, net.inputs_, frame, who), net.inputs_.names))
        output = graph("Add", output, graph("Mul", offset, float(net._scale)))
    return output


@converts("sklearn_mlknow", "NeuralClassifier", "AttentionClassifier", "HybridClassifier")
def convert_classifier(graph: Graph, net: Any, frame: Frame) -> Answer:
    """Calibrated logits to probabilities."""
    logits = graph("Mul", member_mean(graph, net, frame), float(net.sharpness_))
    if net._is_multilabel:
        share = graph("Mul", graph("Add", graph("Tanh", graph("Mul", logits, 0.5)), 1.0), 0.5)
        return Answer({"label": graph.cast(graph("Greater", share, 0.5), "int64"), "probabilities": share})
    return of_classes(graph, graph("Softmax", logits, axis=1), net.classes_)


@converts("sklearn_mlknow", "NeuralRegressor", "AttentionRegressor", "HybridRegressor")
def convert_regressor(graph: Graph, net: Any, frame: Frame) -> Answer:
    """Standard units to those of the target, within what was seen."""
    values = graph("Add", graph("Mul", member_mean(graph, net, frame), net._y_spread), net._y_mean)
    values = graph("Min", graph("Max", values, net._y_low), net._y_high)
    return of_numbers(graph, values, net._is_flat)


def _offset(graph: Graph, net: Any, columns: Frame) -> str:
    """What the trees of a hybrid say: (n_rows, n_outputs)."""
    if isinstance(net.trees_, list):
        return graph("Concat", *(trees.raw_boosting(graph, one, columns) for one in net.trees_), axis=1)
    raw = trees.raw_boosting(graph, net.trees_, columns)
    known, n_classes = np.asarray(net.trees_.classes_), len(net.classes_)
    if len(known) == 2:
        indicator = np.zeros((1, n_classes))
        indicator[0, known[1]] = 1.0
        return graph("Mul", raw, indicator)
    if len(known) == n_classes:
        return raw
    least = graph("ReduceMin", raw, [1], keepdims=1)
    place = {int(code): at for at, code in enumerate(known)}
    parts = [graph("Gather", raw, [place[code]], axis=1) if code in place else least for code in range(n_classes)]
    return graph("Concat", *parts, axis=1)
