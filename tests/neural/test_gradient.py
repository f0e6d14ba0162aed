"""The gradient written out equals that of autograd."""

import copy

import pytest
import torch

from sklearn_mlknow.neural.modules import ACTIVATIONS, ConvStem, PackedMLP, PeriodicStem, initialise
from sklearn_mlknow.neural.modules.gradient import fill_gradients
from sklearn_mlknow.neural.modules.loss import PackedLoss

N_MEMBERS, N_ROWS, N_IN = 2, 7, 6


def generator():
    return torch.Generator().manual_seed(0)


def make(activation="silu", hidden=(5, 4), batch_norm=False, dropout=0.3, stem=None):
    net = PackedMLP(
        N_MEMBERS, N_IN, hidden, 3, activation=activation, dropout=dropout, batch_norm=batch_norm,
        generator=generator(), stem=stem,
    )  # fmt: skip
    x = torch.randn(N_MEMBERS, N_ROWS, N_IN, generator=generator())
    initialise(net, "he_normal", x, generator())
    net.front.data.mul_(torch.rand(net.front.shape, generator=generator()) + 0.5)
    return net.train(), x


def targets(kind="softmax", weighted=False, shifted=False):
    shape = (N_MEMBERS, N_ROWS, 3)
    y = {
        "softmax": lambda: torch.randint(0, 3, shape[:2], generator=generator()),
        "sigmoid": lambda: torch.randint(0, 2, shape, generator=generator()).float(),
        "squared": lambda: torch.randn(shape, generator=generator()),
    }[kind]()
    weight = torch.rand(shape[:2], generator=generator()) if weighted else None
    return y, weight, torch.randn(shape, generator=generator()) if shifted else None


def check(net, x, kind="softmax", **kwargs):
    target, criterion = targets(kind, **kwargs), PackedLoss(kind)
    oracle = copy.deepcopy(net)
    for one in (net, oracle):  # the same masks for both
        for block in one.body:
            block.dropout.generator = generator()
    expected = criterion(oracle(x), target)
    expected.backward()
    loss, _ = fill_gradients(net, x, criterion, target)
    torch.testing.assert_close(loss, expected.detach())
    for (name, ours), theirs in zip(net.named_parameters(), oracle.parameters(), strict=True):
        assert (ours.grad is None) == (theirs.grad is None), name
        if ours.grad is not None:
            torch.testing.assert_close(ours.grad, theirs.grad, msg=lambda text, name=name: f"{name}: {text}")
    return net


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation):
    check(*make(activation))


@pytest.mark.parametrize("kind", ["softmax", "sigmoid", "squared"])
@pytest.mark.parametrize("kwargs", [{}, {"weighted": True}, {"shifted": True}], ids=str)
def test_every_loss(kind, kwargs):
    check(*make(), kind, **kwargs)


@pytest.mark.parametrize("kwargs", [{"batch_norm": True}, {"hidden": ()}, {"hidden": (4,)}, {"dropout": 0.0}], ids=str)
def test_every_shape(kwargs):
    check(*make(**kwargs))


@pytest.mark.parametrize(
    "stem", [PeriodicStem(N_MEMBERS, 4, N_IN), ConvStem(N_MEMBERS, (3, 2, 1))], ids=["waves", "images"]
)
def test_every_stem(stem):
    check(*make(stem=stem))


def test_frozen_layers_get_no_gradient_and_stop_the_way_back():
    net, x = make(batch_norm=True)
    net.body.requires_grad_(False)
    net.front.requires_grad_(False)
    check(net, x)
    assert net.body[0].linear.weight.grad is None
    net, x = make(hidden=(5, 4, 3))
    net.body[1].requires_grad_(False)
    assert check(net, x).body[0].linear.weight.grad is not None


def test_features_that_rest_get_none():
    net, x = make()
    moved = copy.deepcopy(net)
    moved.rests = torch.tensor([0, 3])
    for one in (net, moved):
        for block in one.body:
            block.dropout.generator = generator()
        fill_gradients(one, x, PackedLoss("softmax"), targets())
    expected = net.body[0].linear.weight.grad.clone()
    expected[:, [0, 3]] = 0
    torch.testing.assert_close(moved.body[0].linear.weight.grad, expected)
    assert (moved.front.grad[:, :, [0, 3]] == 0).all()
    assert (moved.front.grad[:, :, [1, 2, 4, 5]] != 0).all()
