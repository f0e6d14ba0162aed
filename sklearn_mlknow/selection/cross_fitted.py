"""How much a model leans on each column of rows it has not seen, some columns shuffled in their places.

Reference: Lundberg and Lee, "A unified approach to interpreting model predictions" (2017) for the SHAP values.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.selection.column_values import is_number_like, levels_of, number_of

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Judge:
    """A model, the table it is fitted on, and how it is explained.

    Attributes
    ----------
    estimator : estimator or None
        Cloned for every fit; None is boosted trees on `as_numbers`.
    table : Table
    labels : ndarray of shape (n_rows,)
        The target, as the model takes it.
    background : int
        Rows that lend their values.
    seed : int
        Of all explanations: the same coalitions are planned once.
    """

    estimator: Any
    table: Table
    labels: NDArray[Any]
    background: int
    seed: int

    @classmethod
    def of(cls, estimator: Any, table: Table, labels: NDArray[Any], background: int, seed: int) -> "Judge":
        """Make a judge; without an estimator the table is read as numbers once."""
        return cls(estimator, as_numbers(table) if estimator is None else table, labels, background, seed)

    def importances(
        self,
        train: NDArray[np.int64],
        test: NDArray[np.int64],
        is_shadow: NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> Matrix:
        """Fit on some rows, explain others: the share of each column in all mean absolute SHAP values.

        Parameters
        ----------
        train, test : ndarrays of int
            Rows to fit on and to explain.
        is_shadow : ndarray of bool of shape (n_columns,)
            Columns that are shuffled in both.
        rng : Generator

        Returns
        -------
        ndarray of shape (n_columns,)
        """
        from sklearn_mlknow.explain import ShapExplainer

        seen, unseen = (shuffled_rows(self.table, rows, is_shadow, rng) for rows in (train, test))
        model = boosted_trees(self.labels) if self.estimator is None else clone(self.estimator)
        if self.estimator is None:
            is_empty = np.isnan(seen).all(axis=0)  # the trees refuse such columns
            seen[:, is_empty], unseen[:, is_empty] = 0.0, 0.0
        seeds = {name: int(rng.integers(2**31)) for name in sorted(model.get_params()) if name.endswith("random_state")}
        # small trees asked many short questions: threads would mostly wait for each other
        with threadpool_limits(1, user_api="openmp") if self.estimator is None else nullcontext():
            model.set_params(**seeds).fit(seen, self.labels[train])
            explainer = ShapExplainer(model, background=self.background, random_state=self.seed).fit(seen)
            values = np.abs(explainer.explain(unseen).values)  # (n_explained, n_columns[, n_outputs])
        mean = values.mean(axis=0) if values.ndim == 2 else values.sum(axis=2).mean(axis=0)
        return mean / mean.sum() if mean.sum() > 0 else mean


def boosted_trees(labels: NDArray[Any]) -> Any:
    """Return the default model: small, and good on most tables."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    is_number = labels.dtype.kind == "f"
    return (HistGradientBoostingRegressor if is_number else HistGradientBoostingClassifier)(max_iter=40)


def as_numbers(table: Table) -> Table:
    """Read a mixed table as one of numbers: times in seconds, categories as codes, missing as NaN."""
    matrix = np.empty((table.n_rows, table.n_columns))
    for index in range(table.n_columns):
        if is_number_like(table, index):
            matrix[:, index] = number_of(table, index)
        else:
            codes = levels_of(table, index)[0]
            matrix[:, index] = np.where(codes < 0, np.nan, codes)
    return Table(table.speaker, matrix, table.names, ["number"] * table.n_columns, table.n_rows)


def shuffled_rows(table: Table, rows: NDArray[np.int64], is_shadow: NDArray[np.bool_], rng: np.random.Generator) -> Any:
    """Take rows in the format of the input, some columns shuffled each by itself.

    Parameters
    ----------
    table : Table
    rows : ndarray of int of shape (n_taken,)
    is_shadow : ndarray of bool of shape (n_columns,)
        Columns to shuffle.
    rng : Generator

    Returns
    -------
    ndarray or frame of shape (n_taken, n_columns)
    """
    orders = [rng.permutation(rows) if is_shuffled else rows for is_shuffled in is_shadow]
    if isinstance(table.native, np.ndarray):
        return np.stack([table.native[order, i] for i, order in enumerate(orders)], axis=1)
    import narwhals as nw

    frame = nw.from_native(table.native, eager_only=True)
    columns = [frame[:, i][order].to_native() for i, order in enumerate(orders)]
    if hasattr(columns[0], "set_axis"):  # pandas would align the shuffled rows again by their index
        index = table.native.index[rows]
        columns = [column.set_axis(index) for column in columns]
    whole = {name: nw.from_native(column, series_only=True) for name, column in zip(frame.columns, columns)}
    return nw.from_dict(whole).to_native()
