"""How weights start.

Named schemes draw each layer by its fan-in and fan-out (Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998;
Saxe et al. 2014). ``"auto"`` takes the scheme that was derived for the activation. ``"data"`` draws normal weights,
then scales each unit so that its pre-activation has unit variance on training rows, layer after layer (Mishkin and
Matas 2016; RealMLP, Holzmüller et al. 2024), and puts each unit's threshold between training rows.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sklearn_mlknow.neural.modules.linear import PackedLinear
from sklearn_mlknow.neural.modules.mlp import PackedMLP

SCHEMES = ("xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "lecun_normal", "orthogonal", "data")
AUTO = {"tanh": "xavier_uniform", "sigmoid": "xavier_uniform", "selu": "lecun_normal"}  # all others: the ReLU family
N_THRESHOLD_ROWS = 5


def draw(scheme: str, shape: tuple[int, int, int], generator: torch.Generator) -> Tensor:
    """Draw effective weights of shape (n_members, n_in, n_out)."""
    n_members, n_in, n_out = shape
    n_in, n_out = max(n_in, 1), max(n_out, 1)
    if scheme == "orthogonal":
        weight = torch.randn(shape, generator=generator, dtype=torch.float32)
        for member in weight:
            torch.nn.init.orthogonal_(member, generator=generator)
        return weight
    kind, _, law = scheme.partition("_")
    deviation = {
        "xavier": math.sqrt(2 / (n_in + n_out)),
        "he": math.sqrt(2 / n_in),
        "lecun": math.sqrt(1 / n_in),
        "data": math.sqrt(1 / n_in),
    }[kind]
    if law == "uniform":
        weight = torch.rand(shape, generator=generator, dtype=torch.float32)
        return (weight * 2 - 1) * (deviation * math.sqrt(3))
    return torch.randn(shape, generator=generator, dtype=torch.float32) * deviation


@torch.no_grad()
def initialise(net: PackedMLP, scheme: str, x: Tensor, generator: torch.Generator) -> None:
    """Start every weight of a packed MLP.

    Parameters
    ----------
    net : PackedMLP
        Changed in place.
    scheme : str
        One of `SCHEMES`, or "auto".
    x : Tensor of shape (n_members, n_rows, n_in)
        Training rows; only "data" looks at them.
    generator : torch.Generator
        Source of all randomness.
    """
    if net.stem is not None:
        net.stem.initialise(generator)
    for block in net.body:
        name = AUTO.get(block.activation, "he_normal") if scheme == "auto" else scheme
        block.linear.set_effective_weight(draw(name, tuple(block.linear.weight.shape), generator))
        block.linear.bias.zero_()
    head = "lecun_normal" if scheme == "auto" else scheme
    net.head.set_effective_weight(draw(head, tuple(net.head.weight.shape), generator))
    net.head.bias.zero_()
    if scheme == "data":
        _fit_to_rows(net, x, generator)


def _fit_to_rows(net: PackedMLP, x: Tensor, generator: torch.Generator) -> None:
    was_training = net.training
    net.eval()
    x = net.entry(x)
    for block in net.body:
        _unit_variance(block.linear, x)
        block.linear.bias.copy_(_thresholds(block.linear(x), generator))
        x = block(x)
    _unit_variance(net.head, x)
    net.train(was_training)


def _unit_variance(layer: PackedLinear, x: Tensor) -> None:
    spread = layer(x).std(dim=1, keepdim=True, correction=0)  # (n_members, 1, n_out)
    layer.weight.div_(torch.where(spread > 1e-6, spread, 1.0))


def _thresholds(z: Tensor, generator: torch.Generator) -> Tensor:
    """Return biases that put each unit's kink at a random mean of a few rows: (n_members, 1, n_out)."""
    n_members, n_rows, n_out = z.shape
    rows = torch.randint(n_rows, (n_members, N_THRESHOLD_ROWS, n_out), generator=generator)
    share = torch.empty(n_members, N_THRESHOLD_ROWS, n_out, dtype=torch.float32).exponential_(generator=generator)
    share /= share.sum(dim=1, keepdim=True)
    return -(z.gather(1, rows) * share).sum(dim=1, keepdim=True)
