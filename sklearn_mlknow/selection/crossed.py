"""All columns of a table, each crossed with the target: what binned scores learn from, batch by batch."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.formulas.information import mutual_information
from sklearn_mlknow.kernels import digitise
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.selection.column_values import is_number_like, levels_of, number_of
from sklearn_mlknow.selection.contingency import (
    Cells,
    cells_within,
    contingency_table,
    group_rows,
    merge_cells,
    spread_edges,
    summarise_category,
    summarise_number,
)


@dataclass(frozen=True)
class CrossedColumns:
    """One summary a column, over the same target codes.

    Attributes
    ----------
    cells : list of Cells
        One a column.
    classes : ndarray of shape (n_classes,) or None
        The classes behind the codes; None for a numeric target.
    target_edges : ndarray or None
        Inner edges that cut a numeric target into codes; None for classes.
    n_bins : int
        Bins of a numeric column.
    """

    cells: list[Cells]
    classes: NDArray[np.generic] | None
    target_edges: NDArray[np.float64] | None
    n_bins: int

    def tables(self) -> list[NDArray[np.float64]]:
        """Return one contingency table a column, (n_bins_of_column, n_codes)."""
        return [contingency_table(cells, self.n_bins) for cells in self.cells]


def cross(
    table: Table,
    target: Target,
    row_weights: NDArray[np.float64] | None,
    n_bins: int,
    target_edges: Any = None,
) -> CrossedColumns:
    """Cross every column of a table with the target.

    Parameters
    ----------
    table : Table
    target : Target
        Classes, or numbers that are cut at ``target_edges``.
    row_weights : ndarray of shape (n_rows,) or None
    n_bins : int
        Bins of a numeric column, and of a numeric target when ``target_edges`` is None.
    target_edges : array-like, default=None
        Inner edges of a numeric target.

    Returns
    -------
    CrossedColumns
    """
    if target.is_class:
        edges, codes, n_codes = None, target.values, target.n_classes
    else:
        edges = (
            spread_edges(target.values, n_bins, row_weights)
            if target_edges is None
            else np.asarray(target_edges, dtype=float)
        )
        codes, n_codes = digitise(target.values, edges), len(edges) + 1
    groups = group_rows(codes, n_codes, row_weights)
    n_cells = cells_within(n_bins)

    def summarise(index: int) -> Cells:
        if is_number_like(table, index):
            return summarise_number(number_of(table, index), groups, n_cells)
        return summarise_category(*levels_of(table, index), groups)

    n_values = table.n_rows * table.n_columns
    return CrossedColumns(each(summarise, range(table.n_columns), n_values), target.classes, edges, n_bins)


def merge_crossed(estimator: Any, ours: CrossedColumns, theirs: CrossedColumns) -> CrossedColumns:
    """Add what another batch has seen of the same columns.

    Raises
    ------
    ValueError
        The batches differ in the kind of the target, in the edges of a numeric target, or in the kind of a column.
    """
    for place, (a, b) in enumerate(zip(ours.cells, theirs.cells, strict=True)):
        if a.keys.dtype.kind != b.keys.dtype.kind and len(a.keys) and len(b.keys):
            raise ValueError(f"{who(estimator)}: column {place} holds numbers in one batch and texts in another.")
    n_cells = cells_within(ours.n_bins)
    if ours.classes is None or theirs.classes is None:
        if not np.array_equal(ours.target_edges, theirs.target_edges):  # type: ignore[arg-type]
            raise ValueError(
                f"{who(estimator)}: the batches cut the numeric target at different edges; "
                "give all of them the same target_edges."
            )
        return replace(ours, cells=[merge_cells(a, b, n_cells) for a, b in zip(ours.cells, theirs.cells)])
    classes, our_places, their_places = unite_classes(estimator, ours.classes, theirs.classes)
    cells = [
        merge_cells(_spaced(a, our_places, len(classes)), _spaced(b, their_places, len(classes)), n_cells)
        for a, b in zip(ours.cells, theirs.cells)
    ]
    return replace(ours, cells=cells, classes=classes)


def unite_classes(estimator: Any, ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unite the classes of two batches.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Sorted.
    our_places, their_places : ndarrays of int64
        Where each class of a batch stands among them.
    """
    if (ours.dtype.kind in "OUS") != (theirs.dtype.kind in "OUS"):
        raise ValueError(
            f"{who(estimator)}: y holds {theirs.dtype} in this batch but {ours.dtype} before; convert it first."
        )
    classes = np.union1d(ours, theirs)
    return classes, np.searchsorted(classes, ours), np.searchsorted(classes, theirs)


def binned_information(tables: list[NDArray[np.float64]], bias_corrected: bool) -> NDArray[np.float64]:
    """Mutual information of each contingency table, in nats; all tables in one pass.

    Returns
    -------
    ndarray of shape (n_tables,)
    """
    n_rows = max(len(table) for table in tables)
    padded = np.zeros((len(tables), n_rows, tables[0].shape[1]))
    for place, table in enumerate(tables):
        padded[place, : len(table)] = table
    return mutual_information(padded, bias_corrected)


def _spaced(cells: Cells, places: NDArray[np.int64], n_codes: int) -> Cells:
    """Move the target codes to their places among the classes of both batches."""
    wide = [np.zeros((*array.shape[:-1], n_codes)) for array in cells[1:]]
    for array, old in zip(wide, cells[1:]):
        array[..., places] = old
    return Cells(cells.keys, *wide)
