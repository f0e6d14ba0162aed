"""The gaps between training, validation, test and real rows: how much the loss rises from each to the next, and why.

A model can memorise (training to validation), be chosen to fit the rows it was judged by (validation to test), and meet
rows of another kind (test to real). Each has another remedy, so each is named.

References: Ng, "Machine learning yearning" (2018), chapters 40 to 43; Nadeau and Bengio, "Inference for the
generalization error", Machine Learning 52 (2003), for the intervals.
"""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import Target, read_target
from sklearn_mlknow.formulas.resampled import corrected_difference
from sklearn_mlknow.study.frames import as_pandas
from sklearn_mlknow.study.rows import Rows

FEWEST = 5  # rows of another table that a model is judged by
MEANINGS = {
    "training": ("it learns rows by heart", "a simpler or more regularised model, or more rows"),
    "validation": (
        "the model was chosen by rows like the validation rows, or the test rows were drawn in another way",
        "choosing and judging by different rows, drawn alike",
    ),
    "test": ("real rows are of another kind", "rows to learn from that are like the real ones"),
}


def gaps(losses: dict[str, np.ndarray], test_share: float) -> list[dict[str, Any]]:
    """Measure the rise of the loss from each kind of rows to the next.

    Parameters
    ----------
    losses : dict of str to ndarray of shape (n_splits,)
        Of the same fitted models, by kind of rows, ``training`` and ``validation`` first.
    test_share : float
        Share of the rows that each split holds out.

    Returns
    -------
    list of dict
        ``gap, before, after, rise, low, high, means, remedy``; the ends are 95 %.

    Examples
    --------
    >>> found = gaps({"training": np.array([0.2, 0.2]), "validation": np.array([0.5, 0.7])}, 0.25)
    >>> found[0]["gap"], round(found[0]["rise"], 3), found[0]["low"] < 0 < found[0]["high"]
    ('training to validation', 0.4, True)
    """
    names, found = list(losses), []
    for first, second in zip(names, names[1:]):
        rise = corrected_difference(losses[second] - losses[first], test_share)
        means, remedy = MEANINGS["test" if second == "real" else first]
        found.append(
            {
                "gap": f"{first} to {second}",
                "before": float(losses[first].mean()),
                "after": float(losses[second].mean()),
                "rise": rise.mean,
                "low": rise.low,
                "high": rise.high,
                "means": means,
                "remedy": remedy,
            }
        )
    return found


def words(found: list[dict[Any, Any]]) -> str:
    """Say which gap is the widest that is sure, what it means and what helps.

    Examples
    --------
    >>> words(gaps({"training": np.array([0.2, 0.21]), "validation": np.array([0.9, 0.92])}, 0.1))
    'The widest gap is from training to validation rows: it learns rows by heart; what helps is a simpler or more \
regularised model, or more rows.'
    """
    sure = [gap for gap in found if gap["low"] > 0]
    if not sure:
        return "No gap between kinds of rows is sure: what the model misses, it misses on training rows too."
    widest = max(sure, key=lambda gap: gap["rise"])
    return f"The widest gap is from {widest['gap']} rows: {widest['means']}; what helps is {widest['remedy']}."


def deal_rows(study: Any, name: str, pair: tuple[Any, Any], target: Target, n_parts: int, seed: int) -> list[Rows]:
    """Deal the rows of another table into parts, so that each model is judged by rows of its own.

    Parameters
    ----------
    study : estimator
        Fitted on a table of the same columns; speaks in the errors.
    name : str
        Of the table.
    pair : tuple of (X, y)
    target : Target
        What the study was fitted to.
    n_parts, seed : int

    Returns
    -------
    list of Rows

    Raises
    ------
    ValueError
        Other columns, a class that was never learned, or fewer than five rows a part.
    """
    X, y = pair
    table = read_table(study, X, reset=False)
    wanted = read_target(study, y, table.n_rows, "class" if target.is_class else "number").as_given
    is_new = np.zeros(len(wanted), dtype=bool) if target.classes is None else ~np.isin(wanted, target.classes)
    if is_new.any():
        raise ValueError(f"{who(study)}: {name} holds class {wanted[is_new][0]!s}, which y lacks; leave it out.")
    if table.n_rows < FEWEST * n_parts:
        raise ValueError(
            f"{who(study)}: {name} has {table.n_rows} rows; repeats={n_parts} needs {FEWEST * n_parts} or more."
        )
    order = np.random.default_rng(seed).permutation(table.n_rows)
    rows = Rows(as_pandas(table), wanted)
    return [rows.take(positions) for positions in np.array_split(order, n_parts)]
