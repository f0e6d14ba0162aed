"""The estimators that are tortured: every public one, made quick, set up for numbers, for texts or for times."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_target
from tests.contract.discovery import public_estimators
from tests.contract.instances import build

QUICK: dict[str, Any] = {"max_epochs": 2, "n_steps": 3, "n_members": 1, "n_rounds": 3, "n_folds": 2, "random_state": 0}
ESTIMATORS = {cls.__name__: cls for cls in public_estimators()}
SLOW = {  # several fits each; the quick tier gives them every fifth case of a chapter
    "AttentionClassifier",
    "AttentionRegressor",
    "HybridClassifier",
    "HybridRegressor",
    "MetaLearningClassifier",
    "ShapExplainer",
    "ShapSelector",
    "SiameseClassifier",
}
CITIES = pd.DataFrame({"city": list("abcde"), "people": np.arange(5.0)})


def every_column(X: Any) -> list[int]:
    """For what takes categories by default, but is to take whatever there is."""
    return list(range(X.shape[1]))


class Threshold(ClassifierMixin, BaseEstimator):
    """A model that takes any number, missing and infinite ones too: is the first column above its middle?"""

    def fit(self, X: Any, y: Any) -> "Threshold":
        table = read_table(self, X, reset=True)
        self.classes_ = read_target(self, y, table.n_rows, "class").classes
        self.middle_ = np.nanmedian(np.append(table.number(0), 0.0))
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        share = np.where(read_table(self, X, reset=False).number(0) > self.middle_, 0.8, 0.3)
        rest = max(len(self.classes_) - 1, 1)
        return np.column_stack([1 - share, *[share / rest] * (len(self.classes_) - 1)])

    def predict(self, X: Any) -> np.ndarray:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _net() -> Any:
    """A model that takes texts."""
    from sklearn_mlknow.neural import NeuralClassifier

    return NeuralClassifier(hidden_units=(8, 4), max_epochs=1, n_members=1, random_state=0)


def _holding(model: Any) -> dict[str, dict[str, Any]]:
    return {
        "ShapExplainer": {"estimator": model, "background": 5},
        "SurrogateTree": {"estimator": model},
        "ShapSelector": {"estimator": model, "n_explained": 5, "background": 5},
        "HiddenLayerExtractor": {"estimator": _net()},
    }


_TAKE_CATEGORIES = ("CountFeatures", "TargetMeanEncoder", "WeightOfEvidenceEncoder", "RareCategoryGrouper")
SETTINGS: dict[str, dict[str, dict[str, Any]]] = {
    "numbers": {
        **_holding(Threshold()),
        **{name: {"columns": every_column} for name in (*_TAKE_CATEGORIES, "CrossFeatures", "DatetimeFeatures")},
        "PatternFeatures": {"pattern": "(?P<first>[0-9])"},
    },
    "texts": {
        **_holding(_net()),
        **{name: {"columns": ["city"]} for name in _TAKE_CATEGORIES},
        "RareCategoryGrouper": {"columns": ["city"], "rare_label": "rare"},
        "CrossFeatures": {"columns": ["city", "x0"]},
        "OptimalBinner": {"columns": ["city"]},
        "GroupFeatures": {"by": "city"},
        "JoinFeatures": {"table": CITIES, "on": "city"},
        "PatternFeatures": {"column": "city", "pattern": "(?P<letter>[a-c])"},
        "DatetimeFeatures": {"columns": ["x0"]},
    },
    "times": {
        **_holding(_net()),
        **{name: {"columns": ["x1"]} for name in _TAKE_CATEGORIES},
        "CrossFeatures": {"columns": ["x0", "x1"]},
        "DatetimeFeatures": {"columns": ["when"], "parts": ["year", "month", "weekday", "hour"]},
        "GroupFeatures": {"by": "x1"},
        "JoinFeatures": {"table": CITIES.rename(columns={"city": "x1"}).assign(x1=np.arange(5.0)), "on": "x1"},
        "PatternFeatures": {"column": "x1"},
    },
}


def subject(cls: type, kind: str = "numbers") -> Any:
    """Build one estimator, quick and repeatable, set up for a kind of table."""
    estimator = build(cls)
    own = estimator.get_params(deep=False)
    estimator.set_params(**{name: value for name, value in QUICK.items() if name in own})
    settings = SETTINGS[kind].get(cls.__name__, {})
    return estimator.set_params(**{name: clone(value, safe=False) for name, value in settings.items()})
