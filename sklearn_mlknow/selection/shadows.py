"""Shadows: copies of columns with shuffled rows, which look alike but know nothing; and the test against them.

References: Kursa and Rudnicki, "Feature selection with the Boruta package" (2010); the two corrections together, for
many columns (Benjamini and Hochberg, 1995) and for many looks (Bonferroni), are those of the Python package boruta.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.selection.rules import keep_significant

Importances = NDArray[np.float64]
FEWEST_SHADOWS = 5  # with fewer, their best says little about chance


@dataclass(frozen=True)
class Trial:
    """What the rounds against shadows gave.

    Attributes
    ----------
    decisions : ndarray of int, shape (n_columns,)
        1 accepted, -1 rejected, 0 undecided.
    hits, rounds : ndarrays of int, shape (n_columns,)
        How often a column beat the shadows, and how often it was tried.
    strength : ndarray of shape (n_columns,)
        Mean importance over the mean of the shadows' importance to beat.
    """

    decisions: NDArray[np.int64]
    hits: NDArray[np.int64]
    rounds: NDArray[np.int64]
    strength: Importances


def try_against_shadows(
    importances_of: Callable[[NDArray[np.int64], int], tuple[Importances, Importances]],
    n_columns: int,
    n_rounds: int,
    alpha: float,
    percentile: float,
) -> Trial:
    """Run rounds until every column is decided: those that beat the shadows more often than a coin stay.

    Parameters
    ----------
    importances_of : function
        (columns still in the race, round) -> importances of them, importances of shadows.
    n_columns, n_rounds : int
    alpha : float
        Chance of a wrong decision, corrected for the columns and for the rounds.
    percentile : float
        Of the shadows' importances, to be beaten.

    Returns
    -------
    Trial
    """
    decisions, hits, rounds = np.zeros((3, n_columns), dtype=np.int64)
    total, to_beat = np.zeros(n_columns), np.zeros(n_columns)
    for at in range(1, n_rounds + 1):
        active = np.flatnonzero(decisions >= 0)
        if not (decisions == 0).any():
            break
        own, shadows = importances_of(active, at)
        bar = float(np.percentile(shadows, percentile))
        hits[active] += own > bar
        rounds[active] += 1
        total[active] += own
        to_beat[active] += bar
        accepted, rejected = decide(hits[active], at, alpha)
        is_open = decisions[active] == 0
        decisions[active[is_open & accepted]] = 1
        decisions[active[is_open & rejected]] = -1
    tiny = np.finfo(float).tiny
    return Trial(decisions, hits, rounds, total / np.maximum(to_beat, tiny) if n_rounds else total)


def decide(hits: NDArray[np.int64], at: int, alpha: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Test hits in ``at`` rounds against a fair coin, corrected for the columns and for the looks so far.

    Returns
    -------
    accepted, rejected : ndarrays of bool

    Examples
    --------
    >>> accepted, rejected = decide(np.array([10, 5, 0]), 10, 0.05)
    >>> accepted.tolist(), rejected.tolist()
    ([True, False, False], [False, False, True])
    """
    as_many = np.where(hits > 0, bdtrc(hits - 1.0, at, 0.5), 1.0)
    as_few = bdtr(hits.astype(float), at, 0.5)
    decided = [(p <= alpha / at) & keep_significant(p, alpha) for p in (as_many, as_few)]
    return decided[0], decided[1]


def with_shadows(table: Table, active: NDArray[np.int64], rng: np.random.Generator) -> Any:
    """Return the active columns beside their shuffled copies, in the container of the input.

    Shadows are called ``shadow 0 of age``; a frame keeps the dtype of every column.
    """
    n_copies = -(-FEWEST_SHADOWS // len(active))
    orders = [[rng.permutation(table.n_rows) for _ in active] for _ in range(n_copies)]
    if isinstance(table.native, np.ndarray):
        shuffled = [table.native[order, i][:, None] for copy in orders for order, i in zip(copy, active)]
        return np.concatenate([table.native[:, active], *shuffled], axis=1)
    columns = {table.names[i]: table.column(int(i)) for i in active}
    for place, copy in enumerate(orders):
        for order, i in zip(copy, active):
            column = table.column(int(i))
            columns[f"shadow {place} of {table.names[i]}"] = (
                column.iloc[order].set_axis(column.index) if hasattr(column, "iloc") else column[order]
            )
    if type(table.native).__module__.startswith("polars"):
        import polars as pl

        return pl.DataFrame(columns)
    import pandas as pd

    return pd.DataFrame(columns)
