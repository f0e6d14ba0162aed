import numpy as np
import pytest

from sklearn_mlknow.datasets import load_omniglot_encoder
from sklearn_mlknow.datasets.omniglot_encoder import ARRAYS


def test_the_encoder_is_small_plain_and_finite():
    arrays = load_omniglot_encoder()
    assert ARRAYS.stat().st_size < 400_000
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert arrays["similarity_slope_"] > 0
    assert 0 < arrays["match_threshold_"] < 1


def test_it_reads_digits_of_another_data_set_better_than_pixels(shared_data):
    from sklearn_mlknow.fewshot import PrototypeClassifier, evaluate_episodes

    images, digits = shared_data.load_mnist()
    rows = np.random.default_rng(0).permutation(len(images))[:1500]
    X, y = images[rows].reshape(1500, -1) / 255, digits[rows]
    learner = PrototypeClassifier.pretrained("omniglot")
    result = evaluate_episodes(learner, X, y, 5, 1, n_episodes=100, random_state=0)
    assert result.accuracy > 0.78
    assert result.accuracy > result.baselines["nearest mean"] + 0.2


def test_a_pretrained_learner_has_no_classes_until_it_is_given_some():
    from sklearn.exceptions import NotFittedError

    from sklearn_mlknow.fewshot import PrototypeClassifier

    learner = PrototypeClassifier.pretrained("omniglot")
    pages = np.eye(28)[None].reshape(1, -1)
    for ask in (learner.predict, learner.predict_proba, learner.nearest_support):
        with pytest.raises(NotFittedError, match="call with_support"):
            ask(pages)
    with pytest.raises(ValueError, match="pretrained knows 'omniglot', got 'imagenet'"):
        PrototypeClassifier.pretrained("imagenet")
    assert learner.transform(pages).shape == (1, 64)
    assert learner.add_support(pages, ["line"]).predict(pages).tolist() == ["line"]
