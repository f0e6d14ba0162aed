"""Batch normalisation of packed members (Ioffe and Szegedy 2015)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

MOMENTUM = 0.1
EPSILON = 1e-5


class PackedBatchNorm(nn.Module):
    """Normalise each unit of each member over the rows of its batch: shapes (n_members, n_rows, n_units).

    In evaluation, and in training when it is frozen (``scale`` needs no gradient), the running mean and variance serve,
    and stay as they are.
    """

    def __init__(self, n_members: int, n_units: int) -> None:
        super().__init__()
        shape = (n_members, 1, n_units)
        self.scale = nn.Parameter(torch.ones(shape, dtype=torch.float32))
        self.shift = nn.Parameter(torch.zeros(shape, dtype=torch.float32))
        self.register_buffer("mean", torch.zeros(shape, dtype=torch.float32))
        self.register_buffer("variance", torch.ones(shape, dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        mean, variance = self.mean, self.variance
        if self.training and self.scale.requires_grad and x.shape[1] > 1:
            variance, mean = torch.var_mean(x, dim=1, keepdim=True, correction=0)
            with torch.no_grad():
                self.mean.lerp_(mean, MOMENTUM)
                self.variance.lerp_(variance, MOMENTUM)
        factor = self.scale * torch.rsqrt(variance + EPSILON)
        return torch.addcmul(self.shift - mean * factor, x, factor)
