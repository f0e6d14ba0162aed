"""Trees of scikit-learn: each tree answers with the number of its leaf, and what a leaf says is looked up.

That way leaves may hold any number of outputs, and they are added in double precision.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow.persistence.onnx.answers import of_classes, of_numbers, of_two
from sklearn_mlknow.persistence.onnx.frame import Frame, finite, matrix
from sklearn_mlknow.persistence.onnx.graph import ML, Graph
from sklearn_mlknow.persistence.onnx.registry import Answer, convert, converts

AT_MOST, MEMBER = 0, 6


class Splits(NamedTuple):
    """A tree as arrays over its nodes; a leaf has ``left < 0``.

    ``values`` has shape (n_nodes, n_outputs); ``members`` maps nodes to the categories that go left.
    """

    left: np.ndarray
    right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    missing_left: np.ndarray
    values: np.ndarray
    members: dict[int, np.ndarray]


def leaf_values(graph: Graph, x: str, trees: Sequence[Splits]) -> str:
    """What every tree says of every row: (n_rows, n_trees, n_outputs)."""
    nodes: dict[str, list[Any]] = {
        name: [] for name in ("mode", "feature", "split", "yes", "no", "yes_leaf", "no_leaf", "missing")
    }
    members: list[float] = []
    leaf_trees: list[int] = []
    tables, roots = [], []
    for index, tree in enumerate(trees):
        is_leaf = tree.left < 0
        inner = np.flatnonzero(~is_leaf)
        leaf_at = len(leaf_trees) + np.cumsum(is_leaf) - 1
        node_at = len(nodes["mode"]) + np.cumsum(~is_leaf) - 1
        roots.append(len(nodes["mode"]))
        leaf_trees += [index] * int(is_leaf.sum())
        tables.append(tree.values[is_leaf])
        if len(inner) == 0:  # a single leaf: a question whose answers are one
            inner, tree = np.array([0]), tree._replace(left=np.array([0]), right=np.array([0]))
        for node in inner:
            chosen, threshold = tree.members.get(int(node)), float(tree.threshold[node])
            if chosen is not None and len(chosen) == 0:  # only missing values may go left
                chosen, threshold = None, -np.inf
            nodes["mode"].append(AT_MOST if chosen is None else MEMBER)
            nodes["feature"].append(max(int(tree.feature[node]), 0))
            nodes["split"].append(threshold if chosen is None else 0.0)
            nodes["missing"].append(int(tree.missing_left[node]))
            for side, child in (("yes", int(tree.left[node])), ("no", int(tree.right[node]))):
                nodes[f"{side}_leaf"].append(int(is_leaf[child]))
                nodes[side].append(int(leaf_at[child] if is_leaf[child] else node_at[child]))
            if chosen is not None:
                members += [*chosen.astype(np.float64), np.nan]
    extra: dict[str, Any] = {"membership_values": np.array(members)} if members else {}
    found = graph(
        "TreeEnsemble",
        x,
        domain=ML,
        n_targets=len(trees),
        aggregate_function=1,
        post_transform=0,
        tree_roots=roots,
        nodes_modes=np.array(nodes["mode"], dtype=np.uint8),
        nodes_featureids=nodes["feature"],
        nodes_splits=np.array(nodes["split"]),
        nodes_truenodeids=nodes["yes"],
        nodes_falsenodeids=nodes["no"],
        nodes_trueleafs=nodes["yes_leaf"],
        nodes_falseleafs=nodes["no_leaf"],
        nodes_missing_value_tracks_true=nodes["missing"],
        leaf_targetids=leaf_trees,
        leaf_weights=np.arange(len(leaf_trees), dtype=np.float64),
        **extra,
    )
    return graph("Gather", np.concatenate(tables), graph.cast(found, "int64"), axis=0)


def of_tree(tree: Any) -> Splits:
    """A tree of ``sklearn.tree``."""
    values = tree.value.reshape(tree.node_count, -1)
    features, missing = tree.feature, tree.missing_go_to_left
    return Splits(tree.children_left, tree.children_right, features, tree.threshold, missing, values, {})


def of_boosted(predictor: Any) -> Splits:
    """A tree of histogram gradient boosting."""
    nodes = predictor.nodes
    is_leaf = nodes["is_leaf"].astype(bool)
    members = {
        int(at): _set_bits(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][at]])
        for at in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~is_leaf)
    }
    left = np.where(is_leaf, -1, nodes["left"].astype(np.int64))
    right = np.where(is_leaf, -1, nodes["right"].astype(np.int64))
    return Splits(
        left,
        right,
        nodes["feature_idx"],
        nodes["num_threshold"],
        nodes["missing_go_to_left"],
        nodes["value"][:, None],
        members,
    )


def _set_bits(words: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little"))


def raw_boosting(graph: Graph, boosting: Any, frame: Frame) -> str:
    """Raw sums of histogram gradient boosting: (n_rows, n_trees_per_iteration)."""
    if boosting._preprocessor is not None:  # it puts the categories first, as codes
        pairs = list(zip(frame, boosting.is_categorical_, strict=True))
        encoder = boosting._preprocessor.named_transformers_["encoder"]
        coded = convert(graph, encoder, [column for column, is_category in pairs if is_category])
        frame = [*coded, *(column for column, is_category in pairs if not is_category)]
    x = matrix(graph, frame)
    trees = [of_boosted(tree) for iteration in boosting._predictors for tree in iteration]
    n_outputs = len(boosting._predictors[0])
    said = graph("Squeeze", leaf_values(graph, x, trees), [2])  # (n_rows, n_iterations * n_outputs)
    by_output = graph("Reshape", said, np.array([0, len(boosting._predictors), n_outputs]))
    base = np.asarray(boosting._baseline_prediction, dtype=np.float64).reshape(1, -1)
    return graph("Add", graph("ReduceSum", by_output, [1], keepdims=0), base)


@converts("sklearn", "HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
def convert_boosting(graph: Graph, boosting: Any, frame: Frame) -> Answer:
    """Sums of leaves through the link of the loss."""
    raw = raw_boosting(graph, boosting, frame)
    if hasattr(boosting, "classes_"):
        if len(boosting.classes_) == 2:
            return of_two(graph, raw, boosting.classes_)
        return of_classes(graph, graph("Softmax", raw, axis=1), boosting.classes_)
    return of_numbers(graph, graph("Exp", raw) if boosting.loss in ("gamma", "poisson") else raw, True)


def output_faults(model: Any) -> Iterator[str]:
    """Name several outputs of classes."""
    if hasattr(model, "classes_") and model.n_outputs_ > 1:
        yield "several outputs of classes have no graph"


FORESTS = ("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor")
TREES = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")


@converts("sklearn", *FORESTS, *TREES, faults=output_faults)
def convert_trees(graph: Graph, model: Any, frame: Frame) -> Answer:
    """Mean of the leaves; scikit-learn's trees see their inputs in single precision."""
    names = [column.name for column in frame]
    x = graph.cast(graph.cast(finite(graph, matrix(graph, frame), type(model).__name__, names), "float"))
    members = getattr(model, "estimators_", [model])
    said = leaf_values(graph, x, [of_tree(one.tree_) for one in members])  # (n_rows, n_trees, n_outputs)
    mean = graph("Div", graph("ReduceSum", said, [1], keepdims=0), float(len(members)))
    return (
        of_classes(graph, mean, model.classes_)
        if hasattr(model, "classes_")
        else of_numbers(graph, mean, model.n_outputs_ == 1)
    )
