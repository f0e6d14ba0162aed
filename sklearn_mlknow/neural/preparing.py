"""From what the caller passes to what a training needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.neural.canonical import canonical_rows, copies_of_rows
from sklearn_mlknow.neural.reading import read_columns
from sklearn_mlknow.neural.splitting import assign_folds, cross_fitted

MIN_FOLDS = 5  # few members hold out a fifth each, not half


@dataclass(frozen=True)
class Task:
    """A target ready for training: what is learned and by which loss."""

    y: np.ndarray  # (n_rows,) int64 classes, or (n_rows, n_outputs) float64
    loss: str
    n_outputs: int
    strata: np.ndarray | None  # (n_rows,) what validation splits keep in balance


def n_target_columns(y: Any) -> int:
    """Count the columns of a target: 0 when it is a plain sequence."""
    shape = y.shape if hasattr(y, "shape") else np.shape(np.asarray(y))
    return shape[1] if len(shape) == 2 else 0


@dataclass(frozen=True)
class Prepared:
    """Training rows in canonical order, copies of a row side by side."""

    columns: np.ndarray  # (n_rows, n_columns)
    levels: dict[int, np.ndarray]
    y: np.ndarray
    weight: np.ndarray  # (n_rows,)
    strata: np.ndarray | None
    groups: np.ndarray | None

    def __len__(self) -> int:
        return len(self.columns)


def prepare(table: Table, task: Task, weight: np.ndarray | None, groups: Any) -> Prepared:
    """Read the columns of a table and merge equal rows."""
    columns, levels = read_columns(table, None)
    key = [columns, task.y.reshape(table.n_rows, -1).astype(np.float64)]
    if groups is not None:
        check_consistent_length(columns, groups)
        try:
            groups = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
        except TypeError:
            raise ValueError(
                f"{table.speaker}: groups mixes values without an order, as text and None; make them all text."
            ) from None
        key.append(groups[:, None].astype(np.float64))
    index, total = canonical_rows(np.hstack(key), weight)
    copies, weight = copies_of_rows(total)
    index, total = np.repeat(index, copies), np.repeat(weight, copies)
    return Prepared(
        columns[index],
        levels,
        task.y[index],
        total,
        None if task.strata is None else task.strata[index],
        None if groups is None else groups[index],
    )


def split_members(
    rows: Prepared, n_members: int, validation_fraction: str | float, rng: np.random.Generator
) -> tuple[list[np.ndarray], list[np.ndarray], bool]:
    """Choose training rows and held-out rows of each member.

    Returns
    -------
    kept, held_out : list of ndarray
        One row list a member.
    is_shared : bool
        Whether all members hold out the same rows.

    Raises
    ------
    ValueError
        There is one group only, so that nothing can be held out.
    """
    n_rows = len(rows)
    n_units = n_rows if rows.groups is None else len(np.unique(rows.groups))
    if n_units < 2:
        raise ValueError(
            "groups holds one group, so nothing can be held out; pass early_stopping=False "
            "and calibrate=False, or X_val and y_val."
        )
    if validation_fraction == "auto" and n_members > 1:
        folds = assign_folds(min(max(n_members, MIN_FOLDS), n_units), rows.strata, rows.groups, n_rows, rng)
        return *cross_fitted(folds, n_members), False
    fraction = 0.2 if validation_fraction == "auto" else float(validation_fraction)
    # many small folds, of which as many are held out as make up the fraction
    n_folds = min(n_units, 100)
    folds = assign_folds(n_folds, rows.strata, rows.groups, n_rows, rng)
    is_out = folds < min(max(1, round(fraction * n_folds)), n_folds - 1)
    return [np.flatnonzero(~is_out)] * n_members, [np.flatnonzero(is_out)] * n_members, True
