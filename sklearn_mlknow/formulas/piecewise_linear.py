"""Piecewise-linear encoding: how far a value has come through each bin.

Bins below the value's are 1, bins above it 0, its own the share of the way through. Outer bins go on linearly past
their ends, so no order is lost. Reference: Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in
tabular deep learning" (2022), section 3.2, equation 1.
"""

import numpy as np


def piecewise_linear(column: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Encode a column by its bins.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        Numbers; NaN stays NaN.
    ends : ndarray of shape (n_bins + 1,)
        Finite ends of the bins, increasing.

    Returns
    -------
    ndarray of shape (n_rows, n_bins)

    Examples
    --------
    >>> import numpy as np
    >>> piecewise_linear(np.array([5.0, 15.0, 25.0]), np.array([0.0, 10.0, 20.0]))
    array([[0.5, 0. ],
           [1. , 0.5],
           [1. , 1.5]])
    """
    exponent = np.frexp(max(abs(ends[0]), abs(ends[-1])))[1] + 1  # differences of 1e308 must not overflow
    scaled, marks = np.ldexp(column.astype(np.float64), -exponent), np.ldexp(ends, -exponent)
    widths = np.diff(marks)
    widths[widths == 0] = np.inf  # a constant column has not come anywhere
    share = (scaled[:, None] - marks[:-1]) / widths  # (n_rows, n_bins)
    np.maximum(share[:, 1:], 0.0, out=share[:, 1:])
    np.minimum(share[:, :-1], 1.0, out=share[:, :-1])
    return share
