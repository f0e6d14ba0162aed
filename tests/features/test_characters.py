"""A few characters tell the classes of a pattern apart as well as all of them do."""

import re
import sys
from functools import lru_cache

import pytest

from sklearn_mlknow.features.characters import representatives

EVERY = "".join(map(chr, range(sys.maxunicode + 1)))
CLASSES = [
    r"\w",
    r"\D",
    r"\s",
    r"[^\w\s]",
    "[가-힣]",
    r"[^\x00-\u9fff]",
    r"[^\x00-\u0663]",
    r"[\W०]",
    r"[^\d\s٠-٩]",
    "[a-z]",
]


@lru_cache
def members(one):
    return set(re.findall(one, EVERY))


@pytest.mark.parametrize("one", CLASSES)
def test_classes_meet_among_the_representatives_if_they_meet_at_all(one):
    named = set("\x00\u9fff\u0663") | {letter for other in CLASSES for letter in other}
    few, whole = set(representatives(named)), members(one)
    assert len(few) < 300
    for other in CLASSES:
        assert bool(whole & members(other) & few) == bool(whole & members(other)), other


def test_named_characters_are_there_in_order():
    found = representatives(set("xyz\U0010ffff"))
    assert set("xyz\U0010ffff") < set(found)
    assert found == sorted(set(found))
