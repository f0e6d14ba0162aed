"""A small language of formulas over columns, read by our own parser and worked out by numpy.

Formulas come from users, files and searches, so nothing in them is ever handed to ``eval``: there are no attributes, no
imports, no indexing, and no calls but those in `FUNCTIONS`. A tree of `Node` is worked out on named columns. Names with
spaces stand in backquotes, texts in quotes: ``where(sex == "male", `total fare` / 2, 0)``.
"""

from collections.abc import Mapping

import numpy as np

from sklearn_mlknow.features.formula_functions import ARITHMETIC, FUNCTIONS, Category, Value
from sklearn_mlknow.features.formula_parser import FormulaError, Node, Parser, point

__all__ = ["Formula", "FormulaError"]


class Formula:
    """A parsed formula.

    Parameters
    ----------
    text : str
        Such as ``weight / height**2``.

    Attributes
    ----------
    names : tuple of str
        Columns it reads, in order of appearance.

    Raises
    ------
    FormulaError
        The text is no formula, or too long or nested too deeply.

    Examples
    --------
    >>> import numpy as np
    >>> bmi = Formula("weight / height**2")
    >>> bmi.names
    ('weight', 'height')
    >>> bmi({"weight": np.array([80.0, 70.0]), "height": np.array([2.0, 0.0])})
    array([20., nan])
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = Parser(text).parse()
        found: dict[str, None] = {}
        _collect(self.root, found)
        self.names = tuple(found)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def __call__(self, columns: Mapping[str, Value], n_rows: int | None = None) -> np.ndarray:
        """Work the formula out.

        Parameters
        ----------
        columns : mapping of str to ndarray or Category
            Columns of shape (n_rows,): numbers as float64 or bool, texts as `Category`.
        n_rows : int, default=None
            Length of the answer; that of the columns by default. Needed only where there may be no columns.

        Returns
        -------
        ndarray of shape (n_rows,)
            float64, missing where there is no finite answer; or bool when the formula says something true or false.
        """
        if n_rows is None:
            n_rows = len(next(iter(columns.values())))
        with np.errstate(all="ignore"):
            value = self._work_out(self.root, columns)
        if isinstance(value, Category | str | tuple):
            raise FormulaError(point(self.text, 0, "a formula gives numbers, not texts; compare them with =="))
        out = np.broadcast_to(np.asarray(value), (n_rows,))
        if out.dtype == bool:
            return out.copy()
        return np.where(np.isfinite(out), out, np.nan)

    def _work_out(self, node: Node, columns: Mapping[str, Value]) -> Value:
        if node.kind == "column":
            return columns[str(node.value)]
        if node.kind != "operator" and node.kind != "call":
            return node.value
        arguments = [self._work_out(argument, columns) for argument in node.arguments]
        function = FUNCTIONS[str(node.value)].work if node.kind == "call" else ARITHMETIC[str(node.value)]
        try:
            return function(*arguments)
        except TypeError as error:
            raise FormulaError(point(self.text, node.position, str(error))) from error


def _collect(node: Node, found: dict[str, None]) -> None:
    if node.kind == "column":
        found[str(node.value)] = None
    for argument in node.arguments:
        _collect(argument, found)
