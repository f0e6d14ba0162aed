"""The curve tells a data-limited model from a model-limited one."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

from sklearn_mlknow.study import DataSizeStudy
from sklearn_mlknow.study.learning_curve import learning_curve, prefixes_of
from sklearn_mlknow.study.rows import Rows


def plane(n_rows, noise):
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(n_rows, 4))
    return X, X.sum(axis=1) + noise * rng.normal(size=n_rows)


def test_neighbours_in_four_dimensions_want_rows():
    study = DataSizeStudy(KNeighborsRegressor(3), repeats=6, random_state=0).fit(*plane(800, 0.0))
    assert study.verdict_ == "data"
    assert study.forecast_["gain_low"] > 0.02
    assert "More rows would help" in study.sentence()


def test_a_true_line_in_noise_does_not():
    study = DataSizeStudy(LinearRegression(), repeats=6, random_state=0).fit(*plane(800, 1.0))
    assert study.verdict_ == "model"
    assert study.results_["test_loss"].iloc[-1] == pytest.approx(1.0, abs=0.1)
    assert "hardly help" in study.sentence()


def test_classes_texts_and_missing_values():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=200), "b": rng.choice(["u", None], 200)})
    study = DataSizeStudy(n_sizes=3, repeats=2, random_state=0).fit(X, np.where(X["a"] > 0, "yes", "no"))
    assert list(study.results_.columns) == ["n_rows", "train_loss", "test_loss", "test_low", "test_high"]
    assert study.results_["n_rows"].iloc[-1] == 150


def test_same_seed_same_answer_for_any_n_jobs():
    one = DataSizeStudy(LinearRegression(), n_sizes=3, repeats=2, random_state=3).fit(*plane(200, 1.0))
    two = DataSizeStudy(LinearRegression(), n_sizes=3, repeats=2, random_state=3, n_jobs=2).fit(*plane(200, 1.0))
    pd.testing.assert_frame_equal(one.results_, two.results_)


def test_too_few_rows():
    with pytest.raises(ValueError, match="45 training rows are too few for a curve; it needs 80"):
        DataSizeStudy(LinearRegression()).fit(*plane(60, 1.0))


def test_every_prefix_has_every_class():
    X = pd.DataFrame({"a": np.arange(10.0)})
    y = np.array(list("aaaaaaaabc"))
    seen = []

    class Noting(LinearRegression):
        def fit(self, X, y):
            seen.append(set(y))
            return super().fit(X, np.zeros(len(X)))

    rows = Rows(X, y)
    learning_curve(Noting(), rows, prefixes_of(np.arange(10), rows, np.array([3, 6])), np.arange(10), lambda *_: 0.0)
    assert seen == [{"a", "b", "c"}] * 2


def test_plot_shows_the_forecast():
    axes = DataSizeStudy(LinearRegression(), n_sizes=3, repeats=2, random_state=0).fit(*plane(200, 1.0)).plot()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training rows", "unseen rows", "forecast"]
