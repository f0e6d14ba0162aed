"""A net as arrays: the same answers, the same further training, no pickle inside."""

import pickle

import numpy as np
import pytest

from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.neural.saved import net_to_arrays


@pytest.fixture(scope="module")
def fitted():
    X = np.random.default_rng(0).normal(size=(60, 3))
    return NeuralClassifier(max_epochs=2, n_members=2, random_state=0).fit(X, X[:, 0] > 0), X


def test_weights_come_back(fitted):
    net, _ = fitted
    again = pickle.loads(pickle.dumps(net))
    before, after = net_to_arrays(net.net_)["weights"], net_to_arrays(again.net_)["weights"]
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert len(again.net_.history) == net.n_iter_


def test_training_goes_on(fitted):
    net, X = fitted
    again = pickle.loads(pickle.dumps(net)).partial_fit(X, X[:, 0] > 0)
    assert again.n_iter_ == net.n_iter_ + 1
    assert np.isfinite(again.predict_proba(X)).all()


def test_a_state_of_another_shape_is_refused(fitted):
    net, _ = fitted
    state = net.__getstate__()
    name, array = next(iter(state["net_"]["weights"].items()))
    hostile = {**state, "net_": {**state["net_"], "weights": {**state["net_"]["weights"], name: array[..., :0]}}}
    with pytest.raises(RuntimeError, match="size mismatch"):
        NeuralClassifier().__setstate__(hostile)
