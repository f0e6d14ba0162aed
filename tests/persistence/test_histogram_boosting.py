"""Histogram gradient boosting on categories: what prepares its columns and its tables of bits, forged."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from tests.persistence.hostile import LIMIT, set_to

X = np.random.default_rng(0).normal(size=(150, 3))


def of_categories():
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(d=pd.Categorical(list("uvw") * 50))
    return HistGradientBoostingRegressor(max_iter=2, min_samples_leaf=5).fit(frame, X[:, 0] + (frame["d"] == "u"))


def in_preprocessor(place, value):
    """Exchange a part of what prepares the columns: 1 the transformer, 2 its columns."""

    def change(model):
        front = model._preprocessor
        front.transformers_ = [
            tuple(value if at == place and one[0] == "encoder" else part for at, part in enumerate(one))
            for one in front.transformers_
        ]

    return change


def in_trees(name, value):
    def change(model):
        for (tree,) in model._predictors:
            setattr(tree, name, value(getattr(tree, name)))

    return change


def split_by_bits_beyond(nodes):
    nodes = nodes.copy()
    nodes["bitset_idx"] = 10**6
    return nodes


def split_numbers_as_categories(nodes):
    nodes = nodes.copy()
    nodes["feature_idx"] = 3
    return nodes


OTHER_WAY = "prepares its columns in another way than it does in fit"
CATEGORY_FORGERIES = {
    "another preprocessor": (set_to("_preprocessor", StandardScaler()), OTHER_WAY),
    "another encoder": (in_preprocessor(1, StandardScaler()), OTHER_WAY),
    "another function": (
        lambda m: set_to("func", lambda _: partial(np.exp))(m._preprocessor.named_transformers_["numerical"]),
        OTHER_WAY,
    ),
    "fewer columns": (in_preprocessor(2, np.zeros(4, dtype=bool)), OTHER_WAY),
    "other places": (lambda m: m._preprocessor._transformer_to_input_indices.update(encoder=[3, 3]), OTHER_WAY),
    "no mask": (set_to("is_categorical_", np.arange(4)), OTHER_WAY),
    "parts that are no parts": (lambda m: set_to("transformers_", [3])(m._preprocessor), "is not what its class says"),
    "a narrower mapper": (lambda m: set_to("is_categorical_", np.ones(2, "u1"))(m._bin_mapper), "which columns are"),
    "no mapper": (set_to("_bin_mapper", None), "which columns are categories"),
    "no table of bits": (in_trees("raw_left_cat_bitsets", lambda bits: bits[:0]), "up where there are none"),
    "narrow bits": (in_trees("raw_left_cat_bitsets", lambda bits: bits[:, :2].copy()), "without a table of them"),
    "bits beyond": (in_trees("nodes", split_by_bits_beyond), "up where there are none"),
    "bits of numbers": (in_trees("nodes", split_numbers_as_categories), "up where there are none"),
}


@pytest.mark.parametrize(("change", "message"), CATEGORY_FORGERIES.values(), ids=CATEGORY_FORGERIES)
def test_forged_categories_are_refused(change, message):
    model = of_categories()
    from_bytes(to_bytes(model), (), LIMIT)
    assert any(tree.nodes["is_categorical"].any() for (tree,) in model._predictors)
    change(model)
    with pytest.raises(ModelFileError, match=message):
        from_bytes(to_bytes(model), (), LIMIT)
