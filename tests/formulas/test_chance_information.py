import numpy as np
import pytest
from scipy.stats import chi2, kstest

from sklearn_mlknow.formulas.chance_information import chance_information, tail_probability
from sklearn_mlknow.formulas.information import mutual_information


def test_draws_are_what_shuffling_the_rows_gives():
    rng = np.random.default_rng(0)
    codes, classes = rng.integers(0, 4, 200), rng.integers(0, 3, 200)
    table = np.zeros((4, 3))
    np.add.at(table, (codes, classes), 1)
    shuffled = []
    for _ in range(2000):
        one = np.zeros((4, 3))
        np.add.at(one, (codes, rng.permutation(classes)), 1)
        shuffled.append(float(mutual_information(one)))
    draws = chance_information(table, 2000, rng)
    assert draws.mean() == pytest.approx(np.mean(shuffled), rel=0.05)
    assert np.quantile(draws, 0.95) == pytest.approx(np.quantile(shuffled, 0.95), rel=0.08)


def test_large_tables_follow_the_chi_square_law():
    table = np.full((6, 3), 1000.0)
    draws = chance_information(table, 500, np.random.default_rng(0))
    observed = chi2.isf(0.001, 10) / (2 * 18000)
    assert tail_probability(observed, draws) == pytest.approx(0.001, rel=0.5)


def test_p_values_of_independent_columns_are_uniform():
    rng = np.random.default_rng(1)
    p_values = []
    for _ in range(300):
        table = np.zeros((5, 2))
        np.add.at(table, (rng.integers(0, 5, 120), rng.integers(0, 2, 120)), 1)
        p_values.append(tail_probability(float(mutual_information(table)), chance_information(table, 200, rng)))
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_weights_that_are_not_whole_keep_their_total():
    draws = chance_information(np.array([[2.5, 2.5], [2.5, 2.5]]), 50, np.random.default_rng(0))
    assert draws.shape == (50,)
    assert (draws >= 0).all()


@pytest.mark.parametrize("table", [[[5.0, 3.0]], [[5.0], [3.0]], [[1e-3, 0.0], [0.0, 1e-3]]])
def test_no_evidence_is_never_significant(table):
    table = np.array(table)
    draws = chance_information(table, 20, np.random.default_rng(0))
    assert tail_probability(float(mutual_information(table)), draws) == 1.0


def test_huge_weights_are_evidence():
    table = np.array([[1e300, 0.0], [0.0, 1e300]])
    assert tail_probability(np.log(2), chance_information(table, 20, np.random.default_rng(0))) == 0.0
