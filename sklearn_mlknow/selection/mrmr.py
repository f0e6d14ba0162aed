"""Keep columns that tell much about the target and little that the columns before them have told: mRMR.

References: Peng, Long and Ding, "Feature selection based on mutual information: criteria of max-dependency,
max-relevance, and min-redundancy" (2005); Ding and Peng (2005) for the quotients; Zhao, Anand and Wang, "Maximum
relevance and minimum redundancy feature selection methods for a marketing machine learning platform" (2019) for the F
statistic over correlation (FCQ).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from sklearn_mlknow._shell.errors import InvalidParameter, who
from sklearn_mlknow._shell.parameters import Integer, OneOf, Real
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target, read_weights
from sklearn_mlknow.selection.association import (
    Centred,
    absolute_correlations,
    f_statistics_of_classes,
    f_statistics_of_number,
)
from sklearn_mlknow.selection.column_codes import codes_of_columns, codes_of_target, entropies, information_with
from sklearn_mlknow.selection.column_values import numbers_of
from sklearn_mlknow.selection.rules import how_many
from sklearn_mlknow.selection.selector import WeighingSelector, refuse_other_kinds
from sklearn_mlknow.selection.verdict import Verdict

LEAST_REDUNDANCY = 1e-3  # of the mrmr-selection package: columns less alike than this count as alike this much
Scores = NDArray[np.float64]


def choose_greedily(
    relevance: Scores, redundancy_with: Callable[[int], Scores], n_kept: int, is_quotient: bool
) -> tuple[list[int], Scores, Scores, NDArray[np.int64]]:
    """Choose the most relevant column, then again and again the one with the best relevance against mean redundancy.

    Parameters
    ----------
    relevance : ndarray of shape (n_columns,)
        Not negative.
    redundancy_with : function
        Column -> redundancy of all columns with it, (n_columns,).
    n_kept : int
    is_quotient : bool
        Relevance over mean redundancy, or relevance minus it.

    Returns
    -------
    order : list of int
        The chosen, first to last.
    scores : ndarray of shape (n_columns,)
        Of each column when it was chosen, or at the end.
    redundancy : ndarray of shape (n_columns,)
        Mean redundancy with those chosen before.
    nearest : ndarray of int, shape (n_columns,)
        The chosen column that each is most redundant with; -1 for the first.
    """
    n_columns = len(relevance)
    is_left = np.ones(n_columns, dtype=bool)
    total, closest = np.zeros(n_columns), np.full(n_columns, -1.0)
    nearest = np.full(n_columns, -1)
    scores, redundancy = relevance.astype(np.float64), np.zeros(n_columns)
    order: list[int] = []
    while len(order) < n_kept:
        best = int(np.argmax(np.where(is_left, scores, -np.inf)))
        order.append(best)
        is_left[best] = False
        if len(order) == n_kept and not is_left.any():
            break
        added = np.maximum(redundancy_with(best), LEAST_REDUNDANCY)
        total += np.where(is_left, added, 0.0)
        nearest = np.where(is_left & (added > closest), best, nearest)
        closest = np.where(is_left, np.maximum(closest, added), closest)
        mean = total / len(order)
        if is_quotient:  # a column that equals every chosen one adds nothing at all
            current = np.where(mean >= 1.0, 0.0, relevance / np.where(mean > 0, mean, 1.0))
        else:
            current = relevance - mean
        scores, redundancy = np.where(is_left, current, scores), np.where(is_left, mean, redundancy)
    return order, scores, redundancy, nearest


class MRMRSelector(WeighingSelector):
    """Keep columns that tell much about the target and little that the columns kept before them told.

    The second of two twins tells nothing new and goes, which `MutualInformationSelector` does not see. Greedy: first
    the most relevant column, then the best of relevance against the mean redundancy with those kept. Costs one pass
    over the table a kept column, O(n_rows n_columns n_kept). Like every filter that looks at pairs, it misses columns
    that tell something only together; for those take `ShadowSelector`.

    Parameters
    ----------
    n_features_to_select : int, float or None, default=None
        How many columns to keep: a count, or a share in (0, 1]; None keeps half.
    relevance : {"mutual_information", "f"}, default="mutual_information"
        What a column tells: mutual information of its bins with the target (any shape, categories and missing values
        too), or the F statistic (linear; numbers only, missing values left out).
    redundancy : {"mutual_information", "correlation"}, default="mutual_information"
        What two columns share: mutual information over the mean of their entropies, or absolute correlation (linear;
        numbers only).
    criterion : {"quotient", "difference"}, default="quotient"
        Relevance over mean redundancy, or minus it. "f" over "correlation" as a quotient is what the package
        mrmr-selection does, choice for choice.
    n_bins : int, default=10
        Bins of about equal weight for a number, where mutual information is used.
    target_type : {"auto", "class", "number"}, default="auto"
        What y is; as in `MutualInformationSelector`.

    Attributes
    ----------
    scores_ : ndarray of shape (n_columns,)
        The criterion of each column when it was chosen, or at the end.
    order_ : ndarray of int, shape (n_kept,)
        Positions of the kept columns in the order they were chosen.
    report_ : DataFrame
        One row a column: column, score, rank, is_kept, relevance, redundancy, reason; the kept in the order chosen.
    verdict_ : Verdict
        The same as plain arrays.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    Examples
    --------
    >>> from sklearn_mlknow.datasets import load_penguins
    >>> from sklearn_mlknow.selection import MRMRSelector
    >>> X, y = load_penguins(return_X_y=True, as_frame=True)
    >>> selector = MRMRSelector(n_features_to_select=2).fit(X, y)
    >>> selector.get_feature_names_out().tolist()
    ['bill_length_mm', 'flipper_length_mm']
    """

    _rules = {
        "n_features_to_select": [Integer(1), Real(0, 1, closed="right"), None],
        "relevance": [OneOf("mutual_information", "f")],
        "redundancy": [OneOf("mutual_information", "correlation")],
        "criterion": [OneOf("quotient", "difference")],
        "n_bins": [Integer(2, 128)],
        "target_type": [OneOf("auto", "class", "number")],
    }

    def __init__(
        self,
        n_features_to_select: int | float | None = None,
        *,
        relevance: str = "mutual_information",
        redundancy: str = "mutual_information",
        criterion: str = "quotient",
        n_bins: int = 10,
        target_type: str = "auto",
    ) -> None:
        self.n_features_to_select = n_features_to_select
        self.relevance = relevance
        self.redundancy = redundancy
        self.criterion = criterion
        self.n_bins = n_bins
        self.target_type = target_type

    def _judge(self, table: Table, X: Any, y: Any, sample_weight: Any) -> Verdict:
        weights = read_weights(self, sample_weight, table.n_rows)
        target = self._read_target(y, table.n_rows)
        share = 0.5 if self.n_features_to_select is None else self.n_features_to_select
        n_kept = how_many(share, table.n_columns)
        if n_kept > table.n_columns:
            raise InvalidParameter(
                f"{who(self)}: n_features_to_select is {n_kept} but X has {table.n_columns} columns; ask for fewer."
            )
        with blas().limit(limits=1):  # one column at a time: threads would mostly wait for each other
            relevance, redundancy_with = self._measures(table, target, weights, n_kept)
            order, scores, redundancy, nearest = choose_greedily(
                relevance, redundancy_with, n_kept, self.criterion == "quotient"
            )
        self.order_ = np.array(order)
        mask = np.zeros(table.n_columns, dtype=bool)
        mask[order] = True
        reasons = [
            f"chosen as number {order.index(i) + 1}"
            if mask[i]
            else f"tells too little beside {table.names[nearest[i]]!r}"
            for i in range(table.n_columns)
        ]
        return Verdict(scores, mask, reasons, {"relevance": relevance, "redundancy": redundancy}, self.order_)

    def _measures(
        self, table: Table, target: Target, weights: NDArray[np.float64] | None, n_kept: int
    ) -> tuple[Scores, Callable[[int], Scores]]:
        """Relevance of all columns, and the function column -> redundancy of all with it."""
        columns = codes = None
        if self.relevance == "f" or self.redundancy == "correlation":
            refuse_other_kinds(self, table, ("number", "time"), "use relevance and redundancy 'mutual_information'")
            columns = Centred.of(numbers_of(table), weights)
        if "mutual_information" in (self.relevance, self.redundancy):
            codes = codes_of_columns(table, self.n_bins, weights)
        if self.relevance == "f":
            assert columns is not None
            values = target.values if weights is None else target.values[weights > 0]
            relevance = (
                f_statistics_of_classes(columns, values, target.n_classes)
                if target.is_class
                else f_statistics_of_number(columns, values)
            )
        else:
            assert codes is not None
            relevance = information_with(codes, codes_of_target(target, self.n_bins, weights)[0], weights)
        if self.redundancy == "correlation":
            assert columns is not None
            return relevance, absolute_correlations(columns, n_kept)
        assert codes is not None
        return relevance, shared_information(codes, weights)


@lru_cache(maxsize=1)
def blas() -> Any:
    """Return the control of the threads of matrix products; finding it takes longer than a product."""
    return ThreadpoolController().select(user_api="blas")


def shared_information(
    codes: NDArray[np.uint8], row_weights: NDArray[np.float64] | None
) -> Callable[[int], NDArray[np.float64]]:
    """Return the function column -> mutual information of all columns with it, over the mean of both entropies."""
    own = entropies(codes, row_weights)

    def with_column(index: int) -> NDArray[np.float64]:
        information = information_with(codes, codes[:, index], row_weights)
        mean = (own + own[index]) / 2
        return np.minimum(np.where(mean > 0, information / np.where(mean > 0, mean, 1.0), 0.0), 1.0)

    return with_column
