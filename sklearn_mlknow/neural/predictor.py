"""Prediction by numpy alone: what was learned, folded into as few products as possible.

Front scale, layer gain and batch norm are all linear, so they disappear into the weights; torch is not needed to
predict, one row costs microseconds, and the arrays can be stored in any format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .modules import PackedMLP
from .modules.norm import EPSILON

CHUNK = 4096


def _sigmoid(z: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


NUMPY_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda z: np.maximum(z, 0.0),
    "leaky_relu": lambda z: np.maximum(z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0.0))),
    "silu": lambda z: z * _sigmoid(z),
    "gelu": lambda z: 0.5 * z * (1 + np.tanh(0.7978845608028654 * (z + 0.044715 * z**3))),
    "mish": lambda z: z * np.tanh(np.logaddexp(0.0, z)),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
}


@dataclass(frozen=True)
class Predictor:
    """A trained net as arrays.

    Attributes
    ----------
    weights : tuple of ndarray, each (n_members, n_in, n_out)
    biases : tuple of ndarray, each (n_members, 1, n_out)
    activation : str
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    activation: str

    def hidden(self, x: np.ndarray, layer: int) -> np.ndarray:
        """Return what layer ``layer`` (1 is the first) hands on: (n_members, n_rows, n_units)."""
        activation = NUMPY_ACTIVATIONS[self.activation]
        for weight, bias in zip(self.weights[:layer], self.biases[:layer], strict=True):
            x = activation(np.matmul(x, weight) + bias)
        return x

    def output(self, x: np.ndarray) -> np.ndarray:
        """Return what the head gives: (n_rows, n_inputs) -> (n_members, n_rows, n_outputs)."""
        parts = []
        for start in range(0, len(x), CHUNK):
            last = self.hidden(x[None, start : start + CHUNK], len(self.weights) - 1)
            parts.append(np.matmul(last, self.weights[-1]) + self.biases[-1])
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def fold(net: PackedMLP) -> Predictor:
    """Fold a trained MLP into plain weights."""
    weights, biases = [], []
    for block in net.body:
        weight, bias = _arrays(block.linear)
        if block.norm is not None:
            factor = block.norm.scale / (block.norm.variance + EPSILON).sqrt()
            shift = block.norm.shift - block.norm.mean * factor
            weight = weight * factor.detach().cpu().double().numpy()
            bias = bias * factor.detach().cpu().double().numpy() + shift.detach().cpu().double().numpy()
        weights.append(weight)
        biases.append(bias)
    weight, bias = _arrays(net.head)
    weights.append(weight)
    biases.append(bias)
    front = net.front.detach().cpu().double().numpy()  # (n_members, 1, n_inputs)
    weights[0] = np.swapaxes(front, 1, 2) * weights[0]
    activation = net.body[0].activation if len(net.body) else "relu"
    return Predictor(tuple(weights), tuple(biases), activation)


def _arrays(layer) -> tuple[np.ndarray, np.ndarray]:
    weight = layer.effective_weight().cpu().double().numpy()
    return weight, layer.bias.detach().cpu().double().numpy()
