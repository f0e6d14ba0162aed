"""Bins that tell most about a target, under constraints."""

from itertools import pairwise
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.errors import InvalidParameter, some, who
from sklearn_mlknow._shell.parameters import Integer, OneOf, Real
from sklearn_mlknow._shell.table import Table, check_kinds_of_fit
from sklearn_mlknow._shell.targets import read_target, read_weights
from sklearn_mlknow.binning import column_reading as reading
from sklearn_mlknow.binning import supervised
from sklearn_mlknow.binning.binner import BINNER_RULES, Binner
from sklearn_mlknow.binning.ranks import RankedTable, group_text
from sklearn_mlknow.binning.seen import Seen
from sklearn_mlknow.binning.supervised import Supervised
from sklearn_mlknow.formulas.optimal_edges import BinRules, level_order, optimal_edges, ranked
from sklearn_mlknow.kernels.splitting import scan_splits
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.summaries import Categories, Values

WORK_OF_A_COLUMN = 200_000  # of the dynamic program without compiled code, in values that numpy digitises meanwhile
MOST_CLASSES = 200  # a weight is kept for every value and class
NUMBERS_ONLY = ("mean", "median", "boundary", "midpoint", "ple")


class OptimalBinner(Binner):
    """Bin numbers and group categories so that the bins tell most about a target.

    The bins have the highest information value (two classes), mutual information (more classes) or explained sum of
    squares (numbers) of all that can be made of at most 64 small bins under the constraints: exactly, by dynamic
    programming, without solver or seed. Use it for scorecards, for readable models, and before linear ones. Do not
    judge a model on the rows its bins were learned from. Costs O(n log n) for n rows, then O(64^3 max_bins).

    Parameters
    ----------
    max_bins : int, default=8
        Most bins a column, 2 or more, missing and special values not counted. Fewer are taken when more tell no more.
        With two classes, a bin lacks one of them only where at least five of its rows were expected.
    monotonic : {"auto", "increasing", "decreasing", "peak", "valley"} or None, default="auto"
        Order of event rates (or means) along a numeric column. "peak" may turn once from rising to falling, "valley"
        once from falling to rising; "auto" is the best of the four. None, and more than two classes, ask for no order.
    min_bin_share : float, default=0.05
        Least share of the column's rows, special and missing ones aside, in a bin; in [0, 0.5].
    max_p_value : float, default=None
        Neighbouring bins must differ with at most this p-value (chi-square test of classes, Welch's test of means).
    target_type : {"auto", "class", "number"}, default="auto"
        What y is; "auto" takes numbers that are not all whole, or of which there are more than 20, as numbers, and
        all else as classes.
    encode : str, default="ordinal"
        How a bin is written: ``"ordinal"``, ``"onehot"`` (sparse), ``"onehot-dense"``, ``"interval"`` (text), ``"woe"``
        (weight of evidence, needs two classes); for numeric columns also ``"mean"``, ``"median"``, ``"boundary"``
        (nearest end), ``"midpoint"``, ``"ple"`` (piecewise linear).
    handle_missing : {"bin", "propagate", "error"}, default="bin"
        Missing values get a bin of their own, stay NaN, or are an error.
    handle_unknown : {"missing", "error"}, default="missing"
        Levels not seen in ``fit`` count as missing or are an error.
    special : dict of str to list of float, default=None
        Values of a numeric column, by its name, that get bins of their own, such as ``{"income": [-999]}``.
    columns : list of str or int, callable or None, default=None
        Columns to bin; None takes all numeric and categorical ones.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What becomes of the other columns.
    dtype : dtype, "compact" or None, default=None
        Of the output; None gives int64 codes, float64 otherwise; "compact" the smallest that holds the codes.

    Attributes
    ----------
    bin_edges_ : list of ndarray of shape (n_bins + 1,)
        Edges of each column, the outer ones infinite; intervals are left-closed. For a categorical column they lie
        between the ranks of its levels.
    groups_ : dict of str to list of list
        Levels in each bin of each categorical column.
    n_bins_ : ndarray of shape (n_columns,)
        Bins of each column, without those of missing and special values.
    scores_ : ndarray of shape (n_columns,)
        What the bins of each column tell, those of missing and special values included: information value, mutual
        information in nats, or share of explained squares.
    bin_weights_ : list of ndarray
        Rows, or their weight, in every bin, then missing, then each special value.
    bin_targets_ : list of ndarray or of Moments
        Weight of each class, or moments of the numbers, of y in every bin.
    target_classes_ : ndarray of shape (n_classes,) or None
        Classes of the target; None when it is a number.
    rank_error_ : ndarray of shape (n_columns,)
        Worst error of a rank, as a share of the rows; 0 after ``fit``, and until ``partial_fit`` and ``merge`` have
        seen more than 200 000 distinct values.
    columns_ : list of str
        Columns that are binned.
    summaries_ : list
        What was seen of every column, for ``partial_fit`` and ``merge``.
    n_features_in_ : int
        Number of columns of ``fit``.
    feature_names_in_ : ndarray of str
        Their names, when they have some.

    Raises
    ------
    ValueError
        A column holds infinity, or missing values with ``handle_missing="error"``; an encoding that only numbers have
        with a categorical column; ``encode="woe"`` without two classes.

    See Also
    --------
    EqualFrequencyBinner : Bins that know no target.

    References
    ----------
    Fisher, "On grouping for maximum homogeneity" (1958). Navas-Palencia, "Optimal binning: mathematical programming
    formulation" (2020), whose constraints these are.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_mlknow.binning import OptimalBinner
    >>> X = pd.DataFrame({"age": [20, 25, 30, 35, 40, 45, 50, 55], "city": list("abcabcab")})
    >>> y = [0, 1, 0, 1, 1, 1, 0, 1]
    >>> binner = OptimalBinner(max_bins=2).fit(X, y)
    >>> binner.bin_edges_[0].tolist()
    [-inf, 32.5, inf]
    >>> binner.groups_
    {'city': [['a'], ['c', 'b']]}
    """

    _kinds = ("number", "category")
    _rules = {
        "max_bins": [Integer(2)],
        "monotonic": [OneOf("auto", "increasing", "decreasing", "peak", "valley"), None],
        "min_bin_share": [Real(0, 0.5)],
        "max_p_value": [Real(0, 1), None],
        "target_type": [OneOf("auto", "class", "number")],
        "handle_unknown": [OneOf("missing", "error")],
        **BINNER_RULES,
    }

    def __init__(
        self,
        max_bins: int = 8,
        *,
        monotonic: str | None = "auto",
        min_bin_share: float = 0.05,
        max_p_value: float | None = None,
        target_type: str = "auto",
        encode: str = "ordinal",
        handle_missing: str = "bin",
        handle_unknown: str = "missing",
        special: dict[str, list[float]] | None = None,
        columns: Any = None,
        remainder: str = "passthrough",
        dtype: Any = None,
    ) -> None:
        self.max_bins = max_bins
        self.monotonic = monotonic
        self.min_bin_share = min_bin_share
        self.max_p_value = max_p_value
        self.target_type = target_type
        self.encode = encode
        self.handle_missing = handle_missing
        self.handle_unknown = handle_unknown
        self.special = special
        self.columns = columns
        self.remainder = remainder
        self.dtype = dtype

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Turn bins of numbers back into values, as the other binners do.

        Parameters
        ----------
        X : array-like, sparse array or frame of shape (n_rows, n_outputs)
            What ``transform`` returned.

        Returns
        -------
        ndarray of shape (n_rows, n_features_in_)
            The middle of each bin, or the value itself where the encoding kept it.

        Raises
        ------
        ValueError
            A column is categorical, since a group has no middle; or ``encode="woe"``.
        """
        check_is_fitted(self)
        if self.groups_:
            raise ValueError(
                f"{who(self)}: column {next(iter(self.groups_))!r} is categorical; a group has no inverse."
            )
        return super().inverse_transform(X)

    @property
    def _target(self) -> str:  # type: ignore[override]
        return "any" if self.target_type == "auto" else self.target_type

    def _summarise_all(self, table: Table, indices: list[int], y: Any, sample_weight: Any) -> list[Any]:
        weights = read_weights(self, sample_weight, table.n_rows)
        target = read_target(self, y, table.n_rows, self._target)
        if target.n_classes > MOST_CLASSES:
            raise ValueError(
                f"{who(self)}: y names {target.n_classes} classes, more than {MOST_CLASSES}; group them, or set "
                'target_type="number" if they are amounts.'
            )
        special = reading.read_special(self, self.columns_)

        def see(place: int) -> Supervised:
            index = indices[place]
            if table.kinds[index] == "number":
                column = np.ascontiguousarray(table.number(index))
                return supervised.see_numbers(column, special[place], target, weights)
            return supervised.see_levels(*table.factorised(index), target, weights)

        found = each(see, range(len(indices)), len(indices) * table.n_rows)
        for name, codes, seen in zip(self.columns_, special, found, strict=True):
            self._check(name, codes, seen)
        return found

    def _check(self, name: str, special: np.ndarray, seen: Supervised) -> None:
        """Refuse what a column must not hold."""
        column = seen.column.column
        if isinstance(column, Values) and (np.isinf(column.minimum) or np.isinf(column.maximum)):
            reading.refuse_infinity(self, name)
        if self.handle_missing == "error" and column.missing > 0:
            reading.refuse_missing(self, name)
        if isinstance(column, Categories) and len(special):
            raise InvalidParameter(
                f"{who(self)}: special names {name!r}, which holds categories; name numeric columns."
            )
        if isinstance(column, Categories) and self.encode in NUMBERS_ONLY:
            raise InvalidParameter(
                f"{who(self)}: encode={self.encode!r} writes numbers, but column {name!r} holds categories; "
                'encode as "ordinal", "onehot", "interval" or "woe", or leave it out of columns.'
            )

    def _check_kinds(self, table: Table) -> None:
        """A column whose bins are of numbers must hold numbers again, and one of levels no times."""
        super()._check_kinds(table)
        if hasattr(self, "_ranks"):
            kinds = list(table.kinds)
            for index, name in zip(self._indices, self.columns_, strict=True):
                kinds[index] = "category" if name in self._ranks else "number"
            check_kinds_of_fit(table, kinds)

    def _merge(self, ours: Any, theirs: Any) -> Any:
        try:
            return supervised.merge(ours, theirs)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{who(self)}: {error} Set target_type, and the same special values, on both sides."
            ) from error

    def _keep(self, summary: Any) -> Any:
        return supervised.kept(summary)

    def _conclude(self, summaries: list[Any]) -> None:
        self._learn(summaries)
        self.summaries_ = [self._keep(summary) for summary in summaries]

    def _learn(self, summaries: list[Any]) -> None:
        self.target_classes_ = summaries[0].classes
        if self.encode == "woe" and self.target_classes_ is None:
            raise ValueError(f'{who(self)}: encode="woe" needs a target of two classes, got numbers.')
        orders = {
            name: level_order(seen.column)
            for name, seen in zip(self.columns_, summaries, strict=True)
            if isinstance(seen.column.column, Categories)
        }
        numbers = [
            seen._replace(column=ranked(seen.column, orders[name])) if name in orders else seen
            for name, seen in zip(self.columns_, summaries, strict=True)
        ]
        n_values = sum(int(seen.column.column.total) for seen in numbers)
        is_large = scan_splits.pays_for(n_values + len(numbers) * WORK_OF_A_COLUMN)

        def cut(place: int) -> np.ndarray:
            shape = None if self.columns_[place] in orders else self.monotonic
            rules = BinRules(self.max_bins, shape, self.min_bin_share, self.max_p_value)
            return optimal_edges(numbers[place].column, rules, is_large)

        found = each(cut, range(len(numbers)), n_values)
        self._inner_edges = dict(zip(self.columns_, found, strict=True))
        self._ranks, self.groups_ = {}, {}
        for name, seen in zip(self.columns_, summaries, strict=True):
            if name in orders:
                levels = [seen.column.column.levels[i] for i in orders[name]]
                cuts = [0, *np.ceil(self._inner_edges[name]).astype(int), len(levels)]
                self.groups_[name] = [levels[start:stop] for start, stop in pairwise(cuts)]
                self._ranks[name] = {level: rank for rank, level in enumerate(levels)}
        super()._learn([supervised.as_seen(seen) for seen in numbers])
        self.target_classes_ = summaries[0].classes
        self.bin_targets_ = [supervised.target_in_bins(seen, edges) for seen, edges in zip(numbers, found, strict=True)]
        self.scores_ = np.array([supervised.score(target) for target in self.bin_targets_])

    def _cut(self, column: Seen, name: str) -> np.ndarray:
        return self._inner_edges[name]

    def _texts(self, place: int) -> np.ndarray:
        texts = super()._texts(place)
        groups = self.groups_.get(self.columns_[place], [])
        texts[: len(groups)] = [group_text(group) for group in groups]
        return texts

    def _codes(self, table: Table, dtype: Any = np.int64, missing: Any = None) -> Any:
        if self._ranks:
            ranks = {
                index: self._ranks_of(table, index, name)
                for index, name in zip(self._indices, self.columns_, strict=True)
                if name in self._ranks
            }
            table = RankedTable(table, ranks)  # type: ignore[assignment]
        return super()._codes(table, dtype, missing)

    def _ranks_of(self, table: Table, index: int, name: str) -> np.ndarray:
        """Rank of every level of a column; NaN for missing and unknown ones."""
        codes, levels = table.factorised(index)
        ranks = np.array([self._ranks[name].get(level, np.nan) for level in levels] + [np.nan])
        unknown = [level for level, rank in zip(levels, ranks, strict=False) if np.isnan(rank)]
        if unknown and "error" in (self.handle_unknown, self.handle_missing):
            raise ValueError(
                f"{who(self)}: column {name!r} holds {some(unknown)}, not seen in fit; "
                'set handle_unknown="missing" and handle_missing="bin", or replace it.'
            )
        return ranks[codes]
