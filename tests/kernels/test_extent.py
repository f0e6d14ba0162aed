import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklearn_mlknow.kernels import extent


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    matrix=arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats()),
    layout=st.sampled_from("CFS"),
)
def test_equals_python_min_and_max(side, matrix, layout):
    laid = {"C": np.ascontiguousarray, "F": np.asfortranarray, "S": lambda a: np.repeat(a, 2, axis=0)[::2]}[layout](
        matrix
    )
    found = extent(laid)
    for i, column in enumerate(matrix.T):
        present = [value for value in column if not np.isnan(value)]
        assert found.n_missing[i] == len(column) - len(present)
        np.testing.assert_equal(found.minimum[i], min(present, default=np.nan))
        np.testing.assert_equal(found.maximum[i], max(present, default=np.nan))


@pytest.mark.parametrize("dtype", ["int8", "uint64", "bool", "float32", ">f8", "float16"])
def test_every_dtype(side, dtype):
    matrix = np.array([[1, 0], [0, 1], [1, 1]]).astype(dtype)
    found = extent(matrix)
    assert found.minimum.tolist() == [0.0, 0.0]
    assert found.maximum.dtype == np.float64
    assert found.n_missing.tolist() == [0, 0]
