"""Columns of another table, joined by key: as they are, aggregated, or as they were before a point in time."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow._shell.parameters import Anything, Boolean, InstanceOf, OneOf
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, choose_columns, read_table
from sklearn_mlknow.features.builder import FeatureBuilder
from sklearn_mlknow.features.group_keys import GroupIndex, find_groups
from sklearn_mlknow.features.joined_table import (
    NEVER,
    STATISTICS,
    Moment,
    aggregated,
    as_it_is,
    last_before,
    order_moments,
    ticks,
)
from sklearn_mlknow.features.time_reading import is_zoned, learn_format

if TYPE_CHECKING:
    import pandas as pd


class JoinedTable(BaseEstimator):
    """Speaks in the errors about the table that is joined."""


class JoinFeatures(FeatureBuilder):
    """Write beside each row what another table knows about its key.

    Where the other table has one row a key, its columns come as they are; where it has many, numbers are aggregated by
    ``statistics``; with ``when``, each row gets the last row of its key *before* its time, so that nothing is known
    before it happened (rows of the table without a time are left out). A missing key matches a missing key. The other
    table is summarised in ``fit``; a saved or pickled estimator does not hold it. Rows without a match get missing
    values; ``report_`` says how many. O(n + m), with ``when`` O((n + m) log m).

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
        self._statistics = [self.statistics] if isinstance(self.statistics, str) else list(self.statistics)
        if not self._statistics or any(statistic not in STATISTICS for statistic in self._statistics):
            raise ValueError(f"{who(self)}: statistics must be of {list(STATISTICS)}, got {self.statistics!r}.")
        self._other = read_table(JoinedTable(), self.table, reset=True)
        self._other.speaker = f"{who(self)}: of the joined table"
        keys = ("category", "number")
        self._by = [choose_columns(table, [mine], keys)[0] for mine, _ in pairs]
        self._other_by = [choose_columns(self._other, [theirs], keys)[0] for _, theirs in pairs]
        if len(set(self._by)) < len(self._by):
            raise ValueError(f"{who(self)}: on names a key twice: {self.on!r}; name each once.")
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
        self._index = GroupIndex(keys, who(self))
        self._moment: Moment | None = None
        if self._when:
            self._formats = self._agreed_formats(table, other)
            self._moment, rows = order_moments(groups, ticks(other, self._other_when[0], self._formats[1]))
            self._joined = [as_it_is(other, index, rows, self.prefix) for index in brought]
        elif len(groups) == len(keys.codes):
            self._joined = [as_it_is(other, index, np.argsort(groups), self.prefix) for index in brought]
        else:
            self._joined = aggregated(other, brought, groups, len(keys.codes), self._statistics, self.prefix)
        if not self._joined:
            raise ValueError(
                f"{who(self)}: the joined table has no column to bring beside {some(other.names)}; categories of a key "
                'of many rows are only counted: name "nunique" or "count" in statistics.'
            )
        is_matched = self._places(table) < len(self._joined[0].values) - 1
        self._report = self._describe(table, len(keys.codes), is_matched)

    def _agreed_formats(self, table: Table, other: Table) -> list[str | None]:
        """Learn how texts of both tables are read as times; both must be times, of one kind of clock."""
        sides = [(table, self._when[0]), (other, self._other_when[0])]
        if len({one.kinds[index] == "number" for one, index in sides}) > 1:
            kinds = " and of kind ".join(one.kinds[index] for one, index in sides)
            raise ValueError(
                f"{who(self)}: when: column {table.names[self._when[0]]!r} is of kind {kinds} in the joined table; "
                "numbers and times cannot be compared, convert one of them."
            )
        formats = [learn_format(one, index) if one.kinds[index] == "category" else None for one, index in sides]
        zoned = [is_zoned(one, index, format) for (one, index), format in zip(sides, formats, strict=True)]
        if zoned[0] != zoned[1]:
            has, has_not = ("X", "the joined table") if zoned[0] else ("the joined table", "X")
            raise ValueError(
                f"{who(self)}: when: column {table.names[self._when[0]]!r} has a time zone in {has}, but none in "
                f"{has_not}; give both one, or none."
            )
        self._zoned = zoned[0]
        return formats

    def _places(self, table: Table) -> np.ndarray:
        """Find the row of the summary for each row of X; the last one where there is no match: (n_rows,)."""
        groups = self._index.groups_of(table, self._by)
        if self._moment is None:
            return groups
        index, format = self._when[0], self._formats[0]
        times = ticks(table, index, format)
        if table.kinds[index] == "time" and is_zoned(table, index, format) != self._zoned and (times != NEVER).any():
            raise ValueError(
                f"{who(self)}: column {table.names[index]!r} has {'no' if self._zoned else 'a'} time zone, unlike in "
                "fit; convert it back."
            )
        return last_before(self._moment, groups, times)

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
