"""Linear models and scorecards: a weighted sum and its link."""

from typing import Any

import numpy as np

from sklearn_mlknow.persistence.onnx.answers import of_classes, of_numbers, of_two
from sklearn_mlknow.persistence.onnx.binning import evidence_of
from sklearn_mlknow.persistence.onnx.frame import Frame, finite, matrix
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import Answer, converts

REGRESSORS = (
    "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "LassoLarsIC", "ElasticNet", "ElasticNetCV", "Lars",
    "LarsCV", "LassoLars", "LassoLarsCV", "HuberRegressor", "TheilSenRegressor", "BayesianRidge", "ARDRegression",
    "QuantileRegressor", "LinearSVR", "SGDRegressor",
)  # fmt: skip


def weighted_sum(graph: Graph, model: Any, frame: Frame) -> str:
    """Coefficients times columns: (n_rows, n_outputs)."""
    names = [column.name for column in frame]
    values = finite(graph, matrix(graph, frame), type(model).__name__, names, allow_nan=False)
    coefficients = np.atleast_2d(np.asarray(model.coef_, dtype=np.float64)).T  # (n_columns, n_outputs)
    return graph(
        "Add", graph("MatMul", values, coefficients), np.atleast_1d(np.asarray(model.intercept_, dtype=np.float64))
    )


@converts("sklearn", "LogisticRegression", "LogisticRegressionCV")
def convert_logistic(graph: Graph, model: Any, frame: Frame) -> Answer:
    """Log-odds, or logits of the classes."""
    found = weighted_sum(graph, model, frame)
    if len(model.classes_) == 2:
        return of_two(graph, found, model.classes_)
    return of_classes(graph, graph("Softmax", found, axis=1), model.classes_)


@converts("sklearn", *REGRESSORS)
def convert_regressor(graph: Graph, model: Any, frame: Frame) -> Answer:
    """The sum itself."""
    return of_numbers(graph, weighted_sum(graph, model, frame), np.ndim(model.coef_) == 1)


@converts("sklearn_mlknow", "ScorecardClassifier")
def convert_scorecard(graph: Graph, card: Any, frame: Frame) -> Answer:
    """The evidence of every bin, weighed."""
    written = dict(evidence_of(graph, card.binners_, card._places, frame))
    evidence = matrix(graph, [written[place] for place in range(len(frame))])
    log_odds = graph("Add", graph("MatMul", evidence, card.coef_.T), card.intercept_)
    return of_two(graph, log_odds, card.classes_)
