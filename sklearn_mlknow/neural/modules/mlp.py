"""A multilayer perceptron of packed members."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from sklearn_mlknow.neural.modules.activation import activate
from sklearn_mlknow.neural.modules.dropout import ReelDropout
from sklearn_mlknow.neural.modules.linear import PackedLinear
from sklearn_mlknow.neural.modules.norm import PackedBatchNorm
from sklearn_mlknow.neural.modules.stem import ConvStem, PeriodicStem


class Block(nn.Module):
    """Linear, batch norm where asked, activation, dropout."""

    def __init__(self, n_members: int, n_in: int, n_out: int, activation: str, batch_norm: bool, dropout: nn.Module):
        super().__init__()
        self.activation = activation
        self.linear = PackedLinear(n_members, n_in, n_out)
        self.norm = PackedBatchNorm(n_members, n_out) if batch_norm else None
        self.dropout = dropout

    def pre_activation(self, x: Tensor, factor: Tensor | None = None) -> Tensor:
        z = self.linear(x, factor)  # (n_members, n_rows, n_out)
        return z if self.norm is None else self.norm(z)

    def forward(self, x: Tensor, factor: Tensor | None = None) -> Tensor:
        return self.dropout(activate(self.activation, self.pre_activation(x, factor)))


class PackedMLP(nn.Module):
    """Stem, front scale, blocks, head: (n_members, n_rows, n_in) -> (n_members, n_rows, n_out).

    The front scale is one learned factor per feature of each member (RealMLP): a soft choice of columns.

    Attributes
    ----------
    rests : Tensor of int64 or None
        Features whose front scale and whose weights in the first layer stay, while those of others learn.
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
        stem: PeriodicStem | ConvStem | None = None,
    ) -> None:
        super().__init__()
        self.n_members = n_members
        self.rests: Tensor | None = None
        self.stem = stem
        n_in = n_in if stem is None else stem.n_out
        self.front = nn.Parameter(torch.ones(n_members, 1, n_in, dtype=torch.float32))
        widths = [n_in, *hidden_units]
        self.body = nn.ModuleList(
            Block(n_members, a, b, activation, batch_norm, ReelDropout(dropout, generator))
            for a, b in zip(widths[:-1], widths[1:], strict=True)
        )
        self.head = PackedLinear(n_members, widths[-1], n_out)

    def entry(self, x: Tensor) -> Tensor:
        """Return what enters the first block."""
        return (x if self.stem is None else self.stem(x)) * self.front

    def hidden(self, x: Tensor, layer: int) -> Tensor:
        """Return what layer ``layer`` (1 is the first) hands on: (n_members, n_rows, n_units)."""
        if layer == 0:
            return self.entry(x)
        x = x if self.stem is None else self.stem(x)
        # the front scale goes into the weights: inputs need no gradient then, which saves a product
        first, *others = itertools.islice(self.body, layer)
        x = first(x, self.front.transpose(1, 2))
        for block in others:
            x = block(x)
        return x

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.hidden(x, len(self.body)))
