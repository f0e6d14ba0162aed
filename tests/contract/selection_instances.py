"""How the selectors are built for the common tests; see instances.py.

A selector's answer is which columns stay, so a parameter that moves scores without moving them over the line shows
itself in ``scores_`` instead.
"""

from typing import Any

import numpy as np
import pytest

ARGUMENTS: dict[str, dict[str, Any]] = {}
ALTERNATIVES: dict[str, dict[str, Any]] = {}


def changes(value: Any, attribute: str = "scores_", **needed: Any) -> Any:
    """Make an alternative that checks itself: another value changes a fitted attribute."""

    def check(cls: type) -> None:
        from tests.contract.data import as_pandas, numbers
        from tests.contract.instances import build

        X = numbers()
        y = (X[:, 0] + X[:, 1] > 11).astype(int) if "numeric_target" not in needed else X[:, 0] + X[:, 1]
        arguments = {name: argument for name, argument in needed.items() if name != "numeric_target"}
        parameter = next(name for name, alternative in ALTERNATIVES[cls.__name__].items() if alternative is check)
        fitted = []
        for changed in ({}, {parameter: value}):
            estimator = build(cls)
            if "random_state" in estimator.get_params(deep=False):
                estimator.set_params(random_state=0)
            found = getattr(estimator.set_params(**arguments, **changed).fit(as_pandas(X), y), attribute)
            fitted.append(found.to_csv() if hasattr(found, "to_csv") else np.asarray(found).tolist())
        assert fitted[0] != fitted[1]

    check.checks_itself = True
    return check


def refuses_texts(target_type: str, **needed: Any) -> Any:
    """Make an alternative that checks itself: with this target_type, y may not hold texts."""

    def check(cls: type) -> None:
        from tests.contract.data import as_pandas, numbers
        from tests.contract.instances import build

        X, y = as_pandas(numbers()), np.tile(["a", "b"], 30)
        build(cls).set_params(**needed).fit(X, y)
        with pytest.raises(ValueError, match="y must hold numbers"):
            build(cls).set_params(target_type=target_type, **needed).fit(X, y)

    check.checks_itself = True
    return check


ALTERNATIVES["MutualInformationSelector"] = {
    "n_features_to_select": 3,
    "method": changes("nearest"),
    "n_bins": changes(4),
    "n_neighbors": changes(5, method="nearest"),
    "alpha": 0.9,
    "n_permutations": changes(10, attribute="report_"),
    "target_type": changes("number", method="nearest"),
    "target_edges": changes([10.0], numeric_target=True),
    "random_state": changes(1, attribute="report_"),
}

ALTERNATIVES["MRMRSelector"] = {
    "n_features_to_select": 3,
    "relevance": changes("f"),
    "redundancy": changes("correlation"),
    "criterion": changes("difference"),
    "n_bins": changes(4),
    "target_type": changes("number", relevance="f"),
}
ALTERNATIVES["RedundancySelector"] = {
    "threshold": 0.01,
    "measure": changes("mutual_information"),
    "n_bins": changes(4, measure="mutual_information"),
    "target_type": refuses_texts("number"),
}


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(20, max_depth=3)


ALTERNATIVES["ShadowSelector"] = {
    "estimator": changes(_forest()),
    "n_rounds": changes(7),
    "alpha": changes(0.5, attribute="report_"),
    "percentile": changes(50),
    "target_type": refuses_texts("number"),
    "random_state": changes(1),
}

ALTERNATIVES["ScorecardClassifier"] = {
    "max_bins": 2,
    "monotonic": "decreasing",
    "min_bin_share": 0.4,
    "C": 0.01,
    "points_to_double": changes(40, attribute="scorecard_"),
    "base_points": changes(0, attribute="scorecard_"),
}
ALTERNATIVES["RuleClassifier"] = {
    "rules": {1: ["x0 > 10"]},
    "default": changes(0, attribute="default_", rules={0: ["x0 + x1 < 10.9"]}),
    "max_rules": 1,
    "max_conditions": 1,
    "n_bins": 3,
    "min_coverage": 0.5,
}


def _small_net(**other: Any) -> Any:
    from sklearn_mlknow.neural import NeuralRegressor

    settings = {"hidden_units": (8, 4), "n_members": 1, "max_epochs": 3, "random_state": 0, **other}
    return NeuralRegressor(early_stopping=False, **settings)


ARGUMENTS["AutoencoderExtractor"] = {"n_components": 2, "hidden_units": (8,), "max_epochs": 3}
ALTERNATIVES["AutoencoderExtractor"] = {
    "n_components": 1,
    "noise": 0.5,
    "hidden_units": (8, 8),
    "scale": False,
    "max_epochs": 5,
    "batch_size": 7,
    "learning_rate": 0.01,
    "random_state": 1,
}
ARGUMENTS["HiddenLayerExtractor"] = {"estimator": _small_net()}
ALTERNATIVES["HiddenLayerExtractor"] = {"estimator": _small_net(max_epochs=5), "layer": 1}


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression()


def _tree(max_depth: int) -> Any:
    from sklearn.tree import DecisionTreeRegressor

    return DecisionTreeRegressor(max_depth=max_depth)


ARGUMENTS["ShapSelector"] = {"estimator": _tree(3), "cv": 2}
ALTERNATIVES["ShapSelector"] = {
    "estimator": changes(_tree(1)),
    "n_features_to_select": changes(3, attribute="report_"),
    "cv": changes(3),
    "alpha": changes(0.3, attribute="report_"),
    "n_explained": changes(10),
    "background": changes(10),
    "target_type": refuses_texts("number", estimator=_logistic()),
    "random_state": changes(1),
}
