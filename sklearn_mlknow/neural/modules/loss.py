"""Losses of packed members: each member's mean over its rows, summed over members.

Members share no weight, so the sum gives each the gradient of its own mean loss: never the loss of the mean.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

Target = tuple[Tensor, Tensor | None, Tensor | None]  # targets, weights, offsets


class PackedLoss(nn.Module):
    """Softmax cross-entropy, per-label sigmoid cross-entropy, or squared error.

    Parameters
    ----------
    kind : {"softmax", "sigmoid", "squared"}
    """

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def per_row(self, output: Tensor, y: Tensor) -> Tensor:
        """Return the loss of each row: (n_members, n_rows)."""
        if self.kind == "softmax":
            flat = functional.cross_entropy(output.flatten(0, 1), y.flatten(), reduction="none")
            return flat.view(y.shape)
        if self.kind == "sigmoid":
            return functional.binary_cross_entropy_with_logits(output, y, reduction="none").mean(dim=2)
        return (output - y).square().mean(dim=2)

    def forward(self, output: Tensor, target: Target) -> Tensor:
        y, weight, offset = target
        loss = self.per_row(output if offset is None else output + offset, y)
        return (loss if weight is None else loss * weight).mean(dim=1).sum()

    def gradient(self, output: Tensor, target: Target) -> tuple[Tensor, Tensor]:
        """Return the loss, and its gradient with respect to the outputs: (n_members, n_rows, n_outputs)."""
        y, weight, offset = target
        output = output if offset is None else output + offset
        n_rows, n_outputs = output.shape[1:]
        if self.kind == "softmax":
            log_share, right = torch.log_softmax(output, dim=2), y[:, :, None]
            loss = -log_share.gather(2, right).squeeze(2)
            g = log_share.exp_().scatter_add_(2, right, log_share.new_full((), -1.0).expand(right.shape))
        else:
            loss = self.per_row(output, y)
            g = torch.sigmoid(output).sub_(y) if self.kind == "sigmoid" else (output - y).mul_(2)
            g.div_(n_outputs)
        if weight is not None:
            loss = loss * weight
            g.mul_(weight[:, :, None])
        return loss.sum().div_(n_rows), g.div_(n_rows)


def ensemble_loss(output: Tensor, y: Tensor, kind: str) -> Tensor:
    """Return the loss of the averaged prediction of each row.

    Parameters
    ----------
    output : Tensor of shape (n_members, n_rows, n_outputs)
    y : Tensor of shape (n_rows,) or (n_rows, n_outputs)
    kind : {"softmax", "sigmoid", "squared"}
    """
    mean = output.double().mean(dim=0)  # (n_rows, n_outputs)
    if kind == "softmax":
        return functional.cross_entropy(mean, y, reduction="none")
    if kind == "sigmoid":
        return functional.binary_cross_entropy_with_logits(mean, y.double(), reduction="none").mean(dim=1)
    return (mean - y).square().mean(dim=1)
