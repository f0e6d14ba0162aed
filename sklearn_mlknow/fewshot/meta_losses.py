"""What meta-learning minimises: how well a net does after it was adapted to each of several tasks."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import vmap
from torch.nn import functional

from sklearn_mlknow.fewshot.adaptation import MetaLearner, adapt, adapt_heads, head_scores, support_share
from sklearn_mlknow.fewshot.batches import ClassBatch


def tasks_of(task: Tensor, n_way: int) -> Tensor:
    """Cut the classes of a batch into tasks of ``n_way`` classes, none mixed: (n_tasks, n_way) numbers of classes.

    Where no task has so many classes, the largest is taken whole.
    """
    groups = [torch.nonzero(task == number)[:, 0] for number in task.unique()]
    size = min(n_way, max(map(len, groups)))
    return torch.stack([part for group in groups for part in group.split(size) if len(part) == size])


def anil_loss(module: MetaLearner, z: Tensor, rows: Tensor, groups: Tensor, n_shot: int, inner_steps: int) -> Tensor:
    """Return the loss of queries after last layers were adapted to supports; every row takes its turn as support.

    Parameters
    ----------
    z : Tensor of shape (n_classes, n_rows, n_components)
    rows : Tensor of int64, shape (n_classes, n_rows)
    groups : Tensor of int64, shape (n_tasks, n_way)
    n_shot, inner_steps : int
    """
    n_tasks, n_way = groups.shape
    n_rows, n_components = z.shape[1:]
    n_turns = n_rows // n_shot
    of_task = z[groups]  # (n_tasks, n_way, n_rows, n_components)
    support = of_task[:, :, : n_turns * n_shot].view(n_tasks, n_way, n_turns, n_shot, n_components)
    support = support.permute(0, 2, 1, 3, 4).reshape(n_tasks * n_turns, n_way * n_shot, n_components)
    codes = torch.arange(n_way).repeat_interleave(n_shot)
    head, bias = adapt_heads(support, codes, support_share(codes, n_way), n_way, module.rate_tensors(), inner_steps)
    head = head.view(n_tasks, n_turns * n_way, n_components)
    scores = torch.bmm(of_task.reshape(n_tasks, n_way * n_rows, n_components), head.transpose(1, 2))
    scores = scores + bias.view(n_tasks, 1, n_turns * n_way)
    scores = scores.view(n_tasks, n_way, n_rows, n_turns, n_way)
    numbers = rows[groups]
    own = numbers[:, :, : n_turns * n_shot].view(n_tasks, n_way, n_turns, n_shot)
    is_support = (numbers[:, :, :, None, None] == own[:, :, None]).any(dim=4)  # (n_tasks, n_way, n_rows, n_turns)
    target = torch.arange(n_way)[None, :, None, None].expand(is_support.shape)
    loss = functional.cross_entropy(scores.reshape(-1, n_way), target.reshape(-1), reduction="none")
    return loss[~is_support.reshape(-1)].mean()


def maml_loss(
    module: MetaLearner,
    batch: ClassBatch,
    groups: Tensor,
    n_shot: int,
    inner_steps: int,
    normalised: Callable[[Tensor], Tensor],
) -> Tensor:
    """Return the mean loss of queries after every weight was adapted to the support of each task."""
    n_tasks, n_way = groups.shape
    x = batch.x[groups]  # (n_tasks, n_way, n_rows, n_inputs)
    support, query = x[:, :, :n_shot].flatten(1, 2), x[:, :, n_shot:].flatten(1, 2)
    codes = torch.arange(n_way).repeat_interleave(n_shot)
    asked = torch.arange(n_way).repeat_interleave(x.shape[2] - n_shot)
    share, rates = support_share(codes, n_way), module.rate_tensors()
    start = dict(module.encoder.named_parameters())

    def of_task(support: Tensor, query: Tensor) -> Tensor:
        weights = adapt(module.encoder, start, support, codes, share, n_way, rates, inner_steps, normalised)
        return functional.cross_entropy(head_scores(module.encoder, weights, query, normalised), asked)

    return vmap(of_task)(support, query).mean()


def reptile_loss(
    module: MetaLearner,
    batch: ClassBatch,
    groups: Tensor,
    n_shot: int,
    inner_steps: int,
    normalised: Callable[[Tensor], Tensor],
) -> Tensor:
    """Return a loss whose gradient points from the mean of the adapted weights to the start.

    Its value is that of the queries after adaptation to the support, as for the other methods; Reptile itself
    adapts to all rows.
    """
    n_tasks, n_way = groups.shape
    x = batch.x[groups]
    codes = torch.arange(n_way).repeat_interleave(x.shape[2])
    share = support_share(codes, n_way)
    rates = {name: rate.detach() for name, rate in module.rate_tensors().items()}
    start = {name: weight.detach() for name, weight in module.encoder.named_parameters()}

    def ends(rows: Tensor) -> dict[str, Tensor]:
        return adapt(module.encoder, start, rows, codes, share, n_way, rates, inner_steps, normalised)

    adapted = vmap(ends)(x.flatten(1, 2))
    pull = sum(
        (weight * (weight.detach() - adapted[name].mean(dim=0).detach())).sum()
        for name, weight in module.encoder.named_parameters()
    )
    value = maml_loss(module, batch, groups, n_shot, inner_steps, normalised).detach()
    return pull - pull.detach() + value  # type: ignore[operator]
