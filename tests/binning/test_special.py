"""Special values: found as the column holds them, counted once."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner, KMeansBinner, OptimalBinner
from sklearn_mlknow.binning.special import special_places

BINNERS = [EqualFrequencyBinner(2), EqualWidthBinner(2), KMeansBinner(2), FixedBinner([1.5]), OptimalBinner(2)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("binner", BINNERS, ids=str)
def test_special_values_of_any_precision(binner, dtype):
    frame = pd.DataFrame({"a": np.array([-99.9, 1, 2, 1, 2, -99.9, 1, 2], dtype=dtype)})
    y = [0, 0, 1, 0, 1, 1, 0, 1]
    binner.set_params(special={"a": [-99.9]})
    assert binner.fit(frame, y).transform(frame)[:, 0].tolist() == [3, 0, 1, 0, 1, 3, 0, 1]
    assert binner.bin_weights_[0].tolist() == [3, 3, 0, 2]


@pytest.mark.parametrize("binner", BINNERS, ids=str)
def test_special_values_leave_no_weight_with_the_missing(binner):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.choice([-1.0, -2.0, -3.0, 1.0, 2.0], 90)})
    binner.set_params(special={"a": [-1, -2, -3]}, handle_missing="error")
    binner.fit(frame, rng.integers(0, 2, 90), sample_weight=rng.uniform(size=90))  # is not refused
    assert binner.bin_weights_[0][2] == 0


def test_a_value_that_the_dtype_cannot_hold_is_nowhere():
    column = np.array([np.inf, 1.0], dtype=np.float32)
    assert special_places(column, np.array([1e300])).tolist() == [-1, -1]
    assert special_places(np.array([-9, 5, 7]), np.array([-9.0, 7.0])).tolist() == [0, -1, 1]


def test_close_special_values_keep_their_names():
    X = np.array([[0.1234567], [0.1234568]])
    special = {"x0": [0.1234567, 0.1234568]}
    names = FixedBinner([1], special=special, encode="onehot").fit(X).get_feature_names_out()
    assert names[-2:].tolist() == ["x0_special_0.1234567", "x0_special_0.1234568"]
    texts = FixedBinner([1], special=special, encode="interval").fit(X)
    np.testing.assert_array_equal(texts.inverse_transform(texts.transform(X)), X)


def test_merging_other_special_values_is_refused():
    X = np.arange(9.0)[:, None]
    ours, theirs = (EqualFrequencyBinner(2, special={"x0": [value]}).fit(X) for value in (1, 2))
    with pytest.raises(ValueError, match="same special values"):
        ours.merge(theirs)
