"""Ensembles that hand rows to their trees unseen: what they hold, forged."""

import copy

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, IsolationForest, RandomTreesEmbedding
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from tests.persistence.hostile import LIMIT, set_to

X = np.random.default_rng(0).normal(size=(150, 3))


def forest(**settings):
    return IsolationForest(n_estimators=2, **settings)


def other_member(columns):
    def change(model):
        model.estimators_[0] = type(model.estimators_[0])().fit(X[:, :columns], X[:, 0])

    return change


def staged(n_classes):
    return GradientBoostingClassifier(n_estimators=2).fit(X, np.arange(150) % n_classes)


def wide_stage(model):
    model.estimators_ = np.hstack([model.estimators_] * 2)


def two_outputs(model):
    model.estimators_[0, 0] = DecisionTreeRegressor(max_depth=1).fit(X, X[:, :2])


def narrow_guess(model):
    model.init_ = DummyClassifier(strategy="prior").fit(X, np.arange(150) % 2)


ENSEMBLE_FORGERIES = {
    "isolation: no width": (
        forest(),
        set_to("_max_features", None),
        "which columns its trees see",
    ),
    "isolation: fewer draws": (
        forest(),
        set_to("estimators_features_", []),
        "which columns its trees see",
    ),
    "isolation: a wider tree": (
        forest(max_features=2),
        other_member(3),
        "of other columns than its own",
    ),
    "isolation: other columns": (
        forest(max_features=2),
        set_to("estimators_features_", lambda old: [old[0], np.array([0, 3])]),
        "draws columns that are not there",
    ),
    "isolation: a mask": (
        forest(max_features=2),
        set_to("estimators_features_", lambda old: [old[0], np.array([True, True, False])]),
        "draws columns that are not there",
    ),
    "embedding: a wider tree": (RandomTreesEmbedding(2), other_member(2), "of other columns than its own"),
    "stages: no table": (staged(2), set_to("estimators_", lambda old: list(old.ravel())), "holds no table of trees"),
    "stages: another tree": (staged(2), lambda m: m.estimators_.fill(StandardScaler()), "of other columns"),
    "stages: more trees than guesses": (staged(2), wide_stage, r"adds 2 trees to a first guess of shape \(2, 1\)"),
    "stages: a narrower guess": (staged(3), narrow_guess, r"adds 3 trees to a first guess of shape \(2, 2\)"),
    "stages: no guess": (staged(3), set_to("init_", DummyClassifier()), "has no first guess"),
    "stages: two outputs": (staged(2), two_outputs, "holds trees of several outputs"),
}


@pytest.mark.parametrize(("model", "change", "message"), ENSEMBLE_FORGERIES.values(), ids=ENSEMBLE_FORGERIES)
def test_forged_ensembles_are_refused(model, change, message):
    model = copy.deepcopy(model) if hasattr(model, "estimators_") else clone(model).fit(X)
    from_bytes(to_bytes(model), (), LIMIT)
    change(model)
    with pytest.raises(ModelFileError, match=message):
        from_bytes(to_bytes(model), (), LIMIT)
