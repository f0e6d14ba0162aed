"""Keep the columns that tell most about the target, each seen by itself.

References: Battiti, "Using mutual information for selecting features" (1994); Miller, "Note on the bias of information
estimates" (1955); Ross (2014) and Kraskov et al. (2004) for the estimate without bins.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.errors import InvalidParameter, who
from sklearn_mlknow._shell.output import names_of_input
from sklearn_mlknow._shell.parameters import Integer, ListOf, OneOf, RandomState, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import read_weights
from sklearn_mlknow.formulas.chance_information import chance_information, tail_probability
from sklearn_mlknow.selection.crossed import CrossedColumns, binned_information, cross, merge_crossed
from sklearn_mlknow.selection.nearest_scores import NearestColumns
from sklearn_mlknow.selection.rules import at_least_the_best, how_many, keep_best, keep_significant
from sklearn_mlknow.selection.selector import WeighingSelector
from sklearn_mlknow.selection.verdict import Verdict


def is_binned(selector: Any) -> bool:
    """Whether the selector counts, so that batches can be added."""
    if selector.method != "binned":
        raise AttributeError(
            f"{who(selector)}: partial_fit and merge need method='binned'; neighbours cannot be added."
        )
    return True


class MutualInformationSelector(WeighingSelector):
    """Keep the columns that tell most about the target, each seen by itself.

    Finds dependence of any shape, on numbers, categories, times and missing values alike. It does not see that two
    columns tell the same (`MRMRSelector` does) nor that two tell something only together (`ShadowSelector` does).
    "binned" sorts each column once, O(n log n) a column, and learns from batches too; "nearest" needs no bins, gives
    scikit-learn's own values, and takes about ten times as long.

    Parameters
    ----------
    n_features_to_select : int, float or None, default=None
        How many columns to keep: a count, or a share in (0, 1]. None keeps those whose information chance does not
        explain (see ``alpha``), and at least the best one.
    method : {"binned", "nearest"}, default="binned"
        "binned" counts pairs of bins and target, with Miller's correction of the bias; a missing value is a bin of its
        own, levels that weigh less than five rows share one. "nearest" looks at nearest neighbours: scikit-learn's
        ``mutual_info_classif`` and ``mutual_info_regression``, value for value.
    n_bins : int, default=10
        Bins of about equal weight for a number, also for a numeric target. Used by "binned".
    n_neighbors : int, default=3
        Neighbours looked at. Used by "nearest".
    alpha : float, default=0.05
        Share of wrong columns among the kept that is tolerated when ``n_features_to_select`` is None.
    n_permutations : int, default=200
        Shuffles of the target behind the p-values. Shuffled tables are drawn from the counts, so they cost little with
        "binned"; with "nearest" each costs as much as the scores. Used when ``n_features_to_select`` is None.
    target_type : {"auto", "class", "number"}, default="auto"
        What y is. "auto" takes texts, truth values, and whole numbers with at most 20 distinct values as classes.
    target_edges : list of float, default=None
        Increasing inner edges that cut a numeric target; with them "auto" takes y as numbers. None finds ``n_bins``
        bins in the first fit. Parts that are to be merged need the same edges. Used by "binned".
    random_state : int, RandomState or None, default=None
        Draws the shuffles, and the tiny noise that scikit-learn's "nearest" adds.

    Attributes
    ----------
    scores_ : ndarray of shape (n_columns,)
        Information with the target in nats, net of its bias, so that a useless column may lie slightly below 0
        ("nearest" stops at 0, as scikit-learn does).
    report_ : DataFrame
        One row a column: column, score, rank, is_kept, p_value (when chance is the rule), reason.
    verdict_ : Verdict
        The same as plain arrays.
    crossed_ : CrossedColumns
        The counts behind "binned": what batches are added to.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    See Also
    --------
    sklearn.feature_selection.SelectKBest : With ``mutual_info_classif``: sparse tables, and any other score.

    Examples
    --------
    >>> from sklearn_mlknow.datasets import load_penguins
    >>> from sklearn_mlknow.selection import MutualInformationSelector
    >>> X, y = load_penguins(return_X_y=True, as_frame=True)
    >>> selector = MutualInformationSelector(n_features_to_select=2).fit(X, y)
    >>> selector.get_feature_names_out().tolist()
    ['bill_length_mm', 'flipper_length_mm']
    """

    _rules = {
        "n_features_to_select": [Integer(1), Real(0, 1, closed="right"), None],
        "method": [OneOf("binned", "nearest")],
        "n_bins": [Integer(2, 1024)],
        "n_neighbors": [Integer(1)],
        "alpha": [Real(0, 1, closed="neither")],
        "n_permutations": [Integer(10)],
        "target_type": [OneOf("auto", "class", "number")],
        "target_edges": [ListOf(Real(), min_length=1), None],
        "random_state": [RandomState()],
    }

    crossed_: CrossedColumns

    def __init__(
        self,
        n_features_to_select: int | float | None = None,
        *,
        method: str = "binned",
        n_bins: int = 10,
        n_neighbors: int = 3,
        alpha: float = 0.05,
        n_permutations: int = 200,
        target_type: str = "auto",
        target_edges: Any = None,
        random_state: Any = None,
    ) -> None:
        self.n_features_to_select = n_features_to_select
        self.method = method
        self.n_bins = n_bins
        self.n_neighbors = n_neighbors
        self.alpha = alpha
        self.n_permutations = n_permutations
        self.target_type = target_type
        self.target_edges = target_edges
        self.random_state = random_state

    @available_if(is_binned)
    @restores_on_failure
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from one more batch: the same as ``fit`` on all rows, exactly up to 1 024 distinct numbers a column.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The batch.
        y : array-like of shape (n_rows,)
            Its target; new classes may appear.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice.

        Returns
        -------
        self
        """
        if not hasattr(self, "crossed_"):
            return self.fit(X, y, sample_weight)
        check_parameters(self)
        if self.n_bins != self.crossed_.n_bins:
            raise InvalidParameter(
                f"{who(self)}: n_bins is {self.n_bins} but was {self.crossed_.n_bins} in the first batch; call fit."
            )
        table = read_table(self, X, reset=False)
        target_type = "number" if self.crossed_.classes is None else "class"  # as in the first batch
        batch = self._cross(table, y, sample_weight, target_type, self.crossed_.target_edges)
        return self._add(batch)

    @available_if(is_binned)
    @restores_on_failure
    def merge(self, other: Self) -> Self:
        """Take in what another selector, fitted on other rows of the same columns, has seen.

        Parameters
        ----------
        other : MutualInformationSelector
            Fitted on the same columns; it is left as it is.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        check_is_fitted(other)
        if type(other) is not type(self) or names_of_input(other) != names_of_input(self):
            raise ValueError(f"{who(self)}: merge needs another {who(self)} fitted with 'binned' on the same columns.")
        return self._add(other.crossed_)

    def _add(self, batch: CrossedColumns) -> Self:
        self.crossed_ = merge_crossed(self, self.crossed_, batch)
        self._conclude(self._judge_crossed(self.crossed_))
        return self

    def _cross(self, table: Table, y: Any, sample_weight: Any, target_type: str, target_edges: Any) -> CrossedColumns:
        weights = read_weights(self, sample_weight, table.n_rows)
        if target_edges is not None:
            if (np.diff(target_edges) <= 0).any():
                raise InvalidParameter(f"{who(self)}: target_edges must increase, got {list(target_edges)}.")
            target_type = "number" if target_type == "auto" else target_type
        target = self._read_target(y, table.n_rows, target_type)
        if target.is_class and target_edges is not None:
            raise InvalidParameter(f"{who(self)}: target_edges cut a numeric target, but target_type is 'class'.")
        return cross(table, target, weights, self.n_bins, target_edges)

    def _judge(self, table: Table, X: Any, y: Any, sample_weight: Any) -> Verdict:
        if self.method == "nearest":
            return self._judge_by_neighbours(table, y, sample_weight)
        self.crossed_ = self._cross(table, y, sample_weight, self.target_type, self.target_edges)
        return self._judge_crossed(self.crossed_)

    def _judge_crossed(self, crossed: CrossedColumns) -> Verdict:
        tables = crossed.tables()
        scores = binned_information(tables, bias_corrected=True)
        if self.n_features_to_select is not None:
            return self._keep_count(scores)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        observed = binned_information(tables, bias_corrected=False)
        p_values = [
            tail_probability(value, chance_information(table, self.n_permutations, rng))
            for value, table in zip(observed, tables)
        ]
        return self._keep_significant(scores, np.array(p_values))

    def _judge_by_neighbours(self, table: Table, y: Any, sample_weight: Any) -> Verdict:
        if sample_weight is not None:
            raise ValueError(f"{who(self)}: method='nearest' cannot weigh rows; use method='binned'.")
        self.__dict__.pop("crossed_", None)
        target = self._read_target(y, table.n_rows)
        columns = NearestColumns(table, target, self.n_neighbors, self.random_state)
        observed = columns.information()
        scores = np.maximum(observed, 0.0)
        if self.n_features_to_select is not None:
            return self._keep_count(scores)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        draws = np.stack([columns.information(rng.permutation(table.n_rows)) for _ in range(self.n_permutations)])
        spread = draws.std(axis=0, ddof=1)  # (n_columns,)
        above = observed - draws.mean(axis=0)
        p_values = np.where(spread > 0, ndtr(-above / np.where(spread > 0, spread, 1.0)), above <= 0)
        return self._keep_significant(scores, p_values)

    def _keep_count(self, scores: NDArray[np.float64]) -> Verdict:
        assert self.n_features_to_select is not None
        n_kept = how_many(self.n_features_to_select, len(scores))
        if n_kept > len(scores):
            raise InvalidParameter(
                f"{who(self)}: n_features_to_select is {n_kept} but X has {len(scores)} columns; ask for fewer."
            )
        mask = keep_best(scores, n_kept)
        words = {True: f"among the {n_kept} that tell most", False: f"{n_kept} columns tell more"}
        return Verdict(scores, mask, [words[bool(is_kept)] for is_kept in mask])

    def _keep_significant(self, scores: NDArray[np.float64], p_values: NDArray[np.float64]) -> Verdict:
        significant = keep_significant(p_values, self.alpha)
        mask = at_least_the_best(significant, scores)
        words = {
            (True, True): "tells more than chance",
            (False, True): "chance explains it, but no column tells more",
            (False, False): "chance explains what it tells",
        }
        reasons = [words[bool(is_significant), bool(is_kept)] for is_significant, is_kept in zip(significant, mask)]
        return Verdict(scores, mask, reasons, {"p_value": p_values})
