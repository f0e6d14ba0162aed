import numpy as np

from sklearn_mlknow.explain.coalitions import all_coalitions
from sklearn_mlknow.explain.exact_solver import interaction_weights, shapley_weights
from tests.explain.oracle import interaction, shapley_values


def game_of(values, n_players):
    return lambda kept: values[sum(1 << j for j in kept)]


def test_weights_give_the_definition():
    values = np.random.default_rng(0).normal(size=32)
    np.testing.assert_allclose(shapley_weights(5) @ values, shapley_values(game_of(values, 5), 5), atol=1e-12)


def test_one_and_two_players_by_hand():
    assert (shapley_weights(1) @ [2.0, 5.0]).tolist() == [3.0]
    # v(0) = 0, v(1) = 1, v(2) = 4, v(12) = 9: phi_1 = (1 + 5) / 2, phi_2 = (4 + 8) / 2
    assert (shapley_weights(2) @ [0.0, 1.0, 4.0, 9.0]).tolist() == [3.0, 6.0]
    assert (interaction_weights(2) @ [0.0, 1.0, 4.0, 9.0]).tolist() == [4.0]


def test_interactions_give_the_definition():
    values = np.random.default_rng(1).normal(size=32)
    pairs = np.column_stack(np.triu_indices(5, 1))
    expected = [interaction(game_of(values, 5), 5, *pair) for pair in pairs]
    np.testing.assert_allclose(interaction_weights(5) @ values, expected, atol=1e-12)


def test_shapley_weights_add_up_to_the_whole():
    members = all_coalitions(7)
    total = shapley_weights(7).sum(axis=0)
    np.testing.assert_allclose(total, members.all(axis=1).astype(float) - (~members.any(axis=1)), atol=1e-12)
