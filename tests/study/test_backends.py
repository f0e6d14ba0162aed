"""A study gives the same results whoever does the work, survives being killed, and keeps its time."""

import os
import signal
import subprocess
import sys
from time import perf_counter

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from sklearn_mlknow.study import TechniqueStudy
from sklearn_mlknow.study.catalogue import TECHNIQUES  # loads torch, which takes seconds the first time
from sklearn_mlknow.study.technique import Technique, turn

NAMES = ["bins of equal width", "ratios of columns", "clusters"]
assert set(NAMES) <= {technique.name for technique in TECHNIQUES}


def table():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.uniform(1, 10, size=(120, 3)), columns=["a", "b", "c"])
    return X, np.floor(X["a"]) % 2


def results(**arguments):
    study = TechniqueStudy(LinearRegression(), techniques=NAMES, stack=False, repeats=1, random_state=0, **arguments)
    return study.fit(*table()).results_.drop(columns="seconds")


def test_loky_and_dask_give_the_same_results():
    distributed = pytest.importorskip("distributed")
    alone = results()
    pd.testing.assert_frame_equal(results(n_jobs=2), alone)
    cluster = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": ":0"}
    with distributed.Client(**cluster), joblib.parallel_config(backend="dask"):
        pd.testing.assert_frame_equal(results(n_jobs=2), alone)


KILLED = """
import os, signal, sys
from sklearn.linear_model import LinearRegression
from sklearn.metrics import get_scorer
from tests.study.test_backends import NAMES, table
from sklearn_mlknow.study import TechniqueStudy, kept_units

n_units = int(sys.argv[2])
write = kept_units.write_atomically

def write_or_die(path, content):
    global n_units
    if n_units == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    n_units -= 1
    write(path, content)

kept_units.write_atomically = write_or_die
arguments = {"techniques": NAMES, "stack": False, "repeats": 1, "random_state": 0, "checkpoint": sys.argv[1]}
TechniqueStudy(LinearRegression(), **arguments).fit(*table())
"""


def test_a_killed_study_goes_on_where_it_was(tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "6"], cwd=os.getcwd(), check=False)
    assert done.returncode == -signal.SIGKILL
    kept = sorted(tmp_path.rglob("*.json"))
    assert len(kept) == 6
    before = {path: path.stat().st_mtime_ns for path in kept}
    pd.testing.assert_frame_equal(results(checkpoint=tmp_path), results())
    assert len(list(tmp_path.rglob("*.json"))) == 4 * 5
    assert {path: path.stat().st_mtime_ns for path in kept} == before


def test_other_folds_or_scoring_are_another_checkpoint(tmp_path):
    results(checkpoint=tmp_path)
    results(checkpoint=tmp_path, cv=4)
    results(checkpoint=tmp_path, scoring="neg_mean_absolute_error")
    assert len(list(tmp_path.rglob("*.json"))) == 4 * (5 + 4 + 5)
    pd.testing.assert_frame_equal(
        results(checkpoint=tmp_path, scoring="neg_mean_absolute_error"), results(scoring="neg_mean_absolute_error")
    )


NOT_AT_ALL = Technique("no intercept", "model", turn(fit_intercept=False))


@pytest.fixture
def stacked(monkeypatch):
    """A function that runs a study with its stack, and returns it with the number of its fits."""
    fit, n_fits = LinearRegression.fit, []

    def counted(self, X, y):
        n_fits.append(1)
        return fit(self, X, y)

    def run(techniques, checkpoint=None, repeats=1):
        study = TechniqueStudy(
            LinearRegression(), techniques=techniques, cv=3, repeats=repeats, random_state=0, checkpoint=checkpoint
        )
        X = pd.DataFrame(np.random.default_rng(0).uniform(1, 11, size=(300, 2)), columns=["a", "b"])
        n_fits.clear()
        return study.fit(X, np.floor(X["a"]) % 2), len(n_fits)

    monkeypatch.setattr(LinearRegression, "fit", counted)
    return run


def test_the_stack_costs_what_is_said(stacked):
    one = ["bins of equal width"]
    found, n_fits = stacked([*one, NOT_AT_ALL], repeats=2)
    assert found.best_techniques_ == one and found.best_gain_ is not None
    assert n_fits == 3 * 3 * 2 + 3 * 3**2 + 1  # each technique and the base: all folds, the honest gain; the last fit
    found, n_fits = stacked([NOT_AT_ALL])
    assert found.best_techniques_ == [] and n_fits == 2 * 3 + 1  # nothing to judge


def test_a_stack_is_not_fitted_twice_either(stacked, tmp_path):
    names = ["bins of equal width", "clusters", NOT_AT_ALL]
    first, n_fits = stacked(names, tmp_path)
    again, n_again = stacked(names, tmp_path)
    assert n_fits > 4 * 3 + 4 * 9 and n_again == 1  # on all rows
    assert again.best_gain_ == first.best_gain_ and again.best_techniques_ == first.best_techniques_
    pd.testing.assert_frame_equal(again.results_, first.results_)
    for kept in list(tmp_path.rglob("*.json"))[::2]:
        kept.unlink()
    half, n_half = stacked(names, tmp_path)
    assert 1 < n_half < n_fits and half.best_gain_ == first.best_gain_


class Slow(LinearRegression):
    """Takes a known time on a clock of its own."""

    def fit(self, X, y, seconds=0.05):
        until = perf_counter() + seconds
        while perf_counter() < until:
            pass
        return super().fit(X, y)


@pytest.mark.long
@pytest.mark.parametrize("stack", [False, True])
@pytest.mark.parametrize("budget", [3.0, 6.0, 12.0])
def test_a_time_budget_is_kept_within_ten_per_cent(stack, budget):
    begun = perf_counter()
    TechniqueStudy(Slow(), techniques=NAMES, repeats=20, stack=stack, time_budget=budget, random_state=0).fit(*table())
    assert perf_counter() - begun < 1.1 * budget


def test_a_technique_that_fails_is_left_out_and_named():
    class Fails(LinearRegression):
        def fit(self, X, y):
            if not self.fit_intercept and 0 not in X.index:
                raise ZeroDivisionError("no first row")
            return super().fit(X, y)

    techniques = ["clusters", Technique("no intercept", "model", turn(fit_intercept=False))]
    study = TechniqueStudy(Fails(), techniques=techniques, stack=False, repeats=1, random_state=0)
    assert study.fit(*table()).failures_ == {"no intercept": "no first row"}
    assert study.results_["technique"].tolist() == ["clusters"]
    assert len(study.base_scores_) == 5


@pytest.mark.parametrize("fails_with", [False, True])
def test_scores_that_are_not_finite(fails_with):
    X, y = table()

    def scorer(estimator, X, y):
        return float("nan") if estimator[-1].fit_intercept is fails_with else 1.0

    techniques = [Technique("no intercept", "model", turn(fit_intercept=False)), "clusters"]
    study = TechniqueStudy(LinearRegression(), techniques=techniques, scoring=scorer, stack=False, random_state=0)
    if fails_with:
        with pytest.raises(ValueError, match="the score of a fold is nan; choose a scoring"):
            study.fit(X, y)
    else:
        assert list(study.fit(X, y).failures_) == ["no intercept"]
        assert study.results_["technique"].tolist() == ["clusters"]
