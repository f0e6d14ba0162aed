"""Columns of another table, joined by key: as they are, aggregated, or as they were before a point in time."""

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow._shell.parameters import Anything, Boolean, InstanceOf, OneOf
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, choose_columns, read_table
from sklearn_mlknow.features import group_order
from sklearn_mlknow.features.builder import FeatureBuilder
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.group_keys import GroupIndex, find_groups
from sklearn_mlknow.features.time_reading import learn_format, read_times
from sklearn_mlknow.summaries import moments

if TYPE_CHECKING:
    import pandas as pd

STATISTICS = ("mean", "std", "min", "max", "median", "count", "nunique")


class JoinedTable(BaseEstimator):
    """Speaks in the errors about the table that is joined."""


class Column(NamedTuple):
    """A column to write: its name, and a value for each place (the last for no match); texts as objects."""

    name: str
    values: np.ndarray  # (n_places + 1,)


class Moment(NamedTuple):
    """Rows of the joined table in order of group and time."""

    times: np.ndarray  # (n_distinct,) increasing
    keys: np.ndarray  # (n_rows,) group * n_distinct + time, increasing


def ticks(table: Table, index: int, format: str | None) -> np.ndarray:
    """Read a column of times as whole microseconds, or of numbers as they are; missing is the least of all.

    Parameters
    ----------
    table : Table
    index : int
    format : str or None
        Of texts.

    Returns
    -------
    ndarray of int64 or float64, shape (n_rows,)
    """
    if table.kinds[index] == "number":
        column = finite_number(table, index)
        return np.where(np.isnan(column), -np.inf, column)
    return read_times(table, index, format).absolute.astype(np.int64)  # NaT is the least integer


class JoinFeatures(FeatureBuilder):
    """Write beside each row what another table knows about its key.

    Where the other table has one row a key, its columns come as they are; where it has many, numbers are aggregated by
    ``statistics``; with ``when``, each row gets the last row of its key *before* its time, so that nothing is known
    before it happened. The other table is summarised in ``fit``; a saved or pickled estimator does not hold it. Rows
    without a match get missing values; ``report_`` says how many. O(n + m), with ``when`` O((n + m) log m).

    Parameters
    ----------
    table : frame or array of shape (m_rows, m_columns)
        The other table.
    on : str, int, list of them, or dict
        Key columns that both tables have; a dict maps the names in X to the names in ``table``.
    columns : list of str or int, callable or None, default=None
        Columns of ``table`` to bring; None takes all numbers and categories that are not keys.
    statistics : tuple of {"mean", "std", "min", "max", "median", "count", "nunique"}, default=("mean",)
        How the rows of a key are aggregated when there are many; of categories only "nunique".
    when : str, int, dict or None, default=None
        Column of times (or numbers) in both tables, or a dict of one pair: the last row strictly before is joined.
    prefix : str, default=""
        Put before the new names, where they would clash with those of X.
    keep_inputs : bool, default=True
        Whether keys (and times) stay in the output.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns of X.

    Attributes
    ----------
    report_ : DataFrame
        One row: the keys, how many keys ``table`` has, the share of rows of X in fit with a match, and some of the keys
        without one.
    columns_ : list of str
        Names of the key (and time) columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Examples
    --------
    >>> import pandas as pd
    >>> weather = pd.DataFrame({"city": ["Oslo", "Oslo", "Rome"], "hour": [6, 9, 8], "rain": [0.0, 4.0, 1.0]})
    >>> trips = pd.DataFrame({"city": ["Oslo", "Oslo", "Rome"], "hour": [8, 10, 8]})
    >>> join = JoinFeatures(weather, "city", when="hour").set_output(transform="pandas")
    >>> join.fit_transform(trips)
       city  hour  rain
    0  Oslo     8   0.0
    1  Oslo    10   4.0
    2  Rome     8   NaN
    """

    _rules = {
        "table": [Anything()],
        "on": [Anything()],
        "columns": [Anything()],
        "statistics": [Anything()],
        "when": [Anything()],
        "prefix": [InstanceOf(str)],
        "keep_inputs": [Boolean()],
        "remainder": [OneOf("passthrough", "drop")],
    }

    def __init__(
        self,
        table: Any,
        on: Any,
        *,
        columns: Any = None,
        statistics: tuple[str, ...] = ("mean",),
        when: Any = None,
        prefix: str = "",
        keep_inputs: bool = True,
        remainder: str = "passthrough",
    ) -> None:
        self.table = table
        self.on = on
        self.columns = columns
        self.statistics = statistics
        self.when = when
        self.prefix = prefix
        self.keep_inputs = keep_inputs
        self.remainder = remainder

    @restores_on_failure
    def fit(self, X: Any, y: Any = None) -> Self:
        """Summarise the other table, and see how many rows of X it knows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table to write beside.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        if self.table is None:
            raise ValueError(f"{who(self)}: a loaded join does not hold its table; set_params(table=…) before fit.")
        return self._fit(X, y, None)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        return {**state, "table": None} if "_joined" in state else state

    def _choose(self, table: Table) -> list[int]:
        pairs = _pairs(self.on)
        when = [] if self.when is None else _pairs(self.when)
        if not pairs or len(when) > 1:
            raise ValueError(
                f"{who(self)}: on names at least one key, and when one time; got {self.on!r}, {self.when!r}."
            )
        self._other = read_table(JoinedTable(), self.table, reset=True)
        self._other.speaker = f"{who(self)}: of the joined table"
        keys = ("category", "number")
        self._by = [choose_columns(table, [mine], keys)[0] for mine, _ in pairs]
        self._other_by = [choose_columns(self._other, [theirs], keys)[0] for _, theirs in pairs]
        for mine, theirs in zip(self._by, self._other_by, strict=True):
            kinds = table.kinds[mine], self._other.kinds[theirs]
            if kinds[0] != kinds[1]:
                raise ValueError(
                    f"{who(self)}: key {table.names[mine]!r} is of kind {kinds[0]} in X, but of kind {kinds[1]} in the "
                    "joined table, so that nothing could match; convert one of them."
                )
        times = ("time", "number", "category")
        self._when = [choose_columns(table, [mine], times)[0] for mine, _ in when]
        self._other_when = [choose_columns(self._other, [theirs], times)[0] for _, theirs in when]
        return sorted({*self._by, *self._when})

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        other = self._other
        del self._other
        taken = {*self._other_by, *self._other_when}
        if self.columns is None:
            brought = [i for i, kind in enumerate(other.kinds) if kind in ("number", "category") and i not in taken]
        else:
            brought = choose_columns(other, self.columns, ("number", "category"))
        groups, keys = find_groups(other, self._other_by)
        self._index = GroupIndex(keys)
        self._formats = [
            learn_format(one, index) if one.kinds[index] == "category" else None
            for one, indices in ((table, self._when), (other, self._other_when))
            for index in indices
        ]
        self._moment: Moment | None = None
        if self._when:
            self._moment, rows = self._order_of(other, groups)
            self._joined = [self._as_it_is(other, index, rows) for index in brought]
        elif len(groups) == len(keys.codes):
            self._joined = [self._as_it_is(other, index, np.argsort(groups)) for index in brought]
        else:
            self._joined = self._aggregated(other, brought, groups, len(keys.codes))
        if not self._joined:
            raise ValueError(f"{who(self)}: the joined table has no column to bring beside {some(other.names)}.")
        is_matched = self._places(table) < len(self._joined[0].values) - 1
        self._report = self._describe(table, len(keys.codes), is_matched)

    def _order_of(self, other: Table, groups: np.ndarray) -> tuple[Moment, np.ndarray]:
        """Order the rows of the joined table by group and time; also the order."""
        found = ticks(other, self._other_when[0], self._formats[1])
        distinct, places = np.unique(found, return_inverse=True)
        keys = groups * len(distinct) + places
        rows = np.argsort(keys, kind="stable")
        return Moment(distinct, keys[rows]), rows

    def _as_it_is(self, other: Table, index: int, rows: np.ndarray) -> Column:
        """Bring a column, its rows in this order, then a missing value."""
        name = self.prefix + other.names[index]
        if other.kinds[index] == "number":
            return Column(name, np.append(other.number(index).astype(np.float64)[rows], np.nan))
        codes, levels = other.factorised(index)
        labels = np.array([*levels, None], dtype=object)
        return Column(name, labels[np.append(codes[rows], -1)])

    def _aggregated(self, other: Table, brought: list[int], groups: np.ndarray, n_groups: int) -> list[Column]:
        """Aggregate columns within each key."""
        statistics = [self.statistics] if isinstance(self.statistics, str) else list(self.statistics)
        if not statistics or any(statistic not in STATISTICS for statistic in statistics):
            raise ValueError(f"{who(self)}: statistics must be of {list(STATISTICS)}, got {self.statistics!r}.")
        columns = []
        if "count" in statistics:
            columns.append(Column(f"{self.prefix}count", np.append(np.bincount(groups, minlength=n_groups), 0.0)))
        for index in brought:
            is_number = other.kinds[index] == "number"
            if is_number:
                column = finite_number(other, index)
            else:
                codes = other.factorised(index)[0]
                column = np.where(codes < 0, np.nan, codes)
            found = {}
            if is_number:
                known = moments.summarise_groups(groups, n_groups, column)
                found = {"mean": known.mean, "std": known.deviation, "min": known.minimum, "max": known.maximum}
            if {"median", "nunique"} & set(statistics):
                ordered = group_order.order_groups(groups, n_groups, column, None)
                found["nunique"] = group_order.n_distinct(ordered)
                if is_number:
                    found["median"] = group_order.medians(ordered)
            for statistic in statistics:
                if statistic in found:
                    name = f"{self.prefix}{other.names[index]}_{statistic}"
                    columns.append(Column(name, np.append(found[statistic], np.nan)))
        return columns

    def _places(self, table: Table) -> np.ndarray:
        """Find the row of the summary for each row of X; the last one where there is no match: (n_rows,)."""
        groups = self._index.groups_of(table, self._by)
        if self._moment is None:
            return groups
        n_times, n_groups, n_rows = len(self._moment.times), len(self._index.cells), len(self._moment.keys)
        time = ticks(table, self._when[0], self._formats[0])
        before = np.searchsorted(self._moment.times, time, side="left")  # times strictly earlier
        place = np.searchsorted(self._moment.keys, groups * n_times + before) - 1
        is_match = (groups < n_groups) & (place >= 0)
        is_match &= self._moment.keys[np.maximum(place, 0)] // n_times == groups
        return np.where(is_match, place, n_rows)

    def _build(self, table: Table) -> Any:
        places = self._places(table)
        return [column.values[places] for column in self._joined]

    def _built_names(self) -> list[str]:
        return [column.name for column in self._joined]

    def _describe(self, table: Table, n_keys: int, is_matched: np.ndarray) -> dict[str, Any]:
        unmatched = np.flatnonzero(~is_matched)[:1000]
        shown: dict[Any, None] = {}
        for row in unmatched:
            values = [_value(table, index, row) for index in self._by]
            key = tuple("missing" if is_missing_value(value) else value for value in values)
            shown[key if len(key) > 1 else key[0]] = None
            if len(shown) == 5:
                break
        names = ", ".join(table.names[index] for index in self._by)
        return {"keys": names, "n_keys": n_keys, "matched": float(is_matched.mean()), "unmatched_keys": some(shown)}

    @property
    def report_(self) -> "pd.DataFrame":
        """How well the keys of the two tables match."""
        import pandas as pd

        return pd.DataFrame([self._report])


def _pairs(names: Any) -> list[tuple[Any, Any]]:
    """Read names in X and in the other table: one, a list, or a dict."""
    if isinstance(names, dict):
        return list(names.items())
    return [(name, name) for name in (names if isinstance(names, list | tuple) else [names])]


def _value(table: Table, index: int, row: int) -> Any:
    column = table.column(index)
    return column.iloc[row] if hasattr(column, "iloc") else column[int(row)]
