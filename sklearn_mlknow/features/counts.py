"""How often a value occurs, as a feature: count encoding (frequency encoding)."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Anything, OneOf
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.builder import BUILDER_RULES, MergingBuilder
from sklearn_mlknow.features.vocabulary import NAMED_KINDS, known_codes, place_of, refuse_missing
from sklearn_mlknow.summaries import Categories, categories

STATISTICS = ("count", "share", "log_count")


def counted(summary: Categories, statistics: list[str]) -> np.ndarray:
    """Tabulate statistics of each level.

    Parameters
    ----------
    summary : Categories
    statistics : list of {"count", "share", "log_count"}

    Returns
    -------
    ndarray of float64, shape (n_levels + 2, n_statistics)
        The last two rows are for unseen and for missing values.
    """
    counts = np.concatenate([summary.weights, [0.0, summary.missing]])
    whole = max(summary.total + summary.missing, np.finfo(float).tiny)
    found = {"count": counts, "share": counts / whole, "log_count": np.log1p(counts)}
    return np.column_stack([found[statistic] for statistic in statistics])


class CountFeatures(MergingBuilder):
    """Write beside each category how often it occurred in fit.

    Use it for categories of many levels: how common a value is often tells more than which value it is, and costs one
    column instead of thousands. Unseen values count 0. O(n).

    Parameters
    ----------
    statistics : tuple of {"count", "share", "log_count"}, default=("count",)
        What is written: the number of rows (or their weight), their share of all rows, ``log(1 + count)``.
    handle_missing : {"bin", "propagate", "error"}, default="bin"
        Missing values are counted as a value of their own, stay missing, or are an error.
    columns : list of str or int, callable or None, default=None
        Columns to count; None takes every column of categories. Numbers such as postal codes may be named.
    keep_inputs : bool, default=True
        Whether the columns it works on stay in the output.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    counts_ : list of dict
        One a column: each value and its count.
    columns_ : list of str
        Names of the columns it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Notes
    -----
    ``fit`` is exact. ``partial_fit`` and ``merge`` are exact up to 10 000 levels a column and then keep the heaviest.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"city": ["Rome", "Oslo", "Rome", "Bonn"]})
    >>> counts = CountFeatures(statistics=("count", "share")).set_output(transform="pandas")
    >>> counts.fit_transform(X)
       city  city_count  city_share
    0  Rome         2.0        0.50
    1  Oslo         1.0        0.25
    2  Rome         2.0        0.50
    3  Bonn         1.0        0.25
    """

    _kinds = ("category",)
    _named_kinds = NAMED_KINDS
    _rules = {
        "statistics": [Anything()],
        "handle_missing": [OneOf("bin", "propagate", "error")],
        **BUILDER_RULES,
    }

    def __init__(
        self,
        statistics: tuple[str, ...] = ("count",),
        *,
        handle_missing: str = "bin",
        columns: Any = None,
        keep_inputs: bool = True,
        remainder: str = "passthrough",
    ) -> None:
        self.statistics = statistics
        self.handle_missing = handle_missing
        self.columns = columns
        self.keep_inputs = keep_inputs
        self.remainder = remainder

    def _summarise(self, table: Table, weights: np.ndarray | None) -> list[Categories]:
        summaries = []
        for index in self._indices:
            codes, levels = table.factorised(index)
            if self.handle_missing == "error":
                refuse_missing(table, index, codes)
            summaries.append(categories.summarise(codes, levels, weights))
        return summaries

    def _merge(self, ours: list[Categories], theirs: list[Categories]) -> list[Categories]:
        return [categories.merge(a, b) for a, b in zip(ours, theirs, strict=True)]

    def _conclude(self, summary: list[Categories]) -> None:
        self._wanted = [self.statistics] if isinstance(self.statistics, str) else list(self.statistics)
        if not self._wanted or any(statistic not in STATISTICS for statistic in self._wanted):
            raise ValueError(f"{who(self)}: statistics must be of {list(STATISTICS)}, got {self.statistics!r}.")
        self.counts_ = [dict(zip(one.levels.tolist(), one.weights.tolist(), strict=True)) for one in summary]
        self._places = [place_of(one.levels) for one in summary]
        self._tables = [counted(one, self._wanted) for one in summary]
        if self.handle_missing == "propagate":
            for tabulated in self._tables:
                tabulated[-1] = np.nan

    def _build(self, table: Table) -> np.ndarray:
        n_wanted = len(self._wanted)
        built = np.empty((table.n_rows, n_wanted * len(self._indices)), order="F")  # (n_rows, n_built)
        for place, index in enumerate(self._indices):
            codes = known_codes(table, index, self._places[place])
            if self.handle_missing == "error":
                refuse_missing(table, index, np.where(codes > len(self._places[place]), -1, codes))
            for column in range(n_wanted):
                built[:, place * n_wanted + column] = self._tables[place][codes, column]
        return built

    def _built_names(self) -> list[str]:
        return [f"{name}_{statistic}" for name in self.columns_ for statistic in self._wanted]
