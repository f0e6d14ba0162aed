"""How each estimator is built for the common tests, and what is known of it.

Only what differs from the default is listed: ``ARGUMENTS`` for required constructor arguments or quick settings,
``ALTERNATIVES`` for each parameter another value that must change the output, ``SPEED_ONLY`` for parameters that must
not. An estimator that is missing here is built with its defaults; a parameter that is missing fails its test.
"""

from typing import Any

from tests.contract import (
    binning_instances,
    features_instances,
    fewshot_instances,
    neural_instances,
    selection_instances,
)

ARGUMENTS: dict[str, dict[str, Any]] = {}

# classes whose fit_transform differs from fit().transform() on purpose: what they write holds a statistic of y
CROSS_FITTED: set[str] = {*features_instances.CROSS_FITTED}

# class name -> parameter -> another value, or (another value, the other arguments it needs)
ALTERNATIVES: dict[str, dict[str, Any]] = {}

# binning
ARGUMENTS.update(binning_instances.ARGUMENTS)
ALTERNATIVES.update(binning_instances.ALTERNATIVES)

# features
ARGUMENTS.update(features_instances.ARGUMENTS)
ALTERNATIVES.update(features_instances.ALTERNATIVES)


# explain
def _small_logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.5)


def _frozen_tree() -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=2, random_state=0)


ARGUMENTS["ShapExplainer"] = {"estimator": _small_logistic(), "background": 10}
_SAMPLED = {"method": "paired", "budget": 61}
ALTERNATIVES["ShapExplainer"] = {
    "estimator": _frozen_tree(),
    "background": 20,
    "budget": (101, _SAMPLED),
    "tolerance": (1.0, {"method": "paired", "budget": 141}),
    "method": ("paired", {"budget": 161}),
    "output": "predict_proba",
    "link": "logit",
    "player_groups": {"both": ["x0", "x1"]},
    "random_state": 1,
}

# selection, extraction, glassbox
ARGUMENTS.update(selection_instances.ARGUMENTS)
ALTERNATIVES.update(selection_instances.ALTERNATIVES)

# neural
ARGUMENTS.update(neural_instances.ARGUMENTS)
ALTERNATIVES.update(neural_instances.ALTERNATIVES)

# fewshot
ARGUMENTS.update(fewshot_instances.ARGUMENTS)
ALTERNATIVES.update(fewshot_instances.ALTERNATIVES)
ARGUMENTS["SurrogateTree"] = {"estimator": _small_logistic()}
ALTERNATIVES["SurrogateTree"] = {
    "estimator": _frozen_tree(),
    "max_depth": 1,
    "min_leaf_share": 0.4,
    "output": "predict_proba",
    "test_share": 0.6,
    "random_state": 1,
}

# documented to change nothing but time, memory or what is shown
SPEED_ONLY = {"n_jobs", "verbose", "batch_rows", *neural_instances.SPEED_ONLY}


def build(cls: type) -> Any:
    """Build an estimator with its arguments of this file."""
    return cls(**ARGUMENTS.get(cls.__name__, {}))


def built() -> list[Any]:
    """Build one instance of every public estimator."""
    from tests.contract.discovery import public_estimators

    return [build(cls) for cls in public_estimators()]
