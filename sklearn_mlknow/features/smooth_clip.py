"""Robust scale with a smooth clip: median, interquartile range, then x / sqrt(1 + (x / 3)^2).

Source: Holzmüller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data"
(NeurIPS 2024), section 3, robust scaling and smooth clipping; the clip is Huber's idea (*Robust Statistics*, 1981) in a
form that has a derivative everywhere.
"""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import OneOf, Real
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.quantiles import quantiles
from sklearn_mlknow.summaries import Values, values

QUARTERS = np.array([0.25, 0.5, 0.75])


def robust_scale(summary: Values) -> tuple[float, float]:
    """Find the middle and the width of a column.

    Parameters
    ----------
    summary : Values

    Returns
    -------
    center : float
        The median; 0 when there are no values.
    scale : float
        The interquartile range; where the quarters coincide, half the range; 0 for a constant column.

    Examples
    --------
    >>> robust_scale(Values(np.array([1.0, 2.0, 4.0, 8.0]), minimum=1.0, maximum=8.0))
    (3.0, 4.5)
    """
    if len(summary.values) == 0:
        return 0.0, 0.0
    low, middle, high = quantiles(summary, QUARTERS)
    with np.errstate(over="ignore"):
        scale = high - low if high > low else summary.maximum / 2 - summary.minimum / 2
    return float(middle), float(min(scale, np.finfo(np.float64).max))


def smooth_clip(column: np.ndarray, center: float, scale: float, limit: float | None) -> np.ndarray:
    """Scale a column and bend it smoothly towards ±limit.

    Parameters
    ----------
    column : ndarray of float, shape (n_rows,)
        NaN stays NaN.
    center, scale : float
        A scale of 0 says that the column is constant: every value becomes 0.
    limit : float or None
        None leaves the scaled values as they are.

    Returns
    -------
    ndarray of the dtype of ``column``, shape (n_rows,)

    Examples
    --------
    >>> smooth_clip(np.array([1.0, 4.0, 1e9]), center=1.0, scale=1.0, limit=3.0).round(4)
    array([0.    , 2.1213, 3.    ])
    """
    if scale == 0:
        return column * 0
    with np.errstate(over="ignore"):
        out = column / scale - center / scale
    largest = np.finfo(out.dtype).max
    np.clip(out, -largest, largest, out=out)
    if limit is not None:
        # 1 / hypot(1 / x, 1 / limit) would divide by zero; hypot does not overflow where a square would
        out /= np.hypot(1.0, out / limit).astype(out.dtype, copy=False)
    return out


class SmoothClipScaler(ColumnwiseTransformer):
    """Scale columns by median and interquartile range, and bend outliers smoothly towards ±3.

    Use it before networks and anything that measures distances: outliers keep their order but lose their pull, and
    ordinary values are nearly untouched (a value one interquartile range from the median moves by 5 %). Trees do not
    need it. Costs one sort a column, O(n log n).

    Parameters
    ----------
    limit : float or None, default=3.0
        The output stays strictly within ±limit, in interquartile ranges; None only scales.
    handle_missing : {"propagate", "error"}, default="propagate"
        Whether missing values stay missing or are an error.
    columns : list of str or int, callable or None, default=None
        Columns to work on; None takes every column of numbers.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    center_ : ndarray of shape (n_columns,)
        Medians.
    scale_ : ndarray of shape (n_columns,)
        Interquartile ranges; half the range where the quarters coincide; 0 for a constant column, all of whose values,
        later ones included, become 0.
    rank_error_ : ndarray of shape (n_columns,)
        Worst error of the medians' ranks, as a share of the rows; 0 until ``partial_fit`` and ``merge`` have seen more
        than 200 000 distinct values.
    columns_ : list of str
        Names of the columns it works on.
    summaries_ : list of Values
        What was seen of each column.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Raises
    ------
    ValueError
        A column holds infinity, or missing values with ``handle_missing="error"``.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    NeurIPS 2024.

    Examples
    --------
    >>> import numpy as np
    >>> SmoothClipScaler().fit_transform(np.array([[1.0], [2.0], [4.0], [8.0], [1e6]])).round(2).ravel().tolist()
    [-0.49, -0.33, 0.0, 0.65, 3.0]
    """

    _rules = {
        "limit": [Real(0, closed="neither"), None],
        "handle_missing": [OneOf("propagate", "error")],
        **COLUMN_RULES,
    }

    def __init__(
        self,
        limit: float | None = 3.0,
        *,
        handle_missing: str = "propagate",
        columns: Any = None,
        remainder: str = "passthrough",
    ) -> None:
        self.limit = limit
        self.handle_missing = handle_missing
        self.columns = columns
        self.remainder = remainder

    def _read(self, table: Table, index: int) -> np.ndarray:
        column = finite_number(table, index)
        if self.handle_missing == "error" and np.isnan(column).any():
            raise ValueError(
                f"{who(self)}: column {table.names[index]!r} holds missing values (NaN); fill them first or set "
                'handle_missing="propagate".'
            )
        return column

    def _summarise(self, table: Table, index: int, target: Any, weights: Any) -> Values:
        return values.summarise(self._read(table, index), weights)

    def _merge(self, ours: Values, theirs: Values) -> Values:
        return values.merge(ours, theirs)

    def _keep(self, summary: Values) -> Values:
        return values.kept(summary)

    def _learn(self, summaries: list[Values]) -> None:
        found = np.array([robust_scale(summary) for summary in summaries])  # (n_columns, 2)
        self.center_, self.scale_ = found[:, 0], found[:, 1]
        self.rank_error_ = np.array([summary.rank_error for summary in summaries])

    def _apply(self, table: Table, index: int, place: int) -> np.ndarray:
        column = self._read(table, index)
        return smooth_clip(column, float(self.center_[place]), float(self.scale_[place]), self.limit)
