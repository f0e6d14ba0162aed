import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.summaries.crossed import cross_categories, cross_values, gather, merge
from sklearn_mlknow.summaries.moments import Moments

LEVELS = np.array(["a", "b", "c"], dtype=object)
rows = st.lists(st.tuples(st.sampled_from([-1, 0, 1, 2]), st.integers(0, 1), st.integers(0, 2)), max_size=25)


def crossing(kind, drawn):
    """Cross rows drawn as (code, class, weight)."""
    codes, classes, weight = (np.array([row[i] for row in drawn], dtype=np.int64) for i in range(3))
    n_classes = 2 if "class" in kind else None
    target = classes if n_classes else classes + 0.25 * codes
    if "categories" in kind:
        return cross_categories(codes, LEVELS, target, n_classes, weight.astype(float))
    return cross_values(np.where(codes < 0, np.nan, codes), target, n_classes, weight.astype(float))


def assert_equal(a, b):
    for ours, theirs in zip(a.column, b.column, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    fields = zip(a.target, b.target, strict=True) if isinstance(a.target, Moments) else [(a.target, b.target)]
    for ours, theirs in fields:
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", ["values class", "values number", "categories class", "categories number"])
@given(a=rows, b=rows, c=rows)
def test_laws(kind, a, b, c):
    whole = crossing(kind, a + b + c)
    a, b, c, nothing = (crossing(kind, part) for part in (a, b, c, []))
    assert_equal(merge(merge(a, b), c), merge(a, merge(b, c)))
    assert_equal(merge(a, b), merge(b, a))
    assert_equal(merge(a, nothing), a)
    assert_equal(merge(merge(a, b), c), whole)


def test_by_hand():
    column = np.array([1.0, 2.0, 1.0, np.nan])
    crossed = cross_values(column, np.array([0, 1, 1, 1]), n_classes=2)
    assert crossed.target.tolist() == [[1, 1], [0, 1], [0, 0], [0, 1]]  # values 1 and 2, the rest, missing
    crossed = cross_values(column, np.array([10.0, 5.0, 20.0, 7.0]))
    np.testing.assert_array_equal(crossed.target.mean, [15.0, 5.0, np.nan, 7.0])
    assert crossed.target.deviation[0] == 5.0


def test_past_the_cap_neighbours_share_a_run_and_nothing_is_lost():
    rng = np.random.default_rng(0)
    column, target = rng.normal(size=1_000), rng.integers(3, size=1_000)
    parts = [cross_values(column[i::4], target[i::4], n_classes=3) for i in range(4)]
    merged = parts[0]
    for part in parts[1:]:
        merged = merge(merged, part, most=300)
    assert len(merged.column.values) <= 300
    assert merged.column.rank_error > 0
    assert len(merged.target) == len(merged.column.values) + 2
    np.testing.assert_array_equal(merged.target.sum(axis=0), np.bincount(target))
    np.testing.assert_allclose(merged.target[:-2].sum(axis=1), merged.column.weights)


def test_past_the_cap_light_levels_share_the_rest():
    codes, target = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 0, 0, 1])
    half = cross_categories(codes, LEVELS, target, 2)
    merged = merge(half, half, most=2)
    assert merged.column.levels.tolist() == ["a", "c"]
    assert merged.target.tolist() == [[2, 2], [4, 2], [0, 2], [0, 0]]


def test_gather_adds_what_shares_a_place():
    np.testing.assert_array_equal(gather(np.eye(3), np.array([1, 1, 0]), 2), [[0, 0, 1], [1, 1, 0]])


def test_gather_adds_moments():
    weight, mean, nothing = np.array([1.0, 3.0, 2.0]), np.array([2.0, 4.0, 7.0]), np.zeros(3)
    counted = Moments(weight, mean, nothing, mean, mean, nothing)
    found = gather(counted, np.array([1, 1, 0]), 2)
    assert found.weight.tolist() == [2.0, 4.0]
    assert found.mean.tolist() == [7.0, 3.5]
    assert found.minimum.tolist() == [7.0, 2.0]


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(TypeError, match="values with one of categories"):
        merge(crossing("values class", []), crossing("categories class", []))
    with pytest.raises(TypeError, match="different targets"):
        merge(crossing("values class", []), crossing("values number", []))
