import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.selection.contingency import (
    MOST_LEVELS,
    cells_within,
    contingency_table,
    group_rows,
    merge_cells,
    spread,
    spread_edges,
    summarise_category,
    summarise_number,
)

ROWS = st.lists(
    st.tuples(st.one_of(st.integers(-9, 9).map(float), st.just(np.nan)), st.integers(0, 2)), min_size=1, max_size=40
)


def summary(rows, n_cells=100, weights=None):
    column, codes = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    return summarise_number(column, group_rows(codes, 3, weights), n_cells)


def same(a, b):
    return all(np.array_equal(one, other) for one, other in zip(a, b))


def test_counts_by_hand():
    cells = summary([(2.0, 0), (1.0, 1), (2.0, 2), (np.nan, 1), (2.0, 0)])
    assert cells.keys.tolist() == [1.0, 2.0]
    assert cells.weights.tolist() == [[0, 1, 0], [2, 0, 1]]
    assert cells.missing.tolist() == [0, 1, 0]


@given(ROWS, ROWS)
def test_split_is_whole(left, right):
    whole = summary(left + right)
    assert same(merge_cells(summary(left), summary(right), 100), whole)
    assert same(merge_cells(summary(right), summary(left), 100), whole)


@given(ROWS, st.integers(0, 3))
def test_weight_is_repetition(rows, weight):
    weights = np.ones(len(rows))
    weights[0] = weight
    repeated = [rows[0]] * weight + rows[1:]
    if repeated:
        assert same(summary(rows, weights=weights), summary(repeated, weights=None))


def test_above_the_cap_cells_weigh_the_same():
    column = np.random.default_rng(0).permutation(10_000).astype(float)
    cells = summarise_number(column, group_rows(np.zeros(10_000, dtype=int), 1), 1020)
    assert len(cells.keys) == 1020
    assert set(cells.weights[:, 0]) <= {9.0, 10.0}
    weighted = summarise_number(column, group_rows(np.zeros(10_000, dtype=int), 1, np.ones(10_000)), 1020)
    assert same(cells, weighted)


def test_merging_above_the_cap_moves_no_edge_by_more_than_a_cell():
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=5_000) for _ in range(4)]
    groups = group_rows(np.zeros(5_000, dtype=int), 1)
    merged = summarise_number(parts[0], groups, 1020)
    for part in parts[1:]:
        merged = merge_cells(merged, summarise_number(part, groups, 1020), 1020)
    assert merged.weights.sum() == 20_000
    starts = spread(merged.weights[:, 0], 10)
    ranks = np.searchsorted(np.sort(np.concatenate(parts)), merged.keys[starts][1:]) / 20_000
    assert np.abs(ranks - np.arange(1, 10) / 10).max() < 3 / 1020


def test_levels_and_rare_levels():
    codes = np.repeat([0, 1, 2, -1], [6, 2, 2, 1])
    cells = summarise_category(codes, np.array(["a", "b", "c"], dtype=object), group_rows(np.zeros(11, dtype=int), 1))
    assert contingency_table(cells, 10).ravel().tolist() == [6, 4, 1]  # a; b and c are rare; missing


def test_too_many_levels_are_pooled_by_merges_only():
    n = MOST_LEVELS + 500
    levels = np.array([f"level{i:05d}" for i in range(n)], dtype=object)
    groups = group_rows(np.zeros(n, dtype=int), 1)
    cells = summarise_category(np.arange(n), levels, groups)
    assert len(cells.keys) == n
    merged = merge_cells(cells, cells, 100)
    assert len(merged.keys) == MOST_LEVELS
    assert merged.weights.sum() + merged.rest.sum() == 2 * n


@pytest.mark.parametrize("n_bins", [2, 7, 10, 1024])
def test_bins_fall_on_cell_ends(n_bins):
    assert cells_within(n_bins) % n_bins == 0
    assert cells_within(n_bins) <= 1024


def test_edges_of_equal_weight():
    assert spread_edges(np.arange(10.0), 5).tolist() == [2, 4, 6, 8]
    assert spread_edges(np.array([0.0] * 98 + [1.0, 2.0]), 10).tolist() == [1, 2]  # ties do not swallow the rest
    assert spread_edges(np.zeros(5), 3).tolist() == []


def test_all_missing_column_is_one_bin():
    cells = summary([(np.nan, 0), (np.nan, 1)])
    assert contingency_table(cells, 10).tolist() == [[1, 1, 0]]
