import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklearn_mlknow.kernels import digitise, digitise_table, pad_edges

numbers = st.floats(allow_nan=True, allow_infinity=True)


def slow_codes(matrix, edges, missing):
    """Count the edges at or below each value, one by one."""
    codes = np.empty(matrix.shape, np.int64)
    for row, values in enumerate(matrix):
        for column, value in enumerate(values):
            is_missing = isinstance(value, np.floating) and np.isnan(value)
            codes[row, column] = missing[column] if is_missing else sum(float(value) >= edge for edge in edges[column])
    return codes


def test_left_closed_and_missing_last():
    assert digitise([9.999, 10, 19, 20, np.nan], [10, 20]).tolist() == [0, 1, 1, 2, 3]
    assert digitise([5, np.nan], []).tolist() == [0, 1]
    assert digitise([1, np.nan], [0], missing=-1).tolist() == [1, -1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    matrix=arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=numbers),
    edges=st.lists(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=70, unique=True), min_size=4),
    layout=st.sampled_from("CFS"),
    dtype=st.sampled_from([np.int64, np.uint8, np.float64]),
)
def test_equals_counting_one_by_one(side, matrix, edges, layout, dtype):
    edges = [np.sort(np.array(one)) for one in edges[: matrix.shape[1]]]
    laid = {"C": np.ascontiguousarray, "F": np.asfortranarray, "S": lambda a: np.repeat(a, 2, axis=1)[:, ::2]}[layout](
        matrix
    )
    missing = np.array([len(one) + 1 for one in edges])
    codes, holds_infinity = digitise_table(laid, pad_edges(edges), missing, dtype=dtype)
    assert codes.dtype == dtype
    np.testing.assert_array_equal(codes, slow_codes(matrix, edges, missing))
    assert holds_infinity == bool(np.isinf(matrix).any())


@pytest.mark.parametrize("n_edges", [0, 1, 63, 64, 65, 300])
def test_few_and_many_edges_agree_at_the_edges_themselves(side, n_edges):
    edges = np.sort(np.random.default_rng(0).normal(size=n_edges))
    column = np.concatenate([edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf), [0.0, np.nan, np.inf]])
    missing = np.array([n_edges + 1])
    np.testing.assert_array_equal(digitise(column, edges), slow_codes(column[:, None], [edges], missing)[:, 0])


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int32", "int64", "uint64", "bool", "float16", "float32", "longdouble", ">f8", ">i4"]
)
def test_every_dtype(side, dtype):
    column = np.array([0, 1, 1, 0, 1]).astype(dtype) if dtype == "bool" else np.array([0, 3, 7, 100, 5]).astype(dtype)
    edges = np.array([0.5, 5.0, 7.0])
    np.testing.assert_array_equal(digitise(column, edges), [sum(float(v) >= e for e in edges) for v in column])


def test_extreme_integers_do_not_wrap(side):
    column = np.array([-(2**63), -1, 0, 2**63 - 1])
    codes, holds_infinity = digitise_table(column[:, None], np.array([[0.0]]), np.array([2]))
    assert codes[:, 0].tolist() == [0, 0, 1, 1]
    assert not holds_infinity


def test_input_is_not_written_to(side):
    matrix = np.random.default_rng(0).normal(size=(50, 3))
    matrix.flags.writeable = False
    digitise_table(matrix, pad_edges([np.array([0.0])] * 3), np.array([2, 2, 2]))


def test_output_keeps_the_layout(side):
    matrix = np.random.default_rng(0).normal(size=(50, 3))
    edges, missing = pad_edges([np.array([0.0])] * 3), np.array([2, 2, 2])
    assert digitise_table(matrix, edges, missing)[0].flags.c_contiguous
    assert digitise_table(np.asfortranarray(matrix), edges, missing)[0].flags.f_contiguous
