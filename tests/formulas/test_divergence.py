import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp

from sklearn_mlknow.formulas.divergence import (
    chi_square,
    jensen_shannon,
    kolmogorov_smirnov,
    kolmogorov_smirnov_values,
    population_stability_index,
    population_stability_p_value,
)

counts = arrays(np.int64, 5, elements=st.integers(0, 30))


def test_stability_index_by_hand():
    expected = (0.6 - 0.5) * math.log(0.6 / 0.5) + (0.4 - 0.5) * math.log(0.4 / 0.5)
    assert population_stability_index([50, 50], [30, 20], smoothing=0) == pytest.approx(expected)
    assert population_stability_index([50, 50, 0], [30, 20, 0]) == population_stability_index([50, 50], [30, 20])
    # 0.5 in each of two used bins: shares 0.5/11, 10.5/11 and 10.5/11, 0.5/11
    assert population_stability_index([0, 10], [10, 0]) == pytest.approx(2 * (10 / 11) * math.log(21))


@settings(max_examples=50, deadline=None)
@given(counts, counts)
def test_stability_index_is_symmetric_and_never_negative(reference, current):
    index = population_stability_index(reference, current)
    assert index >= 0 and np.isfinite(index)
    assert index == pytest.approx(population_stability_index(current, reference), abs=1e-12)


def test_stability_p_value_holds_its_level():
    rng = np.random.default_rng(0)
    share = np.full(10, 0.1)
    alarms = 0
    for _ in range(1000):
        reference, current = rng.multinomial(5000, share), rng.multinomial(2000, share)
        index = population_stability_index(reference, current, smoothing=0)
        alarms += population_stability_p_value(index, 10, 5000, 2000) < 0.05
    assert 30 <= alarms <= 72  # 0.1 % bounds of a binomial with p = 0.05
    assert population_stability_p_value(0.3, 1, 10, 10) == population_stability_p_value(0.3, 5, 0, 10) == 1.0


@settings(max_examples=50, deadline=None)
@given(counts, counts)
def test_jensen_shannon_is_the_square_of_scipys_distance(reference, current):
    if reference.sum() and current.sum():
        expected = np.nan_to_num(jensenshannon(reference, current, base=2)) ** 2
        assert jensen_shannon(reference, current) == pytest.approx(expected, abs=1e-9)


def test_divergences_take_a_batch():
    reference, current = np.array([[5, 5], [1, 0]]), np.array([[5, 5], [0, 1]])
    assert jensen_shannon(reference, current).tolist() == [0, 1]
    assert kolmogorov_smirnov(reference, current).tolist() == [0, 1]
    assert population_stability_index(reference, current).shape == (2,)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=30), st.lists(st.integers(0, 8), min_size=1, max_size=30))
def test_kolmogorov_smirnov_equals_the_loop_over_values(reference, current):
    reference, current = np.sort(reference), np.sort(current)
    gaps = [abs((reference <= value).mean() - (current <= value).mean()) for value in range(9)]
    assert kolmogorov_smirnov_values(reference, current).statistic == pytest.approx(max(gaps), abs=1e-12)
    binned = kolmogorov_smirnov(np.bincount(reference, minlength=9), np.bincount(current, minlength=9))
    assert binned == pytest.approx(max(gaps), abs=1e-12)


def test_kolmogorov_smirnov_p_value_equals_scipy():
    rng = np.random.default_rng(0)
    reference, current = np.sort(rng.normal(size=70)), np.sort(rng.normal(0.3, size=40))
    expected = ks_2samp(reference, current, method="asymp")
    assert kolmogorov_smirnov_values(reference, current) == pytest.approx((expected.statistic, expected.pvalue))


def test_kolmogorov_smirnov_with_weights_equals_repeated_rows():
    reference, current = np.array([0.0, 1.0, 3.0]), np.array([1.0, 2.0])
    weights = np.array([2, 1, 3]), np.array([4, 1])
    weighted = kolmogorov_smirnov_values(reference, current, *weights)
    repeated = kolmogorov_smirnov_values(np.repeat(reference, weights[0]), np.repeat(current, weights[1]))
    assert weighted == pytest.approx(repeated)
    assert kolmogorov_smirnov_values(reference, np.array([])) == (0.0, 1.0)


@settings(max_examples=50, deadline=None)
@given(counts, counts)
def test_chi_square_equals_scipy(reference, current):
    table = np.stack([reference, current])[:, (reference + current) > 0]
    result = chi_square(reference, current)
    if table.shape[1] < 2 or not reference.sum() or not current.sum():
        assert result == (0.0, 1.0)
    else:
        expected = chi2_contingency(table, correction=False)
        assert result == pytest.approx((expected.statistic, expected.pvalue), abs=1e-9)
