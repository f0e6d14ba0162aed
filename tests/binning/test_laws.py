"""One law: fit on all rows == partial_fit after partial_fit == merge of fits; and weights are rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner

BINNERS = [
    EqualWidthBinner(4),
    EqualWidthBinner(width=0.5, origin=0),
    EqualWidthBinner(4, encode="mean"),
    EqualFrequencyBinner(4),
    EqualFrequencyBinner(4, ties="merge", encode="median"),
    EqualFrequencyBinner(3, encode="woe"),
    FixedBinner([-1.0, 0.0, 1.0], encode="boundary"),
    EqualFrequencyBinner(4, special={"x1": [0.0]}),
    EqualWidthBinner(4, special={"x1": [0.0]}),
]

tables = arrays(
    np.float64,
    st.tuples(st.integers(2, 25), st.just(2)),
    elements=st.one_of(st.just(np.nan), st.integers(-3, 3).map(float), st.floats(-3, 3)),
)


def clone_of(binner):
    return type(binner)(**binner.get_params())


def assert_same(ours, theirs, X):
    for field in ("bin_edges_", "bin_weights_"):
        for a, b in zip(getattr(ours, field), getattr(theirs, field), strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(ours.rank_error_, theirs.rank_error_)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("binner", BINNERS, ids=str)
@given(X=tables, cut=st.integers(1, 24))
def test_fit_is_partial_fit_is_merge(binner, X, cut):
    cut = min(cut, len(X) - 1)
    y = np.arange(len(X)) % 2
    whole = clone_of(binner).fit(X, y)
    assert_same(clone_of(binner).partial_fit(X[:cut], y[:cut]).partial_fit(X[cut:], y[cut:]), whole, X)
    parts = [clone_of(binner).fit(part, of_y) for part, of_y in ((X[:cut], y[:cut]), (X[cut:], y[cut:]))]
    assert_same(clone_of(binner).fit(X[:cut], y[:cut]).merge(parts[1]), whole, X)
    assert_same(parts[1].merge(parts[0]), whole, X)  # the other way round


@pytest.mark.parametrize("binner", BINNERS, ids=str)
@settings(max_examples=15)
@given(X=tables)
def test_a_weight_is_the_row_so_many_times(binner, X):
    weight = np.arange(len(X)) % 3
    y = np.arange(len(X)) // 2 % 2
    weighted = clone_of(binner).fit(X, y, sample_weight=weight)
    repeated = clone_of(binner).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert_same(weighted, repeated, X)


@pytest.mark.parametrize("cls", [EqualWidthBinner, EqualFrequencyBinner])
def test_past_the_cap_within_the_reported_error(cls):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300_000, 1))
    whole, parts = cls(10).fit(X), cls(10)
    for batch in np.array_split(X, 3):
        parts.partial_fit(batch)
    assert whole.rank_error_[0] == 0.0
    assert 0.0 < parts.rank_error_[0] < 1e-3
    off = np.abs(np.cumsum(parts.bin_weights_[0]) - np.cumsum(whole.bin_weights_[0])).max()
    assert off <= 300_000 * 2 * parts.rank_error_[0] + 1
    if cls is EqualWidthBinner:
        np.testing.assert_array_equal(parts.bin_edges_[0], whole.bin_edges_[0])  # exact, always


def test_long_equal_width_fit_goes_on_with_exact_edges():
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(250_000, 2)), 3 * rng.normal(size=(1_000, 2))
    onward = EqualWidthBinner(8).fit(A).partial_fit(B)
    whole = EqualWidthBinner(8).fit(np.vstack([A, B]))
    for a, b in zip(onward.bin_edges_, whole.bin_edges_, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (onward.rank_error_ > 0).all()
    for ours, theirs in zip(onward.bin_weights_, whole.bin_weights_, strict=True):
        assert ours.sum() == theirs.sum()


def test_counts_of_the_target():
    X, y = np.array([[1.0], [2.0], [3.0], [np.nan]]), np.array(["a", "b", "b", "a"])
    binner = FixedBinner([2.5]).fit(X, y)
    assert binner.target_classes_.tolist() == ["a", "b"]
    assert binner.bin_targets_[0].tolist() == [[1, 1], [0, 1], [1, 0]]
    number = FixedBinner([2.5]).fit(X, np.array([0.5, 1.5, 7.5, 1.25]))
    assert number.bin_targets_[0].mean.tolist() == [1.0, 7.5, 1.25]
    assert FixedBinner([2.5]).fit(X).bin_targets_ is None
    several, records = np.zeros((4, 3)), np.zeros(4, dtype=[("event", bool), ("time", float)])
    assert FixedBinner([2.5]).fit(X, several).bin_targets_ is None
    assert FixedBinner([2.5]).fit(X, records).bin_targets_ is None


def test_layouts_and_libraries_agree():
    import pandas as pd

    X = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32)
    for binner in (EqualWidthBinner(5), EqualFrequencyBinner(5)):
        expected = clone_of(binner).fit_transform(X)
        for form in (np.asfortranarray(X), X[::-1][::-1], np.repeat(X, 2, axis=1)[:, ::2], pd.DataFrame(X)):
            np.testing.assert_array_equal(clone_of(binner).fit_transform(form), expected)
