import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.formulas.piecewise_linear import piecewise_linear


def slow(value, ends):
    """Equation 1 of the paper, bin by bin."""
    out, last = [], len(ends) - 2
    for t in range(last + 1):
        if value < ends[t] and t > 0:
            out.append(0.0)
        elif value >= ends[t + 1] and t < last:
            out.append(1.0)
        else:
            out.append((value - ends[t]) / (ends[t + 1] - ends[t]))
    return out


@given(
    st.lists(st.floats(-100, 100), min_size=1, max_size=10),
    st.lists(st.integers(-50, 50), min_size=2, max_size=6, unique=True).map(sorted),
)
def test_equals_the_equation(column, ends):
    encoded = piecewise_linear(np.array(column), np.array(ends, dtype=float))
    np.testing.assert_allclose(encoded, [slow(value, ends) for value in column], atol=1e-12)


def test_missing_constant_and_huge():
    assert np.isnan(piecewise_linear(np.array([np.nan]), np.array([0.0, 1.0, 2.0]))).all()
    assert piecewise_linear(np.array([7.0]), np.array([7.0, 7.0])).tolist() == [[0.0]]
    np.testing.assert_allclose(piecewise_linear(np.array([1e308]), np.array([-1e308, 0.0, 1e308])), [[1.0, 1.0]])
