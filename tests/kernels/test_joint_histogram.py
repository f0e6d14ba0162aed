import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sklearn_mlknow.kernels import histogram, histogram_table, joint_histogram, joint_histogram_table


def slow_sums(codes, other, n_codes, n_other, weight):
    """Add row after row."""
    sums = np.zeros((codes.shape[1], n_codes, n_other))
    for row in range(len(codes)):
        for column in range(codes.shape[1]):
            sums[column, codes[row, column], other[row]] += weight[row]
    return sums


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    n_rows=st.integers(0, 40),
    n_columns=st.integers(1, 4),
    n_codes=st.integers(1, 5),
    n_other=st.integers(1, 3),
    layout=st.sampled_from("CF"),
    dtype=st.sampled_from([np.int64, np.uint8]),
    is_weighted=st.booleans(),
)
def test_equals_adding_row_after_row(side, seed, n_rows, n_columns, n_codes, n_other, layout, dtype, is_weighted):
    rng = np.random.default_rng(seed)
    codes = np.array(rng.integers(n_codes, size=(n_rows, n_columns)), dtype=dtype, order=layout)
    other, weight = rng.integers(n_other, size=n_rows), rng.uniform(size=n_rows)
    sums = joint_histogram_table(codes, other, n_codes, n_other, weight if is_weighted else None)
    assert sums.dtype == (np.float64 if is_weighted else np.int64)
    expected = slow_sums(codes, other, n_codes, n_other, weight if is_weighted else np.ones(n_rows))
    np.testing.assert_array_equal(sums, expected)  # the same bits: rows are added in order
    for column in range(n_columns):
        one = joint_histogram(codes[:, column], other, n_codes, n_other, weight if is_weighted else None)
        np.testing.assert_array_equal(one, expected[column])


def test_histograms_by_hand(side):
    assert histogram([0, 2, 2, 1], 4).tolist() == [1, 1, 2, 0]
    assert histogram([0, 2, 2, 1], 3, [1.0, 2.0, 0.5, 0.0]).tolist() == [1.0, 0.0, 2.5]
    assert histogram([True, False, True], 2).tolist() == [1, 2]
    table = np.array([[0, 1], [0, 0], [1, 2]])
    assert histogram_table(table, 3).tolist() == [[2, 1, 0], [1, 1, 1]]


@pytest.mark.parametrize("bad", [-1, 3])
@pytest.mark.parametrize("weight", [None, np.ones(4)])
def test_a_code_out_of_range_is_an_error(side, bad, weight):
    codes = np.array([0, 1, bad, 2])
    with pytest.raises(ValueError, match="outside"):
        histogram(codes, 3, weight)
    with pytest.raises(ValueError, match="outside"):
        joint_histogram(np.zeros(4, int), codes, 1, 3, weight)


def test_codes_must_be_whole_numbers(side):
    with pytest.raises(TypeError, match="integers"):
        histogram([0.0, 1.0], 2)
