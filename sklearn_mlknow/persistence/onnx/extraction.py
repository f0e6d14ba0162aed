"""What nets make of rows on the way: the squeezed columns of an autoencoder, and the units of a hidden layer."""

from typing import Any

import numpy as np

from sklearn_mlknow.extraction.table_code import LARGEST, TableCode
from sklearn_mlknow.persistence.onnx.frame import Frame, finite, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.lookup import level_codes, look_up
from sklearn_mlknow.persistence.onnx.net_inputs import encode_inputs, numbers_and_times
from sklearn_mlknow.persistence.onnx.net_layers import ACTIVATIONS, affine, hidden_layer
from sklearn_mlknow.persistence.onnx.registry import converts


@converts("sklearn_mlknow", "AutoencoderExtractor")
def convert_autoencoder(graph: Graph, extractor: Any, frame: Frame) -> Frame:
    """A straight line beside a net."""
    x = standard_numbers(graph, extractor.code_, frame, type(extractor).__name__)
    line, *layers = extractor._encoder
    hidden = x
    for k in range(0, len(layers), 2):
        hidden = affine(graph, hidden, (layers[k], layers[k + 1]))
        hidden = ACTIVATIONS["silu"](graph, hidden) if k + 2 < len(layers) else hidden
    found = graph("Add", graph("MatMul", x, line), hidden)
    return spread(found, extractor.get_feature_names_out())


def standard_numbers(graph: Graph, code: TableCode, frame: Frame, who: str) -> str:
    """Write a mixed table as standard numbers, as `sklearn_mlknow.extraction.table_code.encode` does it."""
    parts = []
    if len(code.numbers):
        columns = [frame[place] for place in code.numbers]
        values = finite(graph, numbers_and_times(graph, columns), who, [column.name for column in columns])
        is_missing = graph("IsNaN", values)
        scaled = graph("Div", graph("Sub", graph("Div", values, code.size), code.mean), code.spread)
        parts.append(graph("Where", is_missing, 0.0, graph("Clip", scaled, -LARGEST, LARGEST)))
        if code.has_missing.any():
            parts.append(graph.cast(graph("Gather", is_missing, np.flatnonzero(code.has_missing), axis=1)))
    for place, kept in code.kept.items():
        levels = code.levels[place].tolist()
        indicator = np.zeros((len(levels) + 2, len(kept)))
        indicator[kept, np.arange(len(kept))] = 1.0
        if len(kept):
            parts.append(look_up(graph, level_codes(graph, frame[place], levels), indicator))
    return parts[0] if len(parts) == 1 else graph("Concat", *parts, axis=1)


def net_of(extractor: Any) -> Any:
    """The net whose layer is read, out of its wrapping."""
    return getattr(extractor.estimator_, "estimator", extractor.estimator_)


@converts("sklearn_mlknow", "HiddenLayerExtractor")
def convert_hidden_layer(graph: Graph, extractor: Any, frame: Frame) -> Frame:
    """Units of all members, side by side."""
    net = net_of(extractor)
    n_layers = len(net.predictor_.weights) - 1
    depth = extractor.layer if extractor.layer > 0 else n_layers + 1 + extractor.layer
    x = encode_inputs(graph, net.inputs_, frame, type(net).__name__)
    hidden = hidden_layer(graph, net.predictor_, x, depth)  # (n_members, n_rows, n_units)
    names = extractor.get_feature_names_out()
    flat = graph("Reshape", graph("Transpose", hidden, perm=[1, 0, 2]), np.array([-1, len(names)]))
    return spread(flat, names)
