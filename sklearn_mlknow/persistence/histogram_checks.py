"""Histogram gradient boosting from a file: its nodes, and the tables in which it looks categories up.

Rows with category columns pass a preprocessor first, which writes categories as codes in front of the numbers; compiled
code then reads a bit for each code, in the table of a node and in that of its column.
"""

from functools import partial
from typing import Any

import numpy as np
from sklearn.utils import check_array

from sklearn_mlknow.persistence.tree_nodes import check_nodes, columns_of, is_of, is_tree, malformed

WORDS = 8  # of 32 bits: 256 categories


def check_histogram_boosting(boosting: Any) -> set[int]:
    """Refuse what could lead compiled code astray; return the ids of the trees.

    Raises
    ------
    ModelFileError
        Names what is wrong.
    """
    n_columns = columns_of(boosting)
    if boosting.__dict__.get("_in_fit"):
        raise malformed(boosting, "claims to be in the middle of a fit")
    is_category = getattr(getattr(boosting, "_bin_mapper", None), "is_categorical_", None)
    if type(is_category) is not np.ndarray or is_category.dtype.kind not in "bu" or len(is_category) != n_columns:
        raise malformed(boosting, "does not say which columns are categories")
    if boosting.__dict__.get("_preprocessor") is not None:
        _check_preprocessor(boosting, n_columns)
    held = set()
    for iteration in boosting._predictors:
        for tree in iteration:
            nodes = getattr(tree, "nodes", None)
            if not is_tree(tree) or type(nodes) is not np.ndarray or nodes.ndim != 1 or len(nodes) == 0:
                raise malformed(boosting, "holds a tree without nodes")
            is_leaf = nodes["is_leaf"].astype(bool)
            left, right = (np.where(is_leaf, -1, nodes[side].astype(np.int64)) for side in ("left", "right"))
            check_nodes(tree, left, right, is_leaf, nodes["feature_idx"], n_columns, None)
            _check_categories(tree, nodes[nodes["is_categorical"].astype(bool) & ~is_leaf], is_category)
            held.add(id(tree))
    return held


def _check_categories(tree: Any, nodes: np.ndarray, is_category: np.ndarray) -> None:
    if len(nodes) == 0:
        return
    bits = getattr(tree, "raw_left_cat_bitsets", None)
    if type(bits) is not np.ndarray or bits.ndim != 2 or bits.shape[1] != WORDS or bits.dtype != np.uint32:
        raise malformed(tree, "splits categories without a table of them")
    if nodes["bitset_idx"].max() >= len(bits) or not is_category[nodes["feature_idx"]].all():
        raise malformed(tree, "looks categories up where there are none")


def _check_preprocessor(boosting: Any, n_columns: int) -> None:
    """What it writes must be as wide as the table that came in."""
    front, chosen = boosting._preprocessor, boosting.is_categorical_
    if not is_of(front, "ColumnTransformer") or columns_of(front) != n_columns or np.shape(chosen) != (n_columns,):
        raise malformed(boosting, "prepares its columns in another way than it does in fit")
    is_as_in_fit = False
    used = [one for one in front.transformers_ if not isinstance(one[1], str) or one[1] != "drop"]
    if len(used) == 2 and chosen.dtype == bool:
        (first, encoder, codes), (second, checker, numbers) = used
        places = {first: np.flatnonzero(chosen).tolist(), second: np.flatnonzero(~chosen).tolist()}
        by_name = {name: np.asarray(at).tolist() for name, at in front._transformer_to_input_indices.items()}
        is_as_in_fit = (
            is_of(encoder, "OrdinalEncoder")
            and len(encoder.categories_) == chosen.sum()
            and is_of(checker, "FunctionTransformer")
            and _hands_on(checker.func)
            and not checker.kw_args
            and np.array_equal(codes, chosen)
            and np.array_equal(numbers, ~chosen)
            and {name: by_name.get(name, []) for name in places} == places
        )
    if not is_as_in_fit:
        raise malformed(boosting, "prepares its columns in another way than it does in fit")


def _hands_on(function: Any) -> bool:
    is_plain = isinstance(function, partial) and function.func is check_array and not function.args
    return is_plain and set(function.keywords) <= {"dtype", "ensure_all_finite"}
