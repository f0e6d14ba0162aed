"""Cleansing: what to look at in a table before any model is tuned."""

import html
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_predict
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.parameters import Boolean, Integer, RandomState, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import Target, read_target, read_weights
from sklearn_mlknow.study import findings
from sklearn_mlknow.study.door import read_groups
from sklearn_mlknow.study.far_values import far_values
from sklearn_mlknow.study.findings import Finding
from sklearn_mlknow.study.folds import draw_folds
from sklearn_mlknow.study.leaks import leaking_column
from sklearn_mlknow.study.number_texts import numbers_in
from sklearn_mlknow.study.rows import Rows


class DataCheck(DocLinked, BaseEstimator):
    """Find what spoils models: rows twice, useless or leaking columns, impossible values, doubtful labels.

    Run it first: a wrong label or a column that knows the answer costs more than any technique wins. It reads the
    table a few times, O(n log n) a column; `labels=True` adds one cross-fitted random forest.

    Parameters
    ----------
    labels : bool, default=True
        Whether to look for labels that a cross-fitted model contradicts (classes only).
    cv : int, default=5
        Folds of that model.
    random_state : int, RandomState or None, default=None
        Seed of folds and model.

    Attributes
    ----------
    findings_ : list of Finding
        The graver kinds first.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when they are texts.

    References
    ----------
    Northcutt, Jiang and Chuang, "Confident learning", JAIR 70 (2021).

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_mlknow.study import DataCheck
    >>> table = pd.DataFrame({"id": range(40), "unit": ["kg"] * 40})
    >>> check = DataCheck(labels=False).fit(table)
    >>> [(finding.kind, finding.column) for finding in check.findings_]
    [('id-like column', 'id'), ('near-constant column', 'unit')]
    """

    _rules: ClassVar[dict[str, list[Any]]] = {
        "labels": [Boolean()],
        "cv": [Integer(2)],
        "random_state": [RandomState()],
    }

    def __init__(self, *, labels: bool = True, cv: int = 5, random_state: Any = None) -> None:
        self.labels = labels
        self.cv = cv
        self.random_state = random_state

    @restores_on_failure
    def fit(self, X: Any, y: Any = None, *, groups: Any = None, sample_weight: Any = None) -> Self:
        """Look through a table.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The raw table.
        y : array-like of shape (n_rows,), default=None
            The target, for leaks, labels and classes.
        groups : array-like of shape (n_rows,), default=None
            What rows belong to: labels are then judged by a model that has seen no row of the same group, and classes
            that few groups have are told.
        sample_weight : array-like of shape (n_rows,), default=None
            How much a row counts to the model that judges labels; facts are of rows, whatever their weight.

        Returns
        -------
        self
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        target = None if y is None else read_target(self, y, table.n_rows)
        belongs = read_groups(self, groups, table.n_rows)
        weights = read_weights(self, sample_weight, table.n_rows)
        codes = np.column_stack([findings.codes_of(table, index) for index in range(table.n_columns)])
        found = findings.duplicate_rows(codes, target)
        if target is not None and target.is_class:
            found += findings.rare_classes(target, belongs)
            if self.labels:
                found += self._doubtful_labels(codes, table, target, belongs, weights)
        elif target is not None:
            found += far_values("", target.values)
        for index, name in enumerate(table.names):
            found += self._column(table, index, name, codes[:, index], target)
        self.findings_: list[Finding] = sorted(found, key=lambda finding: ORDER.index(finding.kind))
        return self

    def to_frame(self) -> Any:
        """Write the findings as a table.

        Returns
        -------
        DataFrame
            ``kind, column, fact, remedy, n_rows, rows``.
        """
        import pandas as pd

        check_is_fitted(self)
        columns = ["kind", "column", "fact", "remedy", "n_rows", "rows"]
        rows = [(f.kind, f.column, f.fact, f.remedy, len(f.rows), f.rows.tolist()) for f in self.findings_]
        return pd.DataFrame(rows, columns=columns)

    def _repr_html_(self) -> str:
        if not hasattr(self, "findings_"):
            return html.escape(repr(self))
        cells = [(f.kind, f.column, f.fact, f.remedy) for f in self.findings_]
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
        head = "<tr><th>finding</th><th>column</th><th>fact</th><th>what to do</th></tr>"
        return f"<table>{head}{body}</table>"

    def _column(self, table: Table, index: int, name: str, codes: np.ndarray, target: Target | None) -> list[Finding]:
        constant = findings.constant_column(name, codes)
        if constant:
            return constant
        found, numbers = [], None
        if table.kinds[index] == "number":
            numbers = np.asarray(table.number(index), dtype=np.float64)
        elif is_text(table.column(index)):
            texts = np.asarray(table.column(index), dtype=object)
            numbers = numbers_in(texts)
            found = [] if numbers is None else findings.texts_of_numbers(name, texts, numbers)
        leaking = [] if target is None else leaking_column(name, codes, numbers, target)
        if leaking:
            return leaking + found
        kind = "category" if numbers is None else "number"
        identifying = findings.identifying_column(name, kind, codes if numbers is None else numbers)
        if identifying:
            return identifying + found
        return found + ([] if numbers is None else far_values(name, numbers))

    def _doubtful_labels(
        self, codes: np.ndarray, table: Table, target: Target, groups: np.ndarray | None, weights: np.ndarray | None
    ) -> list[Finding]:
        """Cross-fit a forest on numbers as they are and codes of the rest; classes too rare for folds are left out."""
        known = np.flatnonzero(np.bincount(target.values)[target.values] >= self.cv)
        classes, labels = np.unique(target.values[known], return_inverse=True)
        if len(classes) < 2:
            return []
        columns = [
            np.asarray(table.number(index), dtype=np.float64)
            if table.kinds[index] == "number"
            else np.where(codes[:, index] == 0, np.nan, codes[:, index])
            for index in range(table.n_columns)
        ]
        stacked = np.column_stack(columns)[known]
        groups, weights = (None if part is None else part[known] for part in (groups, weights))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        try:
            folds = draw_folds(self, Rows(stacked, labels, groups), True, self.cv, seed)
        except ValueError:
            return []  # groups too few to judge by
        # averaged trees are honest about being unsure near a boundary, boosted ones are not
        model = RandomForestClassifier(min_samples_leaf=2, random_state=seed)
        weighing = {} if weights is None else {"sample_weight": weights}
        probabilities = cross_val_predict(model, stacked, labels, cv=folds, method="predict_proba", params=weighing)
        return findings.doubtful_labels(probabilities, labels, known)


def is_text(column: Any) -> bool:
    """Tell whether a column holds texts as texts, and not as the levels of a category."""
    dtype = column.dtype if hasattr(column, "dtype") else column.type  # pyarrow's
    return str(dtype).lower() in ("object", "str", "string", "large_string") or getattr(dtype, "kind", "") == "U"


ORDER = [
    "leaking column",
    "contradicting rows",
    "duplicate rows",
    "doubtful labels",
    "rare class",
    "numbers as texts",
    "id-like column",
    "empty column",
    "near-constant column",
    "mostly missing column",
    "placeholder",
    "outliers",
]
