"""What learns and what does not."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_diabetes
from skorch.callbacks import Callback

from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.neural.building import Rates
from tests.neural.data import encoded, mixed

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
    x = encoded(net, X)
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


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
@pytest.mark.parametrize("in_parts", [False, True])
def test_every_optimiser_learns_by_its_own_defaults(optimizer, in_parts):
    X, y = load_breast_cancer(return_X_y=True)
    numbers, target = load_diabetes(return_X_y=True)
    settings = {"optimizer": optimizer, "early_stopping": False, "n_members": 2, "max_epochs": 20, "random_state": 0}
    for net, rows, answers, least in (
        (NeuralClassifier(**settings), X, y, 0.9),
        (NeuralRegressor(**settings), numbers, target, 0.1),
    ):
        if in_parts:
            for _ in range(20):
                net.partial_fit(rows[::2], answers[::2])
        else:
            net.fit(rows[::2], answers[::2])
        assert net.score(rows[1::2], answers[1::2]) > least


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
def test_weights_decay_alike_whatever_the_optimiser(optimizer):
    settings = {**NORMED, "batch_norm": False, "learning_rate": 0.01, "weight_decay": 0.02, "optimizer": optimizer}
    engine = NeuralClassifier(**settings).fit(*mixed(60)).net_
    weight = engine.module_.head.weight
    for _ in range(200):  # without gradients, until the momentum has come to its pace
        before = weight.detach().clone()
        for parameter in engine.module_.parameters():
            parameter.grad = torch.zeros_like(parameter)
        engine.optimizer_.step()
    torch.testing.assert_close(weight / before, torch.full_like(weight, 1 - 0.01 * 0.02), rtol=0, atol=2e-6)


class Start(Callback):
    """Note the weights before the first step."""

    def on_train_begin(self, net, **_):
        self.weights = {name: value.clone() for name, value in net.module_.state_dict().items()}


def test_frozen_columns_rest_while_a_callback_listens():
    X, y = mixed(100)
    source = NeuralClassifier(max_epochs=2, random_state=0).fit(X[["noise", "place"]], y)
    settings = {"max_epochs": 2, "early_stopping": False, "calibrate": False, "random_state": 0}
    start = Start()
    net = NeuralClassifier(**settings, pretrained=source, freeze="body", callbacks=[start])
    states = []
    for step in (net.fit, net.partial_fit):
        step(X, y)
        states.append({name: value.clone() for name, value in net.net_.module_.state_dict().items()})
    rests, n_inputs = net.net_.module_.rests, states[0]["front"].shape[2]
    new = np.setdiff1d(np.arange(n_inputs), rests)
    assert len(rests) and len(new)
    for state in states:
        torch.testing.assert_close(state["front"][:, :, rests], start.weights["front"][:, :, rests], rtol=0, atol=0)
        name = "body.0.linear.weight"
        torch.testing.assert_close(state[name][:, rests], start.weights[name][:, rests], rtol=0, atol=0)
        assert not torch.equal(state[name][:, new], start.weights[name][:, new])


def test_convolutions_learn_faster_than_waves_and_deep_layers_as_asked():
    rates = Rates(n_layers=2, layer_decay=0.5, has_frozen_rows=False)
    assert rates("stem.weights.2") == rates("stem.bias.0") == (0.1, 1.0)
    assert rates("stem.frequency") == (0.025, 1.0)
    assert rates("body.1.linear.weight") == (0.5, 1.0)
    assert rates("head.bias") == (0.1, 0.0)
