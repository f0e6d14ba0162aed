"""Nearest neighbours from a file: honest ones answer as before, forged trees of points and metrics are refused."""

import numpy as np
import pytest
from sklearn.metrics import DistanceMetric
from sklearn.neighbors import (
    BallTree,
    KDTree,
    KernelDensity,
    KNeighborsClassifier,
    KNeighborsRegressor,
    LocalOutlierFactor,
    NearestNeighbors,
    RadiusNeighborsRegressor,
)

from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.neighbour_checks import NEIGHBOUR_TYPES, check_neighbours
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes

LIMIT = 2**31
X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
ROWS = X[::7] + 0.05


@pytest.mark.parametrize(
    "model",
    [
        KNeighborsClassifier(algorithm="kd_tree", leaf_size=4),
        KNeighborsClassifier(algorithm="ball_tree", metric="manhattan", leaf_size=4),
        KNeighborsClassifier(algorithm="brute"),
        KNeighborsRegressor(metric="chebyshev"),
        KNeighborsRegressor(p=3, weights="distance"),
        RadiusNeighborsRegressor(3.0),
        LocalOutlierFactor(novelty=True),
    ],
    ids=lambda model: repr(model)[:60],
)
def test_they_load_without_trust(model):
    model.fit(X, Y if isinstance(model, KNeighborsClassifier) else X[:, 2])
    np.testing.assert_array_equal(from_bytes(to_bytes(model), (), LIMIT).predict(ROWS), model.predict(ROWS))


def test_densities_and_several_outputs_load_without_trust():
    density = KernelDensity().fit(X, sample_weight=Y + 1.0)
    np.testing.assert_array_equal(
        from_bytes(to_bytes(density), (), LIMIT).score_samples(ROWS), density.score_samples(ROWS)
    )
    two = KNeighborsClassifier().fit(X, np.column_stack([Y, Y[::-1]]))
    np.testing.assert_array_equal(from_bytes(to_bytes(two), (), LIMIT).predict(ROWS), two.predict(ROWS))


def changed_tree(cls=KDTree, **changes):
    """A model whose tree of points was given another state."""
    names = ["data", "order", "nodes", "bounds", "leaf_size", "n_levels", "n_nodes", *"abcd", "metric", "weights"]
    model = NearestNeighbors(algorithm="kd_tree" if cls is KDTree else "ball_tree", leaf_size=4).fit(X)
    state = dict(zip(names, model._tree.__getstate__(), strict=True))
    for name, change in changes.items():
        state[name] = change(state[name]) if callable(change) else change
    model._tree.__setstate__(tuple(state.values()))
    return model


def at(field, place, value):
    def change(nodes):
        nodes = nodes.copy()
        nodes[field][place] = value
        return nodes

    return change


def put(place, value):
    def change(order):
        order = order.copy()
        order[place] = value
        return order

    return change


FORGERIES = {
    "a point beyond the end": ({"order": put(0, 10**9)}, "orders points that are not there"),
    "a point twice": ({"order": put(0, 1)}, "orders points that are not there"),
    "fewer points": ({"data": lambda data: data[:30].copy()}, "orders points that are not there"),
    "fewer columns": ({"data": lambda data: data[:, :2].copy()}, "bounds its nodes in other columns"),
    "more nodes": ({"n_nodes": 10**6}, "has other nodes than it says"),
    "more levels": ({"n_levels": 40}, "has other nodes than it says"),
    "no levels": ({"n_levels": 0, "n_nodes": 0, "nodes": lambda nodes: nodes[:0]}, "has other nodes than it says"),
    "fewer bounds": ({"bounds": lambda bounds: bounds[:, :1].copy()}, "bounds its nodes in other columns"),
    "one row of bounds": ({"bounds": lambda bounds: bounds[:1].copy()}, "bounds its nodes in other columns"),
    "a range beyond the end": ({"nodes": at("idx_end", 3, 10**9)}, "points outside its nodes"),
    "a range before the start": ({"nodes": at("idx_start", 3, -1)}, "points outside its nodes"),
    "a range backwards": ({"nodes": at("idx_start", 3, 50)}, "points outside its nodes"),
    "no leaf": ({"nodes": at("is_leaf", -1, 0)}, "points outside its nodes"),
    "fewer weights": ({"weights": np.ones(3)}, "weighs other points than its own"),
    "weights of columns": (
        {"metric": DistanceMetric.get_metric("minkowski", p=3, w=np.ones(3))},
        "a MinkowskiDistance64 in the file weighs columns, which is not looked at here",
    ),
    "another metric": ({"metric": DistanceMetric.get_metric("canberra")}, "measures by a CanberraDistance64"),
}


@pytest.mark.parametrize(("changes", "message"), FORGERIES.values(), ids=FORGERIES)
def test_forged_trees_of_points_are_refused(changes, message):
    model = changed_tree()
    check_neighbours([model._tree])
    model = changed_tree(**changes)
    with pytest.raises(ModelFileError, match=message):
        check_neighbours([model._tree])
    if "metric" not in changes:
        with pytest.raises(ModelFileError, match=message):
            from_bytes(to_bytes(model), (), LIMIT)
        from_bytes(to_bytes(model), NEIGHBOUR_TYPES, LIMIT)  # whoever trusts it by name is not asked


def test_trees_of_balls_and_metrics_by_themselves():
    check_neighbours([changed_tree(BallTree)._tree, DistanceMetric.get_metric("euclidean")])
    with pytest.raises(ModelFileError, match="bounds its nodes in other columns"):
        check_neighbours([changed_tree(BallTree, bounds=lambda bounds: np.vstack([bounds, bounds]))._tree])
    with pytest.raises(ModelFileError, match="weighs columns"):
        check_neighbours([DistanceMetric.get_metric("minkowski", p=3, w=np.ones(3))])
    with pytest.raises(ModelFileError, match="KDTree in the file"):
        check_neighbours([KDTree.__new__(KDTree)])


def test_classes_of_points_are_looked_at():
    for name, value, message in (
        ("_y", Y[:10], "no class for each of its points"),
        ("_y", Y.tolist(), "no class for each of its points"),
        ("_y", Y + 10**6, "classes that are not there"),
        ("_y", Y - 1, "classes that are not there"),
        ("_y", Y + 0.5, "classes that are not there"),
        ("classes_", np.array([0]), "classes that are not there"),
    ):
        model = KNeighborsClassifier(algorithm="brute").fit(X, Y)
        setattr(model, name, value)
        with pytest.raises(ModelFileError, match=message):
            from_bytes(to_bytes(model), (), LIMIT)


def test_a_metric_that_is_not_listed_is_named():
    model = KNeighborsClassifier(metric="canberra", algorithm="ball_tree").fit(X, Y)
    with pytest.raises(ModelFileError, match=r"the types sklearn\.metrics\._dist_metrics\.CanberraDistance64"):
        from_bytes(to_bytes(model), (), LIMIT)
