"""What trees say of rows that they were not trained on."""

import numpy as np
import pytest

from sklearn_mlknow.neural.tree_offset import (
    answer_out_of_fold,
    class_logits,
    estimates,
    fit_class_trees,
    fit_number_trees,
    for_trees,
    levels_to_nan,
    tame,
)

ONES = np.ones(60)
COLUMN = np.arange(60.0)[:, None]


def test_each_fold_is_answered_by_the_others():
    y, folds = np.array([1.0, 2.0, 4.0, 8.0, 16.0]), np.array([0, 1, 0, 2, 1])
    sums = answer_out_of_fold(lambda some: y[some].sum(), lambda total, some: np.full((some.sum(), 1), total), folds, 1)
    assert sums[:, 0].tolist() == [26.0, 13.0, 26.0, 23.0, 13.0]


def test_logits_of_two_classes_are_one_difference():
    y = (COLUMN[:, 0] > 30).astype(np.int64)
    trees = fit_class_trees(COLUMN, y, ONES, None, 0)
    logits = class_logits(trees, COLUMN, 2)
    np.testing.assert_array_equal(logits[:, 0], 0)
    np.testing.assert_array_equal(logits[:, 1], trees.decision_function(COLUMN))


def test_a_class_that_trees_never_saw_is_the_least_likely():
    y = np.repeat([0, 2, 3], 20)  # of 0 to 3
    logits = class_logits(fit_class_trees(COLUMN, y, ONES, None, 0), COLUMN, 4)
    np.testing.assert_array_equal(logits[:, 1], logits[:, [0, 2, 3]].min(axis=1))
    np.testing.assert_array_equal(logits.argmax(axis=1), y)


@pytest.mark.parametrize("y", [np.zeros(60, dtype=int), np.arange(60)], ids=["one class", "a class a row"])
def test_trees_without_anything_to_split_by_say_nothing(y):
    trees = fit_class_trees(COLUMN, y, ONES, None, 0)
    assert trees is None
    np.testing.assert_array_equal(class_logits(trees, COLUMN, 3), np.zeros((60, 3)))


def test_each_number_has_its_trees():
    y = np.column_stack([COLUMN[:, 0] > 30, COLUMN[:, 0] < 25]).astype(float)
    answer = estimates(fit_number_trees(COLUMN, y, ONES, None, 0), COLUMN)
    np.testing.assert_array_equal(answer > 0.5, y > 0.5)


def test_missing_levels_are_nan_and_numbers_stay():
    columns = np.array([[-1.0, -1.0], [0.0, 2.0]])
    np.testing.assert_array_equal(levels_to_nan(columns, [1]), [[-1.0, np.nan], [0.0, 2.0]])
    assert columns[0, 1] == -1  # the caller's own stay as they were


def test_columns_without_a_value_are_constant_and_huge_ones_can_be_added():
    columns = np.array([[np.nan, 1e308, np.nan], [np.nan, -1e308, 2.0]])
    made = for_trees(columns)
    half = np.finfo(np.float64).max / 2
    np.testing.assert_array_equal(made, [[0.0, half, np.nan], [0.0, -half, 2.0]])


def test_weights_beyond_single_precision_become_shares_of_their_mean():
    weight = np.array([1.0, 3.0])
    assert tame(weight) is weight
    np.testing.assert_allclose(tame(weight * 1e-30), [0.5, 1.5])
    np.testing.assert_allclose(tame(weight * 1e30), [0.5, 1.5])
