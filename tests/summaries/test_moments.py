import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklearn_mlknow.summaries.moments import EMPTY, Moments, empty, gather, merge, summarise, summarise_groups

elements = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6))
columns = arrays(np.float64, st.integers(0, 30), elements=elements)


def assert_close(a: Moments, b: Moments, scale: float = 1e6) -> None:
    for ours, theirs in zip(a, b, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * scale)


@given(columns, columns, columns)
def test_laws(a, b, c):
    a, b, c = (summarise(one) for one in (a, b, c))
    assert_close(merge(merge(a, b), c), merge(a, merge(b, c)), scale=1e8)
    for ours, theirs in zip(merge(a, b), merge(b, a), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert_close(merge(a, EMPTY), a)


@given(columns, st.integers(0, 30))
def test_the_parts_make_the_whole(column, cut):
    weight = np.arange(len(column)) % 4.0
    whole = summarise(column, weight)
    assert_close(merge(summarise(column[:cut], weight[:cut]), summarise(column[cut:], weight[cut:])), whole, scale=1e8)
    assert_close(whole, summarise(np.repeat(column, weight.astype(int))), scale=1e8)


@given(columns)
def test_equals_numpy(column):
    summary, present = summarise(column), column[~np.isnan(column)]
    assert summary.weight == len(present)
    assert summary.missing == len(column) - len(present)
    if len(present):
        np.testing.assert_allclose(summary.mean, present.mean(), rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(summary.deviation, present.std(), rtol=1e-9, atol=1e-9)
        assert (summary.minimum, summary.maximum) == (present.min(), present.max())
    else:
        assert np.isnan(summary.mean)


@pytest.mark.parametrize("size", [1e-300, 5e-324, 1.0, 1e200, 1e308])
def test_any_size_and_no_overflow(size):
    column = np.array([-1.0, 1.0, 1.0, -1.0]) * size
    summary = merge(summarise(column), summarise(column))
    assert summary.mean == 0.0
    np.testing.assert_allclose(summary.deviation, size, rtol=1e-12)


def test_no_cancellation():
    column = 1e9 + np.array([0.1, 0.2, 0.3, 0.4])
    exact = np.std(column - 1e9)
    np.testing.assert_allclose(summarise(column).deviation, exact, rtol=1e-9)
    halves = merge(summarise(column[:2]), summarise(column[2:]))
    np.testing.assert_allclose(halves.deviation, exact, rtol=1e-6)  # a half-mean at 1e9 has 1e-7 to lose


def test_groups_and_gathering_them():
    rng = np.random.default_rng(0)
    codes, column, weight = rng.integers(5, size=50), rng.normal(size=50), rng.integers(3, size=50).astype(float)
    column[::7] = np.nan
    groups = summarise_groups(codes, 6, column, weight)
    for group in range(6):
        one = summarise(column[codes == group], weight[codes == group])
        assert_close(Moments(*(field[group] for field in groups)), one, scale=1)
    assert_close(gather(groups, np.zeros(6, int), 1), Moments(*(np.array([f]) for f in summarise(column, weight))), 1)
    assert_close(merge(groups, empty(6)), groups, 1)


def test_compiled_passes_give_the_same_bits(monkeypatch):
    from sklearn_mlknow.kernels.compiling import Compiled

    rng = np.random.default_rng(0)
    column = rng.normal(1e6, 1, 5000) * rng.choice([1, -1e3], 5000)
    column[rng.random(5000) < 0.1] = np.nan
    codes, weights = rng.integers(0, 40, 5000), rng.integers(0, 3, 5000) * rng.random(5000)
    for weight in (None, weights):
        answers = []
        for pays in (False, True):
            monkeypatch.setattr(Compiled, "pays_for", lambda self, n_values, pays=pays: pays)
            answers.append(summarise_groups(codes, 45, column, weight))
        for left, right in zip(*answers, strict=True):
            np.testing.assert_array_equal(left, right)
