"""Rules of parameters: what each lets in, and the sentence it says."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell import parameters as rules


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (rules.Integer(2), [2, np.int64(9)], [1, 2.0, True, "2", None, np.nan]),
        (rules.Integer(0, 3), [0, 3], [-1, 4]),
        (rules.Real(0, 1), [0, 1, 0.5, np.float32(0.5)], [-0.1, 1.1, np.nan, np.inf, True, "0"]),
        (rules.Real(0, None, closed="neither"), [1e-300, 5], [0, -1]),
        (rules.OneOf("a", "b"), ["a"], ["c", 1, None]),
        (rules.Boolean(), [True, np.False_], [0, 1, "True"]),
        (rules.ListOf(rules.Integer(1), min_length=1), [[1], (1, 2), np.array([3])], [[], [0], "12", 3]),
        (rules.InstanceOf(dict), [{}], [[]]),
        (rules.HasMethods(("fit",)), [rules_holder := type("F", (), {"fit": None})()], [3, type(rules_holder)]),
        (rules.Function(), [len], [3]),
        (rules.Dictionary(), [{}], [[]]),
        (rules.RandomState(), [None, 0, np.random.RandomState(0)], [-1, 2**32, 1.5, "0"]),
        (rules.Anything(), [None, 3, "x"], []),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_rule_lets_in(rule, good, bad):
    assert [rule.holds(value) for value in good] == [True] * len(good)
    assert [rule.holds(value) for value in bad] == [False] * len(bad)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.Integer(2), "an integer >= 2"),
        (rules.Integer(0, 3), "an integer from 0 to 3"),
        (rules.Real(0, 1), "a number in [0, 1]"),
        (rules.Real(0, None, closed="neither"), "a number in (0, inf)"),
        (rules.Real(), "a finite number"),
        (rules.OneOf("a", "b"), "'a' or 'b'"),
        (rules.ListOf(rules.Integer(1), min_length=1), "a list of at least 1 items, each an integer >= 1"),
    ],
)
def test_how_a_rule_reads(rule, text):
    assert str(rule) == text


class Binner(BaseEstimator):
    """Has one parameter with two rules."""

    _rules = {"n_bins": [rules.Integer(2), None]}

    def __init__(self, n_bins=None):
        self.n_bins = n_bins


def test_a_breach_is_one_sentence():
    rules.check_parameters(Binner())
    with pytest.raises(rules.InvalidParameter, match=r"^Binner: n_bins must be an integer >= 2 or None, got 1\.$"):
        rules.check_parameters(Binner(1))
