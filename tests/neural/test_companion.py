"""What held-out rows say of a transferred net and of one from scratch."""

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural.companion import Pair, can_compare, choose
from sklearn_mlknow.neural.session import HeldOut


def test_pair_answers_with_the_mean():
    pair = Pair(torch.nn.Identity(), torch.nn.ReLU())
    torch.testing.assert_close(pair(torch.tensor([-2.0, 4.0])), torch.tensor([-1.0, 4.0]))


@pytest.mark.parametrize(
    ("pretrained", "scratch", "both", "uses"),
    [
        (1.0, 2.0, 1.0, "both"),
        (0.96, 2.0, 1.0, "both"),
        (0.94, 2.0, 1.0, "pretrained"),
        (0.94, 0.8, 1.0, "scratch"),
        (np.inf, 1.0, np.nan, "scratch"),
    ],
)
def test_both_stay_unless_one_alone_is_better_by_a_twentieth(pretrained, scratch, both, uses):
    assert choose({"pretrained": pretrained, "scratch": scratch, "both": both}) == uses


@pytest.mark.parametrize(("members", "enough"), [([range(25), range(25, 50)], True), ([range(49), range(49)], False)])
def test_few_held_out_rows_compare_nothing(members, enough):
    rows = [np.array(one) for one in members]
    assert can_compare(HeldOut(np.zeros((60, 1)), np.zeros(60), None, rows, False)) == enough
    assert not can_compare(None)
