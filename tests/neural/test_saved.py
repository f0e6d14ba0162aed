"""A net as arrays: the same answers, the same further training, no pickle inside."""

import pickle

import numpy as np
import pytest

from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.neural.saved import net_to_arrays
from sklearn_mlknow.persistence import load, save
from tests.neural.data import waves


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


def pickled(net, path):
    return pickle.loads(pickle.dumps(net))


def saved(net, path):
    save(net, path / "net.mlk")
    return load(path / "net.mlk")


@pytest.mark.parametrize("through", [pickled, saved])
@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
def test_parts_after_a_file_are_learned_as_without_it(optimizer, through, tmp_path):
    X, y = waves(80)
    kwargs = {"hidden_units": (4,), "n_members": 2, "batch_norm": True, "freeze": [1], "random_state": 0}
    one = NeuralRegressor(**kwargs, optimizer=optimizer)
    other = NeuralRegressor(**kwargs, optimizer=optimizer)
    for start in (0, 20, 40, 60):
        part = slice(start, start + 20)
        one.partial_fit(X[part], y[part])
        other = through(other.partial_fit(X[part], y[part]), tmp_path)
    np.testing.assert_array_equal(one.predict(X), other.predict(X))


def test_the_progress_bar_of_a_pickled_net_speaks(capsys):
    X, y = waves(40)
    net = NeuralRegressor(hidden_units=(4,), max_epochs=1, verbose=1, random_state=0).fit(X, y)
    assert "NeuralRegressor" in capsys.readouterr().err
    pickle.loads(pickle.dumps(net)).partial_fit(X, y)
    assert "NeuralRegressor" in capsys.readouterr().err


def broken(moments, change):
    name = next(iter(moments))
    state = dict(moments[name])
    if change == "shape":
        state["exp_avg"] = state["exp_avg"][..., :0]
    elif change == "lack":
        del state["exp_avg_sq"]
    elif change == "more":
        state["lr"] = np.float32(9)
    return {**moments, ("no such weight" if change == "name" else name): state}


@pytest.mark.parametrize("change", ["shape", "lack", "more", "name"])
def test_moments_of_another_shape_are_refused(change):
    X, y = waves(40)
    net = NeuralRegressor(hidden_units=(4,), n_members=1, random_state=0).partial_fit(X, y)
    state = net.__getstate__()
    hostile = {**state, "net_": {**state["net_"], "moments": broken(state["net_"]["moments"], change)}}
    with pytest.raises(RuntimeError, match="what the optimiser knows of"):
        NeuralRegressor().__setstate__(hostile)


def test_a_state_of_another_shape_is_refused(fitted):
    net, _ = fitted
    state = net.__getstate__()
    name, array = next(iter(state["net_"]["weights"].items()))
    hostile = {**state, "net_": {**state["net_"], "weights": {**state["net_"]["weights"], name: array[..., :0]}}}
    with pytest.raises(RuntimeError, match="size mismatch"):
        NeuralClassifier().__setstate__(hostile)
