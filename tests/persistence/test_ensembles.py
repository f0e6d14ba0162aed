"""Ensembles that hand rows to their trees unseen: what they hold, forged."""

import copy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomTreesEmbedding,
)
from sklearn.neighbors import BallTree, KDTree, KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.neighbour_checks import check_neighbours
from sklearn_mlknow.persistence.object_graph import objects_in
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from sklearn_mlknow.persistence.tree_checks import check_trees
from sklearn_mlknow.persistence.tree_nodes import is_tree
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


def one_forgery(rng, model):
    """Set any field of any tree within a model to anything."""
    model = copy.deepcopy(model)
    trees = [one for one in objects_in(model) if is_tree(one) or isinstance(one, KDTree | BallTree)]
    tree = trees[rng.integers(len(trees))]
    is_held = type(tree).__name__ == "TreePredictor"
    state = None if is_held else tree.__getstate__()
    nodes = tree.nodes.copy() if is_held else (state["nodes"] if isinstance(state, dict) else state[2]).copy()
    field = rng.choice(nodes.dtype.names)
    value = int(rng.choice([-(2**31), -2, -1, 0, 1, 2, 7, 60, 200, 2**31 - 1]))
    nodes[field][rng.integers(len(nodes))] = np.array(value).astype(nodes.dtype[field])
    if is_held:
        tree.nodes = nodes
    else:
        state = {**state, "nodes": nodes} if isinstance(state, dict) else (*state[:2], nodes, *state[3:])
        tree.__setstate__(state)
    return model


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_forgeries_are_refused_or_answer():
    """A refusal or an answer, never a crash of the process."""
    rng, y = np.random.default_rng(1), np.arange(150) % 3
    categories = pd.DataFrame(X, columns=["a", "b", "c"]).assign(d=pd.Categorical(list("uvw") * 50))
    models = [
        (RandomForestClassifier(3, random_state=0), X),
        (GradientBoostingClassifier(n_estimators=2), X),
        (forest(max_features=2, random_state=0), X),
        (RandomTreesEmbedding(2, random_state=0), X),
        (HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5), categories),
        (KNeighborsClassifier(algorithm="kd_tree", leaf_size=4), X),
        (KNeighborsClassifier(algorithm="ball_tree", leaf_size=4), X),
    ]
    n_refused = 0
    for model, rows in models:
        model.fit(rows, y)
        for _ in range(300):
            other = one_forgery(rng, model)
            try:
                check_trees(objects_in(other))
                check_neighbours(objects_in(other))
            except ModelFileError:
                n_refused += 1
            else:
                (other.predict if hasattr(other, "predict") else other.transform)(rows)
    assert 300 < n_refused < 2_000
