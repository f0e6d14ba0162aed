"""Parts of texts, and patterns that cannot run away."""

import time

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_mlknow.features import PatternFeatures
from sklearn_mlknow.features.safe_pattern import PatternError, read_pattern

CABINS = pd.DataFrame({"cabin": ["C85", "E46", None, "x"], "n": range(4)})


def test_groups_become_typed_columns():
    builder = PatternFeatures("cabin", r"(?P<deck>[A-Z])(?P<number>\d+)").set_output(transform="pandas")
    out = builder.fit_transform(CABINS)
    assert list(out.columns) == ["cabin", "n", "cabin_deck", "cabin_number"]
    assert out["cabin_deck"].tolist()[:2] == ["C", "E"]
    assert out["cabin_deck"].isna().tolist() == [False, False, True, True]
    np.testing.assert_array_equal(out["cabin_number"], [85, 46, np.nan, np.nan])
    assert builder.types_ == {"deck": "text", "number": "number"}
    assert builder.matched_ == 2 / 3


def test_a_later_text_in_a_column_of_numbers_is_missing():
    builder = PatternFeatures("v", r"(?P<v>\w+)", keep_inputs=False).fit(pd.DataFrame({"v": ["1", "2"]}))
    np.testing.assert_array_equal(builder.transform(pd.DataFrame({"v": ["7", "seven"]})).ravel(), [7, np.nan])


def test_polars_and_category_dtype():
    builder = PatternFeatures("cabin", r"(?P<deck>[A-Z])", keep_inputs=False, remainder="drop")
    expected = ["C", "E", None, None]
    assert builder.fit_transform(pl.from_pandas(CABINS)).ravel().tolist() == expected
    assert builder.fit_transform(CABINS.astype({"cabin": "category"})).ravel().tolist() == expected


SAFE = [
    r"(?P<deck>[A-Z])(?P<number>\d+)",
    r"(?P<last>[^,]+),\s*(?P<title>[^.]+)\.\s*(?P<first>.*)",
    r"^(?P<user>\w+)@(?P<host>\w+)\.com$",
    r"(?P<y>\d{4})-(?P<m>\d{2})",
    r"(?P<unit>k|m|g)b?",
    r"(?P<list>\d+(?:,\d+)*)x",
    r"(?P<x>[+-]?\d+(?:\.\d+)?)",
    r"(?P<scheme>https?)://(?P<host>[^/]+)",
    r"(?P<x>a|b|c)+",
    r"(?P<x>[]a]+)\]?",
]
HOSTILE = [
    r"(?P<x>(a+)+)$",
    r"(?P<x>(a|a)*)$",
    r"(?P<x>(a|ab)*)c",
    r"(?P<x>" + "a?" * 20 + "a" * 20 + ")",
    r"(?P<x>.*.*.*=.*)",
    r"(?P<x>(\w+\s?)+)$",
    r"(?P<x>(a*)*)b",
    r"(?P<x>(?:a|b|ab){1,30})c",
    r"(?P<x>(x+x+)+)y",
    r"(?P<x>(?:a?){50}a{50})",
    r"(?P<x>([a-z]+)*)\d",
    r"(?P<x>(a+){2,30})$",
    r"(?P<x>(?:aa|a){40})b",
    r"(?P<x>(?:[AШ]+[1Ш]+)+!)",  # a character that only the pattern names
    r"(?P<x>(?:[A\u0428]+[1\N{CYRILLIC CAPITAL LETTER SHA}]+)+!)",
    r"(?P<x>(?:[А-П]+[О-Я]+)+!)",
    r"(?P<x>(?:a{,30}){,30}b)",  # no least number means none
    r"(?P<x>(?:a{,}){,}b)",
    r"(?P<x>(?:\w|[^\x00-\u9fff])*)!",  # classes that share only letters, digits or spaces far off
    r"(?P<x>(?:\d|[^\x00-\u0663])*)!",
    r"(?P<x>(?:\s|[^\x00-\u2fff])*)!",
]


@pytest.mark.parametrize("pattern", SAFE)
def test_ordinary_patterns_are_taken_and_are_quick_on_hostile_texts(pattern):
    compiled = read_pattern(pattern)
    begin = time.perf_counter()
    for text in ("a" * 256, "1" * 256, " " * 256, "a," * 128, "a, " * 85, "," * 256, "A1" * 128, "1," * 128):
        compiled.search(text)
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize("pattern", HOSTILE)
def test_patterns_that_could_run_away_are_refused(pattern):
    with pytest.raises(PatternError, match="this could take very long") as caught:
        read_pattern(pattern)
    assert "^" in str(caught.value).splitlines()[-1]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"(?P<x>a)(?=b)", "look-around"),
        (r"(?i)(?P<x>a)", "look-around"),
        (r"(?P<x>a)\1", "backreferences are not allowed"),
        (r"(?P<x>a)(?P=x)", "backreferences"),
        (r"(?P<x>a\0612)", "octal numbers are not allowed"),
        (r"(?P<x>a++)", "possessive"),
        (r"abc", "names no group"),
        (r"(?P<x>a", "is no regular expression"),
        ("(?P<x>a)" + "b" * 500, "at most 500 characters"),
    ],
)
def test_what_is_not_allowed(pattern, message):
    with pytest.raises(PatternError, match=message):
        read_pattern(pattern)
    with pytest.raises(ValueError, match="PatternFeatures: pattern: "):
        PatternFeatures("cabin", pattern).fit(CABINS)


def test_only_the_first_characters_of_a_long_text_are_searched():
    X = pd.DataFrame({"t": ["a" * 300 + "7", "b7"]})
    out = PatternFeatures("t", r"(?P<n>\d)", keep_inputs=False).fit_transform(X).ravel()
    np.testing.assert_array_equal(out, [np.nan, 7])


def test_bytes_are_read_as_text():
    X = pd.DataFrame({"cabin": pd.Series([b"C85", b"E46"], dtype=object)})
    out = PatternFeatures("cabin", r"(?P<deck>[A-Z])").set_output(transform="pandas").fit_transform(X)
    assert out["cabin_deck"].tolist() == ["C", "E"]
