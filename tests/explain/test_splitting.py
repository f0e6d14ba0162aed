import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, Normalizer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_mlknow.explain import ShapExplainer


def table(n=80, seed=0):
    rng = np.random.default_rng(seed)
    city = rng.choice(["Rome", "Oslo", "Bonn", "Lima"], n, p=[0.5, 0.4, 0.09, 0.01])
    size = np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n))
    return pd.DataFrame({"city": city, "size": size, "age": rng.integers(20, 60, n), "flat": 1.0})


def pipeline(final):
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), ["size", "flat"]),
        (KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf"), ["age"]),
        (OneHotEncoder(handle_unknown="ignore"), ["city"]),
    )
    X = table()
    return make_pipeline(prepare, final).fit(X, np.nan_to_num(X["size"]) + (X["city"] == "Rome") > 0.5)


@pytest.mark.parametrize("final", [LogisticRegression(), DecisionTreeClassifier(max_depth=4, random_state=0)])
def test_columnwise_preprocessing_is_done_once_and_changes_no_value(final):
    model, X = pipeline(final), table(30, seed=1)
    asked = []
    transform = type(model[0]).transform
    split = ShapExplainer(model, background=20, random_state=0).fit(table())
    assert not split.place_.stage.is_raw
    try:
        type(model[0]).transform = lambda self, rows: asked.append(len(rows)) or transform(self, rows)
        values = split.explain(X).values
    finally:
        type(model[0]).transform = transform
    assert sum(asked) < 600  # the rows, and the tries; 30 * 16 * 20 mixtures would be 9600
    whole = ShapExplainer(model.predict_proba, background=20, random_state=0, output=("auto"))
    raw = whole.fit(table()).explain(X).values[..., 1]
    np.testing.assert_allclose(values, raw, atol=1e-10)


def test_rows_with_values_that_fit_never_saw_are_explained_right():
    model = pipeline(LogisticRegression())
    common = table()[lambda frame: frame["city"].isin(["Rome", "Oslo"])]
    rare = pd.DataFrame({"city": ["Lima", "Bonn"], "size": [0.0, 1.0], "age": [30, 40], "flat": [1.0, 7.0]})
    explainer = ShapExplainer(model, background=20, random_state=0).fit(common)
    found = explainer.explain(rare)
    raw = ShapExplainer(model.predict_proba, background=20, random_state=0).fit(common).explain(rare)
    np.testing.assert_allclose(found.values, raw.values[..., 1], atol=1e-10)


@pytest.mark.parametrize("step", [Normalizer(), PCA(2)])
def test_preprocessing_that_mixes_columns_stays_inside(step):
    X = np.random.default_rng(0).normal(size=(50, 4))
    model = make_pipeline(StandardScaler(), step, LogisticRegression()).fit(X, X[:, 0] > 0)
    explainer = ShapExplainer(model, background=20, random_state=0).fit(X)
    assert len(explainer.place_.stage.rest.steps) == 2  # only the scaler is split off
    raw = ShapExplainer(model.predict_proba, background=20, random_state=0).fit(X).explain(X[:5])
    np.testing.assert_allclose(explainer.explain(X[:5]).values, raw.values[..., 1], atol=1e-10)


def test_a_frozen_pipeline_is_split_too():
    model = FrozenEstimator(pipeline(LogisticRegression()))
    assert not ShapExplainer(model, background=20, random_state=0).fit(table()).place_.stage.is_raw


def test_the_final_step_sees_the_names_it_was_fitted_on():
    X = table()[["size", "age"]].fillna(0.0)
    model = make_pipeline(StandardScaler().set_output(transform="pandas"), DecisionTreeClassifier(max_depth=2))
    model.fit(X, X["age"] > 40)
    found = ShapExplainer(model, background=20, random_state=0).fit(X).explain(X[:4])  # warnings are errors here
    assert found.audit.additivity < 1e-12
