"""Simple conditions on columns, written as formulas: what rules are made of when they are sought."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.selection.contingency import spread_edges

MOST_LEVELS = 20  # the commonest levels of a category become conditions

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Conditions:
    """Simple conditions and where they hold."""

    texts: list[str]
    columns: NDArray[np.int64]  # (n_conditions,) which column each is about
    holds: NDArray[np.bool_]  # (n_conditions, n_rows)


def conditions_of(table: Table, n_bins: int, weights: Matrix) -> Conditions:
    """List the conditions that rules are made of: thresholds of numbers, levels of categories, being missing.

    Parameters
    ----------
    table : Table
        Columns of times are left out.
    n_bins : int
        Numbers are cut at the ends of this many bins of equal weight.
    weights : ndarray of shape (n_rows,)

    Returns
    -------
    Conditions
    """
    texts: list[str] = []
    columns: list[int] = []
    holds: list[NDArray[np.bool_]] = []
    is_used = weights > 0

    def add(index: int, text: str, mask: NDArray[np.bool_]) -> None:
        if mask[is_used].any() and not mask[is_used].all():
            texts.append(text)
            columns.append(index)
            holds.append(mask)

    for index, (name, kind) in enumerate(zip(table.names, table.kinds)):
        word = quoted(name)
        if kind == "number":
            column = np.asarray(table.number(index), dtype=np.float64)
            is_missing = np.isnan(column)
            present = column[~is_missing & is_used]
            for edge in spread_edges(present, n_bins, weights[~is_missing & is_used]):
                cut = short_number(float(present[present < edge].max()), float(edge))
                add(index, f"{word} < {cut!r}", column < cut)
                add(index, f"{word} >= {cut!r}", column >= cut)
            add(index, f"missing({word})", is_missing)
        elif kind == "category":
            codes, levels = table.factorised(index)
            counts = np.bincount(codes[codes >= 0], weights[codes >= 0], minlength=len(levels))
            for level in np.argsort(-counts, kind="stable")[:MOST_LEVELS]:
                written = constant(levels[level])
                if written is not None:
                    add(index, f"{word} == {written}", codes == level)
                    add(index, f"{word} != {written}", (codes != level) & (codes >= 0))
            add(index, f"missing({word})", codes < 0)
    shape = (len(holds), table.n_rows)
    return Conditions(texts, np.array(columns, dtype=np.int64), np.array(holds, dtype=bool).reshape(shape))


def quoted(name: str) -> str:
    """Write a column's name as formulas need it.

    Examples
    --------
    >>> quoted("age"), quoted("total fare")
    ('age', '`total fare`')
    """
    if name.isidentifier() and name not in ("and", "or", "not", "in"):
        return name
    return "`" + name.replace("`", "``") + "`"


def constant(level: object) -> str | None:
    """Write a level as formulas need it; None where they cannot say it.

    Examples
    --------
    >>> print(constant("yes"), constant('the "best"'), constant(3), constant(True))
    "yes" 'the "best"' 3 1
    """
    if isinstance(level, str):
        quotes = [mark for mark in "\"'" if mark not in level]
        return f"{quotes[0]}{level}{quotes[0]}" if quotes else None
    return repr(int(level) if isinstance(level, bool) else level) if isinstance(level, int | float) else None


def short_number(low: float, high: float) -> float:
    """Return the number with the fewest digits above ``low`` and not above ``high``.

    Examples
    --------
    >>> short_number(41.98, 42.31), short_number(0.12, 0.13)
    (42.0, 0.13)
    """
    for digits in range(1, 18):
        number = float(f"{(low + high) / 2 if digits < 17 else high:.{digits}g}")
        if low < number <= high:
            return number
        if low < float(f"{high:.{digits}g}") <= high:
            return float(f"{high:.{digits}g}")
    return high
