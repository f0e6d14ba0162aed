"""Torch modules of the neural room: every module carries its members side by side.

Shapes are ``(n_members, n_rows, n_features)`` throughout: the members of an ensemble are independent nets
whose weights lie in one tensor, so that one batched product trains them all. Nothing here knows
scikit-learn or skorch.
"""

from .activation import ACTIVATIONS, activate
from .dropout import ReelDropout
from .linear import PackedLinear
from .mlp import PackedMLP
from .norm import PackedBatchNorm

__all__ = ["ACTIVATIONS", "PackedBatchNorm", "PackedLinear", "PackedMLP", "ReelDropout", "activate"]
