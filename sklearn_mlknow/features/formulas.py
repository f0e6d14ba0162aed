"""Domain knowledge as formulas: each new column is a formula over the others."""

from typing import Any, Self

import numpy as np

from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.parameters import Boolean, Dictionary, OneOf
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.builder import FeatureBuilder
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.formula_functions import Category, Value
from sklearn_mlknow.features.formula_language import Formula, FormulaError


def read_columns(table: Table, names: list[str]) -> dict[str, Value]:
    """Read columns as formulas want them.

    Parameters
    ----------
    table : Table
    names : list of str
        Of numbers or categories.

    Returns
    -------
    dict of str to ndarray or Category
        float64 columns of shape (n_rows,); texts as `Category`.
    """
    columns: dict[str, Value] = {}
    for name in names:
        index = table.names.index(name)
        if table.kinds[index] == "category":
            columns[name] = Category(*table.factorised(index))
        else:
            columns[name] = finite_number(table, index)
    return columns


class FormulaFeatures(FeatureBuilder):
    """Write what experts know as formulas: ``FormulaFeatures({"bmi": "weight / height**2"})``.

    Use it where a quantity is known to matter; a network finds ratios and thresholds slowly and only with many rows.
    Formulas are read by a small interpreter of our own, never by Python's: they may come from anywhere. They know
    ``+ - * / // % **``, comparisons, ``and or not in``, texts in quotes, names with spaces in backquotes, and ``abs
    ceil clip cos exp floor log log10 log1p max min missing round sign sin sqrt tanh where``. What has no finite answer,
    such as a division by zero, is missing. Costs a numpy pass a operator.

    Parameters
    ----------
    formulas : dict of str to str
        Name of each new column and its formula. At most 2 000 characters, nested at most 100 deep.
    keep_inputs : bool, default=True
        Whether the columns that formulas read stay in the output.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the columns that no formula reads.

    Attributes
    ----------
    formulas_ : dict of str to Formula
        The parsed formulas.
    columns_ : list of str
        Columns that formulas read.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Raises
    ------
    ValueError
        In ``fit``: a formula that cannot be read (the message points at the character), or a column that is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"weight": [80.0, 63.0], "height": [2.0, 1.5], "sex": ["f", "m"]})
    >>> builder = FormulaFeatures({"bmi": "weight / height**2", "tall": "height > 1.8"})
    >>> builder.set_output(transform="pandas").fit_transform(people)
       weight  height sex   bmi  tall
    0    80.0     2.0   f  20.0   1.0
    1    63.0     1.5   m  28.0   0.0
    """

    _rules = {
        "formulas": [Dictionary()],
        "keep_inputs": [Boolean()],
        "remainder": [OneOf("passthrough", "drop")],
    }

    def __init__(self, formulas: dict[str, str], *, keep_inputs: bool = True, remainder: str = "passthrough") -> None:
        self.formulas = formulas
        self.keep_inputs = keep_inputs
        self.remainder = remainder

    @restores_on_failure
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Check one more batch; formulas learn nothing from rows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The batch.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        if not hasattr(self, "formulas_"):
            return self.fit(X, y)
        self._build(self._read(X))
        return self

    def _choose(self, table: Table) -> list[int]:
        if not self.formulas:
            raise ValueError(
                f'{who(self)}: formulas is empty; give at least one, such as {{"bmi": "weight / height"}}.'
            )
        self.formulas_ = {}
        wanted = set()
        for name, text in self.formulas.items():
            if not isinstance(name, str):
                raise ValueError(f"{who(self)}: the name of a formula is a text, got {name!r}.")
            try:
                formula = Formula(text)
            except FormulaError as error:
                raise ValueError(f"{who(self)}: formula {name!r}: {error}") from error
            for column in formula.names:
                if column not in table.names:
                    raise ValueError(
                        f"{who(self)}: formula {name!r} reads column {column!r}, which X has not; "
                        f"it has {some(table.names)}."
                    )
                if table.kinds[table.names.index(column)] not in ("number", "category"):
                    raise ValueError(
                        f"{who(self)}: formula {name!r} reads column {column!r}, which holds times; "
                        "turn it into numbers with DatetimeFeatures first."
                    )
            self.formulas_[name] = formula
            wanted |= set(formula.names)
        return [index for index, name in enumerate(table.names) if name in wanted]

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        self._build(table)  # types of columns and operators must fit

    def _build(self, table: Table) -> np.ndarray:
        columns = read_columns(table, self.columns_)
        built = np.empty((table.n_rows, len(self.formulas_)), order="F")  # (n_rows, n_formulas)
        for place, (name, formula) in enumerate(self.formulas_.items()):
            try:
                built[:, place] = formula(columns, table.n_rows)
            except FormulaError as error:
                raise ValueError(f"{who(self)}: formula {name!r}: {error}") from error
        return built

    def _built_names(self) -> list[str]:
        return list(self.formulas_)
