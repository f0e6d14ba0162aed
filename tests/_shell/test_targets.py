"""Targets and weights at the door."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow._shell.targets import read_target, read_weights


@pytest.mark.parametrize(
    ("y", "codes", "classes"),
    [
        (["b", "a", "b"], [1, 0, 1], ["a", "b"]),
        ([True, False, True], [1, 0, 1], [False, True]),
        ([7, 3, 7], [1, 0, 1], [3, 7]),
        ([0.0, 1.0, 1.0], [0, 1, 1], [0.0, 1.0]),
        (pd.Series(["b", "a", "b"], dtype="category"), [1, 0, 1], ["a", "b"]),
        (pd.Series([1, 2, 1], dtype="Int64"), [0, 1, 0], [1, 2]),
    ],
)
def test_classes(y, codes, classes):
    target = read_target("Me", y, 3, kind="class")
    assert target.values.tolist() == codes
    assert target.classes.tolist() == classes
    assert target.n_classes == 2


def test_any_tells_numbers_from_classes():
    assert not read_target("Me", [0.5, 1.5, 2.0], 3).is_class
    assert read_target("Me", [0, 1, 2], 3).is_class
    many = np.repeat(np.arange(21), 5)
    assert read_target("Me", many[many < 20], 100).is_class
    assert not read_target("Me", many, 105).is_class
    assert not read_target("Me", many * 1000.0, 105).is_class
    assert read_target("Me", many.astype(str), 105).is_class
    assert read_target("Me", many, 105, "class").is_class


@pytest.mark.parametrize(
    ("y", "kind", "message"),
    [
        (None, "any", "requires y to be passed, but the target y is None"),
        ([1, 2], "any", "inconsistent numbers of samples"),
        ([1.0, np.nan, 2.0], "number", r"Input y contains NaN \(1 of 3 rows\)"),
        (["a", None, "b"], "class", "Input y contains NaN"),
        ([1.0, np.inf, 2.0], "number", "Input y contains infinity"),
        ([0.5, 1.5, 2.5], "class", "Unknown label type"),
        (["a", "b", "c"], "number", "y must hold numbers, got"),
        ([[1, 2], [1, 2], [1, 2]], "class", "1d array"),
    ],
)
def test_refused_targets(y, kind, message):
    with pytest.raises(ValueError, match=message):
        read_target("Me", y, 3, kind=kind)


def test_weights():
    assert read_weights("Me", None, 3) is None
    assert read_weights("Me", 2, 3).tolist() == [2, 2, 2]
    assert read_weights("Me", pd.Series([0, 1, 2]), 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 2], "expected"),
        ([[1], [2], [3]], "must be 1D"),
        ([1, -1, 1], "Negative"),
        ([1, np.nan, 1], "NaN or infinity"),
        ([0, 0, 0], "all sample_weight are zero"),
        ([1e308, 1e308, 0], "may overflow"),
    ],
)
def test_refused_weights(weights, message):
    with pytest.raises(ValueError, match=message):
        read_weights("Me", weights, 3)


def test_texts_beside_numbers_are_refused():
    with pytest.raises(ValueError, match="mixes texts"):
        read_target("Me", np.array(["a", 1, 2.5], dtype=object), 3)


def test_numbers_too_large_for_an_integer_are_read_without_a_warning():
    assert read_target("Encoder", np.array([1.5, 2.0, 1e308]), 3).classes is None
