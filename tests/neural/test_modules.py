"""Modules: packed members equal single nets, and the starts have the spreads they promise."""

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural.modules import (
    SCHEMES,
    ConvStem,
    PackedBatchNorm,
    PackedLinear,
    PackedMLP,
    PeriodicStem,
    ReelDropout,
    initialise,
)
from sklearn_mlknow.neural.modules.attention import PackedAttention
from sklearn_mlknow.neural.modules.initial import draw
from sklearn_mlknow.neural.modules.loss import PackedLoss, ensemble_loss


def generator():
    return torch.Generator().manual_seed(0)


def make(activation="relu", scheme="auto", hidden=(32, 32), n_in=20, n_rows=4000, **kwargs):
    net = PackedMLP(
        2, n_in, hidden, 3, activation=activation, dropout=0.0, batch_norm=False, generator=generator(), **kwargs
    )
    x = torch.randn(2, n_rows, n_in, generator=generator())
    initialise(net, scheme, x, generator())
    return net, x


def test_packed_linear_is_one_linear_a_member():
    layer = PackedLinear(3, 4, 2)
    layer.set_effective_weight(torch.randn(3, 4, 2, generator=generator()))
    x = torch.randn(3, 5, 4, generator=generator())
    for member in range(3):
        expected = x[member] @ layer.effective_weight()[member]
        torch.testing.assert_close(layer(x)[member], expected)


def test_batch_norm_is_torchs():
    ours, theirs = PackedBatchNorm(1, 4), torch.nn.BatchNorm1d(4)
    x = torch.randn(1, 50, 4, generator=generator()) * 3 + 1
    torch.testing.assert_close(ours(x)[0], theirs(x[0]))
    torch.testing.assert_close(ours.mean[0, 0], theirs.running_mean)


def test_frozen_batch_norm_keeps_its_running_statistics():
    norm = PackedBatchNorm(1, 4)
    norm(torch.randn(1, 50, 4, generator=generator()) + 3)
    norm.requires_grad_(False)
    mean, variance = norm.mean.clone(), norm.variance.clone()
    x = torch.randn(1, 50, 4, generator=generator())
    torch.testing.assert_close(norm.train()(x), (x - mean) / (variance + 1e-5).sqrt())
    assert torch.equal(norm.mean, mean) and torch.equal(norm.variance, variance)


def test_batch_of_one_row_passes_batch_norm():
    assert torch.isfinite(PackedBatchNorm(1, 4)(torch.ones(1, 1, 4))).all()


def test_dropout_keeps_the_mean_and_rests_in_evaluation():
    dropout = ReelDropout(0.25, generator())
    x = torch.ones(1, 1000, 200)
    dropped = dropout(x)
    assert float((dropped == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.02)
    assert dropout.eval()(x) is x


@pytest.mark.parametrize(("rate", "steps"), [(0.0, 0), (0.001, 1), (0.5, 128), (0.998, 255), (0.999, 255)])
def test_dropout_rounds_to_steps_that_leave_something(rate, steps):
    x = torch.ones(1, 1000, 200)
    dropped = ReelDropout(rate, generator())(x)
    assert float((dropped == 0).float().mean()) == pytest.approx(steps / 256, abs=0.003)
    assert torch.isfinite(dropped).all()


@pytest.mark.parametrize(
    ("scheme", "deviation"),
    [("xavier_normal", (2 / 500) ** 0.5), ("xavier_uniform", (2 / 500) ** 0.5), ("he_normal", (2 / 300) ** 0.5),
     ("he_uniform", (2 / 300) ** 0.5), ("lecun_normal", (1 / 300) ** 0.5)],
)  # fmt: skip
def test_named_schemes_have_the_deviation_of_their_paper(scheme, deviation):
    assert float(draw(scheme, (1, 300, 200), generator()).std()) == pytest.approx(deviation, rel=0.02)


def test_orthogonal_columns():
    weight = draw("orthogonal", (1, 30, 10), generator())[0]
    torch.testing.assert_close(weight.T @ weight, torch.eye(10), atol=1e-5, rtol=0)


@pytest.mark.parametrize(("activation", "expected"), [("relu", (2 / 20) ** 0.5), ("tanh", (2 / 52) ** 0.5)])
def test_auto_goes_by_the_activation(activation, expected):
    net, _ = make(activation)
    assert float(net.body[0].linear.effective_weight().std()) == pytest.approx(expected, rel=0.05)


def test_data_gives_every_unit_unit_variance():
    net, x = make("silu", "data")
    for layer, block in enumerate(net.body):
        z = block.pre_activation(net.hidden(x, layer))
        torch.testing.assert_close(z.std(dim=1, correction=0), torch.ones(2, 32), atol=1e-3, rtol=0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_starts_finite(scheme):
    net, x = make("relu", scheme, n_rows=50)
    assert torch.isfinite(net(x)).all()


def test_loss_sums_members_and_weighs_rows():
    output = torch.tensor([[[0.0], [2.0]], [[1.0], [1.0]]])  # two members, two rows
    y = torch.tensor([[[0.0], [1.0]], [[0.0], [0.0]]])
    loss = PackedLoss("squared")
    assert float(loss(output, (y, None, None))) == pytest.approx((0 + 1) / 2 + (1 + 1) / 2)
    weight = torch.tensor([[0.0, 2.0], [1.0, 1.0]])
    assert float(loss(output, (y, weight, None))) == pytest.approx(2 / 2 + 2 / 2)
    offset = torch.ones(2, 2, 1)
    assert float(loss(output, (y, None, offset))) == pytest.approx((1 + 4) / 2 + (4 + 4) / 2)


def test_ensemble_loss_is_of_the_mean_logit():
    output = torch.tensor([[[0.0, 2.0]], [[0.0, 0.0]]])
    expected = -np.log(1 / (1 + np.exp(1)))
    assert float(ensemble_loss(output, torch.tensor([0]), "softmax")) == pytest.approx(expected)


def test_members_of_a_stem_do_not_touch_each_other():
    for stem, n_in in ((PeriodicStem(2, 3, 5), 5), (ConvStem(2, (5, 4, 1)), 20)):
        stem.initialise(generator())
        x = torch.randn(2, 6, n_in, generator=generator())
        changed = x.clone()
        changed[1] += 1
        torch.testing.assert_close(stem(x)[0], stem(changed)[0])
        assert stem(x).shape == (2, 6, stem.n_out)


def test_attention_reads_columns_in_any_number_of_inputs():
    net = PackedAttention(2, [0, 1, 1, 1, 2], 8, 2, 2, 3, 0.0, generator())
    net.initialise(generator())
    assert net(torch.randn(2, 7, 5, generator=generator())).shape == (2, 7, 3)
