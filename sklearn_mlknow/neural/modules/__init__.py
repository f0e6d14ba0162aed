"""Torch modules of the neural room: every module carries its members side by side.

Shapes are ``(n_members, n_rows, n_features)`` throughout: the members of an ensemble are independent nets
whose weights lie in one tensor, so that one batched product trains them all. Nothing here knows
scikit-learn or skorch.
"""

from .activation import ACTIVATIONS, activate
from .dropout import ReelDropout
from .initial import SCHEMES, initialise
from .linear import PackedLinear
from .mlp import PackedMLP
from .norm import PackedBatchNorm
from .stem import ConvStem, PeriodicStem

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
