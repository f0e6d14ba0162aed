import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.summaries.categories import EMPTY, kept, merge, summarise

LEVELS = np.array(["a", "b", "c", 1, 2.5], dtype=object)[[3, 4, 0, 1, 2]]  # numbers before texts
codes = st.lists(st.integers(-1, 4), max_size=30).map(lambda drawn: np.array(drawn, dtype=np.int64))


def assert_equal(a, b):
    assert a.levels.tolist() == b.levels.tolist()
    assert a.weights.tolist() == b.weights.tolist()
    assert a[2:] == b[2:]


@given(codes, codes, codes)
def test_laws(a, b, c):
    a, b, c = (summarise(one, LEVELS) for one in (a, b, c))
    assert_equal(merge(merge(a, b), c), merge(a, merge(b, c)))
    assert_equal(merge(a, b), merge(b, a))
    assert_equal(merge(a, EMPTY), a)


@given(codes, st.integers(0, 30))
def test_the_parts_make_the_whole(column, cut):
    weight = np.arange(len(column)) % 4.0
    whole = summarise(column, LEVELS, weight)
    parts = merge(summarise(column[:cut], LEVELS, weight[:cut]), summarise(column[cut:], LEVELS, weight[cut:]))
    assert_equal(parts, whole)
    assert_equal(whole, summarise(np.repeat(column, weight.astype(int)), LEVELS))


def test_by_hand():
    summary = summarise(np.array([2, 0, 2, -1]), LEVELS)
    assert summary.levels.tolist() == [1, "a"]
    assert summary.weights.tolist() == [1.0, 2.0]
    assert (summary.missing, summary.total, summary.error) == (1.0, 3.0, 0.0)


def test_past_the_cap_the_heaviest_stay_and_the_bound_holds():
    levels = np.array([f"{i:03}" for i in range(200)], dtype=object)
    rng = np.random.default_rng(0)
    column = np.minimum(rng.geometric(0.05, size=5_000) - 1, 199)
    summary = EMPTY
    for batch in np.array_split(column, 10):
        summary = merge(summary, summarise(batch, levels), most_levels=40)
    truth = np.bincount(column, minlength=200)
    kept_weight = dict(zip(summary.levels, summary.weights, strict=True))
    assert len(summary.levels) == 40
    assert summary.total == 5_000
    for level, true_weight in zip(levels, truth, strict=True):
        assert kept_weight.get(level, 0) <= true_weight <= kept_weight.get(level, 0) + summary.error


def test_ties_at_the_cap_go_by_order():
    summary = kept(summarise(np.array([0, 1, 2, 3]), LEVELS), most_levels=2)
    assert summary.levels.tolist() == [1, 2.5]
    assert (summary.rest, summary.error) == (2.0, 1.0)
