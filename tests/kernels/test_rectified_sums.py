import numpy as np
import pytest

from sklearn_mlknow.kernels import compiling, rectified_sums
from sklearn_mlknow.kernels.rectified_sums import rectified_sums as sums_of


def draw(n_players, n_units=3, n_outputs=2, n_games=2):
    rng = np.random.default_rng(n_players)
    return (
        rng.normal(size=(n_games, n_players, n_units)),
        rng.normal(size=(n_games, n_units)),
        rng.normal(size=(n_units, n_outputs)),
    )


@pytest.mark.parametrize("n_players", [0, 1, 4])
def test_a_coalition_sees_the_sum_of_its_parts(n_players, side):
    parts, starts, weights = draw(n_players)
    found = sums_of(parts, starts, weights)
    assert found.shape == (2, 2, 2**n_players)
    for coalition in range(2**n_players):
        players = [player for player in range(n_players) if coalition >> player & 1]
        hidden = np.maximum(starts + parts[:, players].sum(axis=1), 0)
        np.testing.assert_allclose(found[:, :, coalition], hidden @ weights, atol=1e-12)


def test_tables_held_in_parts_and_both_ways_agree_to_the_last_bit(monkeypatch):
    parts, starts, weights = draw(6)
    whole = sums_of(parts, starts, weights)
    for low_players in (6, 3):
        monkeypatch.setattr(rectified_sums, "_LOW_PLAYERS", low_players)
        monkeypatch.setattr(compiling, "WARM_CROSSOVER", 0)
        monkeypatch.setattr(compiling, "COLD_CROSSOVER", 0)
        compiled = sums_of(parts, starts, weights)
        monkeypatch.setattr(compiling, "WARM_CROSSOVER", 10**15)
        monkeypatch.setattr(compiling, "COLD_CROSSOVER", 10**15)
        np.testing.assert_array_equal(compiled, sums_of(parts, starts, weights))
        np.testing.assert_allclose(compiled, whole, atol=1e-12)
