"""Any sequence of fit, partial_fit, merge, clone, pickle, save and load learns what one fit of all rows learns."""

import pickle
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sklearn.base import clone, is_regressor

from sklearn_mlknow.persistence import load, save
from tests.contract.data import answer, numbers, same
from tests.torture.subjects import ESTIMATORS, subject

MERGING = {name: cls for name, cls in ESTIMATORS.items() if hasattr(cls, "merge")}
ROWS = numbers()
ROWS[::7, 1] = np.nan
ROWS[5:12, 3] = 1.0  # a batch of a constant column
TARGETS = (ROWS[:, 0] + ROWS[:, 3] > 13).astype(int)
PROBE = np.concatenate([ROWS, ROWS[:5] * 3, [[-1e9, 0.0, -0.0, 7.0]]])
PROBE[0, 1] = np.nan
EVERY_CLASS = [int(np.flatnonzero(code == TARGETS)[0]) for code in (0, 1)]
QUICK = settings(
    max_examples=3, stateful_step_count=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
LONG = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
batches = st.lists(st.integers(0, len(ROWS) - 1), min_size=1, max_size=25)


def alike(got, whole):
    """Equal; of moments within rounding."""
    if whole.dtype.kind == "f" and got.dtype.kind == "f":
        return np.allclose(got, whole, rtol=1e-9, atol=1e-12, equal_nan=True)
    return same(got, whole)


def machine_of(cls):
    """Make the state machine of one estimator: the rows seen so far, and what has learned from them."""

    class Machine(RuleBasedStateMachine):
        def fresh(self):
            return subject(cls)

        def learn(self, estimator, rows, how="fit"):
            target = ROWS[rows, 0] if is_regressor(estimator) else TARGETS[rows]
            return getattr(estimator, how)(ROWS[rows], target)

        @initialize(rows=batches)
        def first(self, rows):
            self.seen = EVERY_CLASS + rows  # what learns from classes must have seen them
            self.estimator = self.learn(self.fresh(), self.seen)

        @rule(rows=batches)
        def more(self, rows):
            self.seen = self.seen + rows
            assert self.learn(self.estimator, rows, "partial_fit") is self.estimator

        @rule(rows=batches)
        def merged(self, rows):
            other = self.learn(self.fresh(), EVERY_CLASS + rows)
            before = answer(other, PROBE)
            self.seen = self.seen + EVERY_CLASS + rows
            self.estimator.merge(other)
            assert same(answer(other, PROBE), before)

        @rule(rows=batches)
        def merged_into_another(self, rows):
            other = self.learn(self.fresh(), EVERY_CLASS + rows)
            self.estimator, self.seen = other.merge(self.estimator), self.seen + EVERY_CLASS + rows

        @rule(rows=batches)
        def anew(self, rows):
            self.seen = EVERY_CLASS + rows
            self.learn(self.estimator, self.seen)

        @rule()
        def pickled(self):
            self.estimator = pickle.loads(pickle.dumps(self.estimator))

        @rule()
        def saved_and_loaded(self):
            with tempfile.TemporaryDirectory() as folder:
                save(self.estimator, Path(folder) / "model.mlk")
                self.estimator = load(Path(folder) / "model.mlk", trusted=["tests.torture.subjects.every_column"])

        @rule()
        def refused(self):
            broken = ROWS.astype(object)
            broken[0, 0] = {}
            with pytest.raises(TypeError, match="x0"):
                self.estimator.partial_fit(broken, TARGETS)

        @precondition(lambda self: len(self.seen) < 60)
        @rule()
        def a_clone_learns_alone(self):
            other = self.learn(clone(self.estimator), EVERY_CLASS)
            assert other is not self.estimator

        @invariant()
        def the_law(self):
            if hasattr(self, "estimator"):
                whole = self.learn(self.fresh(), self.seen)
                assert alike(answer(self.estimator, PROBE), answer(whole, PROBE))

    return Machine


every_merging_estimator = pytest.mark.parametrize("cls", MERGING.values(), ids=MERGING)


@every_merging_estimator
def test_the_law_after_a_few_steps(cls):
    run_state_machine_as_test(machine_of(cls), settings=QUICK)


@pytest.mark.long
@every_merging_estimator
def test_the_law_after_many_steps(cls):
    run_state_machine_as_test(machine_of(cls), settings=LONG)
