"""Where a new head starts."""

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural.head_start import PENALTIES, ridge, start_head
from sklearn_mlknow.neural.modules import PackedMLP, initialise


def by_hand(z, y, weight, penalty):
    """Centre, solve, come back."""
    share = weight / weight.sum()
    centred, mean = z - share @ z, share @ y
    gram = centred.T @ (weight[:, None] * centred)
    gram += penalty * np.trace(gram) / weight.sum() * np.eye(z.shape[1])
    slope = np.linalg.solve(gram, centred.T @ (weight[:, None] * (y - mean)))
    return slope, mean - share @ z @ slope


def rows():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(30, 4))
    return z, z @ rng.normal(size=(4, 2)) + rng.normal(size=(30, 2)), rng.uniform(0.5, 2, 30)


def test_ridge_solves_the_normal_equations_of_its_best_penalty():
    z, y, weight = rows()
    slope, intercept, _ = ridge(z, y, weight)
    candidates = [by_hand(z, y, weight, penalty) for penalty in PENALTIES]
    assert any(np.allclose(slope, a) and np.allclose(intercept, b) for a, b in candidates)


def test_left_out_rows_are_told_by_a_fit_without_them(monkeypatch):
    z, y, weight = rows()
    monkeypatch.setattr("sklearn_mlknow.neural.head_start.PENALTIES", (1e-9,))  # the penalty's unit knows all rows
    _, _, left_out = ridge(z, y, weight)
    for row in (0, 7, 29):
        others = np.arange(30) != row
        slope, intercept = by_hand(z[others], y[others], weight[others], 1e-9)
        np.testing.assert_allclose(left_out[row], z[row] @ slope + intercept, rtol=1e-5)


@pytest.mark.parametrize("kind", ["softmax", "sigmoid", "squared"])
def test_every_kind_of_answer(kind):
    generator = torch.Generator().manual_seed(0)
    net = PackedMLP(2, 3, (16,), 2, activation="silu", dropout=0.5, batch_norm=False, generator=generator)
    x = torch.randn(2, 200, 3, generator=generator)
    initialise(net, "he_normal", x, generator)
    truth = (x[:, :, 0] > 0).long()
    both = torch.stack([1 - truth, truth], dim=2).float()
    start_head(net, (x, (truth if kind == "softmax" else both, None, None)), kind)
    output = net.eval()(x)
    assert (output.argmax(dim=2) == truth).float().mean() > 0.9
    if kind != "squared":
        assert (output.abs().mean() > 0.3).all()
