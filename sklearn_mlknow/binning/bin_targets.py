"""The target in every bin: class weights or moments, for the bin table. Nothing is learned from them."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.targets import Target, read_target
from sklearn_mlknow.kernels import joint_histogram_table
from sklearn_mlknow.summaries import moments
from sklearn_mlknow.summaries.moments import Moments


def read_one_target(estimator: Any, y: Any, n_rows: int) -> Target | None:
    """Read a target for the table; None when there is none, or several for a row, or records."""
    if y is None:
        return None
    try:
        array = np.asarray(y)
    except ValueError:  # a list of labels for each row
        return None
    if array.dtype.kind == "V" or (array.ndim > 1 and array.shape[1:] != (1,)):
        return None
    return read_target(estimator, y, n_rows, "any")


def bin_targets(
    codes: np.ndarray, n_codes: np.ndarray, target: Target, weights: np.ndarray | None
) -> list[np.ndarray] | list[Moments]:
    """Cross the codes of every column with the target.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_columns)
    n_codes : ndarray of shape (n_columns,)
        Codes of every column.
    target : Target
    weights : ndarray of shape (n_rows,) or None

    Returns
    -------
    list of n_columns arrays of shape (n_codes, n_classes), or of Moments of shape (n_codes,)
    """
    if target.is_class:
        tables = joint_histogram_table(codes, target.values, int(n_codes.max()), target.n_classes, weights)
        return [table[:n].astype(np.float64) for table, n in zip(tables, n_codes, strict=True)]
    return [
        moments.summarise_groups(column, int(n), target.values, weights)
        for column, n in zip(codes.T, n_codes, strict=True)
    ]
