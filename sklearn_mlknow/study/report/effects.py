"""The general effect of a column: every row of a background takes one value of it, and the predictions are averaged.

Friedman, "Greedy function approximation", Annals of Statistics 29 (2001), section 8.2 (partial dependence).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.explained import Array, Effect

if TYPE_CHECKING:
    import pandas as pd

N_VALUES = 13
MOST_LEVELS = 8


def general_effect(
    predict: "Callable[[pd.DataFrame], Array]",
    background: "pd.DataFrame",
    X: "pd.DataFrame",
    shown: "pd.DataFrame",
    name: str,
) -> Effect:
    """Set a column to some of its own values in rows of a background, and average the predictions.

    Parameters
    ----------
    predict : callable
        ``predict(X)`` returns an array of shape (n_rows, n_outputs).
    background : DataFrame
        The rows that take the values, as the model takes them.
    X : DataFrame
        Rows that have the values.
    shown : DataFrame
        The rows of X for people: columns of float64 or category.
    name : str
        The column.

    Returns
    -------
    Effect
        Costs ``n_values * n_background`` model rows.
    """
    import pandas as pd

    column = shown[name]
    is_number = column.dtype.kind == "f"
    rows = rows_with_values(column)
    few = background
    many = pd.concat([few] * len(rows), ignore_index=True)
    many[name] = X[name].iloc[np.repeat(rows, len(few))].array
    told = predict(many).reshape(len(rows), len(few), -1)  # (n_values, n_background, n_outputs)
    means = told.mean(axis=1)
    # rows differ in their level whatever the value: only what is left of that makes the effect unsure
    left = told - told.mean(axis=0) if len(rows) > 1 else told
    errors = left.std(axis=1, ddof=1) / np.sqrt(len(few)) if len(few) > 1 else np.zeros_like(means)
    values: Any = column.iloc[rows]
    named = tuple(float(v) for v in values) if is_number else tuple("missing" if pd.isna(v) else str(v) for v in values)
    return Effect(name, named, is_number, means, errors)


def rows_with_values(column: "pd.Series[Any]") -> NDArray[np.int64]:
    """Choose rows that hold values worth trying: quantiles of a number or the commonest levels, and a missing value.

    Examples
    --------
    >>> import pandas as pd
    >>> rows_with_values(pd.Series([3.0, 1.0, np.nan, 3.0])).tolist()
    [1, 0, 2]
    >>> rows_with_values(pd.Series(["b", "a", "b"], dtype="category")).tolist()
    [0, 1]
    """
    is_missing = column.isna().to_numpy()
    known = np.flatnonzero(~is_missing)
    if column.dtype.kind == "f":
        values = column.to_numpy(dtype=np.float64)
        order = known[np.argsort(values[known], kind="stable")]
        places = np.linspace(0, max(len(order) - 1, 0), N_VALUES).round().astype(np.int64)
        chosen = order[np.unique(places)] if len(order) else order
        chosen = chosen[np.concatenate([[True], np.diff(values[chosen]) > 0])] if len(chosen) else chosen
    else:
        levels = column.value_counts()
        texts = column.astype(object).to_numpy()
        commonest = [level for level, n in levels.items() if n > 0][:MOST_LEVELS]
        chosen = np.array([int(np.flatnonzero(texts == level)[0]) for level in commonest], dtype=np.int64)
    return np.concatenate([chosen, np.flatnonzero(is_missing)[:1]]).astype(np.int64)
