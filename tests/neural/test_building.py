"""What learns and what does not."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural import NeuralClassifier
from tests.neural.data import mixed

NORMED = {"hidden_units": (6, 5), "batch_norm": True, "n_members": 2, "max_epochs": 3, "random_state": 0}


def norms(net):
    return [{name: value.clone() for name, value in block.norm.state_dict().items()} for block in net.net_.module_.body]


def moved(before, after):
    return [any(not torch.equal(one[name], other[name]) for name in one) for one, other in zip(before, after)]


@pytest.mark.parametrize(("freeze", "expected"), [([1], [False, True]), ("body", [False, False]), (None, [True, True])])
def test_frozen_layers_keep_their_norm_in_fit_and_in_parts(freeze, expected):
    X, y = mixed(120)
    source = NeuralClassifier(**NORMED).fit(X, y)
    other = X.assign(age=X["age"] + 30)  # from another place, so that running means would move
    net = NeuralClassifier(**{**NORMED, "early_stopping": False, "calibrate": False}, pretrained=source, freeze=freeze)
    net.fit(other, y)
    assert moved(norms(source), norms(net)) == expected
    before = norms(net)
    net.partial_fit(X, y)
    assert moved(before, norms(net)) == expected


def test_numpy_answers_as_the_frozen_net_trained():
    X, y = mixed(100)
    net = NeuralClassifier(**{**NORMED, "hidden_units": (6,)}, freeze=[1]).fit(X, y)
    x = net._encode(X)
    with torch.no_grad():
        expected = net.net_.module_(torch.from_numpy(x).float().expand(2, *x.shape)).numpy()
    np.testing.assert_allclose(net.predictor_.output(x), expected, atol=2e-4)


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_here(device, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    X, y = mixed(40)
    with pytest.raises(ValueError, match=f"NeuralClassifier: device is '{device}', which torch does not find here"):
        NeuralClassifier(device=device).fit(X, y)


def test_a_net_that_was_trained_elsewhere_is_loaded_here(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    X, y = mixed(40)
    net = NeuralClassifier(**NORMED).fit(X, y)
    state = net.__getstate__()
    loaded = NeuralClassifier(**NORMED)
    loaded.__setstate__({**state, "plan_": replace(net.plan_, device="cuda")})
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
    assert loaded.partial_fit(X, y).n_iter_ == net.n_iter_ + 1
