"""Batches of classes: a few classes of the same tasks, a few rows each, as one tensor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow.fewshot.images import deformed, quarter_turned


@dataclass(frozen=True)
class ClassBatch:
    """Rows of some classes.

    Attributes
    ----------
    x : Tensor of shape (n_way, n_rows, n_inputs)
    rows : Tensor of int64, shape (n_way, n_rows)
        Number of each row in the data; a small class repeats its rows.
    task : Tensor of int64, shape (n_way,)
    """

    x: Tensor
    rows: Tensor
    task: Tensor


class ClassBatches:
    """Draw batches of classes.

    Parameters
    ----------
    x : Tensor of shape (n_rows, n_inputs)
    members : list of ndarray
        Rows of each class; two or more each.
    task : ndarray of int64, shape (n_classes,)
        Task of each class.
    n_way : int
        Classes a batch.
    n_rows : int
        Rows a class.
    image_shape : tuple of int or None
    quarter_turns : bool
        Count each quarter turn of a class as a class of its own.
    augmentation : float
        Strength of small changes of images, or standard deviation of noise on the inputs of a table; 0 for none.
    """

    def __init__(
        self,
        x: Tensor,
        members: list[np.ndarray],
        task: np.ndarray,
        n_way: int,
        n_rows: int,
        image_shape: tuple[int, ...] | None,
        quarter_turns: bool,
        augmentation: float,
    ) -> None:
        self.x = x
        self.counts = torch.tensor([len(rows) for rows in members])
        self.members = torch.from_numpy(np.concatenate(members))
        self.starts = torch.cumsum(self.counts, 0) - self.counts
        self.task = torch.from_numpy(task)
        self.classes_of_task = [np.flatnonzero(task == k) for k in np.unique(task)]
        self.n_turns = 4 if quarter_turns else 1
        self.n_way = min(n_way, len(members) * self.n_turns)
        self.n_rows = n_rows
        self.image_shape = image_shape
        self.augmentation = augmentation

    def draw(self, generator: torch.Generator) -> ClassBatch:
        """Draw one batch: whole tasks until ``n_way`` classes are together, or random classes where there is one."""
        classes = self._classes(generator)  # (n_way,) numbers of classes, turns included
        base = classes % len(self.counts)
        counts = self.counts[base][:, None]  # (n_way, 1)
        keys = torch.rand(len(base), int(counts.max()), generator=generator, dtype=torch.float32)
        keys.masked_fill_(torch.arange(keys.shape[1])[None, :] >= counts, 2.0)
        order = keys.argsort(dim=1)  # rows of the class in random order
        place = torch.arange(self.n_rows)[None, :] % counts
        rows = self.members[self.starts[base][:, None] + order.gather(1, place)]  # (n_way, n_rows)
        x = self.x[rows.reshape(-1)]
        if self.image_shape is not None:
            if self.n_turns > 1:
                turns = (classes // len(self.counts)).repeat_interleave(self.n_rows)
                x = quarter_turned(x, turns, self.image_shape)
            if self.augmentation > 0:
                x = deformed(x, self.image_shape, self.augmentation, generator)
        elif self.augmentation > 0:
            x = x + self.augmentation * torch.randn(x.shape, generator=generator, dtype=torch.float32)
        return ClassBatch(x.view(len(base), self.n_rows, -1), rows, self.task[base])

    def _classes(self, generator: torch.Generator) -> Tensor:
        n_classes = len(self.counts) * self.n_turns
        if len(self.classes_of_task) == 1:
            return torch.randperm(n_classes, generator=generator)[: self.n_way]
        chosen: list[Tensor] = []
        for task in torch.randperm(len(self.classes_of_task), generator=generator).tolist():
            ours = torch.from_numpy(self.classes_of_task[task])
            ours = (ours[None, :] + len(self.counts) * torch.arange(self.n_turns)[:, None]).reshape(-1)
            chosen.append(ours[torch.randperm(len(ours), generator=generator)][: self.n_way])
            if sum(map(len, chosen)) >= self.n_way:
                break
        return torch.cat(chosen)
