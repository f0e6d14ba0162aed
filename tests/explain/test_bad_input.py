"""One clear error for each thing that can be wrong."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sklearn_mlknow.explain import ShapExplainer, SurrogateTree

X = np.random.default_rng(0).normal(size=(30, 3))


def first(rows):
    return rows[:, 0]


def test_a_model_that_returns_nan():
    with pytest.raises(ValueError, match=r"NaN or infinite values for 30 of 30 rows"):
        ShapExplainer(lambda rows: np.full(len(rows), np.nan)).fit(X)


def test_a_model_that_returns_nan_for_mixtures_only():
    def model(rows):
        known = (rows[:, None, :] == X[None]).all(axis=2).any(axis=1)
        return np.where(known, 1.0, np.nan)

    with pytest.raises(ValueError, match="every mixture"):
        ShapExplainer(model, random_state=0).fit(X).explain(X[:2])


def test_a_model_that_returns_the_wrong_length():
    with pytest.raises(ValueError, match=r"given 30 rows and returned an array of shape \(3,\)"):
        ShapExplainer(lambda rows: np.zeros(3), background=None).fit(X)


def test_a_model_that_changes_its_mind():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="changes its answer between two calls"):
        ShapExplainer(lambda rows: rng.normal(size=len(rows))).fit(X)


def test_a_model_that_changes_its_mind_after_fit():
    shift = [0.0]
    explainer = ShapExplainer(lambda rows: rows[:, 0] + shift[0]).fit(X)
    shift[0] = 1.0
    with pytest.raises(ValueError, match="changes its answer between two calls"):
        explainer.explain(X[:2])


def test_a_model_that_returns_rows_of_different_lengths():
    with pytest.raises(ValueError, match="rows of different lengths"):
        ShapExplainer(lambda rows: [[1.0], [2.0, 3.0]]).fit(X)


def test_a_model_that_returns_classes():
    with pytest.raises(ValueError, match="not numbers"):
        ShapExplainer(lambda rows: np.array(["yes"] * len(rows))).fit(X)


def test_a_background_of_one_row():
    with pytest.raises(ValueError, match="background has 1 sample"):
        ShapExplainer(first).fit(X[:1])


def test_a_background_with_categories_that_the_model_does_not_know():
    frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 5, "size": range(10)})
    model = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(frame, [0, 1] * 5)
    with pytest.raises(ValueError, match="(?s)model refuses.*unknown categories"):
        ShapExplainer(model).fit(frame.assign(city=["Rome", "Lima"] * 5))


def test_rows_with_categories_that_the_model_does_not_know():
    frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 5, "size": range(10)})
    model = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(frame, [0, 1] * 5)
    with pytest.raises(ValueError, match="(?s)model refuses.*unknown categories"):
        ShapExplainer(model).fit(frame).explain(frame.assign(city="Lima"))


def test_missing_and_extra_columns():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    explainer = ShapExplainer(lambda rows: rows["a"].to_numpy()).fit(frame)
    with pytest.raises(ValueError, match="X lacks 'b'"):
        explainer.explain(frame[["a", "c"]])
    with pytest.raises(ValueError, match="X has 'd'"):
        explainer.explain(frame.assign(d=1.0))


def test_an_empty_table():
    with pytest.raises(ValueError, match="0 sample"):
        ShapExplainer(first).fit(X).explain(X[:0])


def test_a_budget_too_small_for_one_pass():
    explainer = ShapExplainer(first, budget=12, method="paired").fit(X)
    with pytest.raises(ValueError, match="too small for one pass over 3 columns; give at least 13"):
        explainer.explain(X)


def test_a_budget_too_small_for_all_coalitions():
    explainer = ShapExplainer(first, budget=100, method="exact").fit(X)
    with pytest.raises(ValueError, match="take 241 model rows"):
        explainer.explain(X)


@pytest.mark.parametrize("cls", [ShapExplainer, SurrogateTree])
def test_an_unfitted_model_needs_y(cls):
    with pytest.raises(ValueError, match="FrozenEstimator"):
        cls(LogisticRegression()).fit(X)


@pytest.mark.parametrize("cls", [ShapExplainer, SurrogateTree])
def test_fitted_models_survive_a_clone_when_frozen(cls):
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    with pytest.raises(ValueError, match="FrozenEstimator"):
        clone(cls(model)).fit(X)
    assert clone(cls(FrozenEstimator(model))).fit(X).estimator_.estimator is model


@pytest.mark.parametrize("estimator", [3, "model", LogisticRegression])
def test_what_is_no_model(estimator):
    with pytest.raises(TypeError, match="predict or predict_proba, or a function"):
        ShapExplainer(estimator).fit(X)


def test_outputs_that_the_model_has_not():
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    with pytest.raises(ValueError, match="nor a class of the model"):
        ShapExplainer(model, output="maybe").fit(X)
    with pytest.raises(ValueError, match="no decision_function"):
        ShapExplainer(first, output="decision_function").fit(X)


@pytest.mark.parametrize(
    "arguments", [{"background": 1}, {"budget": 0}, {"tolerance": 0.0}, {"method": "fast"}, {"link": "probit"}]
)
def test_bad_parameters(arguments):
    with pytest.raises(ValueError, match=f"{next(iter(arguments))} must be"):
        ShapExplainer(first, **arguments).fit(X)


def test_y_of_another_length_or_class():
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    explainer = ShapExplainer(model).fit(X)
    with pytest.raises(ValueError, match="y has 2 values for 30 rows"):
        explainer.explain(X, [True, False])
    with pytest.raises(ValueError, match="'often'"):
        explainer.explain(X, ["often"] * 30)
