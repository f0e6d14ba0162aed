"""The gradient of a packed MLP, written out (Rumelhart, Hinton and Williams 1986).

Small nets spend as much time on the book-keeping of automatic differentiation as on products. Linear layers,
activations and dropout make up the whole of the default net, and their gradients are a few lines; batch norm and stems
keep to autograd, each for itself.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from sklearn_mlknow.neural.modules.activation import activate
from sklearn_mlknow.neural.modules.dropout import ReelDropout
from sklearn_mlknow.neural.modules.linear import PackedLinear
from sklearn_mlknow.neural.modules.loss import PackedLoss, Target
from sklearn_mlknow.neural.modules.mlp import PackedMLP

aten = torch.ops.aten
Back = Callable[[Tensor], Tensor]  # from the gradient of what came out to that of what went in

# gradient after, values before -> gradient before; the numbers of "selu" are those of Klambauer et al. (2017)
DERIVATIVES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "relu": lambda g, z: aten.threshold_backward(g, z, 0),
    "leaky_relu": lambda g, z: aten.leaky_relu_backward(g, z, 0.01, False),
    "elu": lambda g, z: aten.elu_backward(g, 1.0, 1.0, 1.0, False, z),
    "selu": lambda g, z: aten.elu_backward(g, 1.6732632423543772, 1.0507009873554805, 1.0, False, z),
    "silu": aten.silu_backward,
    "gelu": lambda g, z: aten.gelu_backward(g, z, approximate="tanh"),
    "mish": aten.mish_backward,
    "tanh": lambda g, z: aten.tanh_backward(g, torch.tanh(z)),
    "sigmoid": lambda g, z: aten.sigmoid_backward(g, torch.sigmoid(z)),
}


@torch.no_grad()
def fill_gradients(net: PackedMLP, x: Tensor, criterion: PackedLoss, target: Target) -> tuple[Tensor, Tensor]:
    """Compute a loss, and set ``grad`` of every parameter that learns.

    Parameters
    ----------
    net : PackedMLP
    x : Tensor of shape (n_members, n_rows, n_in)
    criterion : PackedLoss
    target : tuple
        As the criterion takes it.

    Returns
    -------
    loss : Tensor of shape ()
    output : Tensor of shape (n_members, n_rows, n_out)
    """
    tape: list[Back] = []  # the way back, as far as something learns
    if net.stem is not None:
        x = _apart(net.stem, x, tape)
    front: Tensor | None = net.front
    for block in net.body:
        x = _linear(block.linear, front, net.rests, x, tape)
        front = None
        if block.norm is not None:
            x = _apart(block.norm, x, tape)
        x = _activation(block.activation, x, tape)
        x = _dropout(block.dropout, x, tape)
    output = _linear(net.head, front, net.rests, x, tape)
    loss, g = criterion.gradient(output, target)
    for back in reversed(tape):
        g = back(g)
    return loss, output


def rest(net: PackedMLP) -> None:
    """Zero what autograd filled in for features that rest."""
    if net.rests is None:
        return
    front, weight = net.front.grad, net.body[0].linear.weight.grad
    if front is not None:
        front[:, :, net.rests] = 0
    if weight is not None:
        weight[:, net.rests] = 0


def _linear(linear: PackedLinear, front: Tensor | None, rests: Tensor | None, x: Tensor, tape: list[Back]) -> Tensor:
    factor = linear.gain if front is None else front.mT * linear.gain
    weight = linear.weight * factor
    has_earlier = bool(tape)

    def back(g: Tensor) -> Tensor:
        if linear.bias.requires_grad:
            linear.bias.grad = g.sum(dim=1, keepdim=True)
        if linear.weight.requires_grad:
            if front is None:
                linear.weight.grad = torch.baddbmm(linear.weight, x.mT, g, beta=0, alpha=linear.gain)
            else:
                of_weight = torch.bmm(x.mT, g)  # (n_members, n_in, n_out)
                if rests is not None:
                    of_weight[:, rests] = 0
                front.grad = (of_weight * linear.weight).sum(dim=2)[:, None, :] * linear.gain
                linear.weight.grad = of_weight.mul_(factor)
        return torch.bmm(g, weight.mT) if has_earlier else g

    if tape or linear.weight.requires_grad or linear.bias.requires_grad:
        tape.append(back)
    return torch.baddbmm(linear.bias, x, weight)


def _activation(name: str, z: Tensor, tape: list[Back]) -> Tensor:
    if tape:
        derivative = DERIVATIVES[name]
        tape.append(lambda g: derivative(g, z))
    return activate(name, z)


def _dropout(dropout: ReelDropout, x: Tensor, tape: list[Back]) -> Tensor:
    mask = dropout.mask(x)
    if mask is None:
        return x
    if tape:
        tape.append(lambda g: g * mask)
    return x * mask


def _apart(module: nn.Module, x: Tensor, tape: list[Back]) -> Tensor:
    """Run a module that keeps to autograd."""
    for parameter in module.parameters():
        parameter.grad = None
    x = x.detach().requires_grad_(bool(tape))
    with torch.enable_grad():
        output: Tensor = module(x)

    def back(g: Tensor) -> Tensor:
        output.backward(g)
        return g if x.grad is None else x.grad

    if output.requires_grad:
        tape.append(back)
    return output.detach()
