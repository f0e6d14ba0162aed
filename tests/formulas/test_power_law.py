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


def test_interval_holds_the_truth():
    rng = np.random.default_rng(0)
    law = PowerLaw(0.1, 2.0, 0.5)
    losses = law.at(SIZES)[:, None] + 0.01 * rng.normal(size=(5, 20))
    mean, low, high = forecast(SIZES, losses, 1600.0, np.random.default_rng(1))
    assert low < float(law.at(1600)) < high
    assert low < mean < high
    assert high - low < 0.05
