"""Hidden layers, features, curves and search spaces."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import loguniform
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.neural import (
    AttentionRegressor,
    NeuralClassifier,
    NeuralRegressor,
    TrainingDisplay,
    hidden_representation,
    search_space,
    visualize_feature,
)
from tests.neural.data import mixed, waves


@pytest.fixture(scope="module")
def net():
    X, y = mixed(200)
    return NeuralClassifier(hidden_units=(12, 7), n_members=3, max_epochs=10, random_state=0).fit(X, y), X, y


def test_hidden_layer_by_hand(net):
    estimator, X, _ = net
    x = torch.from_numpy(estimator._encode(X)).float().expand(3, len(X), -1)
    with torch.no_grad():
        first = estimator.net_.module_.hidden(x, 1).numpy()  # (3, n_rows, 12)
    ours = hidden_representation(estimator, X, layer=1)
    assert ours.shape == (200, 36)
    np.testing.assert_allclose(ours[:, 12:24], first[1], atol=1e-4)
    np.testing.assert_array_equal(hidden_representation(estimator, X), hidden_representation(estimator, X, layer=2))


@pytest.mark.parametrize("layer", [3, 0, -3, "a", 1.5, True, None])
def test_layer_must_exist(net, layer):
    estimator, X, _ = net
    with pytest.raises(ValueError, match="layer must be from 1 to 2 or negative, got"):
        hidden_representation(estimator, X, layer=layer)


def test_unit_must_exist(net):
    for unit in (21, -1, 1.5, True):
        with pytest.raises(ValueError, match="unit must be from 0 to 20"):
            visualize_feature(net[0], unit=unit)


def test_prototype_excites_its_unit_more_than_any_training_row(net):
    estimator, X, _ = net
    for unit in (0, 9):
        prototype = visualize_feature(estimator, layer=1, unit=unit)
        assert prototype.columns.tolist() == X.columns.tolist()
        assert prototype["place"][0] in {"north", "south", "west"}
        answer = hidden_representation(estimator, prototype, layer=1)[0, unit]
        assert answer >= np.quantile(hidden_representation(estimator, X, layer=1)[:, unit], 0.9)


def test_image_feature_is_a_stroke_that_excites():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 300)
    image = rng.random((300, 8, 8)) * 0.2
    image[y == 1, :, 3] = 1.0  # a vertical stroke in one class, nothing in the other
    net = NeuralClassifier(image_shape=(8, 8), max_epochs=12, random_state=0).fit(image.reshape(300, -1), y)
    hidden = hidden_representation(net, image.reshape(300, -1))
    unit = int((hidden[y == 1].mean(axis=0) - hidden[y == 0].mean(axis=0)).argmax())
    feature = visualize_feature(net, unit=unit)
    assert feature.shape == (8, 8)
    assert 0 <= feature.min() < feature.max() <= 1
    answer = hidden_representation(net, feature.reshape(1, -1))[0, unit]
    assert answer > hidden[y == 0, unit].mean() + 1
    noise = 1.13  # mean step between neighbours of pure noise, in deviations
    assert np.abs(np.diff(feature, axis=0)).mean() / feature.std() < 0.5 * noise  # a brush leaves no speckles


def test_learning_curves_mark_the_epoch_that_is_used(net):
    estimator, _, _ = net
    display = TrainingDisplay.from_estimator(make_pipeline(estimator))
    assert len(display.lines_) == 2
    np.testing.assert_array_equal(display.lines_[1].get_ydata(), estimator.history_["valid_loss"])
    marks = [line.get_xdata()[0] for line in display.ax_.get_lines() if line.get_label() == "weights used"]
    assert marks == [estimator.best_epoch_ + 1]


def test_small_space_is_a_grid_and_full_one_is_drawn_from():
    X, y = waves(60)
    small = search_space(NeuralRegressor())
    grid = {name: options[:1] for name, options in small.items()}
    GridSearchCV(NeuralRegressor(max_epochs=1), grid, cv=2).fit(X, y)
    pipeline = make_pipeline(StandardScaler(), NeuralRegressor(max_epochs=1, random_state=0))
    full = search_space(pipeline, size="full")
    assert all(name.startswith("neuralregressor__") for name in full)
    RandomizedSearchCV(pipeline, full, n_iter=2, cv=2, random_state=0).fit(X, y)
    assert "n_token_features" in search_space(AttentionRegressor(), "full")


def test_space_is_suggested_to_a_trial():
    class Trial:
        def suggest_categorical(self, name, options):
            return options[-1]

        def suggest_float(self, name, low, high, log):
            assert log == (name in {"learning_rate", "weight_decay"})
            return low

    chosen = search_space(NeuralClassifier(), "full").suggest(Trial())
    assert chosen["learning_rate"] == pytest.approx(loguniform(0.003, 0.1).support()[0])
    assert chosen["numeric_embedding"] is None
    NeuralClassifier().set_params(**chosen)


def test_space_of_something_else_is_refused():
    with pytest.raises(ValueError, match="no net of ours"):
        search_space(StandardScaler())
    with pytest.raises(ValueError, match="size"):
        search_space(NeuralClassifier(), "huge")


def test_prototype_of_a_frame_keeps_units():
    X, y = mixed(100)
    estimator = NeuralClassifier(max_epochs=3, random_state=0).fit(X.assign(age=1000 * X["age"]), y)
    prototype = visualize_feature(estimator)
    assert isinstance(prototype, pd.DataFrame)
    assert 5_000 < prototype["age"][0] < 100_000
