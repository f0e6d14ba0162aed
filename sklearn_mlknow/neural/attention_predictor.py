"""Prediction and attention of a trained transformer, by numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from sklearn_mlknow.neural.modules.attention import EPSILON, PackedAttention, PackedLayerNorm
from sklearn_mlknow.neural.modules.linear import PackedLinear

CHUNK = 1024
Affine = tuple[np.ndarray, np.ndarray]  # weight or scale, bias


@dataclass(frozen=True)
class AttentionWeights:
    """One attention layer as arrays."""

    n_heads: int
    first_norm: Affine
    query_key_value: Affine
    out: Affine
    second_norm: Affine
    widen: Affine
    narrow: Affine


@dataclass(frozen=True)
class AttentionPredictor:
    """A trained `PackedAttention` as arrays."""

    table: np.ndarray  # (n_columns, longest)
    embedding: np.ndarray  # (n_members, n_columns, longest, n_features)
    shift: np.ndarray
    summary: np.ndarray
    layers: tuple[AttentionWeights, ...]
    norm: Affine
    head: Affine

    def output(self, x: np.ndarray) -> np.ndarray:
        """Return what the head gives: (n_rows, n_inputs) -> (n_members, n_rows, n_outputs)."""
        return np.concatenate([self._run(x[i : i + CHUNK])[0] for i in range(0, len(x), CHUNK)], axis=1)

    def attention(self, x: np.ndarray) -> np.ndarray:
        """Return how much the answer attends to each column, rolled out over layers: (n_rows, n_columns).

        The rollout (Abnar and Zuidema 2020) multiplies the layers' attention, each mixed half and half with the
        residual path. Rows sum to 1.
        """
        return np.concatenate([self._run(x[i : i + CHUNK])[1] for i in range(0, len(x), CHUNK)], axis=0)

    def _run(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        padded = np.pad(x, ((0, 0), (0, 1)))[:, self.table]  # (n_rows, n_columns, longest)
        columns = np.matmul(
            np.swapaxes(padded, 0, 1)[None], self.embedding
        )  # (n_members, n_columns, n_rows, n_features)
        columns = np.swapaxes(columns, 1, 2) + self.shift  # (n_members, n_rows, n_columns, n_features)
        n_members, n_rows, n_columns, n_features = columns.shape
        tokens = np.concatenate([np.broadcast_to(self.summary, (n_members, n_rows, 1, n_features)), columns], axis=2)
        rolled = np.broadcast_to(np.eye(n_columns + 1), (n_rows, n_columns + 1, n_columns + 1))
        for layer in self.layers:
            tokens, attention = _attend(tokens, layer)
            rolled = np.matmul(0.5 * attention.mean(axis=(0, 2)) + 0.5 * np.eye(n_columns + 1), rolled)
        last = _normalise(tokens[:, :, 0], self.norm)
        share = rolled[:, 0, 1:]  # (n_rows, n_columns)
        return np.matmul(last, self.head[0]) + self.head[1], share / share.sum(axis=1, keepdims=True)


def _attend(tokens: np.ndarray, layer: AttentionWeights) -> tuple[np.ndarray, np.ndarray]:
    n_members, n_rows, n_tokens, n_features = tokens.shape
    flat = tokens.reshape(n_members, n_rows * n_tokens, n_features)
    mixed = _affine(_normalise(flat, layer.first_norm), layer.query_key_value)
    width = n_features // layer.n_heads
    shape = (n_members, n_rows, n_tokens, 3, layer.n_heads, width)
    query, key, value = np.transpose(mixed.reshape(shape), (3, 0, 1, 4, 2, 5))
    scores = np.matmul(query, np.swapaxes(key, -1, -2)) * width**-0.5
    attention = np.exp(scores - scores.max(axis=-1, keepdims=True))
    attention /= attention.sum(axis=-1, keepdims=True)  # (n_members, n_rows, n_heads, n_tokens, n_tokens)
    attended = np.swapaxes(np.matmul(attention, value), 2, 3).reshape(flat.shape)
    flat = flat + _affine(attended, layer.out)
    wide = np.maximum(_affine(_normalise(flat, layer.second_norm), layer.widen), 0.0)
    return (flat + _affine(wide, layer.narrow)).reshape(tokens.shape), attention


def _affine(x: np.ndarray, weights: Affine) -> np.ndarray:
    return np.matmul(x, weights[0]) + weights[1]


def _normalise(x: np.ndarray, weights: Affine) -> np.ndarray:
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON) * weights[0] + weights[1]


def fold_attention(net: PackedAttention) -> AttentionPredictor:
    """Turn a trained transformer into arrays."""
    layers = tuple(
        AttentionWeights(
            layer.n_heads,
            _norm(layer.first_norm),
            _linear(layer.query_key_value),
            _linear(layer.out),
            _norm(layer.second_norm),
            _linear(layer.widen),
            _linear(layer.narrow),
        )
        for layer in net.body
    )
    return AttentionPredictor(
        net.table.cpu().numpy(),
        _array(net.embedding),
        _array(net.shift),
        _array(net.summary),
        layers,
        _norm(net.norm),
        _linear(net.head),
    )


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()


def _linear(layer: PackedLinear) -> Affine:
    return _array(layer.effective_weight()), _array(layer.bias)


def _norm(layer: PackedLayerNorm) -> Affine:
    return _array(layer.scale), _array(layer.bias)
