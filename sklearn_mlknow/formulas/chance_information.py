"""How much information chance alone would show: that of tables with the same margins whose pairs are shuffled.

Shuffling the target of a column of codes gives a random table with the same margins, so no rows are needed: tables are
drawn directly (Patefield's algorithm AS 159). The tail is read from a gamma law with the mean and variance of the
draws: ``2 n I`` is asymptotically chi-square, a gamma law, so p-values far below one over their number are usable.
"""

import numpy as np
from scipy.special import gammaincc
from scipy.stats import random_table

from sklearn_mlknow.formulas.information import mutual_information

MOST_ROWS = 1e9  # weights of more are scaled down: no tail is left to measure there


def chance_information(table: np.ndarray, n_permutations: int, rng: np.random.Generator) -> np.ndarray:
    """Mutual information of tables with the same margins and no dependence, in nats.

    Parameters
    ----------
    table : array of shape (n_codes, n_classes)
        Counts; weights are rounded so that they keep their total.
    n_permutations : int
        Tables drawn.
    rng : Generator

    Returns
    -------
    array of shape (n_permutations,)

    Examples
    --------
    >>> draws = chance_information([[5, 5], [5, 5]], 100, np.random.default_rng(0))
    >>> draws.shape, bool(draws.mean() < 0.1)
    ((100,), True)
    """
    table = np.asarray(table, dtype=float)
    n_rows = round(min(table.sum(), MOST_ROWS))
    rows, columns = _whole(table.sum(axis=1), n_rows), _whole(table.sum(axis=0), n_rows)
    rows, columns = rows[rows > 0], columns[columns > 0]
    if len(rows) < 2 or len(columns) < 2:
        return np.full(n_permutations, mutual_information(table))  # nothing to shuffle: chance explains all of it
    tables = random_table(rows, columns).rvs(size=n_permutations, method="patefield", random_state=rng)
    return mutual_information(tables)


def tail_probability(observed: float, draws: np.ndarray) -> float:
    """Chance of at least ``observed`` under the gamma law with the mean and variance of the draws.

    Examples
    --------
    >>> tail_probability(0.0, np.array([1.0, 2.0, 3.0]))
    1.0
    >>> round(tail_probability(2.0, np.array([0.5, 1.0, 1.5, 3.0])), 4)
    0.2559
    """
    mean, variance = float(np.mean(draws)), float(np.var(draws, ddof=1))
    if mean <= 0 or variance <= 0:
        return 1.0 if observed <= mean + 1e-12 else 0.0
    return float(gammaincc(mean**2 / variance, max(observed, 0.0) * mean / variance))


def _whole(margin: np.ndarray, n_rows: int) -> np.ndarray:
    """Round a margin to whole numbers with the sum ``n_rows``, by largest remainder."""
    scaled = margin * (n_rows / margin.sum()) if margin.sum() > 0 else margin
    whole = np.floor(scaled + 1e-9).astype(np.int64)
    short = n_rows - int(whole.sum())
    if short > 0:
        whole[np.argsort(-(scaled - whole), kind="stable")[:short]] += 1
    return whole
