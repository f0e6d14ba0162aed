import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklearn_mlknow.formulas.information import (
    entropy,
    gini,
    information_value,
    mutual_information,
    weight_of_evidence,
)

tables = arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.integers(0, 20))


def slow_mutual_information(table):
    total = table.sum()
    result = 0.0
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            if table[i, j]:
                result += table[i, j] / total * math.log(table[i, j] * total / (table[i].sum() * table[:, j].sum()))
    return result


@settings(max_examples=50, deadline=None)
@given(tables)
def test_mutual_information_equals_the_double_loop(table):
    assert mutual_information(table) == pytest.approx(slow_mutual_information(table) if table.sum() else 0.0, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(tables)
def test_information_is_what_both_entropies_share(table):
    shared = entropy(table.sum(axis=1)) + entropy(table.sum(axis=0)) - entropy(table.ravel())
    assert mutual_information(table) == pytest.approx(shared, abs=1e-12)
    assert mutual_information(table.T) == pytest.approx(mutual_information(table), abs=1e-12)


def test_entropy_by_hand():
    assert entropy([1, 1, 2]) == pytest.approx(1.5 * math.log(2))
    assert entropy([7]) == 0 and entropy([0, 0]) == 0
    assert entropy([[1, 1], [4, 0]]).tolist() == pytest.approx([math.log(2), 0])


def test_mutual_information_takes_a_batch_of_tables():
    batch = np.array([[[5, 0], [0, 5]], [[5, 5], [5, 5]]])
    assert mutual_information(batch).tolist() == pytest.approx([math.log(2), 0.0])


def test_bias_correction_by_hand():
    # four cells, two rows, two columns, n = 20: one degree of freedom over 2 * 20
    assert mutual_information([[5, 5], [5, 5]], bias_corrected=True) == pytest.approx(-1 / 40)
    # an empty column of the table is no column
    assert mutual_information([[5, 0], [5, 0]], bias_corrected=True) == 0.0
    assert mutual_information([[0, 0], [0, 0]], bias_corrected=True) == 0.0


def test_bias_correction_centres_independent_columns_on_zero():
    rng = np.random.default_rng(0)
    scores = []
    for _ in range(300):
        table = np.zeros((8, 3))
        np.add.at(table, (rng.integers(0, 8, 400), rng.integers(0, 3, 400)), 1)
        scores.append([mutual_information(table), mutual_information(table, bias_corrected=True)])
    plain, corrected = np.mean(scores, axis=0)
    assert plain == pytest.approx(14 / 800, rel=0.1)
    assert abs(corrected) < 0.001


def test_weight_of_evidence_by_hand():
    assert weight_of_evidence([2, 6], [8, 4], smoothing=0) == pytest.approx([math.log(2 / 8 * 12 / 8), math.log(9 / 4)])
    # one imaginary row at the overall rate 0.4
    expected = math.log((2 + 0.4) / (8 + 0.6) * 12 / 8)
    assert weight_of_evidence([2, 6], [8, 4], smoothing=1)[0] == pytest.approx(expected)


def test_weight_of_evidence_of_empty_and_pure_bins():
    woe = weight_of_evidence([0, 3, 1], [0, 0, 2])
    assert woe[0] == 0 and np.isfinite(woe).all() and woe[1] > 0 > woe[2]
    assert weight_of_evidence([0, 3, 1], [0, 0, 2], smoothing=0).tolist()[:2] == [0, math.inf]
    assert weight_of_evidence([0, 0], [3, 1]).tolist() == [0, 0]


def test_information_value_by_hand():
    expected = (2 / 8 - 8 / 12) * math.log(2 / 8 * 12 / 8) + (6 / 8 - 4 / 12) * math.log(9 / 4)
    assert information_value([2, 6], [8, 4]).sum() == pytest.approx(expected)
    # pure bins with an imaginary row at the overall rate of 3/7
    pure = [-1 * math.log((3 / 7) / (4 + 4 / 7) * 4 / 3), 1 * math.log((3 + 3 / 7) / (4 / 7) * 4 / 3)]
    assert information_value([0, 3], [4, 0]) == pytest.approx(pure)
    assert information_value([0, 0], [4, 1]).tolist() == [0, 0]


@settings(max_examples=50, deadline=None)
@given(arrays(np.int64, (4, 2), elements=st.integers(1, 50)))
def test_information_value_is_never_negative(counts):
    assert (information_value(counts[:, 0], counts[:, 1]) >= 0).all()
    assert (information_value(counts[:, 0], counts[:, 1], smoothing=1.0) >= -1e-12).all()


@settings(max_examples=50, deadline=None)
@given(arrays(np.int64, (4, 2), elements=st.integers(0, 9)))
def test_gini_equals_all_pairs(counts):
    events, non_events = counts.T
    if not events.sum() or not non_events.sum():
        assert gini(events, non_events) == 0
        return
    rate = events / np.maximum(events + non_events, 1)
    wins = sum(events[i] * non_events[j] * (np.sign(rate[i] - rate[j])) for i in range(4) for j in range(4))
    assert gini(events, non_events) == pytest.approx(wins / (events.sum() * non_events.sum()), abs=1e-12)
