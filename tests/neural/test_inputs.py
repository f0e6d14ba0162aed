"""What enters a net: scales, shares, indicators, by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow.neural.inputs import encode, learn_inputs, recode
from sklearn_mlknow.neural.reading import read_columns


def learned(frame, weight=None, embedding="ple", n_bins=2):
    table = read_table(BaseEstimator(), frame, reset=True)
    columns, levels = read_columns(table, None)
    weight = np.ones(len(columns)) if weight is None else weight
    inputs = learn_inputs(table.names, table.kinds, columns, levels, weight, embedding, n_bins)
    return inputs, recode(columns, levels, inputs)


def test_scaled_value_by_hand():
    # median 3 and quartiles 2 and 4 (values that occur): (5 - 3) / 2 = 1, clipped to 1 / sqrt(1 + 1/9)
    inputs, columns = learned(pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0]}), embedding=None)
    assert encode(columns, inputs)[-1, 0] == pytest.approx(1 / np.sqrt(1 + 1 / 9))
    assert encode(columns, inputs)[2, 0] == 0.0


def test_bin_shares_by_hand():
    # nodes 1, 3, 5: the value 4 fills the first bin and half of the second
    inputs, columns = learned(pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0]}))
    assert inputs.nodes[0].tolist() == [1.0, 3.0, 5.0]
    assert encode(columns, inputs)[3, 1:].tolist() == [1.0, 0.5]


def test_missing_number_and_level_have_indicators_of_their_own():
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": pd.Categorical(["x", None, "y"])})
    inputs, columns = learned(frame, embedding=None)
    assert [label[:2] for label in inputs.labels] == [
        ("a", "value"), ("a", "missing"), ("b", "level"), ("b", "level"), ("b", "missing"),
    ]  # fmt: skip
    assert encode(columns, inputs)[1].tolist() == [0.0, 1.0, 0.0, 0.0, 1.0]


def test_unseen_level_is_missing():
    inputs, _ = learned(pd.DataFrame({"b": pd.Categorical(["x", None, "y"])}))
    table = read_table(BaseEstimator().set_params(), pd.DataFrame({"b": ["z"]}), reset=True)
    columns, _ = read_columns(table, inputs.levels)
    inputs = learned(pd.DataFrame({"b": pd.Categorical(["x", None, "y"])}))[0]
    assert encode(columns, inputs).tolist() == [[0.0, 0.0, 1.0]]


def test_extreme_values_stay_finite():
    inputs, columns = learned(pd.DataFrame({"a": [0.0, 1.0, 1e308, -1e308, 5e-324]}))
    assert np.isfinite(encode(columns, inputs)).all()
    assert np.abs(encode(columns, inputs)).max() <= 3.0
