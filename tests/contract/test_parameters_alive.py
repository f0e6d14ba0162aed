"""Every documented parameter does something: another value changes what the estimator answers."""

import numpy as np
import pytest

from tests.contract.data import answer, as_pandas, numbers, same, target
from tests.contract.discovery import public_estimators
from tests.contract.instances import ALTERNATIVES, SPEED_ONLY, build


def cases():
    for cls in public_estimators():
        for name in build(cls).get_params(deep=False):
            yield pytest.param(cls, name, id=f"{cls.__name__}-{name}")


def holed(X):
    """The common table with one missing value, so that its handling shows."""
    X = X.copy()
    X[5, 1] = np.nan
    return X


def answer_or_error(cls, arguments, X, y):
    """What the estimator answers on data with a hole, or the error: refusing is an effect too."""
    estimator = build(cls).set_params(**arguments)
    if "random_state" in estimator.get_params(deep=False) and "random_state" not in arguments:
        estimator.set_params(random_state=0)
    try:
        return answer(estimator.fit(X, y), X)
    except ValueError as error:
        return np.array([str(error)], dtype=object)


@pytest.mark.parametrize(("cls", "name"), list(cases()))
def test_parameter_is_alive(cls, name):
    X = as_pandas(holed(numbers()) if build(cls).__sklearn_tags__().input_tags.allow_nan else numbers())
    y = target(build(cls), numbers())
    if name in SPEED_ONLY:
        usual, other = build(cls).get_params()[name], ALTERNATIVES.get(cls.__name__, {}).get(name, 2)
        assert same(answer_or_error(cls, {name: usual}, X, y), answer_or_error(cls, {name: other}, X, y))
        return
    if name not in ALTERNATIVES.get(cls.__name__, {}):
        pytest.fail(f"add another value of {cls.__name__}.{name} to tests/contract/instances.py, or delete it")
    alternative = ALTERNATIVES[cls.__name__][name]
    if callable(alternative) and getattr(alternative, "checks_itself", False):
        alternative(cls)
        return
    value, needed = (
        alternative if isinstance(alternative, tuple) and isinstance(alternative[-1], dict) else (alternative, {})
    )
    usual = answer_or_error(cls, needed, X, y)
    changed = answer_or_error(cls, {**needed, name: value}, X, y)
    assert usual.shape != changed.shape or not same(usual, changed)


@pytest.mark.parametrize("cls", public_estimators(), ids=lambda cls: cls.__name__)
def test_every_parameter_has_a_rule(cls):
    assert set(cls._rules) == set(build(cls).get_params(deep=False))
