"""How a score grows with the number of rows: a falling power law with a floor.

``loss(n) = floor + scale * n ** -rate``. The floor is what no amount of further rows would mend with this model; what
lies above it is what the rows still cost.

References: Hestness et al., "Deep learning scaling is predictable, empirically" (2017), section 2; Viering and Loog,
"The shape of learning curves: a review", IEEE TPAMI 45 (2023), section 3; for the interval, Nadeau and Bengio,
"Inference for the generalization error", Machine Learning 52 (2003), equation 20.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

RATES = np.geomspace(0.05, 2.0, 120)  # square-root behaviour is 0.5, a parametric rate 1
SMALLEST = np.finfo(np.float64).tiny


class PowerLaw(NamedTuple):
    """Parameters of ``floor + scale * n ** -rate``."""

    floor: float
    scale: float
    rate: float

    def at(self, n_rows: np.ndarray | float) -> np.ndarray:
        """Loss at a number of rows."""
        return self.floor + self.scale * np.asarray(n_rows, dtype=np.float64) ** -self.rate


class Forecast(NamedTuple):
    """A loss at more rows, and the share by which it is lower than now, each with a 95 % interval."""

    loss: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


def fit_power_law(n_rows: np.ndarray, losses: np.ndarray, lowest: float = 0.0, must_fall: bool = True) -> PowerLaw:
    """Fit the law by relative least squares; for each rate on a grid floor and scale have a closed form.

    Errors are relative, since the small losses at many rows, which the forecast goes on from, matter most.

    Parameters
    ----------
    n_rows : array of shape (n_sizes,)
        Numbers of training rows, at least two different ones.
    losses : array of shape (n_sizes,)
        Mean loss at each, smaller is better, above 0.
    lowest : float, default=0.0
        No floor below this (0 for errors and log-losses).
    must_fall : bool, default=True
        Whether losses that rise are taken as flat.

    Returns
    -------
    PowerLaw

    Examples
    --------
    >>> sizes = np.array([100.0, 200.0, 400.0, 800.0])
    >>> law = fit_power_law(sizes, 0.1 + 2 * sizes ** -0.5)
    >>> round(law.floor, 2), round(law.rate, 1)
    (0.1, 0.5)
    """
    n_rows, losses = np.asarray(n_rows, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    coarse = _best_of(RATES, n_rows, losses, lowest, must_fall)
    finer = coarse.rate * np.geomspace(RATES[0] / RATES[1], RATES[1] / RATES[0], 81)  # between the grid's neighbours
    return _best_of(finer, n_rows, losses, lowest, must_fall)


def _best_of(rates: np.ndarray, n_rows: np.ndarray, losses: np.ndarray, lowest: float, must_fall: bool) -> PowerLaw:
    """Fit floor and scale for every rate by relative least squares and take the rate of the smallest error."""
    weight = 1 / np.maximum(losses, np.finfo(float).tiny ** 0.25) ** 2
    weight /= weight.sum()
    shape = n_rows ** -rates[:, None]  # (n_rates, n_sizes)
    mean_shape, mean_loss = shape @ weight, weight @ losses
    centred = (shape - mean_shape[:, None]) * weight
    scale = np.maximum(centred @ losses / (centred * shape).sum(axis=1), 0.0 if must_fall else -np.inf)
    floor = mean_loss - scale * mean_shape
    through_lowest = np.maximum((shape * weight) @ (losses - lowest) / (shape**2 @ weight), 0.0)
    scale, floor = np.where(floor < lowest, through_lowest, scale), np.maximum(floor, lowest)
    errors = (losses - floor[:, None] - scale[:, None] * shape) ** 2 @ weight
    best = int(errors.argmin())
    return PowerLaw(float(floor[best]), float(scale[best]), float(rates[best]))


def forecast(
    n_rows: np.ndarray,
    losses: np.ndarray,
    at: float,
    test_share: float,
    rng: np.random.Generator,
    n_resamples: int = 200,
) -> Forecast:
    """Forecast the loss at a number of rows, and the gain over that at the last size.

    The spread comes from resampled repeats, refitted each time, so that a rate which the losses hardly tell makes it
    wide; there, losses may rise. Repeats overlap in their rows, so the spread is widened as that of resampled folds is.

    Parameters
    ----------
    n_rows : array of shape (n_sizes,)
    losses : array of shape (n_sizes, n_repeats)
        Above 0, from random splits of the same rows; at least two repeats.
    at : float
        Number of rows to forecast for.
    test_share : float
        Share of the rows that each repeat is tested on, in (0, 1).
    rng : numpy Generator
    n_resamples : int, default=200

    Returns
    -------
    Forecast
        A gain below -1 is told as -1.
    """
    losses = np.asarray(losses, dtype=np.float64)
    n_repeats, ends = losses.shape[1], np.array([float(n_rows[-1]), at])
    now, ahead = fit_power_law(n_rows, losses.mean(axis=1)).at(ends)
    picks = rng.integers(0, n_repeats, size=(n_resamples, n_repeats))
    resampled = [fit_power_law(n_rows, losses[:, pick].mean(axis=1), must_fall=False).at(ends) for pick in picks]
    logs = np.log(np.maximum(resampled, SMALLEST))  # (n_resamples, 2)
    spread = np.array([logs[:, 1].std(), (logs[:, 1] - logs[:, 0]).std()])  # of the loss, of what is left of it
    overlap = n_repeats / (n_repeats - 1) * (1 + n_repeats * test_share / (1 - test_share))
    factor = np.exp(float(student.ppf(0.975, n_repeats - 1)) * np.sqrt(overlap) * spread)
    left = ahead / now
    return Forecast(
        float(ahead),
        float(ahead / factor[0]),
        float(ahead * factor[0]),
        float(1 - left),
        float(max(1 - left * factor[1], -1.0)),
        float(1 - left / factor[1]),
    )
