"""A small tree that mimics a model, so that a person can read what the model does, roughly, and how roughly."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils.validation import check_is_fitted, check_random_state

from sklearn_mlknow._shell.doc_link import DocLinked
from sklearn_mlknow._shell.parameters import Anything, Integer, RandomState, Real, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, check_kinds_of_fit, read_table
from sklearn_mlknow.explain.held_model import accepts_missing, fitted_model, is_fitted
from sklearn_mlknow.explain.model import read_model
from sklearn_mlknow.explain.shown_data import take_rows

_MOST_LEVELS = 30  # of a category that get a question of their own


class SurrogateTree(DocLinked, BaseEstimator):
    """Mimic any model by a small tree of readable questions, and say how well it does.

    The tree is fitted to what the model answers, never to y. Use it to get the gist of a model; read ``fidelity_``
    first: below about 0.8 the tree tells another story than the model. It costs one prediction of the rows and one
    small tree.

    Parameters
    ----------
    estimator : object
        A model with ``predict_proba`` or ``predict``, or a function of rows that returns numbers. An unfitted estimator
        is cloned and fitted on ``(X, y)``; a fitted one is used as it is (wrap it in scikit-learn's `FrozenEstimator`
        where it would be cloned).
    max_depth : int, default=3
        Questions on the way to an answer, 1 or more.
    min_leaf_share : float in (0, 0.5], default=0.01
        Share of the rows that each answer must stand for.
    output : {"auto", "predict", "predict_proba", "decision_function"} or a class label, default="auto"
        What is mimicked, as in `ShapExplainer`.
    test_share : float in (0, 1), default=0.25
        Share of the rows that are held out to measure ``fidelity_``.
    random_state : int, RandomState or None, default=None
        Draws the held-out rows.

    Attributes
    ----------
    estimator_ : object
        The fitted model.
    tree_ : DecisionTreeRegressor
        Over ``questions_``.
    questions_ : list of str
        One a column of the tree's table: ``age`` or ``city = Rome``.
    fidelity_ : float
        R² of the tree's answers to the model's, on held-out rows.
    output_names_ : tuple of str
        What the model answers.
    n_features_in_ : int
        Number of columns in ``fit``.
    feature_names_in_ : ndarray of str
        Their names, when they are all texts.

    References
    ----------
    Craven, M., & Shavlik, J. (1996). Extracting tree-structured representations of trained networks. NeurIPS.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn_mlknow.explain import SurrogateTree
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = RandomForestClassifier(random_state=0).fit(X, y == 0)
    >>> surrogate = SurrogateTree(model, max_depth=1, random_state=0).fit(X)
    >>> print(surrogate.to_text())
    petal width (cm) <= 0.8: 0.999
    petal width (cm) > 0.8: 0.000267
    """

    _rules = {
        "estimator": [Anything()],
        "max_depth": [Integer(1)],
        "min_leaf_share": [Real(0, 0.5, closed="right")],
        "output": [Anything()],
        "test_share": [Real(0, 1, closed="neither")],
        "random_state": [RandomState()],
    }

    def __init__(
        self,
        estimator: Any,
        *,
        max_depth: int = 3,
        min_leaf_share: float = 0.01,
        output: Any = "auto",
        test_share: float = 0.25,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.max_depth = max_depth
        self.min_leaf_share = min_leaf_share
        self.output = output
        self.test_share = test_share
        self.random_state = random_state

    @restores_on_failure
    def fit(self, X: Any, y: Any = None) -> "SurrogateTree":
        """Fit the tree to what the model answers on X.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Original columns, as the model takes them; 2 rows or more.
        y : array-like of shape (n_rows,) or None, default=None
            Only for a model that is not fitted yet.

        Returns
        -------
        self
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        if table.n_rows < 2:
            raise ValueError("SurrogateTree: X has 1 sample; at least 2 rows are needed, one to learn and one to test.")
        self.estimator_ = fitted_model("SurrogateTree", self.estimator, X, y)
        model = read_model("SurrogateTree", self.estimator_, self.output, None, take_rows(table, np.arange(2)))
        self.output_names_ = model.outputs
        answers = model.predict(X if hasattr(X, "columns") else table.native, table.n_rows)
        self._kinds = list(table.kinds)
        self._levels = [None if kind == "number" else _frequent(table, i) for i, kind in enumerate(table.kinds)]
        self.questions_ = _questions(table.names, self._levels)
        asked = self._ask(table)
        order = check_random_state(self.random_state).permutation(table.n_rows)
        n_test = int(np.clip(round(self.test_share * table.n_rows), 1, table.n_rows - 1))
        test, train = order[:n_test], order[n_test:]
        least = max(1, int(np.ceil(self.min_leaf_share * len(train))))
        self.tree_ = DecisionTreeRegressor(max_depth=self.max_depth, min_samples_leaf=least, random_state=0)
        self.tree_.fit(asked[train], answers[train])
        guessed = self.tree_.predict(asked[test]).reshape(answers[test].shape)
        left = ((guessed - answers[test]) ** 2).sum()
        whole = ((answers[test] - answers[train].mean(axis=0)) ** 2).sum()
        self.fidelity_ = float(1.0 - left / whole) if whole > 0 else 1.0
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predict what the model would answer.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Columns as in ``fit``.

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_outputs)
        """
        check_is_fitted(self)
        return self.tree_.predict(self._ask(read_table(self, X, reset=False)))

    def to_text(self) -> str:
        """Write the tree as indented questions and answers.

        Returns
        -------
        str
        """
        check_is_fitted(self)
        tree = self.tree_.tree_
        lines: list[str] = []

        def answer(node: int) -> str:
            values = tree.value[node][:, 0]
            if len(values) == 1:
                return f"{values[0]:.3g}"
            return ", ".join(f"{name} {value:.3g}" for name, value in zip(self.output_names_, values))

        def write(node: int, depth: int, question: str) -> None:
            is_leaf = tree.children_left[node] == -1
            lines.append("  " * depth + question + (f": {answer(node)}" if is_leaf else ":"))
            if not is_leaf:
                descend(node, depth + 1)

        def descend(node: int, depth: int) -> None:
            name, threshold = self.questions_[tree.feature[node]], tree.threshold[node]
            left, right = f"{name} <= {threshold:.4g}", f"{name} > {threshold:.4g}"
            if " = " in name:
                column, level = name.split(" = ", 1)
                left, right = f"{column} is not {level}", f"{column} is {level}"
            write(tree.children_left[node], depth, left)
            write(tree.children_right[node], depth, right)

        if tree.node_count == 1:
            return f"always: {answer(0)}"
        descend(0, 0)
        return "\n".join(lines)

    def _ask(self, table: Table) -> np.ndarray:
        """Answer the questions for every row; missing values are refused where the model refuses them."""
        check_kinds_of_fit(table, self._kinds)
        asked = _ask(table, self._levels)
        allows = accepts_missing(self.estimator)
        bad = np.isinf(asked) if allows is None or allows else ~np.isfinite(asked)
        if bad.any():
            question = self.questions_[int(bad.any(axis=0).argmax())]
            raise ValueError(f"SurrogateTree: column {question!r} holds NaN or inf, which the model refuses; fill it.")
        with np.errstate(invalid="ignore"):
            too_large = (np.abs(asked) > np.finfo(np.float32).max).any(axis=0)
        if too_large.any():
            question = self.questions_[int(too_large.argmax())]
            raise ValueError(
                f"SurrogateTree: column {question!r} holds numbers beyond 3.4e38, which trees cannot hold; scale it."
            )
        return asked

    def __sklearn_tags__(self) -> Any:
        """Accept missing values exactly when the model does."""
        tags = super().__sklearn_tags__()
        allows = accepts_missing(self.estimator)
        if allows is not None:
            tags.input_tags.allow_nan = allows
            tags.target_tags.required = not is_fitted(self.estimator)
        return tags


def _frequent(table: Table, index: int) -> list[Any]:
    """List the most frequent levels of a column that is no number."""
    codes, levels = table.factorised(index)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    return [levels[i] for i in np.argsort(-counts, kind="stable")[:_MOST_LEVELS]]


def _questions(names: list[str], levels: list[list[Any] | None]) -> list[str]:
    questions = []
    for name, known in zip(names, levels):
        questions += [name] if known is None else [f"{name} = {level}" for level in known]
    return questions


def _ask(table: Table, levels: list[list[Any] | None]) -> np.ndarray:
    """Answer the questions for every row: numbers as they are, 1 where a level is held: (n_rows, n_questions)."""
    columns = []
    for index, known in enumerate(levels):
        if known is None:
            columns.append(table.number(index).astype(np.float64))
            continue
        codes, held = table.factorised(index)
        own = np.where(codes >= 0, codes, len(held))
        for level in known:
            is_it = np.array([*(other == level for other in held), False])
            columns.append(is_it[own].astype(np.float64))
    return np.column_stack(columns)
