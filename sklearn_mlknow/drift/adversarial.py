"""Can a classifier tell the two tables apart? If it cannot, no drift of any kind, joint drift included, was found.

Adversarial validation: a boosted-tree classifier learns "reference or now", cross-fitted, so its area under the curve
is 0.5 without drift. The interval is DeLong's (DeLong, DeLong & Clarke-Pearson, "Comparing the areas under two or more
correlated receiver operating characteristic curves", 1988); which columns give it away is the loss of area on held-out
rows when a column is shuffled (Breiman, "Random forests", 2001).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.summaries import categories

MOST_ROWS = 10_000  # of each table
MOST_LEVELS = 200  # of a category; the rarer ones share a code
N_FOLDS = 5
LEAST_ROWS = 2 * N_FOLDS  # of each table


@dataclass(frozen=True)
class AdversarialResult:
    """How well a classifier tells reference and now apart.

    Parameters
    ----------
    auc : float
        Cross-fitted area under the curve; 0.5 when it cannot.
    low, high : float
        95 % interval.
    columns : dict of str to float
        Loss of area when each column is shuffled, the largest first.
    """

    auc: float
    low: float
    high: float
    columns: dict[str, float]

    @property
    def sentence(self) -> str:
        """The result in a sentence."""
        tells = [name for name, loss in self.columns.items() if loss > 0.005][:5]
        by = f", mostly by {', '.join(tells)}" if tells and self.low > 0.5 else ""
        return f"A classifier tells the two apart with AUC {self.auc:.3f} [{self.low:.3f}, {self.high:.3f}]{by}."


def area_under_curve(scores: np.ndarray, is_now: np.ndarray) -> tuple[float, float]:
    """Area under the curve and its standard error.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)
    is_now : ndarray of bool, shape (n_rows,)

    Returns
    -------
    auc, standard_error : float

    Examples
    --------
    >>> area_under_curve(np.array([0.1, 0.4, 0.3, 0.8]), np.array([False, False, True, True]))[0]
    0.75
    """
    now, before = scores[is_now], scores[~is_now]
    n_now, n_before = len(now), len(before)
    overall = rankdata(np.concatenate([now, before]))
    beaten = (overall[:n_now] - rankdata(now)) / n_before  # share of the reference below each row of now
    unbeaten = 1 - (overall[n_now:] - rankdata(before)) / n_now
    variance = np.var(beaten, ddof=1) / n_now + np.var(unbeaten, ddof=1) / n_before
    return float(beaten.mean()), float(np.sqrt(variance))


def matrix_of(tables: list[Table], indices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Stack two tables as numbers and codes, and tell which columns are codes.

    Returns
    -------
    matrix : ndarray of float64, shape (n_rows of both, n_columns)
    is_category : ndarray of bool, shape (n_columns,)
    """
    columns, kinds = [], []
    for index in indices:
        is_category = tables[0].kinds[index] == "category"
        kinds.append(is_category)
        if not is_category:
            columns.append(np.concatenate([table.number(index).astype(np.float64) for table in tables]))
            continue
        found = [table.factorised(index) for table in tables]
        summaries = [categories.summarise(codes, levels) for codes, levels in found]
        merged = categories.merge(summaries[0], summaries[1])
        common = np.argsort(-merged.weights, kind="stable")[:MOST_LEVELS]
        place = {level: code for code, level in enumerate(merged.levels[common].tolist())}
        parts = []
        for codes, levels in found:
            lookup = [place.get(level, MOST_LEVELS) for level in levels.tolist()]
            parts.append(np.array([*lookup, np.nan])[codes])
        columns.append(np.concatenate(parts))
    return np.column_stack(columns), np.array(kinds)


def tell_apart(tables: list[Table], indices: list[int], random_state: Any = 0) -> AdversarialResult:
    """Cross-fit a classifier of reference against now.

    Parameters
    ----------
    tables : list of two Table
        Reference and now.
    indices : list of int
        The columns to use.
    random_state : int or RandomState, default=0
        Draws rows (at most 10 000 of each), folds and shuffles.

    Returns
    -------
    AdversarialResult
    """
    n_least = min(table.n_rows for table in tables)
    if n_least < LEAST_ROWS:
        raise ValueError(
            f"{tables[0].speaker}: adversarial=True needs at least {LEAST_ROWS} rows of each table, got {n_least}; "
            "pass more rows or leave it out."
        )
    rng = np.random.default_rng(random_state)
    matrix, is_category = matrix_of(tables, indices)
    is_now = np.repeat([False, True], [table.n_rows for table in tables])
    rows = np.concatenate([rng.permutation(np.flatnonzero(is_now == side))[:MOST_ROWS] for side in (False, True)])
    matrix, is_now = matrix[rows], is_now[rows]
    scores = np.empty(len(rows))
    shuffled = np.empty((len(indices), len(rows)))
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=int(rng.integers(2**31)))
    model = HistGradientBoostingClassifier(
        max_iter=60,
        max_leaf_nodes=8,
        min_samples_leaf=40,
        categorical_features=is_category,
        early_stopping=False,
        random_state=0,
    )
    for train, test in folds.split(matrix, is_now):
        with threadpool_limits(1):  # so few rows are slower on several threads, much slower on a busy machine
            model.fit(matrix[train], is_now[train])
        scores[test] = model.predict_proba(matrix[test])[:, 1]
        for column in range(len(indices)):
            other = matrix[test].copy()
            other[:, column] = rng.permutation(other[:, column])
            shuffled[column, test] = model.predict_proba(other)[:, 1]
    auc, error = area_under_curve(scores, is_now)
    half = float(norm.ppf(0.975)) * error
    losses = {tables[0].names[i]: auc - area_under_curve(s, is_now)[0] for i, s in zip(indices, shuffled, strict=True)}
    ordered = dict(sorted(losses.items(), key=lambda item: -item[1]))
    return AdversarialResult(auc, max(auc - half, 0.0), min(auc + half, 1.0), ordered)
