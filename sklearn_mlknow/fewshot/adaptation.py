"""Gradient steps on a support: the inner loop of meta-learning.

The last layer starts at zero for every class, so a task may have any number of classes and their order is of no
account. The loss is the mean over classes of the mean over their rows: unequal shots weigh alike.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad
from torch.nn import functional

Weights = dict[str, Tensor]
HEAD, BIAS = "(last).weight", "(last).bias"  # no encoder can have weights of these names


class MetaLearner(nn.Module):
    """An encoder and the rate at which each of its weights, and the last layer, adapts.

    Parameters
    ----------
    encoder : nn.Module
    rate : float
        Where the rates start.
    method : {"anil", "maml", "reptile"}
    """

    def __init__(self, encoder: nn.Module, rate: float, method: str) -> None:
        super().__init__()
        self.encoder = encoder
        self.names = [HEAD, BIAS] + ([] if method == "anil" else [name for name, _ in encoder.named_parameters()])
        start = torch.full((len(self.names),), float(rate), dtype=torch.float32).log()
        self.log_rates = nn.Parameter(start, requires_grad=method != "reptile")

    def rate_tensors(self) -> Weights:
        """Return the rates as they are being learned."""
        return dict(zip(self.names, self.log_rates.exp().unbind(), strict=True))

    def rates(self) -> dict[str, float]:
        """Return the rates as numbers."""
        return {name: float(rate.detach()) for name, rate in self.rate_tensors().items()}


def support_share(codes: Tensor, n_classes: int) -> Tensor:
    """Return the weight of each support row, so that classes weigh alike and all weights add to 1: (n_rows,)."""
    counts = torch.bincount(codes, minlength=n_classes)
    return 1.0 / (counts[codes] * n_classes).to(torch.float32)


def adapt_heads(
    z: Tensor, codes: Tensor, share: Tensor, n_classes: int, rates: Weights, n_steps: int
) -> tuple[Tensor, Tensor]:
    """Adapt last layers to embedded supports, many at once; the gradient of cross-entropy is written out.

    Parameters
    ----------
    z : Tensor of shape (n_tasks, n_rows, n_components)
    codes, share : Tensor of shape (n_rows,)
    n_classes : int
    rates : dict with `HEAD` and `BIAS`
    n_steps : int

    Returns
    -------
    head : Tensor of shape (n_tasks, n_classes, n_components)
    bias : Tensor of shape (n_tasks, n_classes)
    """
    target = functional.one_hot(codes, n_classes).to(z.dtype)  # (n_rows, n_classes)
    head = z.new_zeros(len(z), n_classes, z.shape[2])
    bias = z.new_zeros(len(z), n_classes)
    for _ in range(n_steps):
        scores = torch.baddbmm(bias[:, None, :], z, head.transpose(1, 2))  # (n_tasks, n_rows, n_classes)
        error = (scores.softmax(dim=2) - target) * share[:, None]
        head = head - rates[HEAD] * torch.bmm(error.transpose(1, 2), z)
        bias = bias - rates[BIAS] * error.sum(dim=1)
    return head, bias


def head_scores(encoder: nn.Module, weights: Weights, x: Tensor, normalised: Callable[[Tensor], Tensor]) -> Tensor:
    """Return the log-odds of rows by an encoder and last layer with other weights: (n_rows, n_classes)."""
    body = {name: weight for name, weight in weights.items() if name not in (HEAD, BIAS)}
    return normalised(functional_call(encoder, body, (x,))) @ weights[HEAD].T + weights[BIAS]


def adapt(
    encoder: nn.Module,
    start: Weights,
    x: Tensor,
    codes: Tensor,
    share: Tensor,
    n_classes: int,
    rates: Weights,
    n_steps: int,
    normalised: Callable[[Tensor], Tensor],
) -> Weights:
    """Adapt every weight to one support.

    Parameters
    ----------
    encoder : nn.Module
        Gives the structure; its own weights are not used.
    start : dict of str -> Tensor
        Weights of the encoder to start from.
    x : Tensor of shape (n_rows, n_inputs)
    codes, share : Tensor of shape (n_rows,)
    n_classes : int
    rates : dict of str -> Tensor
    n_steps : int
    normalised : callable
        What is done to embeddings.

    Returns
    -------
    dict of str -> Tensor
        The adapted weights, those of the last layer among them.
    """

    def loss(weights: Weights) -> Tensor:
        log_probability = head_scores(encoder, weights, x, normalised).log_softmax(dim=1)
        return -(log_probability.gather(1, codes[:, None])[:, 0] * share).sum()

    n_components = normalised(functional_call(encoder, start, (x[:1],))).shape[1]
    head, bias = x.new_zeros(n_classes, n_components), x.new_zeros(n_classes)
    weights: Weights = {**start, HEAD: head, BIAS: bias}
    for _ in range(n_steps):
        slope = grad(loss)(weights)
        weights = {name: weight - rates[name] * slope[name] for name, weight in weights.items()}
    return weights
