"""Every way of writing a bin, held against a loop over rows, and back again."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner
from sklearn_mlknow.binning.encode import ENCODINGS, interval_texts

RNG = np.random.default_rng(0)
X = np.column_stack([RNG.normal(size=80), RNG.integers(0, 6, 80).astype(float)])
X[::9, 0] = np.nan
X[::7, 1] = -999.0
SPECIAL = {"x1": [-999.0]}
Y = (RNG.uniform(size=80) < 0.4).astype(int)


def codes_of(binner_edges, column, special=()):
    out = []
    for value in column:
        if np.isnan(value):
            out.append(len(binner_edges) + 1)
        elif value in special:
            out.append(len(binner_edges) + 2)
        else:
            out.append(sum(value >= edge for edge in binner_edges))
    return np.array(out)


@pytest.fixture
def edges():
    binner = EqualFrequencyBinner(4, special=SPECIAL).fit(X)
    return [one[1:-1] for one in binner.bin_edges_]


def fitted(encode, **arguments):
    return EqualFrequencyBinner(4, encode=encode, special=SPECIAL, **arguments).fit(X, Y)


def test_ordinal(edges):
    codes = fitted("ordinal").transform(X)
    assert codes.dtype == np.int64
    np.testing.assert_array_equal(codes[:, 0], codes_of(edges[0], X[:, 0]))
    np.testing.assert_array_equal(codes[:, 1], codes_of(edges[1], X[:, 1], [-999.0]))


def test_special_values_do_not_move_the_edges(edges):
    without = X[X[:, 1] != -999.0]
    np.testing.assert_array_equal(EqualFrequencyBinner(4).fit(without).bin_edges_[1][1:-1], edges[1])


def test_onehot(edges):
    codes = fitted("ordinal").transform(X)
    binner = fitted("onehot")
    written, dense = binner.transform(X), fitted("onehot-dense").transform(X)
    assert isinstance(written, sparse.csr_array)
    np.testing.assert_array_equal(written.toarray(), dense)
    n_codes = [len(one) + 2 for one in edges]
    n_codes[1] += 1
    expected = np.hstack([np.eye(n)[codes[:, i]] for i, n in enumerate(n_codes)])
    np.testing.assert_array_equal(dense, expected)
    names = binner.get_feature_names_out().tolist()
    assert names[:5] == ["x0_bin0", "x0_bin1", "x0_bin2", "x0_bin3", "x0_missing"]
    assert names[-2:] == ["x1_missing", "x1_special_-999"]
    assert written.has_canonical_format
    assert fitted("onehot", dtype="compact").transform(X).dtype == np.uint8


def test_onehot_without_a_missing_bin_has_no_one_there(edges):
    written = fitted("onehot", handle_missing="propagate").transform(X)
    dense = fitted("onehot-dense", handle_missing="propagate").transform(X)
    np.testing.assert_array_equal(written.toarray(), dense)
    ones = dense.sum(axis=1)
    np.testing.assert_array_equal(ones, np.where(np.isnan(X[:, 0]), 1, 2))


def test_smoothing_against_a_loop(edges):
    for encode, statistic in {"mean": np.mean, "median": np.median}.items():
        written = fitted(encode).transform(X)
        for i in range(2):
            codes = codes_of(edges[i], X[:, i], [-999.0])
            for row, code in enumerate(codes):
                if code <= len(edges[i]):
                    np.testing.assert_allclose(written[row, i], statistic(X[codes == code, i]))
                else:
                    np.testing.assert_equal(written[row, i], X[row, i])  # NaN, or the special value itself


def test_boundary_against_a_loop(edges):
    written = fitted("boundary").transform(X)
    codes = codes_of(edges[0], X[:, 0])
    for row, code in enumerate(codes):
        if np.isnan(X[row, 0]):
            assert np.isnan(written[row, 0])
            continue
        low, high = X[codes == code, 0].min(), X[codes == code, 0].max()
        assert written[row, 0] == (high if X[row, 0] - low > high - X[row, 0] else low)


def test_empty_bins_have_their_midpoint():
    binner = EqualWidthBinner(4, encode="mean").fit(np.array([[0.0], [1.0], [8.0]]))
    assert binner.transform([[5.0]]).tolist() == [[5.0]]  # the bin [4, 6) is empty
    assert EqualWidthBinner(4, encode="boundary").fit(np.array([[0.0], [8.0]])).transform([[5.5]]).tolist() == [[6.0]]


def test_interval_texts():
    texts = fitted("interval").transform(X)
    assert texts.dtype == object
    assert texts[0, 0] == "missing"
    assert texts[0, 1] == "-999"
    assert interval_texts(np.array([1.0, 1.0 + 1e-9])) == ["(-inf, 1)", "[1, 1.000000001)", "[1.000000001, inf)"]
    assert interval_texts(np.empty(0)) == ["(-inf, inf)"]


def test_ple(edges):
    written = fitted("ple").transform(X)
    assert written.shape == (80, len(fitted("ple").get_feature_names_out()))
    missing = np.isnan(X[:, 0])
    n_bins = len(edges[0]) + 1
    assert written[missing, n_bins].all()
    assert not written[missing, :n_bins].any()
    assert not written[~missing, n_bins].any()
    assert fitted("ple", handle_missing="propagate").transform(X).shape[1] == written.shape[1] - 2
    no_missing = EqualWidthBinner(5, encode="ple", handle_missing="error").fit(X[:, [1]])
    assert no_missing.transform(X[:, [1]]).shape == (80, 5)


def test_woe_is_the_formula():
    binner = fitted("woe")
    codes, written = fitted("ordinal").transform(X), binner.transform(X)
    rate = Y.mean()
    for code in np.unique(codes[:, 0]):
        inside = codes[:, 0] == code
        events, others = Y[inside].sum() + rate, (1 - Y[inside]).sum() + 1 - rate
        np.testing.assert_allclose(written[inside, 0], np.log(events / others) - np.log(rate / (1 - rate)))
    np.testing.assert_array_equal(binner.bin_targets_[0].sum(axis=1), binner.bin_weights_[0])
    assert np.isnan(fitted("woe", handle_missing="propagate").transform(X)[0, 0])


def test_woe_never_shows_a_row_its_own_label():
    usual = EqualFrequencyBinner(4, encode="woe").fit_transform(X, Y)
    for row in (0, 17, 79):
        flipped = Y.copy()
        flipped[row] = 1 - flipped[row]
        np.testing.assert_array_equal(EqualFrequencyBinner(4, encode="woe").fit_transform(X, flipped)[row], usual[row])
    assert (usual != EqualFrequencyBinner(4, encode="woe").fit(X, Y).transform(X)).any()


def test_woe_wants_two_classes():
    with pytest.raises(ValueError, match="two classes, got 3"):
        EqualWidthBinner(encode="woe").fit(X, np.arange(80) % 3)
    with pytest.raises(ValueError, match="requires y"):
        EqualWidthBinner(encode="woe").fit(X)


@pytest.mark.parametrize("encode", [e for e in ENCODINGS if e != "woe"])
@pytest.mark.parametrize("handle_missing", ["bin", "propagate"])
def test_back_again(encode, handle_missing):
    binner = fitted(encode, handle_missing=handle_missing)
    back = binner.inverse_transform(binner.transform(X))
    assert back.shape == X.shape
    np.testing.assert_array_equal(back[X[:, 1] == -999.0, 1], -999.0)
    missing = np.isnan(X[:, 0])
    assert np.isnan(back[missing, 0]).all()
    if encode == "ple":
        np.testing.assert_allclose(back, X, atol=1e-12)
    elif encode not in ("mean", "median", "boundary"):
        middles = fitted("midpoint").transform(X)
        np.testing.assert_allclose(back, middles)


def test_back_again_refuses_what_it_cannot_read():
    with pytest.raises(ValueError, match="no inverse"):
        fitted("woe").inverse_transform(X)
    with pytest.raises(ValueError, match="2 columns"):
        fitted("ordinal").inverse_transform(X[:, :1])
    with pytest.raises(ValueError, match="codes outside"):
        fitted("ordinal").inverse_transform(X + 0.5)
    with pytest.raises(ValueError, match="none of its intervals"):
        fitted("interval").inverse_transform(np.full((1, 2), "[7, 8)", dtype=object))


@pytest.mark.parametrize("encode", ENCODINGS)
def test_frames_carry_names_and_dtypes(encode):
    frame = pd.DataFrame(X, columns=["a", "b"]).assign(text="t")
    binner = EqualFrequencyBinner(4, encode=encode).set_output(transform="pandas").fit(frame, Y)
    out = binner.transform(frame)
    assert list(out.columns) == binner.get_feature_names_out().tolist()
    assert (out["text"] == "t").all()
    polars = EqualFrequencyBinner(4, encode=encode).set_output(transform="polars").fit(pl.DataFrame(frame), Y)
    assert polars.transform(pl.DataFrame(frame)).columns == list(out.columns)
    plain = EqualFrequencyBinner(4, encode=encode).fit(X, Y).transform(X)
    plain = plain.toarray() if sparse.issparse(plain) else plain
    np.testing.assert_array_equal(out.drop(columns="text").to_numpy(), plain)


def test_sparse_beside_other_columns():
    binner = EqualWidthBinner(2, encode="onehot", columns=["x0"]).fit(X)
    out = binner.transform(X)
    assert sparse.issparse(out)
    np.testing.assert_array_equal(out.toarray()[:, -1], X[:, 1])
    assert binner.get_feature_names_out().tolist() == ["x0_bin0", "x0_bin1", "x0_missing", "x1"]
    frame = pd.DataFrame(X, columns=["a", "b"]).assign(text="t")
    with pytest.raises(ValueError, match="column 'text' .* cannot stand in a sparse output"):
        EqualWidthBinner(2, encode="onehot").fit(frame).transform(frame)


@pytest.mark.parametrize(
    ("arguments", "dtype"),
    [
        ({}, np.int64),
        ({"handle_missing": "propagate"}, np.float64),
        ({"dtype": "compact"}, np.uint8),
        ({"dtype": "compact", "n_bins": 300}, np.uint16),
        ({"dtype": "compact", "handle_missing": "propagate"}, np.float32),
        ({"dtype": np.int16}, np.int16),
        ({"encode": "mean", "dtype": "compact"}, np.float32),
        ({"encode": "ple"}, np.float64),
    ],
)
def test_dtypes(arguments, dtype):
    column = np.arange(400.0)[:, None]
    binner = EqualFrequencyBinner(**arguments).fit(column)
    assert binner.transform(column).dtype == dtype
    usual = EqualFrequencyBinner(**{k: v for k, v in arguments.items() if k != "dtype"}).fit_transform(column)
    np.testing.assert_allclose(binner.transform(column), usual, rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dtype": "int8", "n_bins": 300}, "cannot hold 301 codes"),
        ({"dtype": "int8", "handle_missing": "propagate"}, "missing values as NaN"),
        ({"dtype": "int8", "encode": "mean"}, "floating-point"),
        ({"dtype": "interval", "n_bins": 3}, "numeric dtype"),
        ({"dtype": "float32", "encode": "interval"}, "no meaning"),
    ],
)
def test_dtypes_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        EqualFrequencyBinner(**arguments).fit(np.arange(400.0)[:, None])


def test_missing_only_in_transform_goes_to_its_bin():
    binner = FixedBinner([0.0]).fit([[1.0], [-1.0]])
    assert binner.transform([[np.nan], [1.0]]).tolist() == [[2], [1]]
    assert EqualWidthBinner(2, encode="onehot-dense").fit([[1.0], [2.0]]).transform([[np.nan]]).tolist() == [[0, 0, 1]]


@pytest.mark.parametrize("columns", [["a"], ["a", "b"]])
def test_missing_intervals_in_polars(columns):
    frame = pl.DataFrame({"a": [0.0, None, 1.0], "b": ["u", None, "v"]})[:, : len(columns)]
    binner = FixedBinner([0.5], encode="interval", handle_missing="propagate").set_output(transform="polars")
    assert binner.fit(frame).transform(frame)["a"].to_list() == ["(-inf, 0.5)", None, "[0.5, inf)"]


def test_own_label_moves_no_bit_whatever_the_weights():
    y, weight = np.array(Y), np.geomspace(1e-9, 1e9, 80)
    binner = FixedBinner([0.0, 2.0], encode="woe", special=SPECIAL)
    before = binner.fit_transform(X, y, weight)
    for row in range(0, 80, 9):
        flipped = np.where(np.arange(80) == row, 1 - y, y)
        np.testing.assert_array_equal(binner.fit_transform(X, flipped, weight)[row], before[row])
