"""Losses over a batch of classes: every row of the batch is in turn support and query.

Shapes: embeddings ``z`` (n_way, n_rows, n_components); ``rows`` (n_way, n_rows), the number of each row in the data;
``task`` (n_way,), the task of each class. Rows are only compared with classes of their own task, and never with a
support that holds the row itself.

Sources: Snell et al., *Prototypical Networks for Few-shot Learning*, NeurIPS 2017, equations 1-2; Hadsell et al.,
*Dimensionality Reduction by Learning an Invariant Mapping*, CVPR 2006, equation 4 (contrastive loss).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

FAR = 1e9  # squared distance to classes of other tasks


def pairwise(left: Tensor, right: Tensor) -> Tensor:
    """Return squared Euclidean distances: (n_left, n_components), (n_right, n_components) -> (n_left, n_right)."""
    norms = left.square().sum(1)[:, None] + right.square().sum(1)[None, :]
    return torch.addmm(norms, left, right.T, alpha=-2).clamp_min(0.0)


def episodes_of(z: Tensor, rows: Tensor, task: Tensor, n_shot: int) -> tuple[Tensor, Tensor]:
    """Compare all rows of a batch with the prototypes of all its episodes.

    The rows of each class are cut into groups of ``n_shot``; each group is the support of one episode, in which all
    other rows are queries: ``n_rows // n_shot`` episodes for one pass of the encoder.

    Returns
    -------
    distances : Tensor of shape (n_queries, n_way)
        Squared distances, `FAR` to classes of other tasks.
    target : Tensor of int64, shape (n_queries,)
    """
    n_way, n_rows, n_components = z.shape
    n_groups = n_rows // n_shot
    kept = z[:, : n_groups * n_shot].reshape(n_way, n_groups, n_shot, n_components)
    prototypes = kept.mean(dim=2).transpose(0, 1).reshape(n_groups * n_way, n_components)
    distances = pairwise(z.reshape(-1, n_components), prototypes).view(n_way, n_rows, n_groups, n_way)
    distances = distances.masked_fill((task[:, None] != task[None, :])[:, None, None, :], FAR)
    groups = rows[:, : n_groups * n_shot].view(n_way, n_groups, n_shot)
    is_query = (rows[:, :, None, None] != groups[:, None]).all(dim=3)  # (n_way, n_rows, n_groups)
    target = torch.arange(n_way)[:, None, None].expand(n_way, n_rows, n_groups)
    return distances[is_query], target[is_query]


def prototype_loss(z: Tensor, rows: Tensor, task: Tensor, n_shot: int, scale: Tensor) -> Tensor:
    """Return the mean cross-entropy of all episodes in a batch."""
    distances, target = episodes_of(z, rows, task, n_shot)
    return functional.cross_entropy(-scale * distances, target)


def prototype_error(z: Tensor, rows: Tensor, task: Tensor, n_shot: int) -> Tensor:
    """Return the share of queries, over all episodes in a batch, that are nearer to a wrong prototype."""
    distances, target = episodes_of(z, rows, task, n_shot)
    return (distances.argmin(dim=1) != target).float().mean()


def contrastive_loss(
    z: Tensor, rows: Tensor, task: Tensor, margin: float, hard: bool, generator: torch.Generator
) -> Tensor:
    """Return the contrastive loss over as many pairs of two classes as of one.

    Parameters
    ----------
    margin : float
        Distance that rows of two classes should keep.
    hard : bool
        Take the nearest row of another class for each pair instead of a random one.
    generator : torch.Generator
        Draws the random ones.
    """
    n_way, n_rows, n_components = z.shape
    flat = z.reshape(-1, n_components)
    distances = pairwise(flat, flat)
    codes = torch.arange(n_way).repeat_interleave(n_rows)
    tasks, numbers = task[codes], rows.reshape(-1)
    is_comparable = tasks[:, None] == tasks[None, :]
    is_match = (codes[:, None] == codes[None, :]) & (numbers[:, None] != numbers[None, :])
    is_other = (codes[:, None] != codes[None, :]) & is_comparable
    anchors = is_match.nonzero()[:, 0]
    near = distances[is_match].mean() if len(anchors) else distances.sum() * 0
    anchors = anchors[is_other.any(dim=1)[anchors]]
    if len(anchors) == 0:
        return near
    if hard:
        partner = distances.detach().masked_fill(~is_other, torch.inf)[anchors].argmin(dim=1)
    else:
        partner = torch.multinomial(is_other[anchors].float(), 1, generator=generator)[:, 0]
    gap = margin - (distances[anchors, partner] + 1e-9).sqrt()
    return near + gap.clamp_min(0.0).square().mean()
