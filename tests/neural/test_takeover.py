"""Which net to start from, and whether it was worth it."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge

from sklearn_mlknow.neural import AttentionClassifier, HybridClassifier, NeuralClassifier, NeuralRegressor
from sklearn_mlknow.neural.takeover import find_source
from tests.neural.data import mixed, waves

QUICK = {"max_epochs": 10, "random_state": 0}


def test_source_is_itself_the_pretrained_net_or_none():
    X, y = waves(60)
    first = NeuralRegressor(max_epochs=1, random_state=0).fit(X, y)
    assert find_source(first) is None
    assert find_source(NeuralRegressor(warm_start=True)) is None
    assert find_source(NeuralRegressor(pretrained=first)) is first
    assert find_source(NeuralRegressor(pretrained=FrozenEstimator(first))) is first
    assert find_source(first.set_params(warm_start=True)) is first


def test_source_must_be_a_net_of_ours():
    with pytest.raises(ValueError, match="NeuralRegressor: pretrained is not a fitted net of ours"):
        find_source(NeuralRegressor(pretrained=Ridge().fit(*waves(10))))


def test_nets_of_other_layers_are_no_source():
    X, y = mixed(40)
    source = AttentionClassifier(max_epochs=1, random_state=0).fit(X, y)
    with pytest.raises(
        ValueError, match="pretrained is a fitted AttentionClassifier, whose layers are of another kind"
    ):
        NeuralClassifier(pretrained=source).fit(X, y)


@pytest.mark.parametrize("n_epochs", [1, 40])
def test_the_head_of_a_net_on_trees_is_not_taken_over(n_epochs):
    X, y = mixed(200)
    source = HybridClassifier(max_epochs=n_epochs, patience=None, random_state=0).fit(X, y)
    report = NeuralClassifier(**QUICK, pretrained=source).fit(X, y).transfer_report_
    assert report.head == ("new" if source.choice_ == "net on trees" else "copied")


def test_clone_wants_a_frozen_source():
    X, y = mixed(60)
    source = NeuralClassifier(**QUICK).fit(X, y)
    moved = clone(NeuralClassifier(**QUICK, pretrained=FrozenEstimator(source)))
    assert moved.fit(X, y).transfer_report_.matched == ["age", "place", "noise"]
    with pytest.raises(ValueError, match="FrozenEstimator"):
        clone(NeuralClassifier(pretrained=source)).fit(X, y)


@pytest.mark.parametrize("uses", ["pretrained", "scratch", "both"])
def test_what_held_out_rows_prefer_stays(monkeypatch, uses):
    monkeypatch.setattr("sklearn_mlknow.neural.estimator.choose", lambda *_: uses)
    X, y = waves(60)
    source = NeuralRegressor(**QUICK).fit(X, y)
    moved = NeuralRegressor(**QUICK, pretrained=source).fit(X, y)
    alone = NeuralRegressor(**QUICK).fit(X, y)
    assert moved.transfer_report_.uses == uses
    assert set(moved.transfer_report_.scores) == {"pretrained", "scratch", "both"}
    assert moved.plan_.n_members == (16 if uses == "both" else 8)
    assert np.array_equal(moved.predict(X), alone.predict(X)) == (uses == "scratch")
    if uses == "both":
        np.testing.assert_array_equal(moved._output(X)[8:], alone._output(X))
        np.testing.assert_array_equal(pickle.loads(pickle.dumps(moved)).predict(X), moved.predict(X))
        moved.partial_fit(X, y)


def test_callbacks_are_told_of_the_one_training_that_stays():
    from skorch.callbacks import Callback

    class Count(Callback):
        trainings = 0

        def on_train_begin(self, net, **_):
            type(self).trainings += 1

    X, y = waves(80)
    source = NeuralRegressor(**QUICK).fit(X, y)
    net = NeuralRegressor(**QUICK, pretrained=source, callbacks=[("count", Count())]).fit(X, -y)
    assert Count.trainings == 1
    assert net.transfer_report_.uses == "pretrained"


def test_both_nets_share_the_time_and_leave_the_parameter():
    X, y = waves(80)
    source = NeuralRegressor(**QUICK).fit(X, y)
    net = NeuralRegressor(**QUICK, pretrained=source, max_time=40).fit(X, -y)
    assert (net.plan_.max_time, net.max_time) == (20, 40)


def test_a_transferred_net_goes_on_warm():
    X, y = waves(80)
    source = NeuralRegressor(**QUICK, activation="relu", numeric_embedding=None).fit(X, y)
    net = NeuralRegressor(**QUICK, pretrained=source, warm_start=True, freeze=[1]).fit(X, y)
    assert np.isfinite(net.fit(X, y).predict(X)).all()


def test_partial_fit_does_not_pass_over_a_source():
    X, y = waves(40)
    source = NeuralRegressor(max_epochs=1, random_state=0).fit(X, y)
    with pytest.raises(ValueError, match="NeuralRegressor: partial_fit takes nothing over from pretrained; call fit"):
        NeuralRegressor(pretrained=source).partial_fit(X, y)
