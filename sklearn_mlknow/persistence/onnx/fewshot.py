"""Classes known by a few examples: the encoder, the distances to the prototypes, and the label of what is like none."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import expit

from sklearn_mlknow.fewshot.encoders import TableEncoder
from sklearn_mlknow.fewshot.rejection import label_of_rejection, with_rejected
from sklearn_mlknow.persistence.onnx.answers import labels, of_classes
from sklearn_mlknow.persistence.onnx.frame import Frame, narrowed
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.net_inputs import encode_inputs
from sklearn_mlknow.persistence.onnx.net_layers import ACTIVATIONS, affine
from sklearn_mlknow.persistence.onnx.registry import Answer, converts

LEAST_NORM = 1e-12


def learner_faults(learner: Any) -> Iterator[str]:
    """Name what a learner may have that has no graph."""
    if not hasattr(learner, "classes_"):
        yield "it has no support yet; call with_support(X, y) first"
        return
    if type(learner.encoder_) is not TableEncoder:
        yield f"a {type(learner.encoder_).__name__} answers in single precision, which has no graph; only tables have"
    if _all_labels(learner).dtype == object and np.asarray(learner.classes_).dtype.kind not in "OU":
        yield f"reject_label={learner.reject_label!r} is of another type than the classes; give one of theirs"


@converts("sklearn_mlknow", "PrototypeClassifier", faults=learner_faults)
def convert_prototypes(graph: Graph, learner: Any, frame: Frame) -> Answer:
    """Shares by the distance to each prototype; no class where the nearest is too far."""
    embedded = embed(graph, learner, frame)
    apart = graph("Sub", graph("Unsqueeze", embedded, [1]), learner.prototypes_[None].astype(np.float64))
    squares = graph("ReduceSum", graph("Mul", apart, apart), [2], keepdims=0)  # (n_rows, n_classes)
    evidence = graph("Mul", squares, -float(learner.scale_))
    codes = graph("ArgMax", evidence, axis=1, keepdims=0)
    shares = graph("Softmax", evidence, axis=1)
    if learner.reject_below is None:
        return of_classes(graph, shares, learner.classes_, codes)
    least = learner.match_threshold_ if learner.reject_below == "match" else learner.reject_below
    log_odds = graph("Sub", learner.similarity_offset_, graph("Mul", squares, learner.similarity_slope_))
    likeness = graph("Div", graph("Sigmoid", log_odds), float(expit(learner.similarity_offset_)))
    is_unlike = graph("Less", graph("ReduceMax", likeness, [1], keepdims=0), float(least))
    codes = graph("Where", is_unlike, len(learner.classes_), codes)
    return Answer({"label": graph("Gather", labels(_all_labels(learner)), codes, axis=0), "probabilities": shares})


def _all_labels(learner: Any) -> np.ndarray:
    """Classes, and behind them the label of rejection where there is one."""
    if learner.reject_below is None:
        return np.asarray(learner.classes_)
    classes = np.asarray(learner.classes_)
    is_last = np.arange(len(classes) + 1) == len(classes)
    return with_rejected(np.append(classes, classes[:1]), is_last, label_of_rejection(learner, classes))


def embed(graph: Graph, learner: Any, frame: Frame) -> str:
    """Run the encoder: (n_rows, n_components). Inputs are rounded to single precision, as the learner does."""
    encoder = learner.encoder_
    x = narrowed(graph, encode_inputs(graph, learner.front_.inputs, frame, type(learner).__name__), np.float32)
    hidden = x
    for layer in encoder.layers:
        hidden = ACTIVATIONS["silu"](graph, _linear(graph, layer, hidden))
    z = graph("Add", _linear(graph, encoder.line, x), _linear(graph, encoder.head, hidden))
    if learner.metric != "cosine":
        return z
    norm = graph("Sqrt", graph("ReduceSum", graph("Mul", z, z), [1], keepdims=1))
    return graph("Div", z, graph("Max", norm, LEAST_NORM))


def _linear(graph: Graph, layer: Any, x: str) -> str:
    weight, bias = (np.asarray(one.numpy(force=True), dtype=np.float64) for one in (layer.weight, layer.bias))
    return affine(graph, x, (weight.T, bias))
