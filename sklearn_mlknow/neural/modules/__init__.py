"""Torch modules of the neural room: every module carries its members side by side.

Shapes are ``(n_members, n_rows, n_features)`` throughout: the members of an ensemble are independent nets
whose weights lie in one tensor, so that one batched product trains them all. Nothing here knows
scikit-learn or skorch.
"""

from sklearn_mlknow.neural.modules.activation import ACTIVATIONS, activate
from sklearn_mlknow.neural.modules.dropout import ReelDropout
from sklearn_mlknow.neural.modules.initial import SCHEMES, initialise
from sklearn_mlknow.neural.modules.linear import PackedLinear
from sklearn_mlknow.neural.modules.mlp import PackedMLP
from sklearn_mlknow.neural.modules.norm import PackedBatchNorm
from sklearn_mlknow.neural.modules.stem import ConvStem, PeriodicStem

__all__ = [
    "ACTIVATIONS",
    "SCHEMES",
    "ConvStem",
    "PackedBatchNorm",
    "PackedLinear",
    "PackedMLP",
    "PeriodicStem",
    "ReelDropout",
    "activate",
    "initialise",
]
