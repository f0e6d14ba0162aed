"""Models of scikit-learn load without trust; what remains refused is named."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, Matern, WhiteKernel
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, StratifiedKFold, TunedThresholdClassifierCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.library_types import CALLED_TYPES, LIBRARY_TYPES
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from tests.persistence.hostile import LIMIT

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
VOTERS = [("a", LogisticRegression()), ("b", GaussianNB())]


@pytest.mark.parametrize(
    "model",
    [
        CalibratedClassifierCV(LogisticRegression(), cv=2),
        CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=2),
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=StratifiedKFold(2)),
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, scoring="roc_auc"),
        GridSearchCV(Ridge(), {"alpha": [0.1]}, cv=2, scoring=["r2", "neg_mean_absolute_error"], refit="r2"),
        TunedThresholdClassifierCV(LogisticRegression(), cv=2),
        VotingClassifier(VOTERS, voting="soft"),
        StackingClassifier(VOTERS, cv=2),
        GaussianProcessClassifier(RBF(2.0)),
        GaussianProcessRegressor(Matern(nu=1.5) + WhiteKernel(0.1)),
        MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, solver="sgd", early_stopping=True),
        make_pipeline(SelectKBest(f_regression, k=2), Ridge()),
    ],
    ids=lambda model: repr(model)[:50],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_they_load_without_trust(model):
    model.fit(X, Y)
    np.testing.assert_array_equal(from_bytes(to_bytes(model), (), LIMIT).predict(X), model.predict(X))


def test_isotonic_regression_loads_without_trust():
    model = IsotonicRegression(out_of_bounds="clip").fit(X[:, 0], X[:, 1])
    np.testing.assert_array_equal(from_bytes(to_bytes(model), (), LIMIT).predict(X[:, 2]), model.predict(X[:, 2]))


def test_columns_chosen_by_their_type_load_without_trust():
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(d=["x", "y"] * 30)
    front = make_column_transformer((StandardScaler(), make_column_selector(dtype_include=float)), remainder="drop")
    loaded = from_bytes(to_bytes(front.fit(frame)), (), LIMIT)
    np.testing.assert_array_equal(loaded.transform(frame), front.transform(frame))


def test_what_is_not_looked_at_is_named():
    with pytest.raises(ModelFileError, match=r"types .*scipy\.interpolate\._bsplines\.BSpline, which are not trusted"):
        from_bytes(to_bytes(SplineTransformer().fit(X)), (), LIMIT)


def test_the_list_names_types_of_scikit_learn():
    """Names of one version only may be missing in another, never most of them."""
    missing = []
    for name in {*LIBRARY_TYPES, *CALLED_TYPES}:
        module, _, attribute = name.rpartition(".")
        assert module.startswith(("sklearn.", "collections"))
        try:
            getattr(import_module(module), attribute)
        except (ImportError, AttributeError):
            missing.append(name)
    assert len(missing) < 5 and len(set(LIBRARY_TYPES)) == len(LIBRARY_TYPES)
