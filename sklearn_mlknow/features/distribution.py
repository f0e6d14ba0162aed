"""Each column on the scale that suits its distribution, with the reason why."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Anything, OneOf
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.shapes import METHODS, Shape, choose_shape, reshape
from sklearn_mlknow.summaries import Values, values

if TYPE_CHECKING:
    import pandas as pd


class DistributionScaler(ColumnwiseTransformer):
    """Bring each column close to the normal law by the simplest scale that does, and say which and why.

    The candidates, simplest first: mean and standard deviation; median and interquartile range (for outliers);
    logarithm; Yeo-Johnson's power; normal quantiles, which fit anything. Use it before linear models, networks and
    distances; read ``report_`` to learn about the data. Costs one sort a column, O(n log n).

    Parameters
    ----------
    methods : tuple of str, default=("standard", "robust", "log", "yeo-johnson", "quantile-normal")
        The candidates; of one, that is used for every column.
    handle_missing : {"propagate", "error"}, default="propagate"
        Whether missing values stay missing or are an error.
    columns : list of str or int, callable or None, default=None
        Columns to work on; None takes every column of numbers.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    report_ : DataFrame
        One row a column: column, method, why, and how straight its quantiles stand against normal ones before and after
        (1 is perfectly normal).
    methods_ : list of str
        One a column; "constant" for a column of one value, which becomes 0.
    columns_ : list of str
        Names of the columns it works on.
    summaries_ : list of Values
        What was seen of each column.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Notes
    -----
    ``partial_fit`` and ``merge`` equal ``fit`` on all rows up to 200 000 distinct values a column. A later value that a
    logarithm cannot take becomes missing.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame({"height": rng.normal(170, 10, 500), "income": rng.lognormal(size=500)})
    >>> DistributionScaler().fit(X).report_[["column", "method"]].values.tolist()
    [['height', 'standard'], ['income', 'log']]
    """

    _rules = {
        "methods": [Anything()],
        "handle_missing": [OneOf("propagate", "error")],
        **COLUMN_RULES,
    }

    def __init__(
        self,
        methods: tuple[str, ...] = METHODS,
        *,
        handle_missing: str = "propagate",
        columns: Any = None,
        remainder: str = "passthrough",
    ) -> None:
        self.methods = methods
        self.handle_missing = handle_missing
        self.columns = columns
        self.remainder = remainder

    @property
    def report_(self) -> "pd.DataFrame":
        """One row a column: which method and why."""
        import pandas as pd

        rows = [(shape.method, shape.why, shape.before, shape.after) for shape in self._shapes]
        report = pd.DataFrame(rows, columns=["method", "why", "normality_before", "normality_after"])
        report.insert(0, "column", self.columns_)
        return report

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
        methods = (self.methods,) if isinstance(self.methods, str) else tuple(self.methods)
        if not methods or any(method not in METHODS for method in methods):
            raise ValueError(f"{who(self)}: methods must be of {list(METHODS)}, got {self.methods!r}.")
        self._shapes: list[Shape] = [choose_shape(summary, methods) for summary in summaries]
        self.methods_ = [shape.method for shape in self._shapes]

    def _apply(self, table: Table, index: int, place: int) -> np.ndarray:
        return reshape(self._read(table, index), self._shapes[place])
