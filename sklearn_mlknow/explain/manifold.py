"""How many of the mixtures that the model is asked about look like rows that it could meet."""

import numpy as np

_MOST_ROWS = 150
_MIXTURES = 300


def off_manifold_share(rows: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> float:
    """Measure the share of mixtures that lie farther from known rows than known rows lie from each other.

    A mixture is compared with all known rows but the two it is made of; numbers by their distance in standard
    deviations, anything else by being equal.

    Parameters
    ----------
    rows : ndarray of object, shape (n_rows, n_columns)
    background : ndarray of object, shape (n_background, n_columns)
    rng : numpy Generator

    Returns
    -------
    float
        Share beyond the 95 % quantile of the known rows' distances to their nearest neighbours; NaN below three rows.
    """
    above = rows[rng.permutation(len(rows))[:_MOST_ROWS]]
    below = background[rng.permutation(len(background))[:_MOST_ROWS]]
    known, is_number = _standardised(np.concatenate([above, below]))
    if len(known) < 3:
        return float("nan")
    first = rng.integers(len(above), size=_MIXTURES)
    second = rng.integers(len(below), size=_MIXTURES) + len(above)
    share = rng.random((_MIXTURES, 1))
    mixed = np.where(rng.random((_MIXTURES, known.shape[1])) < share, known[first], known[second])
    between = _distances(known, known, is_number)
    np.fill_diagonal(between, np.inf)
    away = _distances(mixed, known, is_number)
    away[np.arange(_MIXTURES), first] = away[np.arange(_MIXTURES), second] = np.inf
    return float((away.min(axis=1) > np.quantile(between.min(axis=1), 0.95) + 1e-12).mean())


def _standardised(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers in standard deviations, codes of anything else, and which columns are numbers."""
    import pandas as pd

    out = np.empty(values.shape, dtype=np.float64)
    is_number = np.ones(values.shape[1], dtype=bool)
    for place, column in enumerate(values.T):
        series = pd.Series(column)
        numbers = pd.to_numeric(series, errors="coerce")
        if numbers.notna().sum() < series.notna().sum():
            is_number[place] = False
            out[:, place] = pd.factorize(series.astype(str))[0]
            continue
        known = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
        known = np.where(np.isfinite(known), known, np.nan)
        known /= np.fmax.reduce(np.abs(known), initial=0.0) or 1.0  # so that no square overflows
        present = known[~np.isnan(known)]
        middle = present.mean() if len(present) else 0.0
        spread = present.std(ddof=1) if len(present) > 1 else 0.0
        out[:, place] = np.where(np.isnan(known), middle, known) / (spread or 1.0)
    return out, is_number


def _distances(left: np.ndarray, right: np.ndarray, is_number: np.ndarray) -> np.ndarray:
    total = np.zeros((len(left), len(right)))
    for place, as_number in enumerate(is_number):
        apart = left[:, place, None] - right[None, :, place]
        total += apart**2 if as_number else apart != 0
    return total
