"""Trees of scikit-learn from a file: every index is looked at before any compiled code follows it.

Building a tree is safe: it compares dtypes and shapes, and copies what it compared. What each ensemble does with the
rows before its trees see them is looked at here: most count columns once, at the door, and hand the rows on unseen.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.archive import ModelFileError
from sklearn_mlknow.persistence.histogram_checks import check_histogram_boosting
from sklearn_mlknow.persistence.tree_nodes import (
    TREE_TYPES,
    check_nodes,
    columns_of,
    is_of,
    is_tree,
    malformed,
    unfollowed,
)

SINGLE = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")
FORESTS = (
    *("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor"),
    "RandomTreesEmbedding",
)


def check_trees(objects: Iterable[Any]) -> None:
    """Refuse trees that could lead compiled code astray.

    Parameters
    ----------
    objects : iterable
        Everything in a file, as built.

    Raises
    ------
    ModelFileError
        A tree is malformed, or belongs to no estimator that checks its input.
    """
    held: set[int] = set()
    found = []
    for one in objects:
        if is_tree(one):
            found.append(one)
        for names, fitted, check in CHECKS:
            if is_of(one, *names) and hasattr(one, fitted):
                held |= check(one)
    if any(id(tree) not in held for tree in found):
        raise ModelFileError("load: the file holds a tree outside of an estimator; it was not written by save.")


def _check_single(estimator: Any) -> set[int]:
    tree, n_columns = estimator.tree_, columns_of(estimator)
    if not is_tree(tree) or not 0 < tree.node_count <= tree.capacity:
        raise malformed(tree, "has no nodes")
    if tree.n_features != n_columns:
        raise malformed(tree, f"splits {tree.n_features} columns, but its estimator takes {n_columns}")
    left, right = tree.children_left, tree.children_right
    check_nodes(tree, left, right, left == -1, tree.feature, n_columns, tree.max_depth)
    return {id(tree)}


def _check_forest(forest: Any) -> set[int]:
    _check_members(forest, forest.estimators_, columns_of(forest))
    return set()


def _check_isolation(forest: Any) -> set[int]:
    """Each tree sees all columns, or those that were drawn for it."""
    n_columns, drawn = columns_of(forest), getattr(forest, "_max_features", None)
    if not isinstance(drawn, int | np.integer) or len(forest.estimators_) != len(forest.estimators_features_):
        raise malformed(forest, "does not say which columns its trees see")
    _check_members(forest, forest.estimators_, int(drawn))
    for columns in forest.estimators_features_ if drawn != n_columns else ():
        within = type(columns) is np.ndarray and columns.dtype.kind == "i" and columns.shape == (drawn,)
        if not within or columns.min() < 0 or columns.max() >= n_columns:
            raise malformed(forest, "draws columns that are not there")
    return set()


def _check_staged(boosting: Any) -> set[int]:
    """Its trees add to a table without looking how wide it is: the first guess must be as wide as there are trees."""
    n_columns, trees = columns_of(boosting), boosting.estimators_
    if type(trees) is not np.ndarray or trees.ndim != 2 or trees.size == 0:
        raise malformed(boosting, "holds no table of trees")
    _check_members(boosting, trees.ravel(), n_columns, "DecisionTreeRegressor")
    if any(one.tree_.value.shape[1:] != (1, 1) for one in trees.ravel()):
        raise malformed(boosting, "holds trees of several outputs")
    if boosting.init_ != "zero" and not is_of(boosting.init_, "DummyClassifier", "DummyRegressor"):
        raise unfollowed(boosting, f"starts from a {type(boosting.init_).__name__}", TREE_TYPES[0])
    try:
        first = boosting._raw_predict_init(np.zeros((2, n_columns), dtype=np.float32))
    except Exception as error:  # whatever a forged first guess makes of it
        raise malformed(boosting, f"has no first guess ({error})") from error
    if np.shape(first) != (2, trees.shape[1]):
        raise malformed(boosting, f"adds {trees.shape[1]} trees to a first guess of shape {np.shape(first)}")
    return set()


def _check_members(ensemble: Any, members: Iterable[Any], n_columns: int, *names: str) -> None:
    for tree in members:
        if not is_of(tree, *(names or SINGLE)) or not hasattr(tree, "tree_") or columns_of(tree) != n_columns:
            raise malformed(ensemble, "holds trees of other columns than its own")


# names of the classes, what they have when they are fitted, and what looks at them: returns the ids of trees they own
CHECKS: tuple[tuple[tuple[str, ...], str, Callable[[Any], set[int]]], ...] = (
    (SINGLE, "tree_", _check_single),
    (FORESTS, "estimators_", _check_forest),
    (("IsolationForest",), "estimators_", _check_isolation),
    (("GradientBoostingClassifier", "GradientBoostingRegressor"), "estimators_", _check_staged),
    (("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"), "_predictors", check_histogram_boosting),
)
