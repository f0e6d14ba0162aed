"""Trees from a file: honest ones answer as before, malformed ones are refused before anything follows them."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingRegressor,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    RandomTreesEmbedding,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import check_array

from sklearn_mlknow.neural import HybridClassifier
from sklearn_mlknow.persistence import ModelFileError, load, save
from sklearn_mlknow.persistence.object_graph import objects_in
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from sklearn_mlknow.persistence.tree_checks import check_trees
from sklearn_mlknow.persistence.tree_nodes import TREE_TYPES
from tests.persistence.forging import LIMIT, Forgery

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 3))
Y = (X[:, 0] + X[:, 1] ** 2 > 1).astype(int)


@pytest.mark.parametrize(
    "model",
    [
        DecisionTreeClassifier(),
        DecisionTreeRegressor(max_depth=1),
        DecisionTreeRegressor(max_leaf_nodes=5),
        DecisionTreeRegressor(ccp_alpha=0.01),
        DecisionTreeClassifier(monotonic_cst=[1, 0, 0]),
        DecisionTreeClassifier(min_samples_leaf=200),
        RandomForestClassifier(5),
        RandomForestRegressor(5),
        ExtraTreesRegressor(3),
        BaggingRegressor(n_estimators=3, max_features=2),
        AdaBoostClassifier(n_estimators=3),
        HistGradientBoostingClassifier(max_iter=4),
        HistGradientBoostingRegressor(max_iter=4),
        RandomTreesEmbedding(3, max_depth=2, random_state=0),
        IsolationForest(n_estimators=3, random_state=0),
        IsolationForest(n_estimators=3, max_features=2, random_state=0),
        GradientBoostingClassifier(n_estimators=3),
        GradientBoostingClassifier(n_estimators=3, init="zero"),
        GradientBoostingRegressor(n_estimators=3),
        make_pipeline(StandardScaler(), RandomForestClassifier(3)),
    ],
    ids=lambda model: type(model).__name__,
)
def test_trees_load_without_trust(model, tmp_path):
    model.fit(X, Y)
    save(model, tmp_path / "model.mlk")
    loaded = load(tmp_path / "model.mlk")
    ask = "predict" if hasattr(model, "predict") else "transform"
    found, wanted = getattr(loaded, ask)(X), getattr(model, ask)(X)
    np.testing.assert_array_equal(found, wanted) if ask == "predict" else np.testing.assert_array_equal(
        found.todense(), wanted.todense()
    )


def test_three_classes_and_categories_load_without_trust(tmp_path):
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(d=pd.Categorical(RNG.choice(list("uvw"), 150)))
    three = np.digitize(X[:, 0] + (frame["d"] == "u"), [-0.5, 0.8])
    for model, rows in (
        (GradientBoostingClassifier(n_estimators=2), X),
        (HistGradientBoostingClassifier(max_iter=4, min_samples_leaf=5), frame),
        (HistGradientBoostingClassifier(max_iter=4, min_samples_leaf=5), frame[["d"]]),
        (HybridClassifier(max_epochs=1, random_state=0), frame),
    ):
        model.fit(rows, three)
        save(model, tmp_path / "model.mlk")
        np.testing.assert_array_equal(load(tmp_path / "model.mlk").predict_proba(rows), model.predict_proba(rows))


def test_a_first_guess_that_is_not_followed_needs_trust(tmp_path):
    model = GradientBoostingClassifier(n_estimators=2, init=LogisticRegression()).fit(X, Y)
    save(model, tmp_path / "model.mlk")
    with pytest.raises(ModelFileError, match="starts from a LogisticRegression, which is not looked at here"):
        load(tmp_path / "model.mlk")
    loaded = load(tmp_path / "model.mlk", trusted=TREE_TYPES)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))


def changed(model, change):
    """The payload of a model in which the tree's state was changed as a forger would: arrays and values."""
    forgery = Forgery(model)
    change(forgery)
    return forgery.to_bytes()


def nodes_of(forgery):
    return next(array for array in forgery.arrays.values() if array.dtype.names)


def set_node(field, value, at=0):
    def change(forgery):
        nodes_of(forgery)[field][at] = value

    return change


def set_number(key, value):
    return lambda forgery: forgery.set(key, value)


SINGLE_FORGERIES = {
    "a child beyond the end": (set_node("left_child", 10**9), "points outside its nodes"),
    "a child before its parent": (set_node("right_child", 0), "points outside its nodes"),
    "a negative child": (set_node("right_child", -7), "points outside its nodes"),
    "half a leaf": (set_node("left_child", -1), "points outside its nodes"),
    "two parents": (set_node("right_child", 1), "a node with no or two parents"),
    "a column beyond the end": (set_node("feature", 3), "splits a column that is not there"),
    "a negative column": (set_node("feature", -5), "splits a column that is not there"),
    "too deep": (set_number("max_depth", 1), "is of another depth than it says"),
    "a depth that overflows": (set_number("max_depth", 2**63 - 1), "is of another depth|breaks a rule|does not fit"),
    "fewer columns": (set_number("n_features_in_", 1), "splits"),
    "no nodes": (set_number("node_count", 0), "has no nodes"),
}


@pytest.mark.parametrize(("change", "message"), SINGLE_FORGERIES.values(), ids=SINGLE_FORGERIES)
def test_a_forged_tree_is_refused(change, message):
    model = DecisionTreeClassifier(random_state=0).fit(X, Y)
    with pytest.raises(ModelFileError, match=message):
        from_bytes(changed(model, change), (), LIMIT)


def test_more_nodes_than_there_are_counts_only_those_there_are():
    model = DecisionTreeClassifier(random_state=0).fit(X, Y)
    loaded = from_bytes(changed(model, set_number("node_count", 10**9)), (), LIMIT)
    assert loaded.tree_.node_count == model.tree_.node_count


@pytest.mark.parametrize("kind", ["nodes", "values"])
@pytest.mark.parametrize("other", [np.zeros(3), np.zeros((2, 1, 1)), np.zeros(9, dtype="i4")], ids=lambda a: a.shape)
def test_arrays_of_another_kind_never_reach_the_tree(kind, other):
    def change(forgery):
        place = next(
            at for at, array in forgery.arrays.items() if (array.dtype.names if kind == "nodes" else array.ndim == 3)
        )
        forgery.arrays[place] = other

    with pytest.raises(ModelFileError, match="does not fit its types"):
        from_bytes(changed(DecisionTreeRegressor(max_depth=2).fit(X, X[:, 0]), change), (), LIMIT)


BOOSTED_FORGERIES = {
    "a child beyond the end": (set_node("left", 10**6), "points outside its nodes"),
    "a child before its parent": (set_node("right", 0), "points outside its nodes"),
    "a column beyond the end": (set_node("feature_idx", 3), "splits a column that is not there"),
    "categories": (
        set_node("is_categorical", 1),
        "looks categories up where there are none|splits categories without a table",
    ),
}


@pytest.mark.parametrize(("change", "message"), BOOSTED_FORGERIES.values(), ids=BOOSTED_FORGERIES)
def test_a_forged_boosting_is_refused(change, message):
    model = HistGradientBoostingRegressor(max_iter=1, min_samples_leaf=3).fit(X, Y)
    with pytest.raises(ModelFileError, match=message):
        from_bytes(changed(model, change), (), LIMIT)


def test_what_surrounds_the_trees_is_looked_at():
    forest = RandomForestClassifier(2).fit(X, Y)
    forest.estimators_[1] = DecisionTreeClassifier().fit(X[:, :2], Y)
    boosting = HistGradientBoostingRegressor(max_iter=1).fit(X, Y)
    boosting._in_fit = True
    empty = HistGradientBoostingRegressor(max_iter=1).fit(X, Y)
    empty._predictors = [["no tree"]]
    stray = StandardScaler().fit(X)
    stray.hidden_ = DecisionTreeClassifier().fit(X, Y).tree_
    wide, unsaid = DecisionTreeClassifier().fit(X, Y), DecisionTreeClassifier().fit(X, Y)
    wide.n_features_in_, unsaid.n_features_in_ = 2, True
    fake = DecisionTreeClassifier().fit(X, Y)
    fake.tree_ = StandardScaler()
    for model, message in (
        (forest, "holds trees of other columns than its own"),
        (boosting, "claims to be in the middle of a fit"),
        (empty, "holds a tree without nodes"),
        (stray, "holds a tree outside of an estimator"),
        (fake, "has no nodes"),
        (wide, "splits 3 columns, but its estimator takes 2"),
        (unsaid, "does not say how many columns it takes"),
    ):
        with pytest.raises(ModelFileError, match=message):
            check_trees(objects_in(model))


def test_a_method_is_not_exchanged():
    """What looks at the columns could be replaced by what does not."""
    model = DecisionTreeClassifier().fit(X, Y)
    model._validate_X_predict = partial(check_array, dtype=np.float32)
    with pytest.raises(ModelFileError, match="holds something else in place of its _validate_X_predict"):
        from_bytes(to_bytes(model), (), LIMIT)


def test_unfitted_models_have_no_trees_to_look_at():
    check_trees([DecisionTreeClassifier(), RandomForestClassifier(), HistGradientBoostingRegressor()])


@pytest.mark.long
def test_random_forgeries_are_refused_or_answer():
    """Any field of any node set to anything: a refusal or an answer, never a crash of the process."""
    rng = np.random.default_rng(1)
    models = [DecisionTreeClassifier(random_state=0).fit(X, Y), HistGradientBoostingRegressor(max_iter=1).fit(X, Y)]
    n_refused = 0
    for model in models:
        fields = nodes_of(Forgery(model)).dtype.names
        for _ in range(400):
            field, value = rng.choice(fields), int(rng.choice([-(2**31), -2, -1, 0, 1, 2, 7, 200, 2**31 - 1]))

            def change(forgery, field=field, value=value):
                nodes = nodes_of(forgery)
                if nodes.dtype[field].kind == "u":
                    value = abs(value) % 200
                nodes[field][int(rng.integers(len(nodes)))] = value

            try:
                from_bytes(changed(model, change), (), LIMIT).predict(X)
            except ModelFileError:
                n_refused += 1
    assert n_refused > 100
