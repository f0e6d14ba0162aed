import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from sklearn_mlknow.explain.model import read_model

X = np.random.default_rng(0).normal(size=(30, 2))
TWO, THREE = X[:, 0] > 0, np.digitize(X[:, 0], [-0.5, 0.5])


@pytest.mark.parametrize(
    ("estimator", "y", "output", "method", "outputs"),
    [
        (LogisticRegression(), TWO, "auto", "predict_proba", ("True",)),
        (LogisticRegression(), TWO, "predict_proba", "predict_proba", ("False", "True")),
        (LogisticRegression(), TWO, "decision_function", "decision_function", ("True",)),
        (LogisticRegression(), THREE, "auto", "predict_proba", ("0", "1", "2")),
        (LogisticRegression(), THREE, 1, "predict_proba", ("1",)),
        (LinearSVC(), TWO, "auto", "decision_function", ("True",)),
        (Ridge(), X[:, 0], "auto", "predict", ("prediction",)),
        (Ridge(), X, "auto", "predict", ("output 0", "output 1")),
    ],
)
def test_what_is_explained(estimator, y, output, method, outputs):
    model = read_model("Test", estimator.fit(X, y), output, None, X[:2])
    assert (model.method, model.outputs) == (method, outputs)
    assert model.predict(X, 30).shape == (30, len(outputs))


def test_links_are_applied_and_clipped():
    model = read_model("Test", lambda rows: np.array([0.0, 0.5, 1.0]), "auto", "logit", X[:3])
    ends = np.log(1e-6 / (1 - 1e-6))
    np.testing.assert_allclose(model.predict(X[:3], 3)[:, 0], [ends, 0.0, -ends], rtol=1e-9)
    model = read_model("Test", lambda rows: np.array([1.0, np.e]), "auto", "log", X[:2])
    np.testing.assert_allclose(model.predict(X[:2], 2)[:, 0], [0.0, 1.0])
