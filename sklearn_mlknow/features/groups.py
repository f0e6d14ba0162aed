"""Statistics of the group a row belongs to, and the row relative to them."""

from functools import partial
from typing import Any, NamedTuple, Self

import numpy as np

from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.parameters import Anything, Boolean, Real
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, choose_columns
from sklearn_mlknow._shell.targets import read_weights
from sklearn_mlknow.features import group_order
from sklearn_mlknow.features.builder import BUILDER_RULES, MergingBuilder
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.group_keys import GroupIndex, GroupKeys, find_groups
from sklearn_mlknow.features.group_order import GroupOrder
from sklearn_mlknow.features.group_statistics import (
    STATISTICS,
    GroupSummary,
    merge,
    summarise,
    tabulate,
    with_whole,
    without_own,
)
from sklearn_mlknow.kernels.group_rows import DIFFERENCE, LEAVE, RATIO, ZSCORE, describe
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.summaries import Moments

RELATIVES = {"difference": "{}_minus_mean", "ratio": "{}_over_mean", "zscore": "{}_zscore", "rank": "{}_rank"}
KERNEL_CODES = {"difference": DIFFERENCE, "ratio": RATIO, "zscore": ZSCORE, "rank": LEAVE}
NOT_MERGEABLE = {"median", "nunique", "rank"}
LEFT_OUT = {"mean", "std", "count", "difference", "ratio", "zscore"}


class Rows(NamedTuple):
    """Rows of fit, for the same call's transform."""

    table: Table
    groups: np.ndarray  # (n_rows,)
    columns: list[np.ndarray]  # (n_rows,) each


class GroupFeatures(MergingBuilder):
    """Write beside each row what is usual in its group, and how the row compares.

    ``price_minus_mean_by_city`` is often worth more than price and city together. Groups that fit has not seen, and
    statistics that a group has no values for, fall back to those of all rows; ``smoothing`` draws small groups towards
    them. A missing key is a group of its own. O(n); medians, distinct values and ranks sort, O(n log n).

    Parameters
    ----------
    by : str, int or list of them
        Key columns, of categories or numbers.
    columns : list of str or int, callable or None, default=None
        Columns of numbers to describe; None takes all that are not keys.
    statistics : tuple of {"mean", "std", "min", "max", "median", "count", "nunique"}, default=("mean", "std")
        What is written of the group; std divides by the number of rows.
    relative : tuple of {"difference", "ratio", "zscore", "rank"}, default=("difference",)
        How the row compares: less the mean, over the mean, less the mean over std, or its rank as a share of the group.
        What has no finite answer is missing.
    smoothing : float, default=0.0
        Imaginary rows that are like all rows and belong to every group; they enter mean, std and median.
    leave_one_out : bool, default=False
        Whether in ``fit_transform`` a row is left out of its own statistics; for mean, std, count, and what is
        relative to them. ``transform`` is for new rows and leaves nothing out.
    keep_inputs : bool, default=True
        Whether keys and described columns stay in the output.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    n_groups_ : int
        Number of groups.
    columns_ : list of str
        Names of the keys and the columns it describes.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"city": ["Rome", "Rome", "Oslo"], "price": [1.0, 3.0, 5.0]})
    >>> builder = GroupFeatures("city", statistics=("mean",)).set_output(transform="pandas")
    >>> builder.fit_transform(X)
       city  price  price_mean_by_city  price_minus_mean_by_city
    0  Rome    1.0                 2.0                      -1.0
    1  Rome    3.0                 2.0                       1.0
    2  Oslo    5.0                 5.0                       0.0
    """

    _rules = {
        "by": [Anything()],
        "statistics": [Anything()],
        "relative": [Anything()],
        "smoothing": [Real(0, closed="left")],
        "leave_one_out": [Boolean()],
        **BUILDER_RULES,
    }

    def __init__(
        self,
        by: Any,
        *,
        columns: Any = None,
        statistics: tuple[str, ...] = ("mean", "std"),
        relative: tuple[str, ...] = ("difference",),
        smoothing: float = 0.0,
        leave_one_out: bool = False,
        keep_inputs: bool = True,
        remainder: str = "passthrough",
    ) -> None:
        self.by = by
        self.columns = columns
        self.statistics = statistics
        self.relative = relative
        self.smoothing = smoothing
        self.leave_one_out = leave_one_out
        self.keep_inputs = keep_inputs
        self.remainder = remainder

    @restores_on_failure
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn the groups, exactly.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        self._fit(X, y, sample_weight)
        del self._rows  # rows are not kept
        return self

    @restores_on_failure
    def fit_transform(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """Learn the groups, and describe the same rows, each left out of its own group if ``leave_one_out``.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        ndarray or frame
            What ``set_output`` asked for.
        """
        self._fit(X, y, sample_weight)
        table, groups, columns = self._rows
        del self._rows
        weights = read_weights(self, sample_weight, table.n_rows)
        if weights is not None:  # only rows of weight 0 hold what does not occur
            groups = np.where(groups < 0, self.n_groups_, groups)
        return self._arrange(table, self._describe(groups, columns, self.leave_one_out, weights))

    def _choose(self, table: Table) -> list[int]:
        by = self.by if isinstance(self.by, list | tuple | np.ndarray) else [self.by]
        self._by = [choose_columns(table, [key], ("category", "number"))[0] for key in by]
        if not self._by or len(set(self._by)) < len(self._by):
            raise ValueError(f"{who(self)}: by must name at least one key, and each once; got {self.by!r}.")
        if self.columns is None:
            self._described = [i for i, kind in enumerate(table.kinds) if kind == "number" and i not in self._by]
        else:
            self._described = choose_columns(table, self.columns, ("number",))
        self._wanted = self._listed("statistics", STATISTICS)
        self._compared = self._listed("relative", tuple(RELATIVES))
        if not self._wanted and not self._compared:
            raise ValueError(f"{who(self)}: statistics and relative are both empty; name at least one.")
        if not self._described and self._wanted != ["count"]:
            raise ValueError(
                f"{who(self)}: no column of numbers is left to describe beside the keys "
                f"{some([table.names[i] for i in self._by])} (n_features = {table.n_columns})."
            )
        kept_in = {*self._wanted, *self._compared} - LEFT_OUT
        if self.leave_one_out and kept_in:
            raise ValueError(f"{who(self)}: leave_one_out cannot leave a row out of {some(sorted(kept_in))}.")
        return sorted({*self._by, *self._described})

    def _listed(self, parameter: str, allowed: tuple[str, ...]) -> list[str]:
        given = getattr(self, parameter)
        listed = [given] if isinstance(given, str) else list(given)
        if any(one not in allowed for one in listed):
            raise ValueError(f"{who(self)}: {parameter} must be of {list(allowed)}, got {given!r}.")
        return listed

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        self._rows, keys = self._read_rows(table, weights)
        self._summary = self._summary_of(self._rows, keys, weights)
        self._conclude(self._summary)

    def _summarise(self, table: Table, weights: np.ndarray | None) -> GroupSummary:
        return self._summary_of(*self._read_rows(table, weights), weights)

    def _read_rows(self, table: Table, weights: np.ndarray | None) -> tuple[Rows, GroupKeys]:
        groups, keys = find_groups(table, self._by, weights)
        return Rows(table, groups, [finite_number(table, index) for index in self._described]), keys

    def _summary_of(self, rows: Rows, keys: GroupKeys, weights: np.ndarray | None) -> GroupSummary:
        sorting = bool(NOT_MERGEABLE & {*self._wanted, *self._compared})
        return summarise(rows.groups, keys, rows.columns, weights, sorting)

    def _merge(self, ours: GroupSummary, theirs: GroupSummary) -> GroupSummary:
        sorting = NOT_MERGEABLE & {*self._wanted, *self._compared}
        if sorting:
            raise ValueError(
                f"{who(self)}: {some(sorted(sorting))} cannot be learned in batches; leave them out or use fit."
            )
        return merge(ours, theirs)

    def _plan(self) -> Any:
        return [self._names(self._by), self._names(self._described)]

    def _conclude(self, summary: GroupSummary) -> None:
        self._index = GroupIndex(summary.keys, who(self))
        self.n_groups_ = len(summary.keys.codes)
        self._usual = [with_whole(found) for found in summary.columns]  # the last group is all rows, for unseen keys
        orders = summary.orders or [None] * len(self._usual)
        self._tables = [
            self._table_of(found, Moments(*(field[-1:] for field in found)), ordered)
            for found, ordered in zip(self._usual, orders, strict=True)
        ]

    def _table_of(self, found: Moments, whole: Moments, ordered: GroupOrder | None = None) -> np.ndarray:
        """Tabulate the statistics to write of one column, then mean and std: (n_groups, n_statistics + 2)."""
        known = tabulate(found, whole, self.smoothing, ordered)
        wanted = [statistic for statistic in self._wanted if statistic != "count"]
        return np.column_stack([known[statistic] for statistic in (*wanted, "mean", "std")])

    def _build(self, table: Table) -> np.ndarray:
        groups = self._index.groups_of(table, self._by)
        reads = self.leave_one_out or bool(self._compared)
        columns = [finite_number(table, index) if reads else np.empty(0) for index in self._described]
        return self._describe(groups, columns)

    def _describe(
        self,
        groups: np.ndarray,
        columns: list[np.ndarray],
        leave_one_out: bool = False,
        weights: np.ndarray | None = None,
    ) -> np.ndarray:
        """Write statistics and comparisons, of all rows of a group or of its other rows: (n_rows, n_built)."""
        counts = "count" in self._wanted
        width = len(self._wanted) - counts + len(self._compared)
        codes = np.array([KERNEL_CODES[comparison] for comparison in self._compared], dtype=np.int64)
        out = np.empty((counts + width * len(columns), len(groups)))  # (n_built, n_rows)

        def describe_count() -> None:
            np.take(np.append(self._summary.weight, 0.0), groups, out=out[0], mode="clip")  # "raise" would copy
            if leave_one_out:
                out[0] = np.maximum(out[0] - (1.0 if weights is None else weights), 0.0)

        def describe_column(place: int) -> None:
            tabulated, rows = self._tables[place], groups
            if leave_one_out:
                usual, everyone = self._usual[place], np.full(len(groups), self.n_groups_)
                found, whole = (without_own(usual, of, columns[place], weights) for of in (groups, everyone))
                tabulated, rows = self._table_of(found, whole), np.arange(len(groups))
            begin = counts + width * place
            describe(rows, tabulated, columns[place], codes, out[begin : begin + width])
            if "rank" in self._compared:
                at = begin + tabulated.shape[1] - 2 + self._compared.index("rank")
                out[at] = group_order.ranks(self._summary.orders[place], groups, columns[place])

        tasks = [describe_count] * counts + [partial(describe_column, place) for place in range(len(columns))]
        each(lambda task: task(), tasks, out.size)
        return out.T

    def _names(self, indices: list[int]) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        return [f"x{index}" if names is None else str(names[index]) for index in indices]

    def _built_names(self) -> list[str]:
        by = "_by_" + "_and_".join(self._names(self._by))
        built = [f"count{by}"] if "count" in self._wanted else []
        for name in self._names(self._described):
            built += [f"{name}_{statistic}{by}" for statistic in self._wanted if statistic != "count"]
            built += [RELATIVES[comparison].format(name) + by for comparison in self._compared]
        return built
