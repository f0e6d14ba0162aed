"""The models and rows on which explanations are compared: a table, a background of 100 rows, rows to explain."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, scale
from sklearn.svm import SVC

from sklearn_mlknow.explain import ShapExplainer

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "tabular"
N_BACKGROUND = 100
ROWS, FEW_ROWS = 200, 50  # explained rows of models that answer quickly, and of the others


@dataclass
class Case:
    """A fitted model, its background and the rows to explain, all as numbers that peers can handle.

    ``function`` answers rows of numbers; ``frame`` turns such rows into what the model itself takes.
    """

    name: str
    model: Any
    rows: np.ndarray
    background: np.ndarray
    function: Any
    frame: Any

    def ours(self, **arguments):
        """An explainer on exactly this background."""
        return ShapExplainer(self.model, background=None, **arguments).fit(self.frame(self.background))


def make_case(name, model, X, y, n_rows, seed=0):
    """Fit a model and draw background and rows; a small table's rows take turns."""
    warnings.simplefilter("ignore")
    if y is not None:
        model.fit(X, y)
    chosen = np.random.default_rng(seed).permutation(len(X))
    background, rows = X[chosen[:N_BACKGROUND]], X[np.resize(chosen[N_BACKGROUND:], n_rows)]
    return Case(name, model, rows, background, answers_of(model), lambda numbers: numbers)


def answers_of(model):
    """What is explained, as a function of rows of numbers."""
    if not hasattr(model, "predict_proba"):
        return model.predict if hasattr(model, "predict") else model
    return lambda rows: model.predict_proba(rows)[:, 1]


class Decision:
    """An SVM as a black box: its decision function."""

    def __init__(self, model):
        self.model = model

    def __call__(self, rows):
        return self.model.decision_function(rows)


def adult_pipeline(n_rows, seed=0):
    """A pipeline with one-hot columns and a net on 14 mixed columns; peers get category codes and a decoder."""
    table = pd.read_parquet(DATA / "adult.parquet")
    X, y = table.drop(columns="target"), table["target"]
    numbers = [name for name in X if X[name].dtype.kind == "f"]
    texts = [name for name in X if name not in numbers]
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=20, sparse_output=False), texts),
    )
    warnings.simplefilter("ignore")
    model = make_pipeline(prepare, MLPClassifier((32,), max_iter=15, random_state=0)).fit(X, y)
    categories = {name: X[name].cat.categories for name in texts}

    def frame(codes):
        columns = {}
        for i, name in enumerate(X.columns):
            column = codes[:, i]
            columns[name] = pd.Categorical.from_codes(column.astype(int), categories[name]) if name in texts else column
        return pd.DataFrame(columns)

    codes = np.column_stack([X[n].cat.codes if n in texts else X[n] for n in X.columns]).astype(float)
    chosen = np.random.default_rng(seed).permutation(len(codes))
    background, rows = codes[chosen[:N_BACKGROUND]], codes[chosen[N_BACKGROUND : N_BACKGROUND + n_rows]]
    return Case(
        "adult 14, pipeline + net", model, rows, background,
        lambda numbers: model.predict_proba(frame(numbers))[:, 1], frame,
    )  # fmt: skip


def _diabetes(name, model, is_binary=True):
    X, y = load_diabetes(return_X_y=True)
    return make_case(name, model, scale(X), y > 140 if is_binary else scale(y), ROWS)


def _cancer(name, model, n_rows, n_columns=14):
    X, y = load_breast_cancer(return_X_y=True)
    X = scale(X[:, :n_columns])
    model.fit(X, y)
    return make_case(name, Decision(model) if isinstance(model, SVC) else model, X, None, n_rows)


def _california(name, model):
    table = pd.read_parquet(DATA / "california.parquet").dropna()
    houses = table.drop(columns="target")
    houses["ocean_proximity"] = houses["ocean_proximity"].cat.codes
    X, price = scale(houses.to_numpy(float))[:3000], table["target"].to_numpy()[:3000]
    return make_case(name, model, X, price, FEW_ROWS)


_NET = {"max_iter": 300, "random_state": 0}
ERROR_CASES = {  # every model of the plan on a table where exact values can be had
    "diabetes 10, MLP": lambda n: _diabetes(n, MLPRegressor(hidden_layer_sizes=(64,), **_NET), is_binary=False),
    "diabetes 10, logistic": lambda n: _diabetes(n, LogisticRegression()),
    "diabetes 10, HistGB": lambda n: _diabetes(n, HistGradientBoostingClassifier(max_iter=60, random_state=0)),
    "california 9, k-NN": lambda n: _california(n, KNeighborsRegressor(15)),
    "cancer 14, MLP": lambda n: _cancer(n, MLPClassifier((64, 64), **_NET), ROWS),
    "cancer 14, logistic": lambda n: _cancer(n, LogisticRegression(), ROWS),
    "cancer 14, RBF-SVM": lambda n: _cancer(n, SVC(random_state=0), FEW_ROWS),
    "cancer 14, random forest": lambda n: _cancer(
        n, RandomForestClassifier(40, min_samples_leaf=3, random_state=0), FEW_ROWS
    ),
    "adult 14, pipeline + net": lambda n: adult_pipeline(FEW_ROWS),
}
TIME_CASES = {  # models on 25 to 30 columns, and the pipeline
    "cancer 30, logistic": lambda n: _cancer(n, LogisticRegression(), 1000, 30),
    "cancer 30, MLP": lambda n: _cancer(n, MLPClassifier((64,), **_NET), 1000, 30),
    "cancer 30, HistGB": lambda n: _cancer(n, HistGradientBoostingClassifier(max_iter=60, random_state=0), 1000, 30),
    "adult 14, pipeline + net": lambda n: adult_pipeline(1000),
}
