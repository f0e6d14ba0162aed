"""What is worth trying, for any searcher."""

import pytest
from scipy.stats import loguniform
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.neural import AttentionRegressor, NeuralClassifier, NeuralRegressor, search_space
from tests.neural.data import waves


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
