"""The curve tells a data-limited model from a model-limited one."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

from sklearn_mlknow.study import DataSizeStudy, StudyReport
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


def test_each_gap_has_its_name_and_its_remedy():
    """A line has little to memorise; the test rows are alike, the real ones moved by 10."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 2))
    y = X[:, 0] + rng.normal(size=400)
    model = DataSizeStudy(LinearRegression(), n_sizes=3, repeats=8, random_state=0)
    study = model.fit(X[:200], y[:200], test=(X[200:300], y[200:300]), real=(X[300:], y[300:] + 10.0))
    gaps = study.gaps_.set_index("gap")
    assert list(gaps.index) == ["training to validation", "validation to test", "test to real"]
    assert gaps["rise"].to_numpy() == pytest.approx((gaps["after"] - gaps["before"]).to_numpy())
    assert gaps.loc["validation to test", "low"] < 0 < gaps.loc["validation to test", "high"]
    assert gaps.loc["test to real", "rise"] == pytest.approx(9.0, abs=0.3) and gaps.loc["test to real", "low"] > 0
    assert "on real rows 10" in study.sentence() and "real rows are of another kind" in study.sentence()
    page = StudyReport("y", data_size=study)
    assert "test to real" in page.to_html()
    assert [gap["gap"] for gap in page.to_dict()["data_size"]["gaps"]] == list(gaps.index)
    alone = model.fit(X[:200], y[:200])
    assert list(alone.gaps_["gap"]) == ["training to validation"]
    assert alone.gaps_["after"].iloc[0] == alone.results_["test_loss"].iloc[-1]
    assert list(model.fit(X, y, real=(X, y)).gaps_["gap"]) == ["training to validation", "validation to real"]


def test_what_is_learned_by_heart_is_told():
    X, y = plane(400, 1.0)
    study = DataSizeStudy(KNeighborsRegressor(1), n_sizes=3, repeats=4, random_state=0).fit(X, y)
    assert study.gaps_["before"].iloc[0] < 1e-6 and "it learns rows by heart" in study.sentence()


def test_other_tables_are_looked_at_the_door():
    X, y = plane(200, 1.0)
    labels = np.where(y > 0, "yes", "no")
    study = DataSizeStudy(n_sizes=3, repeats=2, random_state=0)
    with pytest.raises(ValueError, match="DataSizeStudy: real holds class perhaps, which y lacks"):
        study.fit(X, labels, real=(X, ["perhaps", *labels[1:]]))
    with pytest.raises(ValueError, match="test has 9 rows; repeats=2 needs 10 or more"):
        study.fit(X, labels, test=(X[:9], labels[:9]))
    with pytest.raises(ValueError, match="expecting 4 features"):
        study.fit(X, labels, test=(X[:, :3], labels))


def neighbours(rng, n_rows):
    X = rng.normal(size=(n_rows, 3))
    return X, X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * rng.normal(size=n_rows)


def slope(rng, n_rows):
    X = rng.normal(size=(n_rows, 3))
    return X, X[:, 0] + rng.normal(size=n_rows)


@pytest.mark.long
@pytest.mark.parametrize(("world", "model"), [(neighbours, KNeighborsRegressor(5)), (slope, LinearRegression())])
def test_intervals_hold_the_true_loss_and_the_true_gain(world, model):
    """The oracle: a hundred fresh tables of the same world, of as many rows as the study learned from and of twice."""
    rng = np.random.default_rng(1)
    far, answers = world(rng, 5000)
    true = {
        n_rows: np.mean(
            [np.sqrt(np.mean((model.fit(*world(rng, n_rows)).predict(far) - answers) ** 2)) for _ in range(100)]
        )
        for n_rows in (300, 600)
    }
    n_loss = n_gain = 0
    for seed in range(40):
        study = DataSizeStudy(model, random_state=seed).fit(*world(np.random.default_rng(seed), 400))
        last, ahead = study.results_.iloc[-1], study.forecast_
        n_loss += last["test_low"] <= true[300] <= last["test_high"]
        n_gain += ahead["gain_low"] <= 1 - true[600] / true[300] <= ahead["gain_high"]
    assert n_loss >= 35 and n_gain >= 35  # of 40; 38 are expected, fewer than 35 in one of a hundred times
