"""Trees of scikit-learn from a file: every index is looked at before any compiled code follows it.

The compiled code of scikit-learn walks a tree without looking: a child or a column beyond the arrays reads memory that
is not its own. Building a tree is safe (it compares dtypes and shapes and copies what it compared); walking one is safe
when each child lies behind its parent and within the arrays, each node has one parent, each column is one that the
estimator at the door counts, and the depth is no deeper than stated, since the space for a path is laid out by it.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.archive import ModelFileError

TREE_TYPES = ("sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")
SINGLE = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")
FORESTS = ("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor")
BOOSTED = ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
# these hand rows to their trees without a look at the number of columns, in ways that are not followed here
UNFOLLOWED = ("GradientBoostingClassifier", "GradientBoostingRegressor", "IsolationForest", "RandomTreesEmbedding")


def check_trees(objects: Iterable[Any]) -> None:
    """Refuse trees that could lead compiled code astray.

    Parameters
    ----------
    objects : iterable
        Everything in a file, as built.

    Raises
    ------
    ModelFileError
        A tree is malformed, belongs to no estimator that checks its input, or to one that is not followed here.
    """
    held: set[int] = set()
    found = []
    for one in objects:
        name = type(one).__name__
        library = type(one).__module__.split(".")[0]
        if _is_tree(one):
            found.append(one)
        elif library == "sklearn" and name in UNFOLLOWED:
            raise ModelFileError(
                f"load: the file holds a {name}, whose trees cannot be checked; if you wrote the file yourself, name "
                f"{TREE_TYPES[0]!r} in trusted=."
            )
        elif library == "sklearn" and name in SINGLE and hasattr(one, "tree_"):
            _check_tree(one.tree_, _columns_of(one))
            held.add(id(one.tree_))
        elif library == "sklearn" and name in FORESTS and hasattr(one, "estimators_"):
            _check_forest(one)
        elif library == "sklearn" and name in BOOSTED and hasattr(one, "_predictors"):
            held |= _check_boosting(one)
    if any(id(tree) not in held for tree in found):
        raise ModelFileError("load: the file holds a tree outside of an estimator; it was not written by save.")


def _is_tree(one: Any) -> bool:
    return f"{type(one).__module__}.{type(one).__qualname__}" in TREE_TYPES


def _columns_of(estimator: Any) -> int:
    n_columns = getattr(estimator, "n_features_in_", None)
    if not isinstance(n_columns, int | np.integer) or isinstance(n_columns, bool):
        raise _malformed(estimator, "does not say how many columns it takes")
    return int(n_columns)


def _check_tree(tree: Any, n_columns: int) -> None:
    if not _is_tree(tree) or not 0 < tree.node_count <= tree.capacity:
        raise _malformed(tree, "has no nodes")
    if tree.n_features != n_columns:
        raise _malformed(tree, f"splits {tree.n_features} columns, but its estimator takes {n_columns}")
    left, right = tree.children_left, tree.children_right
    _check_nodes(tree, left, right, left == -1, tree.feature, n_columns, tree.max_depth)


def _check_forest(forest: Any) -> None:
    n_columns = _columns_of(forest)
    for tree in forest.estimators_:
        if type(tree).__name__ not in SINGLE or _columns_of(tree) != n_columns:
            raise _malformed(forest, "holds trees of other columns than its own")


def _check_boosting(boosting: Any) -> set[int]:
    """Check trees of numbers; those of categories are looked up in tables that are not followed here."""
    if boosting.__dict__.get("_in_fit") or boosting.__dict__.get("_preprocessor") is not None:
        raise _malformed(
            boosting, f"splits categories, whose tables are not checked; name {TREE_TYPES[1]!r} in trusted="
        )
    held = set()
    for iteration in boosting._predictors:
        for tree in iteration:
            nodes = getattr(tree, "nodes", None)
            if not _is_tree(tree) or not isinstance(nodes, np.ndarray) or nodes.ndim != 1 or len(nodes) == 0:
                raise _malformed(boosting, "holds a tree without nodes")
            if nodes["is_categorical"].any():
                raise _malformed(boosting, "splits categories without a table of them")
            is_leaf = nodes["is_leaf"].astype(bool)
            left, right = (np.where(is_leaf, -1, nodes[side].astype(np.int64)) for side in ("left", "right"))
            _check_nodes(tree, left, right, is_leaf, nodes["feature_idx"], _columns_of(boosting), None)
            held.add(id(tree))
    return held


def _check_nodes(
    who: Any,
    left: np.ndarray,
    right: np.ndarray,
    is_leaf: np.ndarray,
    feature: np.ndarray,
    n_columns: int,
    deepest: int | None,
) -> None:
    n_nodes, inner = len(left), np.flatnonzero(~is_leaf)
    children = np.concatenate([left[inner], right[inner]])
    if ((children <= np.tile(inner, 2)) | (children >= n_nodes)).any() or (right[is_leaf] != -1).any():
        raise _malformed(who, "points outside its nodes")
    if (np.bincount(children, minlength=n_nodes)[1:] != 1).any():
        raise _malformed(who, "has a node with no or two parents")
    if ((feature[inner] < 0) | (feature[inner] >= n_columns)).any():
        raise _malformed(who, "splits a column that is not there")
    if deepest is not None and _depth(left, right, is_leaf) > deepest:
        raise _malformed(who, "is deeper than it says")


def _depth(left: np.ndarray, right: np.ndarray, is_leaf: np.ndarray) -> int:
    level, depth = np.array([0]), 0
    while len(level := level[~is_leaf[level]]):
        level, depth = np.concatenate([left[level], right[level]]), depth + 1
    return depth


def _malformed(one: Any, fact: str) -> ModelFileError:
    return ModelFileError(f"load: a {type(one).__name__} in the file {fact}; the file is damaged or hostile.")
