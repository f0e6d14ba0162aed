"""What a trained net computes, layer by layer, from the arrays of its predictor; tensors are (n_members, n_rows, k)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sklearn_mlknow.neural.attention_predictor import AttentionPredictor
from sklearn_mlknow.neural.modules.attention import EPSILON
from sklearn_mlknow.neural.modules.stem import EPSILON as STEM_EPSILON
from sklearn_mlknow.neural.modules.stem import N_GROUPS
from sklearn_mlknow.neural.predictor import Convolutions, Predictor, Waves
from sklearn_mlknow.persistence.onnx.graph import Graph

Activation = Callable[[Graph, str], str]


def net_output(graph: Graph, predictor: Predictor | AttentionPredictor, x: str) -> str:
    """Run the net: (n_rows, n_inputs) -> (n_members, n_rows, n_outputs)."""
    if isinstance(predictor, AttentionPredictor):
        return _attention_output(graph, predictor, x)
    x = hidden_layer(graph, predictor, x, len(predictor.weights) - 1)
    return affine(graph, x, (predictor.weights[-1], predictor.biases[-1]))


def hidden_layer(graph: Graph, predictor: Predictor, x: str, depth: int) -> str:
    """Run the net up to a hidden layer, the first being 1: (n_rows, n_inputs) -> (n_members, n_rows, n_units)."""
    x = graph("Unsqueeze", x, [0])  # (1, n_rows, n_inputs)
    if isinstance(predictor.stem, Waves):
        x = _waves(graph, predictor.stem, x)
    elif isinstance(predictor.stem, Convolutions):
        x = _convolutions(graph, predictor.stem, x)
    activation = ACTIVATIONS[predictor.activation]
    for weight, bias in zip(predictor.weights[:depth], predictor.biases[:depth], strict=True):
        x = activation(graph, affine(graph, x, (weight, bias)))
    return x


def affine(graph: Graph, x: str, weights: tuple[np.ndarray, np.ndarray]) -> str:
    """Multiply by weights and add a bias."""
    return graph("Add", graph("MatMul", x, weights[0]), weights[1])


def _exp_less_one(graph: Graph, z: str) -> str:
    return graph("Sub", graph("Exp", graph("Min", z, 0.0)), 1.0)


def _elu(graph: Graph, z: str) -> str:
    return graph("Where", graph("Greater", z, 0.0), z, _exp_less_one(graph, z))


def _selu(graph: Graph, z: str) -> str:
    below = graph("Mul", _exp_less_one(graph, z), 1.6732632423543772)
    return graph("Mul", graph("Where", graph("Greater", z, 0.0), z, below), 1.0507009873554805)


def _gelu(graph: Graph, z: str) -> str:
    cube = graph("Mul", graph("Mul", z, graph("Mul", z, z)), 0.044715)
    inner = graph("Tanh", graph("Mul", graph("Add", z, cube), 0.7978845608028654))
    return graph("Mul", graph("Mul", z, 0.5), graph("Add", inner, 1.0))


def _mish(graph: Graph, z: str) -> str:
    tail = graph("Log", graph("Add", graph("Exp", graph("Neg", graph("Abs", z))), 1.0))
    return graph("Mul", z, graph("Tanh", graph("Add", graph("Max", z, 0.0), tail)))


def _silu(graph: Graph, z: str) -> str:
    """z / (1 + exp(-z)) by the hyperbolic tangent: some runtimes fuse z * sigmoid(z) to what has no double."""
    half = graph("Mul", z, 0.5)
    return graph("Mul", half, graph("Add", graph("Tanh", half), 1.0))


ACTIVATIONS: dict[str, Activation] = {
    "relu": lambda graph, z: graph("Max", z, 0.0),
    "leaky_relu": lambda graph, z: graph("Max", z, graph("Mul", z, 0.01)),
    "elu": _elu,
    "selu": _selu,
    "silu": _silu,
    "gelu": _gelu,
    "mish": _mish,
    "tanh": lambda graph, z: graph("Tanh", z),
    "sigmoid": lambda graph, z: graph("Sigmoid", z),
}


def _waves(graph: Graph, stem: Waves, x: str) -> str:
    n_members, _, n_numbers, _ = stem.frequency.shape
    numbers = graph("Unsqueeze", graph("Gather", x, np.arange(n_numbers), axis=2), [3])  # (1, n_rows, n_numbers, 1)
    turns = graph("Add", graph("Mul", numbers, stem.frequency), stem.phase)
    waves = graph("Transpose", graph("Sin", graph("Mul", graph("Add", turns, 0.25), 2 * np.pi)), perm=[0, 2, 1, 3])
    features = graph("Add", graph("Transpose", graph("MatMul", waves, stem.mix), perm=[0, 2, 1, 3]), stem.shift)
    flat = graph("Reshape", features, np.array([n_members, -1, n_numbers * stem.mix.shape[-1]]))
    own = graph("Expand", x, np.array([n_members, 1, 1]))
    return graph("Concat", own, flat, axis=2)


def _convolutions(graph: Graph, stem: Convolutions, x: str) -> str:
    height, width, _ = stem.image_shape
    image = graph("Reshape", x, np.array([1, -1, *stem.image_shape]))  # (members, n_rows, height, width, channels)
    for weight, bias, halves in zip(stem.weights, stem.biases, stem.halves, strict=True):
        n_members, n_flat, n_out = weight.shape
        padded = graph("Pad", image, np.array([0, 0, 1, 1, 0, 0, 0, 1, 1, 0]))
        shifted = [
            graph("Unsqueeze", graph("Slice", padded, [row, at], [row + height, at + width], [2, 3]), [5])
            for row in range(3)
            for at in range(3)
        ]
        windows = graph("Concat", *shifted, axis=5)  # (members, n_rows, height, width, channels, 9)
        flat = graph("Reshape", windows, np.array([0, -1, n_flat]))
        shape = np.array([n_members, -1, height, width, N_GROUPS, n_out // N_GROUPS])
        groups = graph("Reshape", graph("MatMul", flat, weight), shape)
        axes = np.array([2, 3, 5])
        centred = graph("Sub", groups, graph("ReduceMean", groups, axes))
        variance = graph("ReduceMean", graph("Mul", centred, centred), axes)
        even = graph("Div", centred, graph("Sqrt", graph("Add", variance, STEM_EPSILON)))
        image = graph("Reshape", even, np.array([n_members, -1, height, width, n_out]))
        image = graph("Max", graph("Add", image, bias), 0.0)
        if halves:
            image, height, width = _pooled(graph, image, height, width)
    return graph("Reshape", graph("Transpose", image, perm=[0, 1, 4, 2, 3]), np.array([0, -1, n_out * height * width]))


def _pooled(graph: Graph, image: str, height: int, width: int) -> tuple[str, int, int]:
    image = graph("Pad", image, np.array([0, 0, 0, 0, 0, 0, 0, height % 2, width % 2, 0]))
    for axis, size in ((2, height + height % 2), (3, width + width % 2)):
        sides = [graph("Gather", image, np.arange(first, size, 2), axis=axis) for first in (0, 1)]
        image = graph("Max", *sides)
    return image, (height + 1) // 2, (width + 1) // 2


def _attention_output(graph: Graph, predictor: AttentionPredictor, x: str) -> str:
    n_members, n_columns, _, n_features = predictor.embedding.shape
    padded = graph("Pad", x, np.array([0, 0, 0, 1]))
    inputs = graph("Gather", padded, predictor.table, axis=1)  # (n_rows, n_columns, longest)
    inputs = graph("Unsqueeze", graph("Transpose", inputs, perm=[1, 0, 2]), [0])
    columns = graph("Transpose", graph("MatMul", inputs, predictor.embedding), perm=[0, 2, 1, 3])
    columns = graph("Add", columns, predictor.shift)  # (n_members, n_rows, n_columns, n_features)
    first = graph("Mul", graph("Gather", columns, [0], axis=2), 0.0)
    tokens = graph("Concat", graph("Add", first, predictor.summary), columns, axis=2)
    for layer in predictor.layers:
        tokens = _attend(graph, tokens, layer, n_columns + 1, n_features)
    last = graph("Squeeze", graph("Gather", tokens, [0], axis=2), [2])
    return affine(graph, _normalise(graph, last, predictor.norm), predictor.head)


def _attend(graph: Graph, tokens: str, layer: Any, n_tokens: int, n_features: int) -> str:
    n_members, width = layer.out[0].shape[0], n_features // layer.n_heads
    as_flat = np.array([n_members, -1, n_features])
    flat = graph("Reshape", tokens, as_flat)
    mixed = affine(graph, _normalise(graph, flat, layer.first_norm), layer.query_key_value)
    mixed = graph("Reshape", mixed, np.array([n_members, -1, n_tokens, 3, layer.n_heads, width]))
    by_token = graph("Transpose", mixed, perm=[3, 0, 1, 4, 2, 5])
    by_width = graph("Transpose", mixed, perm=[3, 0, 1, 4, 5, 2])
    query, key, value = (
        graph("Squeeze", graph("Gather", part, [place], axis=0), [0])
        for place, part in enumerate((by_token, by_width, by_token))
    )
    scores = graph("Mul", graph("MatMul", query, key), width**-0.5)
    attended = graph("MatMul", graph("Softmax", scores, axis=-1), value)
    attended = graph("Reshape", graph("Transpose", attended, perm=[0, 1, 3, 2, 4]), as_flat)
    flat = graph("Add", flat, affine(graph, attended, layer.out))
    wide = graph("Max", affine(graph, _normalise(graph, flat, layer.second_norm), layer.widen), 0.0)
    flat = graph("Add", flat, affine(graph, wide, layer.narrow))
    return graph("Reshape", flat, np.array([n_members, -1, n_tokens, n_features]))


def _normalise(graph: Graph, x: str, weights: tuple[np.ndarray, np.ndarray]) -> str:
    centred = graph("Sub", x, graph("ReduceMean", x, [-1], keepdims=1))
    variance = graph("ReduceMean", graph("Mul", centred, centred), [-1], keepdims=1)
    unit = graph("Div", centred, graph("Sqrt", graph("Add", variance, EPSILON)))
    return graph("Add", graph("Mul", unit, weights[0]), weights[1])
