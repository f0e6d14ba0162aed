import numpy as np
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.extraction import HiddenLayerExtractor
from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor, hidden_representation

SMALL = {"hidden_units": (16, 6), "n_members": 1, "max_epochs": 20, "random_state": 0}


def rings(n_rows=400, seed=0):
    X = np.random.default_rng(seed).normal(size=(n_rows, 2))
    return X, (np.hypot(*X.T) > 1.2).astype(int)


def test_a_linear_model_on_the_layer_solves_what_it_cannot_alone():
    X, y = rings()
    new, truth = rings(seed=1)
    in_parts = make_pipeline(HiddenLayerExtractor(NeuralClassifier(**SMALL)), LogisticRegression()).fit(X, y)
    assert in_parts.score(new, truth) > 0.9 > LogisticRegression().fit(X, y).score(new, truth) + 0.2


def test_a_fitted_net_is_used_as_it_is():
    X, y = rings()
    net = NeuralClassifier(**SMALL).fit(X, y)
    for given in (net, FrozenEstimator(net)):
        extractor = HiddenLayerExtractor(given, layer=1).fit(X)
        np.testing.assert_array_equal(extractor.transform(X), hidden_representation(net, X, 1))
    frozen = make_pipeline(HiddenLayerExtractor(FrozenEstimator(net)), LogisticRegression()).fit(X, y)
    assert frozen[0].transform(X).shape == (400, 6)


def test_an_unfitted_net_is_cloned():
    X, y = rings()
    net = NeuralRegressor(**SMALL)
    HiddenLayerExtractor(net).fit(X, y)
    assert not hasattr(net, "net_")


def test_errors_name_the_remedy():
    X, y = rings()
    with pytest.raises(ValueError, match="requires y to be passed.*FrozenEstimator"):
        HiddenLayerExtractor(NeuralClassifier(**SMALL)).fit(X)
    with pytest.raises(ValueError, match="LogisticRegression has no hidden layers"):
        HiddenLayerExtractor(LogisticRegression()).fit(X, y)
    with pytest.raises(ValueError, match="layer must be from 1 to 2"):
        HiddenLayerExtractor(NeuralClassifier(**SMALL), layer=7).fit(X, y)
