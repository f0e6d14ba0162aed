"""The pipeline of the report and the honest baselines that stand beside it."""

from typing import TYPE_CHECKING, Any

from sklearn_mlknow.study.report.task import Task

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


# Only what chance explains well goes: a column that tells little alone may tell much together with another.
ALPHA = 0.2


def kinds_of(X: "pd.DataFrame") -> tuple[list[str], list[str]]:
    """Return the names of the number columns and of the category columns."""
    is_number = {str(name): X[name].dtype.kind == "f" for name in X}
    return [name for name in is_number if is_number[name]], [name for name in is_number if not is_number[name]]


def pipeline(task: Task, X: "pd.DataFrame", random_state: int, verbose: int = 0) -> "Pipeline":
    """Return the unfitted pipeline of the report: scale and bend outliers, keep what tells of the target, train a net.

    Categories and missing values go through to the network, which takes them as they are.
    """
    from sklearn.pipeline import Pipeline

    from sklearn_mlknow.features import SmoothClipScaler
    from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
    from sklearn_mlknow.selection import MutualInformationSelector

    face = NeuralClassifier if task.is_classification else NeuralRegressor
    kind = "class" if task.is_classification else "number"
    preprocess = SmoothClipScaler() if kinds_of(X)[0] else "passthrough"
    steps = [
        ("preprocess", preprocess),
        ("select", MutualInformationSelector(target_type=kind, alpha=ALPHA, random_state=random_state)),
        ("network", face(random_state=random_state, verbose=verbose)),
    ]
    return Pipeline(steps).set_output(transform="pandas")


def baselines(task: Task, X: "pd.DataFrame", random_state: int) -> "dict[str, tuple[str, Any]]":
    """Return name -> (what it is, unfitted model): the simplest rule, a few rules, a linear model, boosted trees.

    Each gets what it needs to do well: scaled numbers and one-hot categories for the linear model, categories and
    missing values as they are for the trees.
    """
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.tree import DecisionTreeRegressor

    from sklearn_mlknow.glassbox import RuleClassifier

    n_numbers, n_columns = len(kinds_of(X)[0]), X.shape[1]
    boosting: dict[str, Any] = {
        "categorical_features": list(range(n_numbers, n_columns)),
        "random_state": random_state,
    }
    if task.is_classification:
        simplest = ("always the most frequent class", DummyClassifier(strategy="prior"))
        rules = ("our if-then rules, the first that fits decides", RuleClassifier())
        linear = ("logistic regression", LogisticRegression(max_iter=2000))
        trees: Any = HistGradientBoostingClassifier(**boosting)
    else:
        simplest = ("always the mean", DummyRegressor())
        tree = DecisionTreeRegressor(max_depth=3, random_state=random_state)
        rules = ("a tree of eight leaves", _with_codes(X, tree))
        linear = ("ridge regression", RidgeCV(alphas=[10.0**power for power in range(-3, 4)]))
        trees = HistGradientBoostingRegressor(**boosting)
    return {
        "Simplest rule": simplest,
        "Short rules": rules,
        "Linear model": (linear[0], _linear(X, linear[1])),
        "Boosted trees": ("scikit-learn's HistGradientBoosting", _with_codes(X, trees)),
    }


def _linear(X: "pd.DataFrame", model: Any) -> "Pipeline":
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers, categories = kinds_of(X)
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=50, sparse_output=False)
    prepared = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numbers),
        (one_hot, categories),
    )
    return make_pipeline(prepared, model)


def _with_codes(X: "pd.DataFrame", model: Any) -> "Pipeline":
    import numpy as np
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    numbers, categories = kinds_of(X)
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan, max_categories=250
    )
    return make_pipeline(make_column_transformer(("passthrough", numbers), (codes, categories)), model)
