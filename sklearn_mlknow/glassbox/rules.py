"""Rules, one after the other: the first that holds decides. Written by experts, or found in data."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.parameters import Anything, Dictionary, Integer, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import read_target, read_weights
from sklearn_mlknow.features.formula_language import Formula
from sklearn_mlknow.glassbox.conditions import conditions_of
from sklearn_mlknow.glassbox.door import refuse_columns
from sklearn_mlknow.glassbox.page import Readable, rules_page
from sklearn_mlknow.glassbox.rule_list import (
    first_that_holds,
    measure_rules,
    read_rules,
    weight_decided,
    where_rules_hold,
)
from sklearn_mlknow.glassbox.rule_search import search_rules

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]


class RuleClassifier(Readable, ClassifierMixin, DocLinked, BaseEstimator):
    """Decide by rules, read from the top: the first that holds says the class.

    Rules are formulas in the language of `FormulaFeatures`, such as ``income > 50 and debts < 0.3 * income``. Give the
    experts' own, and fit measures how often each holds, how often it is right, and where rules overlap or contradict;
    or let fit find a short list of short rules by itself. Use it where the decision must be stated in words; a list of
    ten rules loses some points of accuracy to boosted trees (measured: benchmarks/glassbox.py). Finding rules costs
    O(n_rows n_conditions) for each rule and condition.

    Parameters
    ----------
    rules : dict of class to list of str, default=None
        Rules of each class, tried in the order written. None finds rules in the data.
    default : class, default=None
        What no rule decides; None takes the commonest class of the rows that no rule decides in fit.
    max_rules : int, default=10
        Most rules to find.
    max_conditions : int, default=3
        Most conditions joined by "and" in a rule that is found.
    n_bins : int, default=10
        Numbers are cut at the ends of this many bins of about equal weight when rules are sought.
    min_coverage : float, default=0.01
        Least share of all rows that a found rule decides; in [0, 1].

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Classes of y.
    rules_ : list of (class, str)
        The list, first to last.
    default_ : class
        What no rule decides.
    report_ : DataFrame
        One row a rule and one for the default: class, rule, coverage (share of rows where it holds), precision (share
        of those that are of its class), decides (share of rows it decides, being the first that holds), precision_first
        (share of those that are of its class), overlap (share of its rows where another rule of its class holds),
        conflict (share of its rows where a rule of another class holds).
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    Examples
    --------
    >>> from sklearn_mlknow.datasets import load_penguins
    >>> from sklearn_mlknow.glassbox import RuleClassifier
    >>> X, y = load_penguins(return_X_y=True, as_frame=True)
    >>> model = RuleClassifier({"Gentoo": ["flipper_length_mm > 206"], "Chinstrap": ["bill_length_mm > 45"]}).fit(X, y)
    >>> model.default_
    'Adelie'
    >>> model.report_[["class", "rule", "coverage", "precision"]].round(2)
           class                     rule  coverage  precision
    0     Gentoo  flipper_length_mm > 206      0.38       0.95
    1  Chinstrap      bill_length_mm > 45      0.48       0.38
    2     Adelie                  default       NaN        NaN
    """

    _rules = {
        "rules": [Dictionary(), None],
        "default": [Anything()],
        "max_rules": [Integer(1)],
        "max_conditions": [Integer(1)],
        "n_bins": [Integer(2, 256)],
        "min_coverage": [Real(0, 1)],
    }

    classes_: NDArray[np.generic]

    def __init__(
        self,
        rules: dict[Any, list[str]] | None = None,
        *,
        default: Any = None,
        max_rules: int = 10,
        max_conditions: int = 3,
        n_bins: int = 10,
        min_coverage: float = 0.01,
    ) -> None:
        self.rules = rules
        self.default = default
        self.max_rules = max_rules
        self.max_conditions = max_conditions
        self.n_bins = n_bins
        self.min_coverage = min_coverage

    @restores_on_failure
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Measure the given rules, or find some.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers and categories, missing values included; rules read columns by name.
        y : array-like of shape (n_rows,)
            Classes.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        refuse_columns(table, times=True)
        target = read_target(self, y, table.n_rows, "class")
        weights = read_weights(self, sample_weight, table.n_rows)
        weights = np.ones(table.n_rows) if weights is None else weights
        counts = np.zeros((table.n_rows, target.n_classes))
        counts[np.arange(table.n_rows), target.values] = weights  # (n_rows, n_classes)
        self.classes_ = np.asarray(target.classes)
        texts = (
            self._found(table, counts, weights)
            if self.rules is None
            else read_rules(table, self.rules, self.classes_.tolist())
        )
        self._formulas = [Formula(text) for _, text in texts]
        holds = where_rules_hold(table, self._formulas)  # (n_rules, n_rows)
        decided = weight_decided(first_that_holds(holds), counts, len(texts))  # (n_rules + 1, n_classes)
        if self.rules is None:
            texts = [(self.classes_.tolist()[row.argmax()], text) for row, (_, text) in zip(decided, texts)]
        self.rules_ = texts
        rest = decided[-1] if decided[-1].any() else counts.sum(axis=0)
        self.default_ = self._default(rest)
        prior = counts.sum(axis=0) / counts.sum()
        # one imaginary row with the shares of all rows keeps probabilities away from 0 and 1
        self._probabilities = (decided + prior) / (decided.sum(axis=1, keepdims=True) + 1)
        self._said = np.array([self._place(label) for label, _ in texts] + [self._place(self.default_)])
        self._facts = measure_rules(holds, self._said, counts, decided)
        return self

    def predict(self, X: Any) -> NDArray[np.generic]:
        """Return the class that the first rule that holds says, or the default.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        places = self.apply(X)
        return self.classes_[self._said[places]]

    def predict_proba(self, X: Any) -> Matrix:
        """Return the shares of the classes among the rows of ``fit`` that the same rule decided.

        A given rule that was wrong more often than right says its class in ``predict`` all the same.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
        """
        places = self.apply(X)
        return self._probabilities[places]

    def apply(self, X: Any) -> NDArray[np.int64]:
        """Return the position in ``rules_`` of the rule that decides each row; ``len(rules_)`` is the default.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of int64, shape (n_rows,)
        """
        check_is_fitted(self)
        table = read_table(self, X, reset=False)
        return first_that_holds(where_rules_hold(table, self._formulas))

    def explain(self, X: Any) -> list[str]:
        """Say for each row, in words, which rule decided it.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        list of str
        """
        words = [f"{label}, because {text}" for label, text in self.rules_]
        words.append(f"{self.default_}, because no rule holds")
        return [words[place] for place in self.apply(X)]

    def to_html(self) -> str:
        """Write the list on a page: each rule, how many rows it decides, how often it is right.

        Returns
        -------
        str
            HTML that stands by itself.
        """
        return rules_page(self.report_)

    @property
    def report_(self) -> "pd.DataFrame":
        """What fit measured of each rule."""
        import pandas as pd

        check_is_fitted(self)
        labels = [label for label, _ in self.rules_] + [self.default_]
        texts = [text for _, text in self.rules_] + ["default"]
        return pd.DataFrame({"class": labels, "rule": texts, **self._facts})

    def _found(self, table: Table, counts: Matrix, weights: Matrix) -> list[tuple[Any, str]]:
        conditions = conditions_of(table, self.n_bins, weights)
        least = max(1.0, self.min_coverage * weights.sum())
        return [(None, text) for text in search_rules(conditions, counts, self.max_rules, self.max_conditions, least)]

    def _default(self, rest: Matrix) -> Any:
        classes = self.classes_.tolist()
        if self.default is None:
            return classes[rest.argmax()]
        if self.default not in classes:
            raise ValueError(f"{who(self)}: default is {self.default!r}, which y has not; it has {some(classes)}.")
        return self.default

    def _place(self, label: Any) -> int:
        return self.classes_.tolist().index(label.item() if isinstance(label, np.generic) else label)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
