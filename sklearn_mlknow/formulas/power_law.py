"""How a score grows with the number of rows: a falling power law with a floor.

``loss(n) = floor + scale * n ** -rate``. The floor is what no amount of further rows would mend with this model; what
lies above it is what the rows still cost.

References: Hestness et al., "Deep learning scaling is predictable, empirically" (2017), section 2; Viering and Loog,
"The shape of learning curves: a review", IEEE TPAMI 45 (2023), section 3.
"""

from typing import NamedTuple

import numpy as np

RATES = np.geomspace(0.05, 2.0, 120)  # square-root behaviour is 0.5, a parametric rate 1


class PowerLaw(NamedTuple):
    """Parameters of ``floor + scale * n ** -rate``."""

    floor: float
    scale: float
    rate: float

    def at(self, n_rows: np.ndarray | float) -> np.ndarray:
        """Loss at a number of rows."""
        return self.floor + self.scale * np.asarray(n_rows, dtype=np.float64) ** -self.rate


def fit_power_law(n_rows: np.ndarray, losses: np.ndarray, lowest: float = 0.0) -> PowerLaw:
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
    coarse = _best_of(RATES, n_rows, losses, lowest)
    finer = coarse.rate * np.geomspace(RATES[0] / RATES[1], RATES[1] / RATES[0], 81)  # between the grid's neighbours
    return _best_of(finer, n_rows, losses, lowest)


def _best_of(rates: np.ndarray, n_rows: np.ndarray, losses: np.ndarray, lowest: float) -> PowerLaw:
    """Fit floor and scale for every rate by relative least squares and take the rate of the smallest error."""
    weight = 1 / np.maximum(losses, np.finfo(float).tiny ** 0.25) ** 2
    weight /= weight.sum()
    shape = n_rows ** -rates[:, None]  # (n_rates, n_sizes)
    mean_shape, mean_loss = shape @ weight, weight @ losses
    centred = (shape - mean_shape[:, None]) * weight
    scale = np.maximum(centred @ losses / (centred * shape).sum(axis=1), 0.0)
    floor = mean_loss - scale * mean_shape
    through_lowest = np.maximum((shape * weight) @ (losses - lowest) / (shape**2 @ weight), 0.0)
    scale, floor = np.where(floor < lowest, through_lowest, scale), np.maximum(floor, lowest)
    errors = (losses - floor[:, None] - scale[:, None] * shape) ** 2 @ weight
    best = int(errors.argmin())
    return PowerLaw(float(floor[best]), float(scale[best]), float(rates[best]))


def forecast(
    n_rows: np.ndarray, losses: np.ndarray, at: float, rng: np.random.Generator, n_resamples: int = 400
) -> tuple[float, float, float]:
    """Forecast the loss at a number of rows, with a 95 % interval by resampling the repeats.

    Parameters
    ----------
    n_rows : array of shape (n_sizes,)
    losses : array of shape (n_sizes, n_repeats)
    at : float
        Number of rows to forecast for.
    rng : numpy Generator
    n_resamples : int, default=400

    Returns
    -------
    mean, low, high : float
    """
    losses = np.asarray(losses, dtype=np.float64)
    centre = float(fit_power_law(n_rows, losses.mean(axis=1)).at(at))
    n_repeats = losses.shape[1]
    picks = rng.integers(0, n_repeats, size=(n_resamples, n_repeats))
    resampled = [float(fit_power_law(n_rows, losses[:, pick].mean(axis=1)).at(at)) for pick in picks]
    low, high = np.quantile(resampled, [0.025, 0.975])
    return centre, float(low), float(high)
