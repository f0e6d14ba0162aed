"""A transformer whose tokens are columns (FT-Transformer, Gorishniy et al. 2021), members packed side by side."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from sklearn_mlknow.neural.modules.dropout import ReelDropout
from sklearn_mlknow.neural.modules.linear import PackedLinear

EPSILON = 1e-5


class PackedLayerNorm(nn.Module):
    """Normalise each row's features: (n_members, n_rows, n_features) -> same shape."""

    def __init__(self, n_members: int, n_features: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(n_members, 1, n_features, dtype=torch.float32))
        self.bias = nn.Parameter(torch.zeros(n_members, 1, n_features, dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        return functional.layer_norm(x, x.shape[-1:], eps=EPSILON) * self.scale + self.bias


class AttentionLayer(nn.Module):
    """Multi-head self-attention, then two linear layers, each around a residual path."""

    def __init__(self, n_members: int, n_features: int, n_heads: int, rate: float, generator: torch.Generator) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.first_norm = PackedLayerNorm(n_members, n_features)
        self.query_key_value = PackedLinear(n_members, n_features, 3 * n_features)
        self.out = PackedLinear(n_members, n_features, n_features)
        self.second_norm = PackedLayerNorm(n_members, n_features)
        self.widen = PackedLinear(n_members, n_features, 2 * n_features)
        self.narrow = PackedLinear(n_members, 2 * n_features, n_features)
        self.dropout = ReelDropout(rate, generator)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (n_members, n_rows, n_tokens, n_features) to tokens of the same shape."""
        n_members, n_rows, n_tokens, n_features = tokens.shape
        flat = tokens.flatten(1, 2)  # (n_members, n_rows * n_tokens, n_features)
        mixed = self.query_key_value(self.first_norm(flat))
        shape = (n_members, n_rows, n_tokens, 3, self.n_heads, n_features // self.n_heads)
        query, key, value = mixed.view(shape).permute(3, 0, 1, 4, 2, 5)  # (n_members, n_rows, n_heads, n_tokens, width)
        attended = functional.scaled_dot_product_attention(query, key, value)
        flat = flat + self.dropout(self.out(attended.transpose(2, 3).reshape(flat.shape)))
        wide = functional.relu(self.widen(self.second_norm(flat)))
        return (flat + self.dropout(self.narrow(wide))).view(tokens.shape)


class PackedAttention(nn.Module):
    """Column tokens and one token of its own, attention layers, a head on that token.

    (n_members, n_rows, n_inputs) -> (n_members, n_rows, n_outputs)

    Parameters
    ----------
    owners : sequence of int, length n_inputs
        The column of each input.
    """

    def __init__(
        self,
        n_members: int,
        owners: Sequence[int],
        n_features: int,
        n_heads: int,
        n_layers: int,
        n_out: int,
        rate: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.n_members = n_members
        n_columns = max(owners) + 1
        places = [[i for i, owner in enumerate(owners) if owner == column] for column in range(n_columns)]
        longest = max(len(place) for place in places)
        table = torch.full((n_columns, longest), len(owners), dtype=torch.int64)  # the input after the last is zero
        for column, place in enumerate(places):
            table[column, : len(place)] = torch.tensor(place)
        self.register_buffer("table", table)
        self.embedding = nn.Parameter(torch.zeros(n_members, n_columns, longest, n_features, dtype=torch.float32))
        self.shift = nn.Parameter(torch.zeros(n_members, 1, n_columns, n_features, dtype=torch.float32))
        self.summary = nn.Parameter(torch.zeros(n_members, 1, 1, n_features, dtype=torch.float32))
        self.body = nn.ModuleList(
            AttentionLayer(n_members, n_features, n_heads, rate, generator) for _ in range(n_layers)
        )
        self.norm = PackedLayerNorm(n_members, n_features)
        self.head = PackedLinear(n_members, n_features, n_out)

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw weights of unit variance; residual branches start small."""
        width = self.embedding.shape[3] ** -0.5
        for start in (self.embedding, self.shift, self.summary):
            start.normal_(0, width, generator=generator)
        for layer in self.body:
            for linear, factor in (
                (layer.query_key_value, 1.0),
                (layer.out, 0.5),
                (layer.widen, 1.4),
                (layer.narrow, 0.5),
            ):
                linear.weight.normal_(0, factor, generator=generator)
        self.head.weight.normal_(0, 1, generator=generator)

    def tokens(self, x: Tensor) -> Tensor:
        """Return the tokens of the columns, after the summary's: (n_members, n_rows, 1 + n_columns, n_features)."""
        n_members, n_rows, _ = x.shape
        padded = functional.pad(x, (0, 1))[:, :, self.table]  # (n_members, n_rows, n_columns, longest)
        columns = torch.matmul(padded.transpose(1, 2), self.embedding).transpose(1, 2) + self.shift
        return torch.cat([self.summary.expand(n_members, n_rows, 1, -1), columns], dim=2)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.tokens(x)
        for layer in self.body:
            tokens = layer(tokens)
        return self.head(self.norm(tokens[:, :, 0]))
