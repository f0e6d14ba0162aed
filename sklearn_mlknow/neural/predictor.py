"""Prediction by numpy alone: what was learned, folded into as few products as possible.

Front scale, layer gain and batch norm are all linear, so they disappear into the weights; torch is not needed to
predict, one row costs microseconds, and the arrays can be stored in any format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from sklearn_mlknow.neural.modules import ConvStem, PackedLinear, PackedMLP, PeriodicStem
from sklearn_mlknow.neural.modules.norm import EPSILON
from sklearn_mlknow.neural.modules.stem import EPSILON as STEM_EPSILON
from sklearn_mlknow.neural.modules.stem import N_GROUPS

CHUNK = 2048


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
class Waves:
    """The numpy side of `PeriodicStem`: (1, n_rows, n_in) -> (n_members, n_rows, n_in + waves)."""

    frequency: np.ndarray  # (n_members, 1, n_numbers, n_frequencies)
    phase: np.ndarray
    mix: np.ndarray  # (n_members, n_numbers, n_frequencies, n_features)
    shift: np.ndarray  # (n_members, 1, n_numbers, n_features)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Append the waves of the numbers."""
        n_members, _, n_numbers, _ = self.frequency.shape
        waves = np.cos(2 * np.pi * (x[:, :, :n_numbers, None] * self.frequency + self.phase))
        features = np.swapaxes(np.matmul(np.swapaxes(waves, 1, 2), self.mix), 1, 2) + self.shift
        n_rows = x.shape[1]
        own = np.broadcast_to(x, (n_members, *x.shape[1:]))
        return np.concatenate([own, features.reshape(n_members, n_rows, -1)], axis=2)


@dataclass(frozen=True)
class Convolutions:
    """The numpy side of `ConvStem`: (1, n_rows, n_pixels) -> (n_members, n_rows, n_out)."""

    image_shape: tuple[int, int, int]
    halves: tuple[bool, ...]
    weights: tuple[np.ndarray, ...]  # each (n_members, n_in * 9, n_out)
    biases: tuple[np.ndarray, ...]  # each (n_members, 1, 1, 1, n_out)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Run the convolutions of each member."""
        image = x.reshape(1, -1, *self.image_shape)  # (members, n_rows, height, width, channels)
        for weight, bias, halves in zip(self.weights, self.biases, self.halves, strict=True):
            padded = np.pad(image, ((0, 0), (0, 0), (1, 1), (1, 1), (0, 0)))
            windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
            shape = windows.shape  # (members, n_rows, height, width, channels, 3, 3)
            flat = windows.reshape(shape[0], -1, weight.shape[1])
            image = _normalised(np.matmul(flat, weight).reshape(len(weight), *shape[1:4], -1))
            image = np.maximum(image + bias, 0.0)
            if halves:
                image = _pooled(image)
        n_members, n_rows = image.shape[:2]
        return np.moveaxis(image, 4, 2).reshape(n_members, n_rows, -1)


def _normalised(image: np.ndarray) -> np.ndarray:
    """Give each group of channels of each image mean 0 and variance 1."""
    groups = image.reshape(*image.shape[:4], N_GROUPS, -1)  # (members, n_rows, height, width, n_groups, channels)
    centred = groups - groups.mean(axis=(2, 3, 5), keepdims=True)
    variance = (centred**2).mean(axis=(2, 3, 5), keepdims=True)
    return (centred / np.sqrt(variance + STEM_EPSILON)).reshape(image.shape)


def _pooled(image: np.ndarray) -> np.ndarray:
    """Take the largest of each two by two pixels; images have no negative pixels here."""
    height, width = image.shape[2:4]
    image = np.pad(image, ((0, 0), (0, 0), (0, height % 2), (0, width % 2), (0, 0)))
    rows = np.maximum(image[:, :, ::2], image[:, :, 1::2])
    return np.maximum(rows[:, :, :, ::2], rows[:, :, :, 1::2])


@dataclass(frozen=True)
class Predictor:
    """A trained net as arrays.

    Attributes
    ----------
    stem : Waves, Convolutions or None
    weights : tuple of ndarray, each (n_members, n_in, n_out)
    biases : tuple of ndarray, each (n_members, 1, n_out)
    activation : str
    """

    stem: Waves | Convolutions | None
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    activation: str

    def hidden(self, x: np.ndarray, layer: int) -> np.ndarray:
        """Return what layer ``layer`` (1 is the first) hands on: (n_members, n_rows, n_units)."""
        parts = [self._hidden(x[None, start : start + CHUNK], layer) for start in range(0, len(x), CHUNK)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def output(self, x: np.ndarray) -> np.ndarray:
        """Return what the head gives: (n_rows, n_inputs) -> (n_members, n_rows, n_outputs)."""
        parts = [
            np.matmul(self._hidden(x[None, start : start + CHUNK], len(self.weights) - 1), self.weights[-1])
            for start in range(0, len(x), CHUNK)
        ]
        return (parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)) + self.biases[-1]

    def _hidden(self, x: np.ndarray, layer: int) -> np.ndarray:
        activation = NUMPY_ACTIVATIONS[self.activation]
        if self.stem is not None:
            x = self.stem(x)
        for weight, bias in zip(self.weights[:layer], self.biases[:layer], strict=True):
            x = np.matmul(x, weight)
            x += bias
            x = activation(x)
        return x


def fold(net: PackedMLP) -> Predictor:
    """Fold a trained MLP into plain arrays."""
    weights, biases = [], []
    for block in net.body:
        weight, bias = _arrays(block.linear)
        if block.norm is not None:
            factor = _array(block.norm.scale / (block.norm.variance + EPSILON).sqrt())
            weight, bias = weight * factor, (bias - _array(block.norm.mean)) * factor + _array(block.norm.shift)
        weights.append(weight)
        biases.append(bias)
    weight, bias = _arrays(net.head)
    weights.append(weight)
    biases.append(bias)
    weights[0] = np.swapaxes(_array(net.front), 1, 2) * weights[0]
    activation = net.body[0].activation if len(net.body) else "relu"
    return Predictor(_stem(net.stem), tuple(weights), tuple(biases), activation)


def _stem(stem: PeriodicStem | ConvStem | None) -> Waves | Convolutions | None:
    if stem is None:
        return None
    if isinstance(stem, PeriodicStem):
        return Waves(_array(stem.frequency), _array(stem.phase), _array(stem.mix), _array(stem.shift))
    weights = [_array(weight) * stem.gain(weight) for weight in stem.weights]
    return Convolutions(
        stem.image_shape,
        stem.halves,
        tuple(np.moveaxis(w, 1, 4).reshape(w.shape[0], -1, w.shape[1]) for w in weights),
        tuple(_array(bias)[:, None, None, None, :] for bias in stem.bias),
    )


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()


def _arrays(layer: PackedLinear) -> tuple[np.ndarray, np.ndarray]:
    return _array(layer.effective_weight()), _array(layer.bias)
