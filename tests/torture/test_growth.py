"""Wide and long tables: memory grows with the table, not faster; the same bits whatever a process was started with.

Memory is counted by ``tracemalloc``, which numpy reports to; no test looks at the clock.
"""

import tracemalloc

import numpy as np
import pytest
from sklearn.base import is_regressor

from tests.contract.data import answer
from tests.faults.processes import run_python
from tests.torture.subjects import ESTIMATORS, subject

SLACK = 3e6  # bytes that no table asks for
# what looks at pairs of columns, or at columns as tokens, is documented for fewer of them
COLUMNS = {
    "AttentionClassifier": 60,
    "AttentionRegressor": 60,
    "CrossFeatures": 40,
    "HybridClassifier": 400,
    "HybridRegressor": 400,
    "MRMRSelector": 800,
    "RatioFeatures": 60,
    "RedundancySelector": 800,
    "RuleClassifier": 400,
    "ShapExplainer": 60,
    "ShapSelector": 60,
}
# what looks at pairs of columns may grow as their square
BY_PAIRS = {
    "AttentionClassifier",
    "AttentionRegressor",
    "CrossFeatures",
    "MRMRSelector",
    "RatioFeatures",
    "RedundancySelector",
}
every_estimator = pytest.mark.parametrize("cls", ESTIMATORS.values(), ids=ESTIMATORS)


def table(n_rows, n_columns):
    X = np.random.default_rng(0).lognormal(size=(n_rows, n_columns))
    X[:, -1] = np.arange(n_rows) % 7
    return X


def peak(cls, n_rows, n_columns):
    """The most bytes at once of a fit and an answer."""
    X = table(n_rows, n_columns)
    estimator = subject(cls)
    own = estimator.get_params(deep=False)
    if "n_features_to_select" in own and isinstance(own["n_features_to_select"], int):
        estimator.set_params(n_features_to_select=2)
    y = X[:, 0] if is_regressor(estimator) else (X[:, 0] > 1).astype(int)
    tracemalloc.start()
    try:
        answer(estimator.fit(X, y), X)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.long
@every_estimator
def test_memory_grows_with_the_columns_and_not_with_their_square(cls):
    widest = COLUMNS.get(cls.__name__, 5_000)
    peak(cls, 50, 8)  # imports
    half, whole = peak(cls, 50, widest // 2), peak(cls, 50, widest)
    assert whole <= (4.6 if cls.__name__ in BY_PAIRS else 3.1) * half + SLACK


@pytest.mark.long
@every_estimator
def test_memory_grows_with_the_rows_and_not_with_their_square(cls):
    n_rows = 20_000 if cls.__name__ in ("ShapExplainer", "AttentionClassifier", "AttentionRegressor") else 200_000
    peak(cls, 50, 5)
    half, whole = peak(cls, n_rows // 2, 5), peak(cls, n_rows, 5)
    assert whole <= 2.6 * half + SLACK


ANSWERS = """
import hashlib
import numpy as np
from tests.torture.judge import answer, asked, fit
from tests.torture.columns import TEXTS
from tests.torture.subjects import ESTIMATORS, subject

case = next(case for case in TEXTS if case.name == "texts as objects")
for name, cls in ESTIMATORS.items():
    trial = case.make()
    got = answer(fit(subject(cls, "texts"), trial), asked(trial))
    print(name, hashlib.sha256(repr(got.tolist()).encode()).hexdigest())
"""


@pytest.mark.long
def test_the_same_bits_in_every_process(monkeypatch):
    """Seeds of hashes, time zone, language and number of threads change nothing."""
    answers = set()
    for seed, zone, language, threads in (("1", "UTC", "C", "1"), ("2", "Asia/Kathmandu", "de_DE.UTF-8", "2")):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setenv("LC_ALL", language)
        monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
        answers.add(run_python(ANSWERS))
    assert len(answers) == 1
