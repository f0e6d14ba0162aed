"""Nothing outside a fitted object changes, and nothing inside it when a fit breaks off."""

import locale
import os
import random
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import sklearn
import torch

from sklearn_mlknow.neural import HybridClassifier, HybridRegressor
from tests.contract.data import answer, numbers, same, target
from tests.torture.subjects import ESTIMATORS, SLOW, subject

every_estimator = pytest.mark.parametrize("cls", ESTIMATORS.values(), ids=ESTIMATORS)
N_THREADS = 8
# scikit-learn's trees catch warnings in fit; two threads that do so may put back each other's filters (Python < 3.14)
ON_TREES = {HybridClassifier, HybridRegressor}


class BreaksAt:
    """Raise an error at the n-th call of a function of ours; count them when n is None."""

    def __init__(self, n, error=KeyboardInterrupt):
        self.n, self.error, self.count = n, error, 0

    def __call__(self, frame, event, argument):
        if event != "call" or not frame.f_globals.get("__name__", "").startswith("sklearn_mlknow"):
            return
        self.count += 1
        if self.count == self.n:
            sys.setprofile(None)
            raise self.error("broken off by the test")

    def __enter__(self):
        sys.setprofile(self)
        return self

    def __exit__(self, *exception):
        sys.setprofile(None)


def outer_world():
    """All that a fit could leave changed outside the estimator."""
    return {
        "numpy generator": np.random.get_state()[1].tolist(),
        "python generator": random.getstate(),
        "torch generator": torch.get_rng_state().tolist(),
        "torch settings": (
            torch.get_num_threads(),
            torch.get_default_dtype(),
            torch.is_grad_enabled(),
            torch.is_inference_mode_enabled(),
            torch.are_deterministic_algorithms_enabled(),
            torch.get_float32_matmul_precision(),
        ),
        "warnings": list(warnings.filters),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "locale": locale.setlocale(locale.LC_ALL),
        "scikit-learn": sklearn.get_config(),
        "numpy errors": np.geterr(),
        "pandas": {
            name: pd.get_option(name) for name in ("display.max_rows", "display.precision", "compute.use_numexpr")
        },
        "recursion": sys.getrecursionlimit(),
        "hooks": (sys.excepthook, threading.excepthook),
    }


def table(cls):
    """The usual table; whatever is imported or compiled on first use has been so."""
    X = numbers()
    y = target(subject(cls), X)
    answer(subject(cls).fit(X, y), X)
    return X, y


@every_estimator
def test_a_fit_and_an_answer_change_nothing_outside(cls):
    X, y = table(cls)
    before = outer_world()
    answer(subject(cls).fit(X, y), X)
    assert outer_world() == before


@every_estimator
def test_a_fit_that_breaks_off_leaves_the_earlier_fit_and_the_world(cls):
    X, y = table(cls)
    fitted = subject(cls).fit(X, y)
    expected, before, world = answer(fitted, X), vars(fitted).keys(), outer_world()
    with BreaksAt(None) as counter:
        subject(cls).fit(X[::-1] * 2, y)
    for part, error in ((0.02, KeyboardInterrupt), (0.3, MemoryError), (0.6, KeyboardInterrupt), (0.95, MemoryError)):
        ended = False
        try:
            with BreaksAt(max(3, int(part * counter.count)), error):
                fitted.fit(X[::-1] * 2, y)
                ended = True  # a training that is interrupted ends early and counts
        except error:
            pass
        assert outer_world() == world
        if ended:
            assert len(answer(fitted, X)) == len(X)
            fitted = subject(cls).fit(X, y)
        else:
            assert vars(fitted).keys() == before
            assert same(answer(fitted, X), expected)


@every_estimator
def test_a_first_fit_that_breaks_off_leaves_no_half(cls):
    X, y = table(cls)
    with BreaksAt(None) as counter:
        subject(cls).fit(X, y)
    broken = subject(cls)
    before = vars(broken).keys()
    with pytest.raises(MemoryError), BreaksAt(int(0.7 * counter.count), MemoryError):
        broken.fit(X, y)
    assert vars(broken).keys() == before
    expected = answer(subject(cls).fit(X, y), X)
    assert same(answer(broken.fit(X, y), X), expected)


@every_estimator
def test_eight_threads_ask_one_fitted_object(cls):
    X, y = table(cls)
    fitted = subject(cls).fit(X, y)
    expected, before = answer(fitted, X), sorted(vars(fitted))
    together = threading.Barrier(N_THREADS)

    def ask(_):
        together.wait()
        return [answer(fitted, X) for _ in range(3)]

    with ThreadPoolExecutor(N_THREADS) as pool:
        answers = [one for some in pool.map(ask, range(N_THREADS)) for one in some]
    assert all(same(one, expected) for one in answers)
    assert sorted(vars(fitted)) == before


@pytest.mark.parametrize(
    "cls",
    [pytest.param(cls, marks=[pytest.mark.long] if name in SLOW else [], id=name) for name, cls in ESTIMATORS.items()],
)
def test_threads_fit_objects_of_their_own(cls):
    """Also on different tables at once: nothing is shared behind the scenes."""
    X, y = table(cls)
    expected = [answer(subject(cls).fit(X * scale, y), X * scale) for scale in (1.0, 3.0)]
    before = outer_world()
    together = threading.Barrier(4)

    def fit(place):
        scale = (1.0, 3.0)[place % 2]
        together.wait()
        return answer(subject(cls).fit(X * scale, y), X * scale)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(fit, range(4)))
    assert all(same(one, expected[place % 2]) for place, one in enumerate(answers))
    after = outer_world()
    if cls in ON_TREES:
        del before["warnings"], after["warnings"]
    assert after == before
