"""The same thing is known again in another process; another one is never taken for it; the rest is refused."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location

import numpy as np
import pandas as pd
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import make_scorer, mean_absolute_error, r2_score
from sklearn.preprocessing import FunctionTransformer

from sklearn_mlknow.neural import NeuralRegressor
from sklearn_mlknow.study import TechniqueStudy
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.identity import identity_of
from sklearn_mlknow.study.technique import Technique, put, turn

X = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)), columns=["a", "b"])


SCORER = """
FACTOR = 1
def inner(gap):
    return FACTOR * abs(gap)
def scorer(estimator, X, y, power=1):
    weigh = lambda gap: inner(gap) ** power
    return -weigh(estimator.predict(X) - y).mean()
"""
CLASS = """
from functools import cached_property, lru_cache
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.metaestimators import available_if
@lru_cache
def cached(value):
    return value + 1
class Mixin:
    limit = 3
class Own(Mixin, TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        return X * self.doubled
    @property
    def doubled(self):
        return 2 * self.one()
    @cached_property
    def three(self):
        return cached(3)
    @available_if(lambda self: self.three > 3)
    def five(self):
        return 5
    @staticmethod
    def one():
        return 1
"""


MORE = [("cached(3)", "cached(4)"), ("value + 1", "value + 2"), ("three > 3", "three > 4"), ("return 5", "return 6")]


@pytest.mark.parametrize(
    ("code", "make", "edits"),
    [
        (
            SCORER,
            "scorer",
            [("FACTOR = 1", "FACTOR = 2"), ("power=1", "power=2"), ("** power", "* power"), ("abs", "")],
        ),
        (
            CLASS,
            "Own",
            [("limit = 3", "limit = 4"), ("X * ", "X + "), ("2 * ", "3 * "), ("return 1", "return 2"), *MORE],
        ),
    ],
)
def test_code_of_yours_is_known_by_what_it_does(code, make, edits, tmp_path, monkeypatch):
    def identity(text):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.py"
        path.write_text(text)
        spec = spec_from_file_location("users", path)
        module = module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "users", module)
        spec.loader.exec_module(module)
        return identity_of(getattr(module, make)() if make == "Own" else getattr(module, make))

    first = identity(code)
    assert identity(code) == first == identity(code.replace("\n", "\n\n"))
    assert len({first, *(identity(code.replace(*edit)) for edit in edits)}) == 1 + len(edits)


def test_fitted_models_are_known_by_what_they_learned():
    small = {"hidden_units": (4,), "n_members": 1, "max_epochs": 2, "numeric_embedding": None}
    frozen = [FrozenEstimator(kind().fit(X, X[name])) for kind in (Ridge, LinearRegression) for name in X]
    frozen += [FrozenEstimator(NeuralRegressor(**small, random_state=seed).fit(X, X["a"])) for seed in (0, 1)]
    again = FrozenEstimator(NeuralRegressor(**small, random_state=0).fit(X, X["a"]))
    assert len({identity_of(each) for each in frozen}) == 6
    assert identity_of(again) == identity_of(frozen[4])


PROCESS = """
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import make_scorer, r2_score
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.identity import identity_of
from tests.study.test_identity import Local, outside
print([identity_of(each) for each in (base_pipeline(Ridge()), make_scorer(r2_score), Local(), outside)])
"""


def outside(estimator, X, y, names=("a", "b")):
    return float(len({"a", "b", "c"} & set(names)) in {0, 1, 2, 3})


class Local(LinearRegression):
    """A model of the user's."""

    def fit(self, X, y):
        return super().fit(X, y)


def test_another_process_knows_it_again():
    things = (base_pipeline(Ridge()), make_scorer(r2_score), Local(), outside)
    done = [subprocess.run([sys.executable, "-c", PROCESS], capture_output=True, text=True, check=True) for _ in "ab"]
    assert {each.stdout for each in done} == {f"{[identity_of(thing) for thing in things]}\n"}


def closure(power):
    return lambda estimator, X, y: -float((abs(estimator.predict(X) - y) ** power).mean())


def run(folder, techniques=("clusters",), scoring=None):
    study = TechniqueStudy(
        LinearRegression(),
        techniques=list(techniques),
        scoring=scoring,
        cv=2,
        repeats=1,
        stack=False,
        checkpoint=folder,
        random_state=0,
    )
    return study.fit(X, X["a"]).base_scores_


@pytest.mark.parametrize("scoring", [closure(1), lambda estimator, X, y: 1.0, make_scorer(lambda y, p: 1.0)])
def test_a_scoring_that_no_later_run_could_name_is_refused(tmp_path, scoring):
    with pytest.raises(ValueError, match="TechniqueStudy: with a checkpoint, the scoring must be known again .*lambda"):
        run(tmp_path, scoring=scoring)
    assert run(None, scoring=scoring).shape == (2,)  # and is welcome without a checkpoint


def test_a_technique_that_no_later_run_could_name_is_refused(tmp_path):
    shifted = Technique("shift", "data", put("build", FunctionTransformer(lambda X: X + 1)))
    with pytest.raises(ValueError, match="TechniqueStudy: with a checkpoint, 'shift' must be known again"):
        run(tmp_path, [shifted])


def test_another_scoring_of_the_same_kind_starts_anew(tmp_path):
    scorings = [make_scorer(r2_score), make_scorer(mean_absolute_error), make_scorer(r2_score, greater_is_better=False)]
    for scoring in scorings:
        np.testing.assert_array_equal(run(tmp_path, scoring=scoring), run(None, scoring=scoring))
    assert len(list(tmp_path.iterdir())) == 3


def test_techniques_of_one_name_are_told_apart(tmp_path):
    for fit_intercept in (True, False):
        run(tmp_path, [Technique("mine", "model", turn(fit_intercept=fit_intercept, positive=True))])
    assert len(list(tmp_path.rglob("*.json"))) == 2 * 3  # the base once, and each technique
