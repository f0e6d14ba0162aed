"""A scorecard: every column's bin is worth some points, and the points add up to the odds.

References: Siddiqi, *Credit Risk Scorecards* (2006), chapters 6 (weight of evidence) and 7 (scaling of points).
"""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.output import names_of_input
from sklearn_mlknow._shell.parameters import Dictionary, Integer, OneOf, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import read_target, read_weights
from sklearn_mlknow.glassbox.card import evidence_of, fit_binners, point_table
from sklearn_mlknow.glassbox.door import refuse_columns
from sklearn_mlknow.glassbox.page import Readable, scorecard_page
from sklearn_mlknow.glassbox.shapes import SHAPES, places_of_shapes
from sklearn_mlknow.glassbox.slopes import fit_slopes

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]


class ScorecardClassifier(Readable, ClassifierMixin, DocLinked, BaseEstimator):
    """Add points for the bin that each column falls in: a model that fits on a page, for two classes.

    `OptimalBinner` cuts each column, weight of evidence says what a bin tells, logistic regression weighs the columns,
    and points are log-odds on a scale people can add. Probabilities are calibrated by construction. Takes numbers,
    categories and missing values as they are. Use it where every decision must be justified; it knows no interactions,
    so where two columns matter only together, boosted trees win (measured: benchmarks/glassbox.py). Costs
    O(n log n) a column.

    Parameters
    ----------
    max_bins : int, default=12
        Most bins a column, 2 or more, that of missing values not counted.
    monotonic : {"auto", "increasing", "decreasing", "peak", "valley"}, dict or None, default="auto"
        Order of points along numeric columns: one word for all, or ``{"age": "increasing"}`` for some and "auto" for
        the others. None asks for no order. "increasing": more means more likely ``classes_[1]``.
    min_bin_share : float, default=0.02
        Least share of rows in a bin; in [0, 0.5].
    C : float, default=0.1
        Inverse strength of the penalty on the columns' weights, as in ``LogisticRegression``. Evidence is
        learned from the same rows and a little too sure of itself, so the penalty is stronger than usual.
    points_to_double : float, default=20
        Points that double the odds of ``classes_[1]``.
    base_points : float, default=600
        Points where both classes are as likely.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        More points mean ``classes_[1]``.
    scorecard_ : DataFrame
        The model: one row a bin: column, interval, count, share, event_rate, woe, points; the first row, "base", is
        what everyone gets.
    coef_ : ndarray of shape (1, n_columns)
        Weight of each column's evidence; 0 where the others tell it all.
    intercept_ : ndarray of shape (1,)
        Log-odds without evidence.
    binners_ : list of OptimalBinner
        One for each shape asked for.
    n_features_in_ : int
        Columns seen in fit.
    feature_names_in_ : ndarray of str
        Their names, when X had names.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_mlknow.glassbox import ScorecardClassifier
    >>> X = pd.DataFrame({"age": [20, 25, 30, 35, 40, 45, 50, 55] * 5, "city": list("ababaaab") * 5})
    >>> y = [0, 1, 0, 0, 0, 1, 1, 1] * 5
    >>> card = ScorecardClassifier(max_bins=2).fit(X, y)
    >>> card.scorecard_[["column", "interval", "points"]].round(0)
      column      interval  points
    0   base                 596.0
    1    age  (-inf, 42.5)   -26.0
    2    age   [42.5, inf)    69.0
    3    age       missing     0.0
    4   city           {a}    -3.0
    5   city           {b}     5.0
    6   city       missing     0.0
    >>> card.explain(X[:1]).round(0)
        base   age  city
    0  596.0 -26.0  -3.0
    """

    _rules = {
        "max_bins": [Integer(2)],
        "monotonic": [OneOf(*SHAPES), Dictionary(), None],
        "min_bin_share": [Real(0, 0.5)],
        "C": [Real(0, closed="neither")],
        "points_to_double": [Real(0, closed="neither")],
        "base_points": [Real()],
    }

    classes_: NDArray[np.generic]

    def __init__(
        self,
        max_bins: int = 12,
        *,
        monotonic: Any = "auto",
        min_bin_share: float = 0.02,
        C: float = 0.1,
        points_to_double: float = 20,
        base_points: float = 600,
    ) -> None:
        self.max_bins = max_bins
        self.monotonic = monotonic
        self.min_bin_share = min_bin_share
        self.C = C
        self.points_to_double = points_to_double
        self.base_points = base_points

    @restores_on_failure
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Cut the columns, weigh them, and write the card.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers and categories; missing values are a bin of their own.
        y : array-like of shape (n_rows,)
            Two classes.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        refuse_columns(table)
        target = read_target(self, y, table.n_rows, "class")
        weights = read_weights(self, sample_weight, table.n_rows)
        row_weights = np.ones(table.n_rows) if weights is None else weights
        seen = np.unique(target.values[row_weights > 0])
        if target.n_classes > 2:
            raise ValueError(
                f"{who(self)}: Only binary classification is supported. The type of the target is multiclass "
                f"({target.n_classes} classes); use RuleClassifier or a model of each class against the rest."
            )
        if len(seen) < 2:
            raise ValueError(f"{who(self)}: y holds only one class; a scorecard needs rows of two classes.")
        self.classes_ = np.asarray(target.classes)
        shapes = places_of_shapes(table, self.monotonic)
        self.binners_ = fit_binners(X, y, weights, shapes, self.max_bins, self.min_bin_share)
        self._places = list(shapes.values())
        evidence = evidence_of(X, self.binners_, self._places)  # (n_rows, n_columns)
        intercept, slopes = fit_slopes(evidence, target.values.astype(float), row_weights, 1.0 / self.C)
        self.intercept_, self.coef_ = np.array([intercept]), slopes[None, :]
        return self

    def _read(self, X: Any) -> Table:
        check_is_fitted(self)
        table = read_table(self, X, reset=False)
        refuse_columns(table)
        return table

    @property
    def scorecard_(self) -> "pd.DataFrame":
        """The model as a table, one row a bin."""
        check_is_fitted(self)
        points_of = dict(zip(names_of_input(self), (self._factor() * self.coef_[0]).tolist()))
        return point_table(self.binners_, points_of, self._base())

    def explain(self, X: Any) -> "pd.DataFrame":
        """Say how many points each row gets for each column; they add up to the row's points.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        DataFrame of shape (n_rows, 1 + n_columns)
            The first column, "base", is what everyone gets; keeps the index of X.
        """
        import pandas as pd

        table = self._read(X)
        points = self._factor() * self.coef_[0] * evidence_of(X, self.binners_, self._places)
        whole = np.column_stack([np.full(len(points), self._base()), points])
        index = table.native.index if isinstance(table.native, pd.DataFrame) else None
        return pd.DataFrame(whole, columns=["base", *table.names], index=index)

    def points(self, X: Any) -> Matrix:
        """Add the points of each row up: ``base_points`` is even odds, each ``points_to_double`` more doubles them.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        return self.base_points + self._factor() * self.decision_function(X)

    def decision_function(self, X: Any) -> Matrix:
        """Return the log-odds of ``classes_[1]``.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        self._read(X)
        return evidence_of(X, self.binners_, self._places) @ self.coef_[0] + self.intercept_[0]

    def predict_proba(self, X: Any) -> Matrix:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows, 2)
        """
        of_second = expit(self.decision_function(X))
        return np.column_stack([1.0 - of_second, of_second])

    def predict(self, X: Any) -> NDArray[np.generic]:
        """Return the likelier class.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        is_second = self.decision_function(X) > 0
        return self.classes_[is_second.astype(int)]

    def to_html(self) -> str:
        """Write the model on a page: for each column its bins, what they tell, and their points.

        Returns
        -------
        str
            HTML that stands by itself.
        """
        odds = f"{self.points_to_double:g} points more double the odds of {self.classes_[1]}"
        even = f"{self.base_points:g} points are even odds"
        return scorecard_page(self.scorecard_, f"{odds}; {even}.", str(self.classes_[1]))

    def _factor(self) -> float:
        return float(self.points_to_double / np.log(2))

    def _base(self) -> float:
        return float(self.base_points + self._factor() * self.intercept_[0])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags
