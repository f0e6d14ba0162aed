"""One honest default of each family of models, from rules to deep learning, and the simplest rule as chance level."""

from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.tree import DecisionTreeRegressor

SIMPLEST = "simplest rule"


def families(is_classification: bool, seed: int) -> dict[str, Any]:
    """Return one honest default of each family, and the rule that looks at no column: what chance alone can do.

    Parameters
    ----------
    is_classification : bool
        Whether classes are asked for.
    seed : int
        Seed of the models.

    Returns
    -------
    dict of str to estimator
    """
    from sklearn_mlknow.glassbox import RuleClassifier
    from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor

    if is_classification:
        return {
            SIMPLEST: DummyClassifier(strategy="prior"),
            "rule based": RuleClassifier(),
            "statistical": LogisticRegression(max_iter=2000),
            "machine learning": HistGradientBoostingClassifier(random_state=seed),
            "deep learning": NeuralClassifier(random_state=seed),
        }
    return {
        SIMPLEST: DummyRegressor(),
        "rule based": DecisionTreeRegressor(max_depth=3, random_state=seed),
        "statistical": RidgeCV(alphas=np.geomspace(1e-3, 1e3, 7)),
        "machine learning": HistGradientBoostingRegressor(random_state=seed),
        "deep learning": NeuralRegressor(random_state=seed),
    }
