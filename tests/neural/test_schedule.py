"""The schedule of the learning rate."""

import pytest

from sklearn_mlknow.neural.schedule import Schedule


def test_rises_stays_and_falls_to_nothing():
    schedule, factors = Schedule(n_steps=90), []
    while not schedule.is_over:
        factors.append(schedule.factor())
        schedule.step += 1
    assert factors[:3] == pytest.approx([1 / 20, 2 / 20, 3 / 20])
    assert factors[19:60] == [1.0] * 41
    assert factors[60:] == pytest.approx([(90 - step) / 30 for step in range(60, 90)])


def test_told_to_cool_down():
    schedule = Schedule(n_steps=1000, step=100)
    schedule.cool_down(10)
    assert (schedule.n_steps, schedule.factor()) == (110, 1.0)
    schedule.step = 105
    assert schedule.factor() == 0.5


def test_ends_on_time():
    schedule = Schedule(n_steps=1000, step=100)
    schedule.fit_into(seconds=2.0, max_time=6.0)
    assert schedule.n_steps == 300
    schedule.fit_into(seconds=9.0, max_time=6.0)
    assert schedule.is_over


def test_even_rate():
    assert Schedule(n_steps=10, cools=False, step=9).factor() == 1.0
