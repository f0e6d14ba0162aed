"""Families on the same folds: who is best, by how much, and who is right where another fails."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sklearn_mlknow.study import ModelFamilyStudy
from sklearn_mlknow.study.judging import calibration_error, in_row_order, rescues


def test_calibration_by_hand():
    # sure 0.9 three times and right twice, sure 0.6 once and wrong: (|2.7 - 2| + |0.6 - 0|) / 4
    probabilities = np.array([[0.9, 0.1]] * 3 + [[0.6, 0.4]])
    assert calibration_error(probabilities, np.array([0, 0, 1, 1])) == pytest.approx(1.3 / 4)


def test_rescues_by_hand():
    y = np.array([0, 0, 1, 1])
    left, right = np.array([0, 1, 1, 0]), np.array([0, 0, 0, 0])
    # left fails on rows 1 and 3, right is right on row 1; right fails on rows 2 and 3, left is right on row 2
    np.testing.assert_array_equal(rescues([left, right], y, True), [[0, 0.5], [0.5, 0]])


def test_a_family_that_never_fails_needs_no_rescue():
    shares = rescues([np.array([0, 1]), np.array([1, 1])], np.array([0, 1]), True)
    np.testing.assert_array_equal(shares, [[np.nan, 1.0], [np.nan, 0.0]])


def test_rows_go_back_in_order():
    folds = [(None, np.array([2, 0])), (None, np.array([1, 3]))]
    assert in_row_order([np.array([20, 0]), np.array([10, 30])], folds).tolist() == [0, 10, 20, 30]


def test_a_line_beats_a_tree_on_a_plane():
    X = np.random.default_rng(0).normal(size=(200, 2))
    models = {"tree": DecisionTreeRegressor(max_depth=3, random_state=0), "line": LinearRegression()}
    study = ModelFamilyStudy(models, random_state=0).fit(X, X[:, 0] + X[:, 1])
    assert study.results_["family"].tolist() == ["line", "tree"]
    assert study.results_["low"][1] > 0
    assert study.results_["score"][0] == pytest.approx(1.0)
    assert "surely behind" in study.sentence()
    assert study.predictions_["line"] == pytest.approx(X[:, 0] + X[:, 1])


def test_equal_models_are_level():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 2)), rng.integers(0, 2, 200)
    models = {"one": LogisticRegression(C=1.0), "other": LogisticRegression(C=1.1)}
    study = ModelFamilyStudy(models, random_state=0).fit(X, y)
    assert "Not surely worse" in study.sentence()
    assert study.results_["calibration"].between(0, 0.3).all()


def test_another_score():
    X = np.random.default_rng(0).normal(size=(100, 2))
    y = (X[:, 0] > 0).astype(int)
    models = {"tree": DecisionTreeClassifier(max_depth=2, random_state=0)}
    study = ModelFamilyStudy(models, scoring="accuracy", cv=3, random_state=0).fit(X, y)
    assert study.results_["score"][0] > 0.9


class _Clocked(LinearRegression):
    """Predicts in a second, and a millisecond a row, of a clock of its own."""

    now = 0.0

    def predict(self, X):
        _Clocked.now += 1 + 0.001 * len(X)
        return super().predict(X)


def test_predicting_is_timed_on_a_thousand_rows(monkeypatch):
    monkeypatch.setattr("sklearn_mlknow.study.judging.time.perf_counter", lambda: _Clocked.now)
    X = np.random.default_rng(0).normal(size=(200, 2))
    study = ModelFamilyStudy({"line": _Clocked()}, random_state=0).fit(X, X[:, 0])
    assert study.results_["predict_seconds"][0] == pytest.approx(2.0)  # a second, and a thousand milliseconds


def test_chance_is_among_the_families():
    """Pure noise has no signal, whoever is best; a step has, and what is saved of the loss is told by the folds."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(150, 3)), rng.integers(0, 2, 150)
    noise = ModelFamilyStudy(random_state=0).fit(X, y)
    assert noise.has_signal_ is False and "No model is surely better than the simplest rule" in noise.sentence()
    plain = noise.results_.set_index("family").loc["simplest rule"]
    shares = np.bincount(y) / len(y)
    assert plain["score"] == pytest.approx(shares @ np.log(shares), abs=0.01)
    step = ModelFamilyStudy(random_state=0).fit(X, X[:, 0] > 0)
    assert step.has_signal_ is True and "simplest" not in step.results_["family"][0]
    scores = step.results_.set_index("family")["score"]
    signal = step.signal_.set_index("family")
    assert list(signal.index) == [name for name in step.results_["family"] if name != "simplest rule"]
    for name, row in signal.iterrows():
        assert row["share"] == pytest.approx(1 - scores[name] / scores["simplest rule"]) and row["high"] > row["low"]


def test_own_models_have_no_chance_beside_them():
    X = np.random.default_rng(0).normal(size=(100, 2))
    study = ModelFamilyStudy({"line": LinearRegression()}, cv=3, random_state=0).fit(X, X[:, 0])
    assert study.has_signal_ is None and not len(study.signal_) and study.classes_ is None
    assert study.truth_.tolist() == X[:, 0].tolist()


@pytest.mark.parametrize(
    ("kind", "told"), [("class", "rows, each judged by models of the others"), ("number", "half of")]
)
def test_the_page_begins_with_the_problem(kind, told):
    from sklearn_mlknow.study import StudyReport

    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 3))
    y = X[:, 0] + 0.3 * rng.normal(size=120)
    labels = np.where(y > 0, "yes", "no")
    study = ModelFamilyStudy(cv=3, random_state=0).fit(X, labels if kind == "class" else y)
    page = StudyReport("answer", families=study, family="statistical")
    first = page.sections[0]
    assert first.key == "problem" and "Yes: of the loss" in first.body and told in first.body
    noise = ModelFamilyStudy(cv=3, random_state=0).fit(X, rng.permutation(labels if kind == "class" else y))
    lost = StudyReport("answer", families=noise, family="statistical")
    assert "Hardly: no model" in lost.sections[0].body
    assert lost.sentences[0].startswith("Improve the data: no model does clearly better than the simplest rule")
