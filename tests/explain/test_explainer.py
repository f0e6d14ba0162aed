import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.explain import ShapExplainer
from tests.explain.oracle import explained

X = np.random.default_rng(0).normal(size=(40, 4))
Y = X[:, 0] * X[:, 1] > 0


def test_values_are_the_definition():
    model = RandomForestClassifier(5, random_state=0).fit(X, Y)
    found = ShapExplainer(model, background=12, random_state=0).fit(X)
    expected = explained(lambda rows: model.predict_proba(rows)[:, 1], X[:3], found.background_)
    np.testing.assert_allclose(found.explain(X[:3]).values, expected, atol=1e-12)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # shap's own, on import
def test_values_are_those_of_shap():
    import shap

    model = RandomForestClassifier(5, random_state=0).fit(X, Y)
    explainer = ShapExplainer(model, background=12, random_state=0).fit(X)
    masker = shap.maskers.Independent(explainer.background_, max_samples=12)
    peer = shap.explainers.ExactExplainer(lambda rows: model.predict_proba(rows)[:, 1], masker)
    np.testing.assert_allclose(explainer.explain(X[:5]).values, peer(X[:5]).values, atol=1e-9)


def test_values_are_features_in_a_pipeline():
    forest = FrozenEstimator(RandomForestClassifier(10, random_state=0).fit(X, Y))
    pipeline = make_pipeline(ShapExplainer(forest, background=10, random_state=0), LogisticRegression())
    scores = cross_val_score(pipeline, X, Y, cv=3)
    assert scores.mean() > 0.8
    named = pipeline.set_output(transform="pandas").fit(X, Y)[0].transform(X)
    assert named.columns.tolist() == ["shap_x0", "shap_x1", "shap_x2", "shap_x3"]


def test_an_unfitted_model_is_cloned_and_fitted():
    model = LogisticRegression()
    explainer = ShapExplainer(model, background=10, random_state=0).fit(X, Y)
    assert explainer.estimator_ is not model
    assert not hasattr(model, "coef_")
    np.testing.assert_allclose(explainer.explain(X).predictions, explainer.estimator_.predict_proba(X)[:, 1])


@pytest.mark.parametrize("kind", ["category", "missing"])
def test_equal_values_are_asked_once_and_change_nothing(kind):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({name: rng.choice(["a", "b"], 40) for name in "pqrst"}).astype("category")
    if kind == "missing":
        frame["n"] = np.where(rng.random(40) < 0.7, np.nan, 1.0)
    model = HistGradientBoostingClassifier(categorical_features="from_dtype", max_iter=5).fit(frame, Y)
    explainer = ShapExplainer(model, background=10, random_state=0).fit(frame)
    found = explainer.explain(frame.iloc[:4])
    assert found.audit.model_rows < 0.5 * 4 * 2 ** frame.shape[1] * 10

    def plain(rows):
        table = pd.DataFrame(rows, columns=frame.columns).astype(frame.dtypes.to_dict())
        return model.predict_proba(table)[:, 1]

    expected = explained(plain, frame.iloc[:4].to_numpy(dtype=object), explainer.background_.to_numpy(dtype=object))
    np.testing.assert_allclose(found.values, expected, atol=1e-12)


def test_numpy_and_frames_may_be_mixed():
    frame = pd.DataFrame(X, columns=list("abcd"))

    def model(rows):
        return np.asarray(rows)[:, 0] * 2.0

    from_frame = ShapExplainer(model, background=None).fit(frame).explain(frame[:3]).values
    from_array = ShapExplainer(model, background=None).fit(X).explain(frame[:3].to_numpy()).values
    np.testing.assert_allclose(from_frame, from_array, atol=1e-12)


def test_more_background_rows_lower_the_background_error():
    model = LogisticRegression().fit(X, Y)
    errors = [
        ShapExplainer(model, background=n, random_state=0).fit(X).explain(X[:5]).audit.background_error for n in (5, 40)
    ]
    assert errors[1] < 0.6 * errors[0]
