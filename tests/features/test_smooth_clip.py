"""Median, interquartile range, smooth clip."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.features import SmoothClipScaler


def test_by_hand():
    # median 4, quarters 2 and 8 (definition 2: the values themselves at ranks 1.25 and 3.75 of 5)
    column = np.array([1.0, 2.0, 4.0, 8.0, 10.0])
    z = (column - 4) / 6
    out = SmoothClipScaler().fit_transform(column[:, None]).ravel()
    np.testing.assert_allclose(out, z / np.sqrt(1 + (z / 3) ** 2), rtol=1e-14)
    np.testing.assert_allclose(SmoothClipScaler(limit=None).fit_transform(column[:, None]).ravel(), z, rtol=1e-14)


def test_constant_column_becomes_zero_for_ever():
    scaler = SmoothClipScaler().fit(np.full((5, 1), 7.0))
    assert scaler.scale_.tolist() == [0.0]
    np.testing.assert_array_equal(scaler.transform([[7.0], [9.0], [np.nan]]).ravel(), [0, 0, np.nan])


def test_equal_quarters_use_half_the_range():
    assert SmoothClipScaler().fit(np.array([[0.0]] * 98 + [[1.0], [4.0]])).scale_.tolist() == [2.0]


def test_weight_two_is_the_row_twice_and_zero_the_row_removed():
    rng = np.random.default_rng(0)
    X, weights = rng.normal(size=(40, 2)), rng.integers(0, 3, 40)
    weighted = SmoothClipScaler().fit(X, sample_weight=weights)
    repeated = SmoothClipScaler().fit(np.repeat(X, weights, axis=0))
    np.testing.assert_allclose(weighted.center_, repeated.center_, rtol=1e-14)
    np.testing.assert_allclose(weighted.scale_, repeated.scale_, rtol=1e-14)


@pytest.mark.parametrize("factor", [1e-300, 1e-5, 1e200, 1e305])
def test_scale_does_not_matter_and_nothing_overflows(factor):
    X = np.random.default_rng(0).normal(size=(50, 1))
    out = SmoothClipScaler().fit_transform(X * factor)
    np.testing.assert_allclose(out, SmoothClipScaler().fit_transform(X), rtol=1e-9)


def test_the_largest_numbers_stay_finite():
    out = SmoothClipScaler().fit_transform(np.array([[-1.7e308], [0.0], [1.0], [1.7e308]]))
    assert np.isfinite(out).all()
    assert (np.abs(out) <= 3).all()


def test_missing_and_infinite_values():
    X = pd.DataFrame({"age": [1.0, 2.0, np.nan]})
    assert np.isnan(SmoothClipScaler().fit_transform(X)[2, 0])
    with pytest.raises(ValueError, match=r"column 'age' holds missing values"):
        SmoothClipScaler(handle_missing="error").fit(X)
    with pytest.raises(ValueError, match=r"column 'age' holds infinity \(inf\); remove or clip it first"):
        SmoothClipScaler().fit(pd.DataFrame({"age": [1.0, np.inf]}))
    with pytest.raises(ValueError, match="inf"):
        SmoothClipScaler().fit(X).transform(pd.DataFrame({"age": [-np.inf]}))


def test_order_is_kept_and_the_limit_never_crossed():
    column = np.sort(np.random.default_rng(0).standard_cauchy(500))
    out = SmoothClipScaler().fit_transform(column[:, None]).ravel()
    assert (np.diff(out) >= 0).all()
    assert np.abs(out).max() <= 3


def test_a_column_without_values():
    assert np.isnan(SmoothClipScaler().fit_transform(np.full((3, 1), np.nan))).all()
