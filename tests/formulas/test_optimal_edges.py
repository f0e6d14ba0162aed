from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sklearn_mlknow.formulas.information import information_value
from sklearn_mlknow.formulas.optimal_edges import BinRules, level_order, optimal_edges, ranked
from sklearn_mlknow.summaries.crossed import cross_categories, cross_values


def slow_score(codes, y, kind):
    """Information value or explained squares of bins, or None if a bin lacks a class by chance."""
    parts = [y[codes == code] for code in np.unique(codes)]
    if kind == "number":
        return ((y - y.mean()) ** 2).sum() - sum(((part - part.mean()) ** 2).sum() for part in parts)
    for part in parts:
        if part.mean() in (0, 1) and len(part) * (y != part[0]).mean() < 5:
            return None
    events = np.array([part.sum() for part in parts], dtype=float)
    return information_value(events, np.array([len(part) for part in parts]) - events).sum()


def optimal_groups(crossed, rules):
    """Group of each level, numbered by increasing event rate."""
    order = level_order(crossed)
    edges = optimal_edges(ranked(crossed, order), rules)
    groups = np.empty(len(order), dtype=np.int64)
    groups[order] = np.searchsorted(edges, np.arange(len(order)), side="right")
    return groups


@pytest.mark.parametrize("kind", ["binary", "number"])
@settings(max_examples=40, deadline=None)
@given(n_levels=st.integers(2, 5), n_bins=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_no_grouping_of_levels_at_all_scores_more(kind, n_levels, n_bins, seed):
    rng = np.random.default_rng(seed)
    codes = np.concatenate([np.arange(n_levels), rng.integers(0, n_levels, 40)])
    y = rng.normal(codes % 3, 1).round(2) if kind == "number" else rng.integers(0, 2, len(codes))
    scores = [slow_score(np.array(groups)[codes], y, kind) for groups in product(range(n_bins), repeat=n_levels)]
    levels = np.arange(n_levels).astype(object)
    crossed = cross_categories(codes, levels, y, None if kind == "number" else 2)
    found = optimal_groups(crossed, BinRules(max_bins=n_bins, shape=None, min_share=0.0))
    allowed = [score for score in scores if score is not None]
    if allowed:
        assert slow_score(found[codes], y, kind) == pytest.approx(max(allowed), abs=1e-9)
        means = [y[found[codes] == group].mean() for group in range(found.max() + 1)]
        assert means == sorted(means)


def test_edges_lie_in_the_middle_and_bins_keep_the_rules():
    rng = np.random.default_rng(0)
    x = rng.normal(size=3000)
    y = (rng.random(3000) < 1 / (1 + np.exp(-2 * x))).astype(int)
    edges = optimal_edges(cross_values(x, y, 2), BinRules(max_bins=6, shape="increasing", min_share=0.1))
    assert 2 <= len(edges) <= 5
    codes = np.searchsorted(edges, x, side="right")
    counts = np.bincount(codes)
    rates = np.bincount(codes, y) / counts
    assert counts.min() >= 300
    assert (np.diff(rates) > 0).all()
    for edge in edges:
        left, right = x[x < edge].max(), x[x >= edge].min()
        assert edge == pytest.approx((left + right) / 2)


def test_a_jump_inside_a_quantile_is_found():
    x = np.arange(10_000.0)
    y = (x >= 1234).astype(int)
    y[::7] = 1 - y[::7]
    assert optimal_edges(cross_values(x, y, 2), BinRules(max_bins=2)).tolist() == [1233.5]


def test_weights_stand_for_rows():
    rng = np.random.default_rng(1)
    x, y, weight = rng.normal(size=200), rng.integers(0, 2, 200), rng.integers(0, 4, 200)
    weighted = cross_values(x, y, 2, weight.astype(float))
    repeated = cross_values(np.repeat(x, weight), np.repeat(y, weight), 2)
    assert optimal_edges(weighted, BinRules()).tolist() == optimal_edges(repeated, BinRules()).tolist()


def test_scale_of_column_and_target_does_not_matter():
    rng = np.random.default_rng(2)
    x = rng.normal(size=300)
    y = np.where(x > 0.3, 2.0, 1.0) + rng.normal(size=300)
    edges = optimal_edges(cross_values(x, y), BinRules())
    for power in (-900, 900):
        assert (
            optimal_edges(cross_values(np.ldexp(x, power), y), BinRules()).tolist() == np.ldexp(edges, power).tolist()
        )
        assert optimal_edges(cross_values(x, np.ldexp(y, power)), BinRules()).tolist() == edges.tolist()


def test_small_and_large_jobs_find_the_same():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=2000), rng.integers(0, 3, 2000)
    crossed = cross_values(x, y, 3)
    assert optimal_edges(crossed, BinRules()).tolist() == optimal_edges(crossed, BinRules(), is_large=True).tolist()


def test_nothing_to_learn():
    assert optimal_edges(cross_values(np.array([np.nan, np.nan]), np.array([0, 1]), 2), BinRules()).tolist() == []
    assert optimal_edges(cross_values(np.ones(4), np.array([0, 1, 0, 1]), 2), BinRules()).tolist() == []
    assert optimal_edges(cross_values(np.arange(4.0), np.zeros(4, dtype=int), 1), BinRules()).tolist() == []
    empty = cross_categories(np.array([-1, -1]), np.empty(0, dtype=object), np.array([0, 1]), 2)
    assert optimal_groups(empty, BinRules()).tolist() == []


def test_three_classes_group_levels_by_their_shares():
    codes = np.repeat([0, 1, 2, 3], 30)
    y = np.concatenate([[0] * 25 + [1] * 5, [2] * 25 + [1] * 5, [0] * 26 + [1] * 4, [2] * 24 + [1] * 6])
    groups = optimal_groups(cross_categories(codes, np.arange(4).astype(object), y, 3), BinRules(max_bins=2))
    assert groups[0] == groups[2] != groups[1] == groups[3]


@pytest.mark.parametrize("size", [2.0**-990, 2.0**990])
def test_weights_beyond_reason(size):
    rng = np.random.default_rng(5)
    x = rng.normal(size=300)
    y = (x + rng.normal(size=300) > 0).astype(int)
    usual = optimal_edges(cross_values(x, y, 2, np.ones(300)), BinRules(max_bins=3))
    scaled = optimal_edges(cross_values(x, y, 2, np.full(300, size)), BinRules(max_bins=3))
    assert scaled.tolist() == usual.tolist()
