"""Does one column alone give the target away?

Reference: Kaufman et al., "Leakage in data mining", ACM TKDD 6 (2012). For classes, the share of the target's entropy
that the column removes; for numbers, the share of the variance of their ranks (the correlation ratio; Kelley, "An
unbiased correlation ratio measure", 1935, for what chance would explain), so that any monotone copy is found.
"""

import numpy as np
from scipy.stats import rankdata

from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.formulas.edges import equal_frequency_edges
from sklearn_mlknow.formulas.information import entropy, mutual_information
from sklearn_mlknow.kernels.digitise import digitise
from sklearn_mlknow.study.findings import Finding
from sklearn_mlknow.summaries.values import summarise

LEAKING = 0.95  # of the entropy of classes
LEAKING_RANKS = 0.98  # of the variance of ranks: a correlation of about 0.99
MOST_BINS = 32
LEAST_ROWS_A_BIN = 5
MOST_LEVELS = 64  # a category with more would give classes away by chance
LEAST_REPEATS = 30  # rows beyond the first of their level, for a category to tell numbers by more than chance


def leaking_column(name: str, codes: np.ndarray, numbers: np.ndarray | None, target: Target) -> list[Finding]:
    """Judge one column.

    Parameters
    ----------
    name : str
    codes : ndarray of shape (n_rows,)
        Equal values have equal codes, 0 for missing.
    numbers : ndarray of shape (n_rows,) or None
        The column when it holds numbers, NaN where missing: it is then cut into bins of about equally many rows.
    target : Target
    """
    if numbers is not None:
        n_bins = min(MOST_BINS, len(numbers) // LEAST_ROWS_A_BIN)
        if n_bins < 2:
            return []
        codes = digitise(numbers, equal_frequency_edges(summarise(numbers), n_bins))
    removed, of_what = (
        (_of_classes(codes, target), "uncertainty about the target")
        if target.is_class
        else (_of_numbers(codes, target.values), "variance of the target")
    )
    if removed < (LEAKING if target.is_class else LEAKING_RANKS):
        return []
    fact = f"this column alone removes {100 * min(removed, 1.0):.1f} % of the {of_what}"
    return [Finding("leaking column", name, fact, "check that it is known before the target is")]


def _of_classes(codes: np.ndarray, target: Target) -> float:
    """Share of the entropy removed, less what chance would."""
    if codes.max() > MOST_LEVELS:
        return 0.0
    table = np.zeros((codes.max() + 1, target.n_classes))
    np.add.at(table, (codes, target.values), 1.0)
    return float(mutual_information(table, bias_corrected=True)) / float(entropy(table.sum(axis=0)))


def _of_numbers(codes: np.ndarray, numbers: np.ndarray) -> float:
    """Share of the variance of ranks removed, less what chance would."""
    ranks, n_levels = rankdata(numbers), len(np.unique(codes))
    if len(codes) - n_levels < LEAST_REPEATS or np.ptp(ranks) == 0:
        return 0.0
    counts = np.maximum(np.bincount(codes), 1)
    inside = ranks - (np.bincount(codes, ranks) / counts)[codes]
    left = np.mean(inside**2) / ranks.var()
    return float(1 - left * (len(codes) - 1) / (len(codes) - n_levels))
