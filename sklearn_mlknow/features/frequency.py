"""Which values are frequent enough to stay: one rule for all that folds rare values."""

import numpy as np

from sklearn_mlknow._shell.parameters import Integer, Real

MIN_FREQUENCY = [Integer(1), Real(0, 1, closed="neither")]


def is_frequent(weights: np.ndarray, total: float, min_frequency: float) -> np.ndarray:
    """Tell which values reach the least frequency.

    Parameters
    ----------
    weights : ndarray of shape (n_values,)
    total : float
        Weight of all rows.
    min_frequency : int or float
        Rows when it is an integer, a share of ``total`` when it is a fraction.

    Returns
    -------
    ndarray of bool, shape (n_values,)

    Examples
    --------
    >>> is_frequent(np.array([5.0, 1.0]), 6.0, 2).tolist(), is_frequent(np.array([5.0, 1.0]), 6.0, 0.1).tolist()
    ([True, False], [True, True])
    """
    least = min_frequency if isinstance(min_frequency, int | np.integer) else min_frequency * total
    return weights >= least * (1 - 1e-12)
