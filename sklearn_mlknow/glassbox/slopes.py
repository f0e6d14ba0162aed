"""Logistic regression whose slopes are not negative: bins keep the order that their evidence gives them."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Matrix = NDArray[np.float64]


def fit_slopes(evidence: Matrix, events: Matrix, weights: Matrix, penalty: float) -> tuple[float, Matrix]:
    """Fit a logistic regression whose slopes are not negative, so that points keep the order of the evidence.

    Parameters
    ----------
    evidence : ndarray of shape (n_rows, n_columns)
        Weight of evidence.
    events : ndarray of shape (n_rows,)
        1 or 0.
    weights : ndarray of shape (n_rows,)
    penalty : float
        Times half the squared slopes, added to the loss of all rows.

    Returns
    -------
    intercept : float
    slopes : ndarray of shape (n_columns,)
    """
    rate = float(weights @ events / weights.sum())

    def loss(coefficients: Matrix) -> tuple[float, Matrix]:
        slopes = coefficients[1:]
        log_odds = evidence @ slopes + coefficients[0]
        value = weights @ (np.logaddexp(0.0, log_odds) - events * log_odds) + penalty / 2 * slopes @ slopes
        residual = weights * (expit(log_odds) - events)
        return value, np.concatenate([[residual.sum()], evidence.T @ residual + penalty * slopes])

    start = np.concatenate([[np.log(rate / (1 - rate))], np.full(evidence.shape[1], 0.5)])
    bounds = [(None, None)] + [(0.0, None)] * evidence.shape[1]
    # steps and tolerances of the solver are meant for a mean loss; of rows that weigh nothing the penalty decides
    scale = max(weights.sum(), 1e-6 * penalty)
    found = minimize(
        lambda c: tuple(part / scale for part in loss(c)),
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
    )
    return float(found.x[0]), np.asarray(found.x[1:])
