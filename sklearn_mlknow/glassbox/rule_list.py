"""A list of rules on a table: where each holds, which decides, how good each is. The first that holds decides."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow._shell.errors import some
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.formula_language import Formula, FormulaError
from sklearn_mlknow.features.formulas import read_columns

Matrix = NDArray[np.float64]


def read_rules(table: Table, rules: dict[Any, list[str]], classes: list[Any]) -> list[tuple[Any, str]]:
    """Check the rules that experts wrote and list them in the order written.

    Parameters
    ----------
    table : Table
    rules : dict of class to list of str
    classes : list
        Classes that y has.

    Returns
    -------
    list of (class, str)

    Raises
    ------
    ValueError
        A class that y has not, no list of texts, a text that is no formula, or a column that the table has not.
    """
    texts: list[tuple[Any, str]] = []
    for label, own in rules.items():
        if label not in classes:
            raise ValueError(
                f"{table.speaker}: rules name the class {label!r}, which y has not; it has {some(classes)}."
            )
        if isinstance(own, str) or not own:
            raise ValueError(f"{table.speaker}: the rules of class {label!r} are a list of at least one text.")
        texts += [(label, rule) for rule in own]
    for _, rule in texts:
        try:
            names = Formula(rule).names
        except FormulaError as error:
            raise ValueError(f"{table.speaker}: rule {rule!r}: {error}") from error
        missing = [name for name in names if name not in table.names]
        if missing:
            raise ValueError(
                f"{table.speaker}: rule {rule!r} reads {some(missing)}, which X has not; it has {some(table.names)}."
            )
    return texts


def where_rules_hold(table: Table, formulas: list[Formula]) -> NDArray[np.bool_]:
    """Work rules out; one that has no answer for a row, for want of a value, does not hold.

    Returns
    -------
    ndarray of bool, shape (n_rules, n_rows)
    """
    holds = np.zeros((len(formulas), table.n_rows), dtype=bool)
    columns = read_columns(table, sorted({name for formula in formulas for name in formula.names}))
    for place, formula in enumerate(formulas):
        try:
            answer = formula(columns, table.n_rows)
        except FormulaError as error:
            raise ValueError(f"{table.speaker}: rule {formula.text!r}: {error}") from error
        holds[place] = answer if answer.dtype == bool else (answer != 0) & ~np.isnan(answer)
    return holds


def first_that_holds(holds: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find which rule decides each row; the number of rules where none holds.

    Examples
    --------
    >>> first_that_holds(np.array([[False, True, False], [True, True, False]])).tolist()
    [1, 0, 2]
    """
    return np.concatenate([holds, np.ones((1, holds.shape[1]), dtype=bool)]).argmax(axis=0)


def weight_decided(first: NDArray[np.int64], counts: Matrix, n_rules: int) -> Matrix:
    """Add up the classes of the rows that each rule decides; the last row is the default's.

    Parameters
    ----------
    first : ndarray of int of shape (n_rows,)
    counts : ndarray of shape (n_rows, n_classes)
        Weight of each row in the column of its class.
    n_rules : int

    Returns
    -------
    ndarray of shape (n_rules + 1, n_classes)
    """
    decided = np.zeros((n_rules + 1, counts.shape[1]))
    np.add.at(decided, first, counts)
    return decided


def measure_rules(
    holds: NDArray[np.bool_], said: NDArray[np.int64], counts: Matrix, decided: Matrix
) -> dict[str, Matrix]:
    """Measure each rule on its own and in the list; NaN where nothing is to be measured.

    Parameters
    ----------
    holds : ndarray of bool, shape (n_rules, n_rows)
    said : ndarray of int, shape (n_rules + 1,)
        Class that each rule says, and the default.
    counts : ndarray of shape (n_rows, n_classes)
    decided : ndarray of shape (n_rules + 1, n_classes)

    Returns
    -------
    dict of str to ndarray of shape (n_rules + 1,)
        coverage, precision, decides, precision_first, overlap, conflict.
    """
    n_rules = len(holds)
    weights, weight = counts.sum(axis=1), decided.sum(axis=1)
    alone = np.full((4, n_rules + 1), np.nan)
    for place, rows in enumerate(holds):
        others = np.arange(n_rules) != place
        same = holds[others & (said[:-1] == said[place])].any(axis=0)
        other = holds[others & (said[:-1] != said[place])].any(axis=0)
        covered = weights @ rows
        alone[0, place] = covered / weights.sum()
        if covered:
            parts = (counts[:, said[place]], weights * same, weights * other)
            alone[1:, place] = [part @ rows / covered for part in parts]
    right = decided[np.arange(n_rules + 1), said]
    precision_first = np.divide(right, weight, out=np.full(n_rules + 1, np.nan), where=weight > 0)
    return {
        "coverage": alone[0],
        "precision": alone[1],
        "decides": weight / weights.sum(),
        "precision_first": precision_first,
        "overlap": alone[2],
        "conflict": alone[3],
    }
