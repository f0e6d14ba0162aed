"""Trees of points for nearest neighbours, from a file: every index is looked at before compiled code follows it.

A tree of points is a full binary tree of nodes, each a range of an order of the points; distances are worked out by a
metric object. Both are read without a look by scikit-learn's compiled code; so is the class of each point.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.tree_nodes import is_of, malformed, unfollowed

METRICS = ("EuclideanDistance64", "ManhattanDistance64", "ChebyshevDistance64", "MinkowskiDistance64")
POINT_TREES = {"KDTree": 2, "BallTree": 1}  # and how many rows bound a node
NEIGHBOUR_TYPES = (
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neighbors._ball_tree.BallTree",
    *(f"sklearn.metrics._dist_metrics.{name}" for name in METRICS),
)


def check_neighbours(objects: Iterable[Any]) -> None:
    """Refuse trees of points, metrics and classes of points that could lead compiled code astray.

    Parameters
    ----------
    objects : iterable
        Everything in a file, as built.

    Raises
    ------
    ModelFileError
        Names the class and what is wrong with it.
    """
    for one in objects:
        if is_of(one, *POINT_TREES):
            _check_points(one)
        elif is_of(one, *METRICS):
            _check_metric(one)
        elif is_of(one, "KNeighborsClassifier", "RadiusNeighborsClassifier") and hasattr(one, "_fit_X"):
            _check_classes(one)


def _check_points(tree: Any) -> None:
    points, order, nodes, bounds, _, n_levels, n_nodes, *_, metric, weights = tree.__getstate__()
    n_points, n_columns = points.shape
    if not is_of(metric, *METRICS):
        raise unfollowed(tree, f"measures by a {type(metric).__name__}", NEIGHBOUR_TYPES[0])
    _check_metric(metric)
    if not np.array_equal(np.sort(order), np.arange(n_points)):
        raise malformed(tree, "orders points that are not there")
    if not n_nodes == len(nodes) == 2**n_levels - 1 > 0 or n_levels > 62:
        raise malformed(tree, "has other nodes than it says")
    if bounds.shape != (POINT_TREES[type(tree).__name__], n_nodes, n_columns):
        raise malformed(tree, "bounds its nodes in other columns than its points have")
    begin, end = nodes["idx_start"], nodes["idx_end"]
    if (begin < 0).any() or (begin > end).any() or (end > n_points).any() or not nodes["is_leaf"][n_nodes // 2 :].all():
        raise malformed(tree, "points outside its nodes")
    if weights is not None and np.shape(weights) != (n_points,):
        raise malformed(tree, "weighs other points than its own")


def _check_metric(metric: Any) -> None:
    if is_of(metric, "MinkowskiDistance64") and len(metric.__getstate__()[1]):
        raise unfollowed(metric, "weighs columns", NEIGHBOUR_TYPES[0])


def _check_classes(classifier: Any) -> None:
    codes = classifier._y
    if type(codes) is not np.ndarray or len(codes) != classifier._fit_X.shape[0]:
        raise malformed(classifier, "has no class for each of its points")
    is_one = not getattr(classifier, "outputs_2d_", False)
    if is_one and (codes.dtype.kind != "i" or codes.min() < 0 or codes.max() >= len(classifier.classes_)):
        raise malformed(classifier, "has points of classes that are not there")
