"""Which net to start from, and whether it was worth it."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge

from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.neural.takeover import find_source, prefer
from sklearn_mlknow.neural.transfer import TransferReport
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


@pytest.mark.parametrize(("pretrained", "uses"), [(0.89, "pretrained"), (0.9, "scratch"), (1.5, "scratch")])
def test_transferred_net_must_be_better_by_a_tenth(pretrained, uses):
    report = prefer(TransferReport(["a"], [], []), pretrained, 1.0)
    assert (report.uses, report.scores) == (uses, {"pretrained": pretrained, "scratch": 1.0})
    assert report.matched == ["a"]


def test_clone_wants_a_frozen_source():
    X, y = mixed(60)
    source = NeuralClassifier(**QUICK).fit(X, y)
    moved = clone(NeuralClassifier(**QUICK, pretrained=FrozenEstimator(source)))
    assert moved.fit(X, y).transfer_report_.matched == ["age", "place", "noise"]
    with pytest.raises(ValueError, match="FrozenEstimator"):
        clone(NeuralClassifier(pretrained=source)).fit(X, y)


def test_source_that_held_out_rows_do_not_prefer_is_left_alone(monkeypatch):
    monkeypatch.setattr("sklearn_mlknow.neural.takeover.WORTH", 0.0)
    X, y = waves(60)
    source = NeuralRegressor(**QUICK).fit(X, y)
    moved = NeuralRegressor(**QUICK, pretrained=source).fit(X, y)
    alone = NeuralRegressor(**QUICK).fit(X, y)
    assert moved.transfer_report_.uses == "scratch"
    assert set(moved.transfer_report_.scores) == {"pretrained", "scratch"}
    np.testing.assert_array_equal(moved.predict(X), alone.predict(X))
    assert moved.pretrained is source
