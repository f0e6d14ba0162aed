"""A multilayer perceptron of packed members."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .activation import activate
from .dropout import ReelDropout
from .linear import PackedLinear
from .norm import PackedBatchNorm


class Block(nn.Module):
    """Linear, batch norm where asked, activation, dropout."""

    def __init__(self, n_members: int, n_in: int, n_out: int, activation: str, batch_norm: bool, dropout: nn.Module):
        super().__init__()
        self.activation = activation
        self.linear = PackedLinear(n_members, n_in, n_out)
        self.norm = PackedBatchNorm(n_members, n_out) if batch_norm else None
        self.dropout = dropout

    def pre_activation(self, x: Tensor) -> Tensor:
        z = self.linear(x)  # (n_members, n_rows, n_out)
        return z if self.norm is None else self.norm(z)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(activate(self.activation, self.pre_activation(x)))


class PackedMLP(nn.Module):
    """Front scale, blocks, head: (n_members, n_rows, n_in) -> (n_members, n_rows, n_out).

    The front scale is one learned factor per input of each member (RealMLP): a soft choice of columns.
    """

    def __init__(
        self,
        n_members: int,
        n_in: int,
        hidden_units: Sequence[int],
        n_out: int,
        *,
        activation: str,
        dropout: float,
        batch_norm: bool,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.n_members = n_members
        self.front = nn.Parameter(torch.ones(n_members, 1, n_in, dtype=torch.float32))
        widths = [n_in, *hidden_units]
        self.body = nn.ModuleList(
            Block(n_members, a, b, activation, batch_norm, ReelDropout(dropout, generator))
            for a, b in zip(widths[:-1], widths[1:], strict=True)
        )
        self.head = PackedLinear(n_members, widths[-1], n_out)

    def forward(self, x: Tensor) -> Tensor:
        x = x * self.front
        for block in self.body:
            x = block(x)
        return self.head(x)
