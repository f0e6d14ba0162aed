"""Training rows as tensors, and batches cut from them by slicing.

A data loader that collates row by row spends most of a small net's training time; here a batch is one gather per
tensor. Each member of an ensemble has its own rows (all but its own fold) and its own order of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow.neural.modules.loss import Target

Batch = tuple[Tensor, Target]


@dataclass(frozen=True)
class Rows:
    """Encoded rows, their targets and weights, and which rows each member sees.

    Attributes
    ----------
    x : Tensor of shape (n_rows, n_inputs)
    y : Tensor of shape (n_rows,) or (n_rows, n_outputs)
    weight : Tensor of shape (n_rows,) or None
        None when all rows count alike.
    members : Tensor of shape (n_members, n_member_rows)
        Row numbers; -1 fills up members with fewer rows and counts with weight zero.
    offset : Tensor of shape (n_rows, n_outputs) or None
        What another model says already; the net learns what to add.
    """

    x: Tensor
    y: Tensor
    weight: Tensor | None
    members: Tensor
    offset: Tensor | None = None

    def __len__(self) -> int:
        return self.members.shape[1]

    def take(self, index: Tensor) -> Batch:
        """Return the inputs, targets, weights and offsets of rows (n_members, n): one batch."""
        flat = index.reshape(-1)
        weight = self.weight
        if weight is not None:
            weight = (weight.index_select(0, flat.clamp(min=0)) * (flat >= 0)).view(index.shape)
            flat = flat.clamp(min=0)
        x = self.x.index_select(0, flat).view(*index.shape, *self.x.shape[1:])
        y = self.y.index_select(0, flat).view(*index.shape, *self.y.shape[1:])
        offset = None if self.offset is None else self.offset.index_select(0, flat).view(*index.shape, -1)
        return x, (y, weight, offset)


class MemberBatches:
    """Iterate over batches of nearly equal size, in a new order each time.

    Parameters
    ----------
    rows : Rows
    batch_size : int
        Rows per member and step, about; when it is at least all rows, one full batch in the given order.
    generator : torch.Generator
        Draws the orders.
    """

    def __init__(self, rows: Rows, batch_size: int, generator: torch.Generator | None = None) -> None:
        self.rows = rows
        self.generator = generator
        self.n_batches = max(1, round(len(rows) / batch_size))

    def __len__(self) -> int:
        return self.n_batches

    def __iter__(self) -> Iterator[Batch]:
        order = self.rows.members
        if self.n_batches > 1:
            keys = torch.rand(order.shape, generator=self.generator, dtype=torch.float32).to(order.device)
            order = order.gather(1, keys.argsort(dim=1))
        for index in order.tensor_split(self.n_batches, dim=1):
            yield self.rows.take(index)


def pad(lists: list[np.ndarray]) -> np.ndarray:
    """Stack row lists of different lengths, filled up with -1: (n_members, longest)."""
    padded = np.full((len(lists), max(len(rows) for rows in lists)), -1, dtype=np.int64)
    for member, rows in enumerate(lists):
        padded[member, : len(rows)] = rows
    return padded


def as_rows(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray | None,
    members: list[np.ndarray],
    device: str,
    offset: np.ndarray | None = None,
) -> Rows:
    """Put arrays into tensors once."""
    padded = pad(members)
    if weight is None and (padded < 0).any():
        weight = np.ones(len(x))
    return Rows(
        torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32)).to(device),
        torch.from_numpy(np.ascontiguousarray(y, dtype=np.int64 if y.ndim == 1 else np.float32)).to(device),
        None if weight is None else torch.from_numpy(weight.astype(np.float32)).to(device),
        torch.from_numpy(padded).to(device),
        None if offset is None else torch.from_numpy(offset.astype(np.float32)).to(device),
    )
