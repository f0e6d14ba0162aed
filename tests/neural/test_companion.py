"""What held-out rows say of a transferred net and of one from scratch."""

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural.companion import Pair, choose


def test_pair_answers_with_the_mean():
    pair = Pair(torch.nn.Identity(), torch.nn.ReLU())
    torch.testing.assert_close(pair(torch.tensor([-2.0, 4.0])), torch.tensor([-1.0, 4.0]))


@pytest.mark.parametrize(
    ("both", "scratch", "uses"),
    [
        ([3, 3, 3, 3], [3, 3, 3, 3], "pretrained"),
        ([2, 2, 3, 3], [9, 9, 9, 9], "both"),  # better by 0.5, its standard error is 0.25
        ([0, 6, 3, 1], [9, 9, 9, 9], "pretrained"),  # better by 0.5, which is within 1.1
        ([2, 2, 2, 2], [1, 1, 1, 1], "scratch"),
        ([1, 1, 1, 1], [2, 2, 2, 2], "both"),
    ],
)
def test_transferred_net_stays_unless_another_is_better_by_a_standard_error(both, scratch, uses):
    losses = {"pretrained": np.full(4, 3.0), "both": np.array(both), "scratch": np.array(scratch)}
    assert choose(losses, np.ones(4)) == uses


def test_weight_two_is_the_row_twice():
    losses = {"pretrained": np.array([4.0, 1.0]), "both": np.array([3.0, 1.5]), "scratch": np.array([9.0, 9.0])}
    twice = {name: np.repeat(loss, [2, 1]) for name, loss in losses.items()}
    assert choose(losses, np.array([2.0, 1.0])) == choose(twice, np.ones(3))
