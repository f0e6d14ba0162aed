import numpy as np
import pytest

from sklearn_mlknow.kernels import each_column, sorted_present


def test_missing_values_are_left_out_and_the_input_stays():
    column = np.array([2.0, np.nan, -np.inf, 1.0, np.nan, np.inf])
    before = column.copy()
    assert sorted_present(column).tolist() == [-np.inf, 1.0, 2.0, np.inf]
    np.testing.assert_array_equal(column, before)
    assert sorted_present(np.array([3, 1, 2])).tolist() == [1, 2, 3]
    assert sorted_present(np.array([np.nan])).tolist() == []


@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize("n_columns", [1, 7, 8, 17])
def test_each_column_in_order(side, layout, n_columns):
    matrix = np.asarray(np.random.default_rng(0).normal(size=(20, n_columns)), order=layout)
    sums = each_column(lambda column: (column.flags.c_contiguous, float(column.sum())), matrix)
    assert all(is_contiguous for is_contiguous, _ in sums)
    np.testing.assert_allclose([total for _, total in sums], matrix.sum(axis=0), rtol=1e-12)
