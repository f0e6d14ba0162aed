"""What a unit of an image net looks for."""

import copy

import numpy as np
import pytest

from sklearn_mlknow.neural import NeuralClassifier, hidden_representation, visualize_feature
from sklearn_mlknow.neural.pictures import principal_axes


def test_axes_have_the_covariance_of_the_rows():
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5)), rng.integers(1, 4, 40).astype(float)
    axes = principal_axes(x, weight)
    expected = np.cov(x.T, fweights=weight.astype(int), bias=True)
    np.testing.assert_allclose(axes.T @ axes, expected)


def test_of_many_rows_and_columns_few_are_looked_at():
    x = np.random.default_rng(0).normal(size=(3000, 30))
    assert principal_axes(x, np.ones(3000)).shape == (24, 30)
    np.testing.assert_array_equal(principal_axes(x, np.ones(3000)), principal_axes(x[::3], np.ones(1000)))


@pytest.fixture(scope="module")
def net():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 300)
    image = rng.random((300, 9, 8)) * 0.2
    across, down = rng.integers(0, 9, 300), rng.integers(0, 8, 300)
    for i in range(300):  # a stroke across or down, anywhere
        image[i][(across[i], slice(None)) if y[i] else (slice(None), down[i])] = 1.0
    return NeuralClassifier(image_shape=(9, 8), max_epochs=12, random_state=0).fit(image.reshape(300, -1), y), image


def test_pictures_excite_their_units_and_keep_to_the_range_of_pixels(net):
    estimator, image = net
    hidden = hidden_representation(estimator, image.reshape(300, -1))
    ranks = []
    for unit in range(0, 256, 60):
        picture = visualize_feature(estimator, unit=unit)
        assert picture.shape == (9, 8)
        assert image.min() <= picture.min() < picture.max() <= image.max()
        ranks.append((hidden[:, unit] < hidden_representation(estimator, picture.reshape(1, -1))[0, unit]).mean())
    assert np.median(ranks) > 0.9  # more than nine in ten of the training images


def test_pictures_are_strokes(net):
    estimator, image = net

    def roughness(picture):  # what one pixel says of none of its neighbours
        padded = np.pad(picture, 1, mode="constant")
        around = [padded[i : i + 9, j : j + 8] for i in range(3) for j in range(3) if (i, j) != (1, 1)]
        return ((picture - np.max(around, axis=0)).clip(min=0)).sum() / picture.sum()

    dots = np.zeros((9, 8))
    dots[1::3, 1::3] = 1.0
    found = [roughness(visualize_feature(estimator, unit=unit)) for unit in range(0, 256, 60)]
    assert roughness(dots) == 1.0
    assert max(found) < 0.1


def test_places_of_the_start_are_drawn(net):
    estimator, _ = net
    first, again, other = (visualize_feature(estimator, unit=3, random_state=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_net_is_left_as_it_was(net):
    estimator, _ = net
    before = copy.deepcopy(estimator.net_.module_.state_dict())
    visualize_feature(estimator)
    for name, value in estimator.net_.module_.state_dict().items():
        assert (value == before[name]).all() and value.grad is None


def test_images_of_one_colour_and_of_three():
    X = np.full((30, 12), 7.0)
    one = NeuralClassifier(image_shape=(3, 4), max_epochs=1, random_state=0).fit(X, np.arange(30) % 2)
    np.testing.assert_array_equal(visualize_feature(one), np.full((3, 4), 7.0))
    X = np.random.default_rng(0).random((30, 12))
    three = NeuralClassifier(image_shape=(2, 2, 3), max_epochs=1, random_state=0).fit(X, np.arange(30) % 2)
    assert visualize_feature(three).shape == (2, 2, 3)


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
