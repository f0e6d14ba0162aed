"""What studies wrap a model in: a front for raw tables, which stays away from models that bring their own steps."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder
from sklearn.svm import SVC

from sklearn_mlknow.study import DataSizeStudy, ModelFamilyStudy, TechniqueStudy
from sklearn_mlknow.study.base_pipeline import base_pipeline, brings_steps
from sklearn_mlknow.study.technique import Technique, turn

C = [Technique("weak penalty", "model", turn(C=100.0))]
N_ROWS = 200


def table(seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"c": rng.choice(list("pqr"), N_ROWS), "x": rng.normal(size=N_ROWS)})
    return X, np.where((X["c"] == "p") ^ (rng.random(N_ROWS) < 0.1), "yes", "no")


def named():
    return make_pipeline(
        make_column_transformer((OneHotEncoder(), ["c"]), ("passthrough", ["x"])), LogisticRegression()
    )


def test_a_pipeline_that_names_columns_works_in_every_study():
    X, y = table()
    smaller = Technique("weak penalty", "model", turn(logisticregression__C=100.0))
    data = "smoothing by bin means"  # keeps the names
    found = TechniqueStudy(named(), techniques=[smaller, data], stack=False, random_state=0).fit(X, y)
    assert found.results_["technique"].sort_values().tolist() == [data, "weak penalty"]
    assert ModelFamilyStudy({"own": named()}, random_state=0).fit(X, y).results_["score"][0] > -0.5
    assert DataSizeStudy(named(), n_sizes=3, repeats=2, random_state=0).fit(X, y).forecast_["loss"] < 0.5


@pytest.mark.parametrize(
    ("model", "brings"),
    [
        (named(), True),
        (GridSearchCV(named(), {"logisticregression__C": [1.0]}), True),
        (TransformedTargetRegressor(make_pipeline(Ridge())), True),
        (GridSearchCV(Ridge(), {"alpha": [1.0]}), False),
    ],
)
def test_who_brings_steps_gets_no_front(model, brings):
    assert brings_steps(model) is brings
    assert (base_pipeline(model).named_steps["front"] == "passthrough") is brings


@pytest.mark.parametrize("zone", [None, "Asia/Seoul"])
def test_dates_are_read_by_models_that_are_no_nets(zone):
    days = pd.Series(pd.date_range("2024-01-01", periods=N_ROWS, freq="D", tz=zone))
    X, y = pd.DataFrame({"when": days}), np.arange(float(N_ROWS))
    X.loc[[3, 77], "when"] = pd.NaT
    found = ModelFamilyStudy({"line": LinearRegression()}, random_state=0).fit(X, y)
    assert found.results_["score"][0] > 0.98
    assert base_pipeline(LinearRegression()).fit(X, y).score(X.drop(index=[3, 77]), np.delete(y, [3, 77])) > 0.99


def test_durations_are_refused_and_not_dropped():
    X = pd.DataFrame({"x": np.arange(40.0), "took": pd.to_timedelta(np.arange(40), "D")})
    with pytest.raises(TypeError, match="column 'took' holds .*convert them to seconds"):
        TechniqueStudy(Ridge(), techniques=["clusters"], stack=False).fit(X, X["x"])


STUDIES = [
    lambda model: TechniqueStudy(model, techniques=["clusters"], stack=False, random_state=0),
    lambda model: ModelFamilyStudy({"own": model}, random_state=0),
    lambda model: DataSizeStudy(model, n_sizes=3, repeats=2, random_state=0),
]


@pytest.mark.parametrize("study", STUDIES)
def test_infinite_numbers_are_refused_by_name(study):
    X = pd.DataFrame({"a": np.arange(200.0), "b": [np.inf, *np.arange(199.0)]})
    with pytest.raises(ValueError, match="Study: column 'b' holds inf; remove or clip it first"):
        study(Ridge()).fit(X, X["a"])


def test_own_steps_may_clip_infinite_numbers():
    X = pd.DataFrame({"a": np.arange(200.0), "b": [np.inf, *np.arange(199.0)]})
    clips = make_pipeline(FunctionTransformer(np.clip, kw_args={"a_min": 0, "a_max": 10}), Ridge())
    assert ModelFamilyStudy({"own": clips}, random_state=0).fit(X, X["a"]).results_["score"].notna().all()


@pytest.mark.parametrize("study", STUDIES)
def test_models_see_the_classes_themselves(study):
    X, y = table()
    study(LogisticRegression(class_weight={"yes": 2, "no": 1})).fit(X, y)  # scikit-learn refuses unknown classes


def test_every_study_scores_the_same_class():
    """With classes 1 and 2, f1 is that of class 1."""
    X, y = table()
    y = np.where(y == "yes", 1, 2)
    arguments = {"scoring": "f1", "random_state": 0}
    one = TechniqueStudy(LogisticRegression(), techniques=C, stack=False, repeats=1, **arguments).fit(X, y)
    other = ModelFamilyStudy({"own": LogisticRegression()}, **arguments).fit(X, y)
    assert other.results_["score"][0] == pytest.approx(one.base_scores_.mean(), abs=1e-12)


def test_a_model_without_probabilities_answers_with_classes():
    X, y = table()
    models = {"svm": SVC(), "line": LogisticRegression()}
    found = ModelFamilyStudy(models, scoring="accuracy", random_state=0).fit(X, y)
    assert set(found.predictions_["svm"]) == {"yes", "no"}
    is_right = found.predictions_["svm"] == y
    line_fails = found.predictions_["line"].argmax(axis=1) != (y == "yes")
    assert found.rescues_.loc["svm", "line"] == pytest.approx(is_right[line_fails].mean())


def test_classes_may_be_written_as_floats():
    X, y = table()
    study = DataSizeStudy(LogisticRegression(), n_sizes=3, repeats=2, random_state=0)
    floats = study.fit(X, np.where(y == "yes", 1.0, 2.0)).results_
    pd.testing.assert_frame_equal(floats, study.fit(X, np.where(y == "yes", 1, 2)).results_)
