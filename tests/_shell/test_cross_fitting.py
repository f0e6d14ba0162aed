"""Folds that never look at y."""

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

from sklearn_mlknow._shell.cross_fitting import folds_without_target


def test_folds_are_even_and_repeatable():
    folds = folds_without_target("Encoder", 23, cv=5)
    assert sorted(np.bincount(folds)) == [4, 4, 5, 5, 5]
    np.testing.assert_array_equal(folds, folds_without_target("Encoder", 23, cv=5))
    assert (folds != folds_without_target("Encoder", 23, cv=5, random_state=1)).any()
    assert (folds != np.arange(23) % 5).any()


def test_a_group_stays_together_and_large_groups_are_spread():
    groups = np.repeat(["a", "b", "c", "d"], [40, 30, 20, 10])
    folds = folds_without_target("Encoder", 100, cv=2, groups=groups)
    assert all(len(set(folds[groups == group])) == 1 for group in "abcd")
    assert np.bincount(folds).tolist() == [50, 50]


def test_no_more_folds_than_rows():
    assert sorted(folds_without_target("Encoder", 3, cv=5)) == [0, 1, 2]


@pytest.mark.parametrize("groups", [None, [1]])
def test_one_row_cannot_be_cross_fitted(groups):
    with pytest.raises(ValueError, match="Encoder: cross-fitting needs at least 2"):
        folds_without_target("Encoder", 1, groups=groups)


def test_splitters():
    folds = folds_without_target("Encoder", 10, cv=KFold(5))
    np.testing.assert_array_equal(folds, np.repeat(np.arange(5), 2))
    groups = np.arange(10) // 5
    folds = folds_without_target("Encoder", 10, cv=GroupKFold(2), groups=groups)
    assert len(set(folds[:5])) == len(set(folds[5:])) == 1
    with pytest.raises(ValueError, match="cannot split without the target"):
        folds_without_target("Encoder", 10, cv=StratifiedKFold(2))
    parts = [(np.arange(5), np.arange(5, 10)), (np.arange(5, 10), np.arange(5))]
    assert folds_without_target("Encoder", 10, cv=parts).tolist() == [1] * 5 + [0] * 5
    with pytest.raises(ValueError, match="cv must be an integer"):
        folds_without_target("Encoder", 10, cv=2.5)
    with pytest.raises(ValueError, match="KFold"):
        folds_without_target("Encoder", 10, cv=TimeSeriesSplit(2))


def test_groups_of_any_kind_and_missing_ones():
    groups = ["a", 1, None, "a", 1.0, float("nan"), "1"]
    folds = folds_without_target("Encoder", 7, cv=4, groups=groups)
    assert folds[0] == folds[3] and folds[1] == folds[4] and folds[2] == folds[5]
    assert len(set(folds)) == 4
    with pytest.raises(ValueError, match=r"Encoder: groups has the shape \(2,\), expected \(7,\)"):
        folds_without_target("Encoder", 7, groups=[1, 2])
