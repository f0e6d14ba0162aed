"""A planted power law is found again."""

import numpy as np
import pytest

from sklearn_mlknow.formulas.power_law import PowerLaw, fit_power_law, forecast

SIZES = np.array([50.0, 100.0, 200.0, 400.0, 800.0])


@pytest.mark.parametrize("law", [PowerLaw(0.1, 2.0, 0.5), PowerLaw(0.0, 5.0, 1.0), PowerLaw(0.3, 0.7, 0.2)])
def test_planted_law(law):
    found = fit_power_law(SIZES, law.at(SIZES))
    np.testing.assert_allclose(found.at(SIZES), law.at(SIZES), rtol=2e-3)
    assert found.at(1600) == pytest.approx(float(law.at(1600)), rel=0.01)


def test_at_by_hand():
    assert PowerLaw(0.1, 2.0, 0.5).at(4) == pytest.approx(1.1)


def test_flat_and_rising_losses_promise_nothing():
    assert fit_power_law(SIZES, np.full(5, 0.3)).at(1e9) == pytest.approx(0.3)
    assert fit_power_law(SIZES, np.linspace(0.1, 0.5, 5)).scale == 0


def test_no_floor_below_the_lowest():
    assert fit_power_law(SIZES, 10 / SIZES - 0.01).floor == 0.0


def test_rising_losses_rise_where_they_may():
    law = fit_power_law(SIZES, 0.5 - 2.0 * SIZES**-0.5, must_fall=False)
    assert law.scale == pytest.approx(-2.0, rel=0.01) and law.floor == pytest.approx(0.5, rel=0.01)


def test_interval_holds_the_truth():
    rng = np.random.default_rng(0)
    law = PowerLaw(0.1, 2.0, 0.5)
    losses = law.at(SIZES)[:, None] + 0.01 * rng.normal(size=(5, 20))
    found = forecast(SIZES, losses, 1600.0, 0.2, np.random.default_rng(1))
    assert found.low < float(law.at(1600)) < found.high
    assert found.gain_low < 1 - float(law.at(1600) / law.at(800)) < found.gain_high
    assert found.low < found.loss < found.high < found.low + 0.1
    assert found.gain == pytest.approx(1 - found.loss / float(fit_power_law(SIZES, losses.mean(axis=1)).at(800)))


def test_the_spread_by_a_slow_loop():
    losses = PowerLaw(0.1, 2.0, 0.5).at(SIZES)[:, None] * np.array([0.9, 1.0, 1.15])
    found = forecast(SIZES, losses, 1600.0, 0.25, np.random.default_rng(3), n_resamples=50)
    rng, ratios = np.random.default_rng(3), []
    for pick in rng.integers(0, 3, size=(50, 3)):
        law = fit_power_law(SIZES, np.mean([losses[:, k] for k in pick], axis=0), must_fall=False)
        ratios.append((np.log(law.at(1600)), np.log(law.at(1600) / law.at(800))))
    # t of two degrees of freedom; 3 / 2 for three repeats; a repeat tests on a third of what it learns from
    half = 4.302653 * np.sqrt(3 / 2 * (1 + 3 / 3)) * np.std(ratios, axis=0)
    assert found.high == pytest.approx(found.loss * np.exp(half[0]))
    assert found.gain_low == pytest.approx(1 - (1 - found.gain) * np.exp(half[1]))
    assert found.gain_low == pytest.approx(found.gain_high, abs=1e-6)  # one shape: the level alone varies


def test_what_is_not_known_is_told_as_wide():
    losses = np.array([[1.0, 9.0], [2.0, 1.0], [1.0, 5.0]])
    found = forecast(np.array([50.0, 100.0, 200.0]), losses, 400.0, 0.25, np.random.default_rng(0))
    assert found.gain_low == -1.0 and found.gain_high > 0.5
