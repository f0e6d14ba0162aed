import numpy as np
import pytest
from scipy.special import digamma
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression
from sklearn.preprocessing import scale

from sklearn_mlknow.formulas import nearest_information as ni

COMPILED = ["reach_in_class", "distances_in_strips"]


def columns(n_rows=60, seed=0):
    rng = np.random.default_rng(seed)
    column = rng.normal(size=n_rows)
    return column, column + rng.normal(size=n_rows), rng.integers(0, 3, n_rows)


def force(monkeypatch, is_compiled):
    for name in COMPILED:
        monkeypatch.setattr(getattr(ni, name), "pays_for", lambda n_values: is_compiled)


def ross_by_loops(column, codes, k):
    """Ross (2014), equation 6, row by row."""
    terms = []
    for value, code in zip(column, codes):
        own = np.sort(np.abs(column[codes == code] - value))
        near = min(k, len(own) - 1)
        terms.append(digamma(near) - digamma(len(own)) - digamma(np.sum(np.abs(column - value) < own[near])))
    return digamma(len(column)) + np.mean(terms)


def kraskov_by_loops(column, other, k):
    """Kraskov et al. (2004), equation 8, row by row."""
    terms = []
    for x, y in zip(column, other):
        distance = np.sort(np.maximum(np.abs(column - x), np.abs(other - y)))[k]
        terms += [digamma(np.sum(np.abs(column - x) < distance)), digamma(np.sum(np.abs(other - y) < distance))]
    return digamma(len(column)) + digamma(k) - 2 * np.mean(terms)


@pytest.mark.parametrize("is_compiled", [False, True])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_equal_to_slow_loops(monkeypatch, is_compiled, k):
    force(monkeypatch, is_compiled)
    column, other, codes = columns()
    assert ni.information_with_classes(column, codes, k) == pytest.approx(ross_by_loops(column, codes, k), abs=1e-12)
    assert ni.information_with_number(column, other, k) == pytest.approx(kraskov_by_loops(column, other, k), abs=1e-12)


@pytest.mark.parametrize("shape", ["smooth", "rounded", "both rounded", "heavy tail", "constant"])
def test_same_bits_compiled_or_not(monkeypatch, shape):
    column, other, codes = columns(700)
    if shape in ("rounded", "both rounded"):
        column = np.round(column)
    if shape == "both rounded":
        other = np.round(other)
    if shape == "heavy tail":
        column = np.exp(5 * column)
    if shape == "constant":
        column = np.ones_like(column)
    column = column + 1e-10 * np.random.default_rng(1).standard_normal(700)
    answers = []
    for is_compiled in (False, True):
        force(monkeypatch, is_compiled)
        answers.append((ni.information_with_classes(column, codes), ni.information_with_number(column, other)))
    assert answers[0] == answers[1]


def test_exact_ties_count_alike_compiled_or_not(monkeypatch):
    column = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 2.0])
    codes = np.array([0, 1, 0, 1, 0, 1])
    answers = []
    for is_compiled in (False, True):
        force(monkeypatch, is_compiled)
        answers.append(ni.information_with_classes(column, codes, 1))
    assert answers[0] == answers[1]


def test_equal_to_scikit_learn():
    column, other, codes = columns(400)
    rng = np.random.RandomState(7)
    scaled = scale(column, with_mean=False)
    jittered = scaled + 1e-10 * max(1, np.abs(scaled).mean()) * rng.standard_normal(400)
    expected = mutual_info_classif(column[:, None], codes, random_state=7)[0]
    assert max(0.0, ni.information_with_classes(jittered, codes)) == pytest.approx(expected, abs=1e-12)
    target = scale(other, with_mean=False)
    target = target + 1e-10 * max(1, np.abs(target).mean()) * rng.standard_normal(400)
    expected = mutual_info_regression(column[:, None], other, random_state=7)[0]
    assert max(0.0, ni.information_with_number(jittered, target)) == pytest.approx(expected, abs=1e-12)


def test_class_of_one_row_is_left_out():
    column, codes = np.array([0.0, 0.1, 0.3, 5.0, 5.2, 5.3, 9.0]), np.array([0, 0, 0, 1, 1, 1, 2])
    assert ni.information_with_classes(column, codes, 1) == ni.information_with_classes(column[:6], codes[:6], 1)
    assert ni.information_with_classes(np.array([1.0, 2.0]), np.array([0, 1])) == 0.0


def test_known_value_of_the_normal_law():
    """Two normal columns of correlation 0.8 share -log(1 - 0.64) / 2 = 0.5108 nats."""
    rng = np.random.default_rng(0)
    column = rng.normal(size=5000)
    other = 0.8 * column + 0.6 * rng.normal(size=5000)
    assert ni.information_with_number(column, other) == pytest.approx(0.5108, abs=0.04)
    assert ni.information_with_number(column, rng.normal(size=5000)) == pytest.approx(0.0, abs=0.04)


def test_classes_smaller_than_the_neighbourhood():
    rng = np.random.default_rng(3)
    codes = np.repeat(np.arange(4), [2, 3, 5, 9])
    for column in (2.0 + 1e-10 * rng.normal(size=19), rng.normal(size=19)):  # a constant with its noise, and a number
        for k in (3, 7):
            assert ni.information_with_classes(column, codes, k) == pytest.approx(
                ross_by_loops(column, codes, k), abs=1e-12
            )
