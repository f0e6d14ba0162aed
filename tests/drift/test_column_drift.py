"""Comparing two summaries: by hand, and against scipy."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ks_2samp

from sklearn_mlknow.drift.column_drift import compare_categories, compare_numbers, holm
from sklearn_mlknow.drift.monitor import reference_edges
from sklearn_mlknow.summaries import categories, values

RNG = np.random.default_rng(0)


def of_levels(*levels):
    column = np.array(levels, dtype=object)
    names = np.array(sorted({level for level in levels if level is not None}), dtype=object)
    codes = np.array([-1 if level is None else names.tolist().index(level) for level in column])
    return categories.summarise(codes, names)


def test_psi_by_hand():
    before = values.summarise(np.repeat([0.0, 1.0], 50))
    after = values.summarise(np.repeat([0.0, 1.0], [25, 75]))
    one = compare_numbers(before, after, np.array([1.0]))
    shares = np.array([[50.5, 50.5], [25.5, 75.5]]) / 101
    assert one.psi == pytest.approx(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    assert one.labels == ("[-inf, 1)", "[1, inf)")
    assert one.reference.tolist() == [0.5, 0.5]
    assert one.current.tolist() == [0.25, 0.75]


def test_kolmogorov_smirnov_like_scipy():
    before, after = RNG.normal(size=300), RNG.normal(0.2, 1, size=200)
    one = compare_numbers(values.summarise(before), values.summarise(after), np.empty(0))
    expected = ks_2samp(before, after, method="asymp")
    assert one.statistic == pytest.approx(expected.statistic)
    assert one.p_value == pytest.approx(expected.pvalue, rel=0.05)


def test_chi_square_like_scipy():
    before, after = RNG.choice(list("abc"), 300), RNG.choice(list("abc"), 200, p=[0.5, 0.3, 0.2])
    one = compare_categories(of_levels(*before), of_levels(*after), 10)
    counts = np.array([[(side == level).sum() for level in "abc"] for side in (before, after)])
    expected = chi2_contingency(counts, correction=False)
    assert one.statistic == pytest.approx(expected.statistic)
    assert one.p_value == pytest.approx(expected.pvalue)


def test_missing_values_alone_are_drift():
    before, after = RNG.normal(size=500), RNG.normal(size=500)
    after[:100] = np.nan
    one = compare_numbers(values.summarise(before), values.summarise(after), np.zeros(1))
    assert one.missing_change == pytest.approx(0.2)
    assert one.p_value < 1e-9
    assert one.labels[-1] == "missing"
    assert one.psi > 0.1


def test_unseen_values():
    one = compare_categories(of_levels(*"aabb"), of_levels(*"abcc", None), 10)
    assert one.unseen_share == 0.4
    assert one.labels == ("a", "b", "not seen", "missing")
    one = compare_numbers(
        values.summarise(np.arange(10.0)), values.summarise(np.array([-1.0, 0, 9, 9.5])), np.array([5.0])
    )
    assert one.unseen_share == 0.5


def test_light_levels_share_a_bin():
    one = compare_categories(of_levels(*"aaaabbbccd"), of_levels(*"aaaabbbccd"), 2)
    assert one.labels == ("a", "b", "2 others")
    assert one.psi == 0


def test_nothing_on_one_side():
    empty = values.summarise(np.full(5, np.nan))
    one = compare_numbers(values.summarise(np.arange(5.0)), empty, np.array([2.0]))
    assert np.isfinite([one.psi, one.p_value, one.statistic]).all()
    assert one.missing_change == 1


def test_edges_hold_equal_weight_and_are_values():
    edges = reference_edges(values.summarise(np.arange(100.0)), 4)
    assert edges.tolist() == [25, 50, 75]
    assert reference_edges(values.summarise(np.zeros(10)), 4).tolist() == [0, 5e-324]  # [0] is a bin by itself
    assert reference_edges(values.summarise(np.array([0.0] * 9 + [1])), 4).tolist() == [0, 5e-324]


def test_holm_by_a_slow_loop():
    p_values = RNG.random(6) / 5
    ordered = sorted(p_values)
    for p, corrected in zip(p_values, holm(p_values)):
        place = ordered.index(p)
        assert corrected == pytest.approx(min(1, max(ordered[i] * (6 - i) for i in range(place + 1))))
