"""Linear layers side by side, in the neural-tangent parametrisation.

The stored weight has unit scale and the product is divided by ``sqrt(n_in)`` (Jacot et al. 2018; RealMLP, Holzmüller
et al. 2024, section 3), so that one learning rate serves layers of every width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class PackedLinear(nn.Module):
    """``n_members`` linear layers: (n_members, n_rows, n_in) -> (n_members, n_rows, n_out)."""

    def __init__(self, n_members: int, n_in: int, n_out: int) -> None:
        super().__init__()
        self.gain = max(n_in, 1) ** -0.5
        self.weight = nn.Parameter(torch.zeros(n_members, n_in, n_out, dtype=torch.float32))
        self.bias = nn.Parameter(torch.zeros(n_members, 1, n_out, dtype=torch.float32))

    def forward(self, x: Tensor, factor: Tensor | None = None) -> Tensor:
        """Apply the layers; ``factor`` (n_members, n_in, 1) multiplies the inputs, by way of the weights."""
        scale = self.gain if factor is None else factor * self.gain
        return torch.baddbmm(self.bias, x, self.weight * scale)

    @torch.no_grad()
    def effective_weight(self) -> Tensor:
        """Return the weights that multiply the inputs: (n_members, n_in, n_out)."""
        return self.weight * self.gain

    @torch.no_grad()
    def set_effective_weight(self, weight: Tensor) -> None:
        """Store weights given in the usual parametrisation."""
        self.weight.copy_(weight / self.gain)
