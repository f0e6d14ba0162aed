"""Folds of rows, of classes and of groups."""

import numpy as np

from sklearn_mlknow.neural.splitting import assign_folds, cross_fitted


def test_folds_are_even_within_each_class():
    strata = np.repeat([0, 1], [20, 10])
    fold = assign_folds(5, strata, None, 30, np.random.default_rng(0))
    assert np.bincount(fold[strata == 0]).tolist() == [4] * 5
    assert np.bincount(fold[strata == 1]).tolist() == [2] * 5


def test_groups_stay_together_and_folds_nearly_even():
    groups = np.repeat(np.arange(6), [9, 5, 4, 3, 2, 1])
    fold = assign_folds(3, None, groups, 24, np.random.default_rng(0))
    assert all(len(set(fold[groups == group])) == 1 for group in range(6))
    assert sorted(np.bincount(fold)) == [7, 8, 9]


def test_each_row_is_left_out_by_the_members_of_its_fold():
    kept, held_out = cross_fitted(np.array([0, 1, 0, 1]), 3)
    assert [out.tolist() for out in held_out] == [[0, 2], [1, 3], [0, 2]]
    assert [rows.tolist() for rows in kept] == [[1, 3], [0, 2], [1, 3]]
