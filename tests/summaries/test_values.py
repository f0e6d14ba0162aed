import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklearn_mlknow.summaries.values import EMPTY, Values, distinct, kept, merge, summarise

columns = arrays(
    np.float64,
    st.integers(0, 40),
    elements=st.one_of(st.sampled_from([0.0, -0.0, 1.0, np.nan]), st.floats(allow_nan=True, allow_infinity=False)),
)


def assert_equal(a: Values, b: Values) -> None:
    a, b = distinct(a), distinct(b)
    for ours, theirs in zip(a, b, strict=True):
        np.testing.assert_equal(ours, theirs)


def weights_for(column):
    return np.arange(len(column)) % 4.0  # some rows of weight 0


@given(columns, columns, columns, st.booleans())
def test_laws(a, b, c, is_weighted):
    a, b, c = (summarise(one, weights_for(one) if is_weighted else None) for one in (a, b, c))
    assert_equal(merge(merge(a, b), c), merge(a, merge(b, c)))
    assert_equal(merge(a, b), merge(b, a))
    assert_equal(merge(a, EMPTY), a)
    assert_equal(merge(EMPTY, a), a)


@given(columns, st.integers(0, 40), st.booleans())
def test_the_parts_make_the_whole(column, cut, is_weighted):
    weight = weights_for(column) if is_weighted else np.ones(len(column))
    whole = summarise(column, weight if is_weighted else None)
    parts = merge(summarise(column[:cut], weight[:cut]), summarise(column[cut:], weight[cut:]))
    assert_equal(parts, whole)


@given(columns)
def test_a_weight_is_the_row_so_many_times(column):
    weight = weights_for(column)
    assert_equal(summarise(column, weight), summarise(np.repeat(column, weight.astype(int))))


def test_by_hand():
    summary = distinct(summarise(np.array([3.0, np.nan, 1.0, 3.0])))
    assert summary.values.tolist() == [1.0, 3.0]
    assert summary.weights.tolist() == [1.0, 2.0]
    assert (summary.missing, summary.minimum, summary.maximum, summary.total) == (1.0, 1.0, 3.0, 3.0)
    assert summary.cumulative().tolist() == [1.0, 3.0]
    assert summarise(np.array([np.nan])).total == 0.0
    assert np.isnan(summarise(np.array([np.nan])).minimum)


def worst_rank_error(summary, column):
    """Largest difference between the share at or below x, as kept and in truth, over every x that matters."""
    at = np.unique(column)
    truth = np.searchsorted(np.sort(column), at, side="right") / len(column)
    up_to = np.concatenate([[0.0], summary.cumulative()]) / summary.total
    return np.abs(up_to[np.searchsorted(summary.values, at, side="right")] - truth).max()


@pytest.mark.parametrize("order", ["random", "increasing", "decreasing", "zigzag"])
@pytest.mark.parametrize("shape", ["normal", "ties", "heavy tail"])
def test_rank_error_is_a_true_bound(order, shape):
    rng = np.random.default_rng(0)
    column = {
        "normal": lambda: rng.normal(size=20_000),
        "ties": lambda: np.where(rng.uniform(size=20_000) < 0.6, 0.0, rng.normal(size=20_000)),
        "heavy tail": lambda: rng.standard_cauchy(size=20_000),
    }[shape]()
    column = {
        "random": lambda: column,
        "increasing": lambda: np.sort(column),
        "decreasing": lambda: np.sort(column)[::-1],
        "zigzag": lambda: np.sort(column).reshape(2, -1).T.reshape(-1),
    }[order]()
    summary = EMPTY
    for batch in np.array_split(column, 20):
        summary = merge(summary, summarise(batch), most_values=2_000, n_runs=500)
    assert len(summary.values) <= 2_000
    assert summary.total == 20_000
    assert (summary.minimum, summary.maximum) == (column.min(), column.max())
    assert 0 < summary.rank_error < 0.02
    assert worst_rank_error(summary, column) <= summary.rank_error + 1e-12


def test_a_heavy_value_keeps_its_weight_past_the_cap():
    column = np.concatenate([np.zeros(5_000), np.arange(1.0, 5_001)])
    summary = kept(summarise(column), most_values=1_000, n_runs=100)
    assert summary.weights[summary.values == 0.0] == 5_000


def test_whole_numbers_are_numbers():
    assert_equal(summarise(np.array([3, 1, 3])), summarise(np.array([3.0, 1.0, 3.0])))


def test_many_rows_of_few_values_are_not_lost():
    column = np.repeat([1.0, 2.0, 5.0], [4, 1, 3])
    assert_equal(kept(summarise(column), most_values=3), summarise(column))


def test_exact_up_to_the_cap():
    column = np.random.default_rng(0).normal(size=3_000)
    summary = kept(summarise(column), most_values=3_000)
    assert summary.rank_error == 0.0
    assert len(summary.values) == 3_000
    assert kept(summarise(column), most_values=2_999, n_runs=100).rank_error > 0


def test_the_default_cap():
    column = np.random.default_rng(0).normal(size=400_000)
    exact = kept(summarise(column[:200_000]))
    assert exact.rank_error == 0
    summary = kept(summarise(column))
    assert len(summary.values) <= 50_000
    assert summary.rank_error <= 1 / 50_000


def test_ordering_keeps_the_weight_of_the_missing():
    rows = Values(np.array([2.0, np.nan, 1.0]), missing=0.0, minimum=1.0, maximum=2.0, in_order=False)
    assert distinct(rows).missing == 0  # the NaN stands for a value that is counted elsewhere
