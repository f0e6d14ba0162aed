"""How predictors answer: labels and probabilities, or numbers."""

from typing import Any

import numpy as np

from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import Answer


def of_classes(graph: Graph, probabilities: str, classes: np.ndarray, codes: str | None = None) -> Answer:
    """Answer with the most probable class (or the class at ``codes``) and all probabilities (n_rows, n_classes)."""
    codes = graph("ArgMax", probabilities, axis=1, keepdims=0) if codes is None else codes
    return Answer({"label": graph("Gather", labels(classes), codes, axis=0), "probabilities": probabilities})


def of_two(graph: Graph, log_odds: str, classes: np.ndarray) -> Answer:
    """Answer by the log-odds of the second of two classes, (n_rows, 1)."""
    second = graph("Sigmoid", log_odds)
    codes = graph("Squeeze", graph.cast(graph("Greater", log_odds, 0.0), "int64"), [1])
    return of_classes(graph, graph("Concat", graph("Sub", 1.0, second), second, axis=1), classes, codes)


def of_numbers(graph: Graph, values: str, is_flat: bool) -> Answer:
    """Answer with numbers, from (n_rows, n_outputs)."""
    return Answer({"prediction": graph("Squeeze", values, [1]) if is_flat else values})


def labels(classes: Any) -> np.ndarray:
    """Classes as ONNX can hold them: whole numbers, truth values, numbers or texts."""
    array = np.asarray(classes)
    if array.dtype.kind in "iubf":
        return array
    return np.array([str(one) for one in array.tolist()], dtype=object)
