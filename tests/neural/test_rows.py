"""Batches are slices; rows that fill up count nothing."""

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural.rows import MemberBatches, as_rows, pad

X, Y = np.arange(14.0).reshape(7, 2), np.arange(7)


def rows(members, weight=None):
    return as_rows(X, Y, weight, [np.array(member) for member in members], "cpu")


def test_lists_of_different_lengths_are_filled_up():
    assert pad([np.array([3]), np.array([1, 2])]).tolist() == [[3, -1], [1, 2]]


def test_a_batch_holds_the_rows_of_each_member():
    x, (y, weight, offset) = rows([[0, 1], [5, 6]]).take(torch.tensor([[1], [6]]))
    assert x.tolist() == [[[2.0, 3.0]], [[12.0, 13.0]]]
    assert (y.tolist(), weight, offset) == ([[1], [6]], None, None)


def test_what_fills_up_has_no_weight():
    some = rows([[3], [1, 2]])
    _, (_, weight, _) = some.take(some.members)
    assert weight.tolist() == [[1.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize(("batch_size", "n_batches"), [(2, 4), (3, 2), (7, 1), (100, 1)])
def test_an_epoch_shows_every_row_once_to_each_member(batch_size, n_batches):
    batches = MemberBatches(rows([range(7), range(7)]), batch_size, torch.Generator().manual_seed(0))
    seen = [target[0] for _, target in batches]
    assert len(seen) == len(batches) == n_batches
    order = torch.cat(seen, dim=1)
    for member in order:
        assert sorted(member.tolist()) == list(range(7))
    assert (order[0].tolist() == order[1].tolist()) == (n_batches == 1)  # orders of their own
