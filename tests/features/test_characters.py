"""A few characters tell the classes of a pattern apart as well as all of them do."""

import re
import sys
from functools import lru_cache

import numpy as np
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
NAMED = set("\x00\u9fff\u0663") | {letter for one in CLASSES for letter in one}


@lru_cache
def members(one):
    """Which of all characters a class takes."""
    taken = np.zeros(len(EVERY), dtype=bool)
    for match in re.finditer(f"{one}+", EVERY):
        taken[match.start() : match.end()] = True
    return taken


@pytest.mark.parametrize("one", CLASSES)
def test_classes_meet_among_the_representatives_if_they_meet_at_all(one):
    few = [ord(character) for character in representatives(NAMED)]
    assert len(few) < 300
    for other in CLASSES:
        both = members(one) & members(other)
        assert both[few].any() == both.any(), other


def test_named_characters_are_there_in_order():
    found = representatives(set("xyz\U0010ffff"))
    assert set("xyz\U0010ffff") < set(found)
    assert found == sorted(set(found))
