"""A layer that starts anew at the principal directions of its inputs."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from sklearn_mlknow.neural.head_start import start_head
from sklearn_mlknow.neural.modules import PackedMLP, initialise
from sklearn_mlknow.neural.renewal import principal_units, renew


def generator():
    return torch.Generator().manual_seed(0)


def net(hidden=(12,), batch_norm=False, activation="silu"):
    made = PackedMLP(
        2, 5, hidden, 2, activation=activation, dropout=0.0, batch_norm=batch_norm, generator=generator()
    ).eval()  # fmt: skip
    initialise(made, "he_normal", torch.zeros(2, 1, 5), generator())
    return made


def test_units_are_the_principal_components_in_both_signs():
    x = np.random.default_rng(0).normal(size=(40, 5)) * [1, 2, 3, 4, 5]
    slope, intercept = principal_units(x, np.ones(40), 7)
    units = x @ slope + intercept
    scores = PCA(3).fit_transform(x)
    scores /= np.sqrt((scores**2).mean())
    np.testing.assert_allclose(np.abs(units[:, :3]), np.abs(scores))
    np.testing.assert_allclose(units[:, 3:6], -units[:, :3])
    assert not units[:, 6].any()


def test_equal_rows_have_no_directions():
    slope, intercept = principal_units(np.ones((3, 2)), np.ones(3), 4)
    assert not slope.any()
    assert not intercept.any()


@pytest.mark.parametrize("activation", ["relu", "silu", "gelu"])
def test_renewed_layer_loses_nothing(activation):
    block, x = net(activation=activation).body[0], torch.randn(2, 30, 5, generator=generator())
    renew(block, x, np.ones((2, 30)))
    with torch.no_grad():
        hidden = block(x).numpy()
    for member in range(2):
        told = np.c_[hidden[member], np.ones(30)]
        back = told @ np.linalg.lstsq(told, x[member].numpy(), rcond=None)[0]
        np.testing.assert_allclose(back, x[member].numpy(), atol=1e-4)


def test_layers_that_hide_the_answer_are_renewed_and_others_stay():
    x = torch.randn(2, 200, 5, generator=generator())
    y = (x[:, :, 0] > 0).long()
    blind = net((12, 12))
    blind.body[1].linear.weight.data.zero_()
    first = blind.body[0].linear.weight.clone()
    assert start_head(blind, (x, (y, None, None)), "softmax") == 1
    torch.testing.assert_close(blind.body[0].linear.weight, first)
    with torch.no_grad():
        assert (blind(x).argmax(dim=2) == y).float().mean() > 0.9


def test_kept_and_normalised_layers_stay():
    x = torch.randn(2, 50, 5, generator=generator())
    y = (x[:, :, 0] > 0).long()
    for one, n_kept in ((net((12, 12)), 2), (net((12, 12), batch_norm=True), 0)):
        one.body[1].linear.weight.data.zero_()
        assert start_head(one, (x, (y, None, None)), "softmax", n_kept) == 2
