"""Bad input: one clear error, or the documented result."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner

BINNERS = [EqualWidthBinner, EqualFrequencyBinner, lambda **a: FixedBinner([0.5], **a)]
TABLE = np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]])


@pytest.fixture(params=BINNERS, ids=["width", "frequency", "fixed"])
def make(request):
    return request.param


def test_texts(make):
    with pytest.raises(ValueError, match="no column is of kind number"):
        make().fit(pd.DataFrame({"a": ["1", "2"]}))
    with pytest.raises(ValueError, match="'a'"):
        make(columns=["a"]).fit(pd.DataFrame({"a": ["1", "2"], "b": [1.0, 2.0]}))


def test_text_columns_pass_through(make):
    frame = pd.DataFrame({"a": ["u", "v"], "b": [0.0, 1.0]})
    assert make().set_output(transform="pandas").fit(frame).transform(frame)["a"].tolist() == ["u", "v"]


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_infinity(make, bad):
    X = TABLE.copy()
    X[1, 1] = bad
    with pytest.raises(ValueError, match="column 'x1' holds inf; remove or clip it first"):
        make().fit(X)
    binner = make().fit(TABLE)
    with pytest.raises(ValueError, match="column 'x1' holds inf"):
        binner.transform(X)
    with pytest.raises(ValueError, match="column 'x1' holds inf"):
        binner.transform(np.tile(X, (5_000, 1)))


def test_missing_as_an_error(make):
    X = TABLE.copy()
    X[1, 1] = np.nan
    with pytest.raises(ValueError, match="column 'x1' holds missing values"):
        make(handle_missing="error").fit(X)
    with pytest.raises(ValueError, match="column 'x1' holds missing values"):
        make(handle_missing="error").fit(TABLE).transform(X)


def test_complex(make):
    with pytest.raises(ValueError, match="Complex data not supported"):
        make().fit(TABLE + 1j)


def test_duplicate_names(make):
    with pytest.raises(ValueError, match="duplicate column names 'a'"):
        make().fit(pd.DataFrame(TABLE, columns=["a", "a"]))


def test_unseen_columns(make):
    binner = make().fit(pd.DataFrame(TABLE, columns=["a", "b"]))
    with pytest.raises(ValueError, match="feature names"):
        binner.transform(pd.DataFrame(TABLE, columns=["a", "c"]))
    with pytest.raises(ValueError, match="features"):
        make().fit(TABLE).transform(TABLE[:, :1])


def test_more_bins_than_rows():
    assert EqualFrequencyBinner(50).fit(TABLE).n_bins_.tolist() == [3, 3]
    assert EqualWidthBinner(50).fit(TABLE).n_bins_.tolist() == [50, 50]
    assert EqualFrequencyBinner(density=50).fit(TABLE).n_bins_.tolist() == [1, 1]


def test_constant_and_all_missing_columns_have_one_bin(make):
    X = np.column_stack([np.full(4, 7.0), np.full(4, np.nan)])
    binner = make().fit(X)
    codes = binner.transform(X)
    if "Fixed" not in type(binner).__name__:
        assert binner.n_bins_.tolist() == [1, 1]
        assert codes.tolist() == [[0, 1]] * 4
    for encode in ("mean", "median", "boundary", "midpoint", "ple", "interval", "onehot-dense"):
        out = make(encode=encode).fit(X).transform(X)
        assert len(out) == 4


def test_one_row(make):
    assert make().fit_transform([[3.0]]).shape == (1, 1)


def test_all_zero_weights(make):
    with pytest.raises(ValueError, match="all sample_weight are zero"):
        make().fit(TABLE, sample_weight=np.zeros(3))


def test_masked_arrays(make):
    with pytest.raises(TypeError, match="masked array"):
        make().fit(np.ma.masked_array(TABLE, TABLE > 1))


def test_lazy_frames(make):
    with pytest.raises(TypeError, match="LazyFrame"):
        make().fit(pl.DataFrame(TABLE).lazy())


def test_datetimes(make):
    frame = pd.DataFrame({"when": pd.date_range("2024-01-01", periods=3)})
    with pytest.raises(ValueError, match="no column is of kind number"):
        make().fit(frame)


@pytest.mark.parametrize(
    ("binner", "message"),
    [
        (EqualWidthBinner(0), "n_bins must be an integer >= 1 or None, got 0"),
        (EqualWidthBinner(True), "n_bins must be"),
        (EqualWidthBinner(5, width=1), "both n_bins and width"),
        (EqualWidthBinner(origin=1), "origin has a meaning only with width"),
        (EqualWidthBinner(width=0), "width must be"),
        (EqualWidthBinner(width=1e-9), "column 'x0': bins of width 1e-09"),
        (EqualFrequencyBinner(5, density=2), "both n_bins and density"),
        (EqualFrequencyBinner(encode="hot"), "encode must be"),
        (EqualFrequencyBinner(special={"x9": [1]}), "special names 'x9'"),
        (EqualFrequencyBinner(special={"x0": ["?"]}), "finite numbers"),
        (EqualFrequencyBinner(special=[1]), "special must be a dict"),
        (FixedBinner([1, 1]), "edges of column 'x0' must be finite numbers that increase"),
        (FixedBinner([np.nan]), "must be finite"),
        (FixedBinner("ab"), "must be finite"),
        (FixedBinner({"x7": [1]}), "edges names 'x7'"),
        (FixedBinner({"x0": [1]}, columns=["x0", "x1"]), "no edges for"),
    ],
)
def test_parameters(binner, message):
    with pytest.raises(ValueError, match=message):
        binner.fit(TABLE)


def test_edges_by_column():
    binner = FixedBinner({"x1": [1.5, 2.5]}).fit(TABLE)
    assert binner.columns_ == ["x1"]
    assert binner.transform(TABLE).tolist() == [[0, 0], [1, 1], [2, 2]]


def test_a_failed_fit_leaves_the_earlier_one(make):
    binner = make().fit(TABLE)
    before = binner.transform(TABLE)
    with pytest.raises(ValueError, match="inf"):
        binner.fit(np.full((3, 2), np.inf))
    np.testing.assert_array_equal(binner.transform(TABLE), before)


def test_merge_of_what_does_not_fit(make):
    with pytest.raises(ValueError, match="merge needs another"):
        make().fit(TABLE).merge(make().fit(TABLE[:, :1]))
    with pytest.raises(ValueError, match="same special values"):
        make(special={"x0": [0.0]}).fit(TABLE).merge(make().fit(TABLE))


def test_integers_at_their_ends(make):
    X = np.array([[np.iinfo(np.int64).min], [0], [np.iinfo(np.int64).max]])
    assert make().fit_transform(X).shape == (3, 1)
    assert make().fit_transform(np.array([[-128], [127]], dtype=np.int8)).shape == (2, 1)


def test_rows_of_no_weight_may_hold_anything(make):
    X, y = np.array([[0.0], [np.nan], [np.inf], [1.0]]), [0, 1, 1, 0]
    binner = make(handle_missing="error").fit(X, y, sample_weight=[1, 0, 0, 1])
    assert binner.bin_table()["count"].sum() == 2


def test_target_that_cannot_be_counted(make):
    assert make().fit(TABLE, [["a"], ["a", "b"], []]).bin_targets_ is None
    with pytest.raises(ValueError, match="y mixes texts"):
        make().fit(TABLE, np.array(["a", 1, "b"], dtype=object))


@pytest.mark.parametrize("changed", [{"encode": "mean"}, {"encode": "onehot"}, {"handle_missing": "propagate"}])
def test_parameters_changed_after_fit(make, changed):
    binner = make().fit(TABLE).set_params(**changed)
    for method in (binner.transform, binner.inverse_transform):
        with pytest.raises(ValueError, match="changed after fit; call fit again"):
            method(TABLE)


def test_evidence_without_the_target_of_earlier_rows(make):
    binner = make().fit(TABLE).set_params(encode="woe")
    with pytest.raises(ValueError, match="target of all rows seen; call fit again"):
        binner.partial_fit(TABLE, [0, 1, 0])
