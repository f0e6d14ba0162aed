"""Statistics of the group a row belongs to, and the row relative to them."""

from typing import Any, NamedTuple, Self

import numpy as np

from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.parameters import Anything, Boolean, Real
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, choose_columns
from sklearn_mlknow.features import group_order
from sklearn_mlknow.features.builder import BUILDER_RULES, MergingBuilder
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.group_keys import GroupIndex, GroupKeys, find_groups, union
from sklearn_mlknow.features.group_order import GroupOrder
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.summaries import Moments, moments

STATISTICS = ("mean", "std", "min", "max", "median", "count", "nunique")
RELATIVES = {"difference": "{}_minus_mean", "ratio": "{}_over_mean", "zscore": "{}_zscore", "rank": "{}_rank"}
NOT_MERGEABLE = {"median", "nunique", "rank"}
LEFT_OUT = {"mean", "std", "count", "difference", "ratio", "zscore"}


class GroupSummary(NamedTuple):
    """Groups, their weights, and the moments (and, where asked for, the order) of each column in each group."""

    keys: GroupKeys
    weight: np.ndarray  # (n_groups,)
    columns: tuple[Moments, ...]  # fields of shape (n_groups,)
    orders: tuple[GroupOrder, ...]  # of the groups and, as one more group, of all rows


def with_whole(found: Moments) -> Moments:
    """Append the moments of all groups together: fields of shape (n_groups + 1,)."""
    whole = moments.gather(found, np.zeros(len(found.weight), dtype=np.int64), 1)
    return Moments(*(np.concatenate(pair) for pair in zip(found, whole, strict=True)))


def without_own(found: Moments, groups: np.ndarray, column: np.ndarray, weights: np.ndarray | None) -> Moments:
    """Moments of each row's group without the row: fields of shape (n_rows,).

    A row whose group holds nothing else gets the moments of no rows.
    """
    own = np.where(np.isnan(column), 0.0, 1.0 if weights is None else weights)  # (n_rows,)
    value = np.where(np.isnan(column), 0.0, column)
    weight = found.weight[groups] - own
    # a remainder of rounding is no row
    weight = np.where(weight > 1e-9 * found.weight[groups], weight, 0.0)
    safe = np.where(weight > 0, weight, np.nan)
    gap = value - np.where(found.weight[groups] > 0, found.mean[groups], 0.0)
    mean = found.mean[groups] - own * gap / safe
    square = found.weight[groups] * found.deviation[groups] ** 2 - own * gap * (value - mean)
    deviation = np.sqrt(np.maximum(square, 0.0) / safe)
    unknown = np.full(len(column), np.nan)
    return Moments(weight, mean, deviation, unknown, unknown, unknown)


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
        del self._groups  # rows are not kept
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
        table, groups = self._read(X), self._groups
        del self._groups
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        groups = np.where(groups < 0, self.n_groups_, groups)  # only rows of weight 0 hold what does not occur
        return self._arrange(table, self._describe(table, groups, self.leave_one_out, weights))

    def _choose(self, table: Table) -> list[int]:
        by = self.by if isinstance(self.by, list | tuple | np.ndarray) else [self.by]
        self._by = [choose_columns(table, [key], ("category", "number"))[0] for key in by]
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
        self._groups, keys = find_groups(table, self._by, weights)
        self._summary = self._summary_of(table, self._groups, keys, weights)
        self._conclude(self._summary)

    def _summarise(self, table: Table, weights: np.ndarray | None) -> GroupSummary:
        groups, keys = find_groups(table, self._by, weights)
        return self._summary_of(table, groups, keys, weights)

    def _summary_of(
        self, table: Table, groups: np.ndarray, keys: GroupKeys, weights: np.ndarray | None
    ) -> GroupSummary:
        n_groups = len(keys.codes)
        if weights is not None:
            groups, weights = groups.copy(), weights.copy()
            weights[groups < 0], groups[groups < 0] = 0.0, 0
        weight = np.bincount(groups, weights, minlength=n_groups).astype(np.float64)
        columns = [finite_number(table, index) for index in self._described]
        found = tuple(
            each(lambda c: moments.summarise_groups(groups, n_groups, c, weights), columns, len(columns) * table.n_rows)
        )
        orders: tuple[GroupOrder, ...] = ()
        if NOT_MERGEABLE & {*self._wanted, *self._compared}:
            twice = np.concatenate([groups, np.full(len(groups), n_groups)])
            weights_twice = None if weights is None else np.tile(weights, 2)
            orders = tuple(
                group_order.order_groups(twice, n_groups + 1, np.tile(column, 2), weights_twice) for column in columns
            )
        return GroupSummary(keys, weight, found, orders)

    def _merge(self, ours: GroupSummary, theirs: GroupSummary) -> GroupSummary:
        sorting = NOT_MERGEABLE & {*self._wanted, *self._compared}
        if sorting:
            raise ValueError(
                f"{who(self)}: {some(sorted(sorting))} cannot be learned in batches; leave them out or use fit."
            )
        keys, place_ours, place_theirs = union(ours.keys, theirs.keys)
        places, n_groups = np.concatenate([place_ours, place_theirs]), len(keys.codes)
        weight = np.bincount(places, np.concatenate([ours.weight, theirs.weight]), minlength=n_groups)
        columns = tuple(
            moments.gather(Moments(*map(np.concatenate, zip(a, b, strict=True))), places, n_groups)
            for a, b in zip(ours.columns, theirs.columns, strict=True)
        )
        return GroupSummary(keys, weight, columns, ())

    def _conclude(self, summary: GroupSummary) -> None:
        self._index = GroupIndex(summary.keys)
        self.n_groups_ = len(summary.keys.codes)
        self._usual = [with_whole(found) for found in summary.columns]
        self._tables = [
            self._statistics_of(found, summary.orders[place] if summary.orders else None)
            for place, found in enumerate(self._usual)
        ]

    def _statistics_of(self, found: Moments, ordered: GroupOrder | None) -> dict[str, np.ndarray]:
        """Tabulate what was asked of one column: (n_groups + 1,) each, the last for groups not seen."""
        tabulated = {
            "mean": self._smoothed(found.weight, found.mean),
            "std": np.sqrt(self._smoothed(found.weight, found.deviation**2)),
            "min": found.minimum,
            "max": found.maximum,
        }
        if ordered is not None:
            tabulated["median"] = self._smoothed(found.weight, group_order.medians(ordered))
            tabulated["nunique"] = group_order.n_distinct(ordered)
        return {name: np.where(np.isnan(values), values[-1], values) for name, values in tabulated.items()}

    def _smoothed(self, weight: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Draw values towards the last one, that of all rows, as if so many rows of it were in every group."""
        if self.smoothing == 0:
            return values
        own = np.where(weight > 0, values, 0.0)
        return (weight * own + self.smoothing * values[-1]) / (weight + self.smoothing)

    def _build(self, table: Table) -> list[np.ndarray]:
        return self._describe(table, self._index.groups_of(table, self._by))

    def _describe(
        self,
        table: Table,
        groups: np.ndarray,
        leave_one_out: bool = False,
        weights: np.ndarray | None = None,
    ) -> list[np.ndarray]:
        """Write statistics and comparisons, of all rows of a group or of its other rows."""
        built = []
        if "count" in self._wanted:
            counts = np.append(self._summary.weight, 0.0)[groups]
            built.append(np.maximum(counts - (1.0 if weights is None else weights), 0.0) if leave_one_out else counts)

        def describe(place: int) -> list[np.ndarray]:
            return self._describe_column(table, place, groups, leave_one_out, weights)

        places = range(len(self._described))
        described = each(describe, places, len(places) * table.n_rows)
        return built + [column for columns in described for column in columns]

    def _describe_column(
        self,
        table: Table,
        place: int,
        groups: np.ndarray,
        leave_one_out: bool,
        weights: np.ndarray | None,
    ) -> list[np.ndarray]:
        """Write statistics and comparisons of one column, each of shape (n_rows,)."""
        wanted = [statistic for statistic in self._wanted if statistic != "count"]
        column = finite_number(table, self._described[place]) if leave_one_out or self._compared else np.empty(0)
        usual = self._usual[place]
        if leave_one_out:
            found = without_own(usual, groups, column, weights)
            known = Moments(*(np.append(own, whole[-1:]) for own, whole in zip(found, usual, strict=True)))
            tabulated, groups = self._statistics_of(known, None), np.arange(table.n_rows)
        else:
            tabulated = self._tables[place]
        built = [tabulated[statistic][groups] for statistic in wanted]
        for comparison in self._compared:
            if comparison == "rank":
                built.append(group_order.ranks(self._summary.orders[place], groups, column))
                continue
            mean = tabulated["mean"][groups]
            if comparison == "difference":
                built.append(np.subtract(column, mean, out=mean))
            else:
                built.append(compare(column, mean, tabulated["std"][groups] if comparison == "zscore" else None))
        return built

    def _built_names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        names = [f"x{i}" for i in range(self.n_features_in_)] if names is None else list(names)
        by = "_by_" + "_and_".join(names[index] for index in self._by)
        built = [f"count{by}"] if "count" in self._wanted else []
        for index in self._described:
            built += [f"{names[index]}_{statistic}{by}" for statistic in self._wanted if statistic != "count"]
            built += [RELATIVES[comparison].format(names[index]) + by for comparison in self._compared]
        return built


def compare(column: np.ndarray, mean: np.ndarray, std: np.ndarray | None) -> np.ndarray:
    """Divide a column by a mean, or its distance from the mean by a standard deviation.

    Parameters
    ----------
    column, mean : ndarray of float64, shape (n_rows,)
    std : ndarray of float64, shape (n_rows,), or None

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        Missing where there is no finite answer; 0 for a value that is its group's only one.
    """
    if std is None:
        return np.divide(column, mean, out=np.full(len(column), np.nan), where=mean != 0)
    return np.divide(column - mean, std, out=np.where(column == mean, 0.0, np.nan), where=std > 0)
