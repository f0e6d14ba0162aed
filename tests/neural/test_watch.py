"""A training that ends on time, as the clock tells it."""

from types import SimpleNamespace

import numpy as np
import pytest

from sklearn_mlknow.neural import watch
from sklearn_mlknow.neural.schedule import Schedule
from sklearn_mlknow.neural.watch import Clock


def steps_and_seconds(monkeypatch, durations, max_time):
    """Train with steps of known duration; return how many were taken, and the seconds they took."""
    now = 0.0
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: now))
    net, clock = SimpleNamespace(schedule_=Schedule(n_steps=len(durations))), Clock(max_time)
    clock.on_train_begin(net)
    for seconds in durations:
        now += seconds
        net.schedule_.step += 1
        clock.on_batch_end(net)
        if net.schedule_.is_over:
            break
    return net.schedule_.step, now


@pytest.mark.parametrize(("seconds", "n_steps"), [(1.8, 1), (0.15, 1), (0.09, 2), (0.03, 6), (0.001, 200)])
def test_steps_of_any_length_end_on_time(monkeypatch, seconds, n_steps):
    taken, now = steps_and_seconds(monkeypatch, np.full(1000, seconds), max_time=0.2001)
    assert taken == n_steps
    assert now <= max(0.21, seconds)


def test_steps_that_grow_slower_end_on_time(monkeypatch):
    _, now = steps_and_seconds(monkeypatch, np.r_[np.full(10, 0.001), np.full(990, 0.05)], max_time=0.2)
    assert now <= 0.25  # at most one step more
