"""Drop columns that say what other columns say, and keep one representative of each group. Needs no target."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow._shell.errors import InvalidParameter, who
from sklearn_mlknow._shell.parameters import Integer, OneOf, Real
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import read_weights
from sklearn_mlknow.selection.association import Centred, correlation_ratios, correlations
from sklearn_mlknow.selection.category_association import cramers_v
from sklearn_mlknow.selection.column_codes import codes_of_columns, codes_of_target, information_with
from sklearn_mlknow.selection.column_values import is_number_like, levels_of, number_of, numbers_of
from sklearn_mlknow.selection.mrmr import shared_information
from sklearn_mlknow.selection.representatives import drop_by_inflation, group_by_representative
from sklearn_mlknow.selection.selector import WeighingSelector, refuse_other_kinds
from sklearn_mlknow.selection.verdict import Verdict

Matrix = NDArray[np.float64]
THRESHOLDS = {"correlation": 0.9, "mutual_information": 0.7, "vif": 10.0}


class RedundancySelector(WeighingSelector):
    """Drop columns that depend strongly on others, and keep the representative of each group.

    The representative is the column that tells most about y, when y is given, else the one most associated with all
    others. No two kept columns depend on each other above the threshold, and the order of the columns does not matter.
    Costs one matrix product over the table, O(n_rows n_columns^2). It says nothing about use: a redundant copy of a
    useless column leaves the useless column.

    Parameters
    ----------
    threshold : float, default=None
        How strong a dependence is too strong: in [0, 1] for "correlation" (None: 0.9) and "mutual_information"
        (None: 0.7), at least 1 for "vif" (None: 10).
    measure : {"correlation", "mutual_information", "vif"}, default="correlation"
        "correlation": absolute correlation of numbers, correlation ratio of a category and a number, Cramér's V of
        categories. "mutual_information": shared information of bins over the mean of their entropies, any shape.
        "vif": variance inflation factor, numbers only; sees that several columns together determine one, and drops
        the worst until none is above the threshold.
    n_bins : int, default=10
        Bins of a number, for "mutual_information" and for what a column tells about y.
    target_type : {"auto", "class", "number"}, default="auto"
        What y is, if given; as in `MutualInformationSelector`.

    Attributes
    ----------
    scores_ : ndarray of shape (n_columns,)
        Minus the strongest dependence on another kept column (the factor for "vif"): larger is more independent.
    groups_ : list of list of str
        Columns that stand together, the representative first; groups of one included. For "vif" each kept column is
        a group of one and the dropped ones are in none.
    report_ : DataFrame
        One row a column: column, score, rank, is_kept, representative, dependence, reason.
    verdict_ : Verdict
        The same as plain arrays.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_mlknow.selection import RedundancySelector
    >>> X = pd.DataFrame({"cm": [1.0, 2, 3, 4], "inch": [0.4, 0.8, 1.2, 1.6], "kg": [5.0, 1, 4, 2]})
    >>> RedundancySelector().fit(X).groups_
    [['cm', 'inch'], ['kg']]
    """

    _needs_target = False
    _rules = {
        "threshold": [Real(0), None],
        "measure": [OneOf("correlation", "mutual_information", "vif")],
        "n_bins": [Integer(2, 128)],
        "target_type": [OneOf("auto", "class", "number")],
    }

    def __init__(
        self,
        threshold: float | None = None,
        *,
        measure: str = "correlation",
        n_bins: int = 10,
        target_type: str = "auto",
    ) -> None:
        self.threshold = threshold
        self.measure = measure
        self.n_bins = n_bins
        self.target_type = target_type

    def _judge(self, table: Table, X: Any, y: Any, sample_weight: Any) -> Verdict:
        weights = read_weights(self, sample_weight, table.n_rows)
        threshold = self._read_threshold()
        told = None
        if y is not None:
            target = self._read_target(y, table.n_rows)
            codes = codes_of_columns(table, self.n_bins, weights)
            told = information_with(codes, codes_of_target(target, self.n_bins, weights)[0], weights)
        if self.measure == "vif":
            return self._judge_by_inflation(table, weights, told, threshold)
        association = np.round(self._association(table, weights), 12)  # rounding alone sets no two columns apart
        np.fill_diagonal(association, 0.0)
        priority = association.sum(axis=0) if told is None else told
        representative = group_by_representative(association, priority, table.names, threshold)
        mask = np.array([place == i for i, place in enumerate(representative)])
        kept = np.flatnonzero(mask)
        self.groups_ = [
            [table.names[i], *(table.names[j] for j, place in enumerate(representative) if place == i and j != i)]
            for i in kept
        ]
        among_kept = association[:, kept].max(axis=1, initial=0.0)
        dependence = np.where(mask, among_kept, association[np.arange(len(mask)), representative])
        reasons = [
            self._reason(table.names[i], table.names[place], dependence[i], representative.count(place) - 1)
            for i, place in enumerate(representative)
        ]
        facts = {"representative": np.array([table.names[i] for i in representative], dtype=object)}
        return Verdict(-among_kept, mask, reasons, {**facts, "dependence": dependence})

    def _read_threshold(self) -> float:
        threshold = THRESHOLDS[self.measure] if self.threshold is None else float(self.threshold)
        is_factor = self.measure == "vif"
        if threshold < 1 if is_factor else threshold > 1:
            limit = "at least 1" if is_factor else "in [0, 1]"
            raise InvalidParameter(f"{who(self)}: threshold is {limit} for {self.measure!r}, got {self.threshold!r}.")
        return threshold

    def _judge_by_inflation(
        self, table: Table, weights: Matrix | None, told: Matrix | None, threshold: float
    ) -> Verdict:
        refuse_other_kinds(self, table, ("number", "time"), "use another measure for categories")
        columns = Centred.of(numbers_of(table), weights)
        correlation = correlations(columns, columns)
        np.fill_diagonal(correlation, 1.0)
        priority = -np.abs(correlation).sum(axis=0) if told is None else told
        factors = drop_by_inflation(correlation, priority, table.names, threshold)
        mask = np.array([float(f"{factor:.6g}") <= threshold for factor in factors])
        self.groups_ = [[table.names[i]] for i in np.flatnonzero(mask)]
        words = {True: "the others do not determine it", False: "the others determine it"}
        reasons = [f"{words[bool(kept)]} (factor {factor:.4g})" for kept, factor in zip(mask, factors)]
        names = np.array([name if kept else "" for name, kept in zip(table.names, mask)], dtype=object)
        return Verdict(-factors, mask, reasons, {"representative": names, "dependence": factors})

    def _association(self, table: Table, weights: Matrix | None) -> Matrix:
        """All dependences between columns, in [0, 1]; (n_columns, n_columns)."""
        n_columns = table.n_columns
        if self.measure == "mutual_information":
            shared = shared_information(codes_of_columns(table, self.n_bins, weights), weights)
            matrix = np.stack([shared(i) for i in range(n_columns)])
            return np.maximum(matrix, matrix.T)
        numeric = [i for i in range(n_columns) if is_number_like(table, i)]
        others = [i for i in range(n_columns) if i not in set(numeric)]
        matrix = np.zeros((n_columns, n_columns))
        values = np.column_stack([number_of(table, i) for i in numeric]) if numeric else None  # (n_rows, n_numeric)
        if values is not None:
            columns = Centred.of(values, weights)
            matrix[np.ix_(numeric, numeric)] = np.abs(correlations(columns, columns))
        codes = {i: levels_of(table, i) for i in others}
        for place, i in enumerate(others):
            if values is not None:
                is_used = (codes[i][0] >= 0) & (True if weights is None else weights > 0)
                columns = Centred.of(values[is_used], None if weights is None else weights[is_used])
                matrix[i, numeric] = correlation_ratios(columns, codes[i][0][is_used], len(codes[i][1]))
                matrix[numeric, i] = matrix[i, numeric]
            for j in others[place + 1 :]:
                matrix[i, j] = matrix[j, i] = cramers_v(codes[i][0], codes[j][0], weights)
        return matrix

    @staticmethod
    def _reason(name: str, representative: str, dependence: float, n_others: int) -> str:
        if name != representative:
            return f"depends on {representative!r} ({dependence:.2f})"
        return f"represents {n_others} other{'s' if n_others > 1 else ''}" if n_others else "depends on no kept column"
