"""Explained rows in one shape, whatever the model: what the pictures of an explanation are made of."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.words import clip

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """What the model says on average when one column is set to a value in every row.

    Attributes
    ----------
    name : str
        The column.
    values : tuple of float or str
        Numbers in increasing order, or levels, the commonest first; a missing value is NaN or "missing" and the last.
    is_number : bool
        Whether the column holds numbers.
    means, standard_errors : ndarray of shape (n_values, n_outputs)
        Mean prediction over the background, and how far other background rows would move it.
    """

    name: str
    values: tuple[float | str, ...]
    is_number: bool
    means: Array
    standard_errors: Array


@dataclass(frozen=True)
class Explained:
    """SHAP values of some rows of a table, and the general effects of its columns.

    Attributes
    ----------
    target : str
        What is predicted.
    is_share : bool
        Whether probabilities are explained.
    kind_of_row : str
        How the page calls a row: "test row".
    rows : ndarray of shape (n_rows,)
        Positions in the table.
    X : DataFrame of shape (n_rows, n_columns)
        The explained rows, for people: columns of float64 or category.
    names : tuple of str
        The original columns.
    outputs : tuple of str
        What is explained: the classes, the class that is looked for, or the target's name.
    values, standard_errors : ndarray of shape (n_rows, n_columns, n_outputs)
        Attributions and their standard errors.
    base_values : ndarray of shape (n_outputs,)
        Mean prediction over the background.
    budget : int
        Model rows used for each explained row.
    is_exact : bool
        Whether all coalitions were tried.
    effects : tuple of Effect
        The most important columns first.
    """

    target: str
    is_share: bool
    kind_of_row: str
    rows: NDArray[np.int64]
    X: "pd.DataFrame"
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    values: Array
    standard_errors: Array
    base_values: Array
    budget: int
    is_exact: bool
    effects: tuple[Effect, ...] = ()

    @property
    def unit(self) -> str:
        """What attributions are measured in."""
        return "in probability" if self.is_share else f"in units of {clip(self.target)}"

    @property
    def predictions(self) -> Array:
        """What the model says of the explained rows; (n_rows, n_outputs)."""
        return self.base_values + self.values.sum(axis=1)
