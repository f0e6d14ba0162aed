"""What makes a tree safe to walk, whichever library laid it out.

Compiled code walks a tree without looking: a child or a column beyond the arrays reads memory that is not its own.
Walking is safe when each child lies behind its parent and within the arrays, each node has one parent, each column is
one that the estimator at the door counts, and the depth is the one that is stated: the space for a path is laid out by
it, and overflows when it is too large.
"""

from typing import Any

import numpy as np

from sklearn_mlknow.persistence.archive import ModelFileError

TREE_TYPES = ("sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")


def is_tree(one: Any) -> bool:
    """Tell whether an object is walked by compiled code."""
    return f"{type(one).__module__}.{type(one).__qualname__}" in TREE_TYPES


def is_of(one: Any, *names: str) -> bool:
    """Tell whether an object is of a class of scikit-learn with one of these names."""
    return type(one).__module__.split(".")[0] == "sklearn" and type(one).__name__ in names


def columns_of(estimator: Any) -> int:
    """Read how many columns an estimator lets in."""
    n_columns = getattr(estimator, "n_features_in_", None)
    if not isinstance(n_columns, int | np.integer) or isinstance(n_columns, bool):
        raise malformed(estimator, "does not say how many columns it takes")
    return int(n_columns)


def check_nodes(
    who: Any,
    left: np.ndarray,
    right: np.ndarray,
    is_leaf: np.ndarray,
    feature: np.ndarray,
    n_columns: int,
    depth: int | None,
) -> None:
    """Refuse nodes that would lead a walk astray; ``right`` is -1 at leaves."""
    n_nodes, inner = len(left), np.flatnonzero(~is_leaf)
    children = np.concatenate([left[inner], right[inner]])
    if ((children <= np.tile(inner, 2)) | (children >= n_nodes)).any() or (right[is_leaf] != -1).any():
        raise malformed(who, "points outside its nodes")
    if (np.bincount(children, minlength=n_nodes)[1:] != 1).any():
        raise malformed(who, "has a node with no or two parents")
    if ((feature[inner] < 0) | (feature[inner] >= n_columns)).any():
        raise malformed(who, "splits a column that is not there")
    if depth is not None and _depth(left, right, is_leaf) != depth:
        raise malformed(who, "is of another depth than it says")


def malformed(one: Any, fact: str) -> ModelFileError:
    """Say what is wrong with an object of a file."""
    return ModelFileError(f"load: a {type(one).__name__} in the file {fact}; the file is damaged or hostile.")


def unfollowed(one: Any, fact: str, type_name: str) -> ModelFileError:
    """Say what is not looked at, and which type to trust."""
    return ModelFileError(
        f"load: a {type(one).__name__} in the file {fact}, which is not looked at here; if you wrote the file "
        f"yourself, name {type_name!r} in trusted=."
    )


def _depth(left: np.ndarray, right: np.ndarray, is_leaf: np.ndarray) -> int:
    level, depth = np.array([0]), 0
    while len(level := level[~is_leaf[level]]):
        level, depth = np.concatenate([left[level], right[level]]), depth + 1
    return depth
