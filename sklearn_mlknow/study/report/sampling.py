"""A part of a table, drawn by chance, where all of it would take too long."""

from dataclasses import replace

import numpy as np

from sklearn_mlknow.study.report.cleaning import FEWEST_OF_A_CLASS, CleanTable
from sklearn_mlknow.study.report.words import count


def sample(table: CleanTable, n_rows: int, random_state: int, what: str = "the table") -> CleanTable:
    """Draw rows, the classes in equal shares; classes that are too rare then are left out and noted.

    Parameters
    ----------
    table : CleanTable
    n_rows : int
    random_state : int
    what : str, default="the table"
        What is studied on them, for the note.

    Returns
    -------
    CleanTable
        With a note more; the table itself where it has no more rows.
    """
    if n_rows >= len(table.X):
        return table
    order = np.random.default_rng(random_state).permutation(len(table.X))
    if table.task.is_classification:  # the k-th row of each class in turn: any first rows hold classes in their shares
        codes = np.unique(table.y.to_numpy()[order].astype(str), return_inverse=True)[1]
        place = np.empty(len(order))
        for code, size in enumerate(np.bincount(codes)):
            place[codes == code] = (np.arange(size) + 0.5) / size
        order = order[np.argsort(place, kind="stable")]
    few = table.take(np.sort(order[:n_rows]))
    notes = [
        *table.notes,
        f"To end in time, {what} was studied on {n_rows:,} of {len(table.X):,} rows, drawn by chance.",
    ]
    if table.task.is_classification:
        sizes = few.y.value_counts()
        rare = sizes.index[sizes < FEWEST_OF_A_CLASS]
        if len(rare):
            notes.append(f"Left out, too rare among them: {count(len(rare), 'class')}.")
            few = few.take(np.flatnonzero(~few.y.isin(rare).to_numpy()))
    return replace(few, notes=tuple(notes))


def most_folds(table: CleanTable, wanted: int) -> int:
    """So many folds, or fewer where a class has fewer rows, or the table fewer groups."""
    rarest = int(table.y.value_counts().min()) if table.task.is_classification else len(table.y)
    n_groups = wanted if table.groups is None else len(set(table.groups))
    return min(wanted, rarest, n_groups)
