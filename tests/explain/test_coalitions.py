import numpy as np
import pytest

from sklearn_mlknow.explain.coalitions import all_coalitions, draw_pairs, pairs_of_size, share_pairs, take_pairs, unrank


def test_all_coalitions_are_the_bits_of_their_numbers():
    assert all_coalitions(2).tolist() == [[False, False], [True, False], [False, True], [True, True]]


def test_pairs_are_shared_equally_over_sizes_as_far_as_there_are():
    # 6 players: 6 pairs of size 1, 15 of size 2, 10 of size 3, which stands for one size and so gets half a share
    assert share_pairs(6, 10).tolist() == [4, 4, 2]
    assert share_pairs(6, 26).tolist() == [6, 13, 7]
    assert share_pairs(6, 31).tolist() == [6, 15, 10]
    assert share_pairs(6, 99).tolist() == [6, 15, 10]
    assert share_pairs(2, 5).tolist() == [1]


@pytest.mark.parametrize("n_pairs", [1, 5, 40, 200])
def test_shares_add_up(n_pairs):
    assert share_pairs(12, n_pairs).sum() == n_pairs


def test_unrank_lists_every_combination_once_and_those_of_player_0_first():
    members = unrank(np.arange(20), 6, 3)
    assert (members.sum(axis=1) == 3).all()
    assert len(np.unique(members, axis=0)) == 20
    assert members[:10, 0].all()
    assert not members[10:, 0].any()


def test_pairs_are_drawn_without_replacement_and_never_with_their_complement():
    members, sizes = draw_pairs(8, 5, 60, np.random.default_rng(0))
    assert members.shape == (5, 60, 8)
    assert (members.sum(axis=2) == sizes).all()
    for drawn in members:
        both = np.concatenate([drawn, ~drawn])
        assert len(np.unique(both, axis=0)) == 120


def test_weights_are_kernel_weights_over_inclusion():
    members, sizes = draw_pairs(5, 2, 10, np.random.default_rng(0))  # 5 of size 1, 5 of the 10 of size 2
    design = take_pairs(members, sizes, np.arange(10))
    assert design.inclusion.tolist() == [1.0] * 5 + [0.5] * 5
    # k(1) = 1 / (5 * 1 * 4), k(2) = 1 / (10 * 2 * 3), doubled for half of them drawn
    ratio = design.weights[-1] / design.weights[0]
    assert ratio == pytest.approx((2 / 60) / (1 / 20))
    assert design.weights.mean() == pytest.approx(1.0)


def test_many_players_are_drawn_by_keys():
    members, sizes = draw_pairs(80, 2, 200, np.random.default_rng(0))
    assert (members.sum(axis=2) == sizes).all()
    assert pairs_of_size(80, 40) > 2**62
