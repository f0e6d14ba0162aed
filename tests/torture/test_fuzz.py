"""Random model files, formulas and patterns: an answer or the one error that each may raise, and nothing is ever run.

The quick tier tries a few; the long tier searches for minutes (``pytest -m long tests/torture/test_fuzz.py``).
"""

import math
import re
import signal
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.features.formula_functions import FUNCTIONS, Category
from sklearn_mlknow.features.formula_language import Formula, FormulaError
from sklearn_mlknow.features.safe_pattern import MOST_CHARACTERS, PatternError, read_pattern

few = settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def search(n):
    return settings(max_examples=n, deadline=None, suppress_health_check=list(HealthCheck))


# what no file and no formula may bring about
FORBIDDEN = {"os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen", "socket.connect", "shutil.rmtree"}
watched: list[tuple[str, str]] = []
is_watching: list[set[str]] = []


def _hear(event, arguments):
    if is_watching and event in is_watching[-1]:
        watched.append((event, repr(arguments)[:200]))


@contextmanager
def nothing_runs(*more):
    """Fail when a forbidden event happens within; there is no way to take an audit hook away, so it is added once."""
    if not hasattr(sys, "_torture_hears"):
        sys.addaudithook(_hear)
        sys._torture_hears = True
    watched.clear()
    is_watching.append({*FORBIDDEN, *more})
    try:
        yield
    finally:
        is_watching.pop()
    assert not watched


@contextmanager
def within(seconds):
    """Fail when it takes longer; the matcher of regular expressions hears signals."""

    def late(*_):
        raise AssertionError(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- formulas ---------------------------------------------------------------------------------------------------------
X, Y = np.array([2.0, -3.0, 0.5, 0.0]), np.array([4.0, np.nan, -1e308, 7.0])
CITY = Category(np.array([0, 1, -1, 1]), np.array(["Oslo", "Rome"], dtype=object))
COLUMNS = {"x": X, "y": Y, "flag": X > 0, "city": CITY, "total fare": X, "a`b": Y, "": X}
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "<", ">=", "==", "!=", "and", "or"]
WORDS = [
    *("x", "y", "flag", "city", "`total fare`", "`a``b`", "``", "unknown", "__import__", "__class__", "True", "lambda"),
    *FUNCTIONS,
    *("0", "1", "2.5", "1e308", "1e-400", "1e999", ".5", "9**9**9", "'Oslo'", '"Rome"', "''", "'a\nb'", "in", "not"),
    *("//", "**", "<=", ">=", "==", "!=", "and", "or", *"+-*/%<>()[],.:;=!~&|^@#$?\\`\"'{}\n\t"),
    *("x.__class__", "().__class__", "x[0]", "f'{x}'", "x if x else y", "[x for x in y]", "ｘ", "x\u200b", "𝑥", "None"),
]
loose_formulas = st.one_of(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.text(max_size=60))
atoms = st.sampled_from(["x", "y", "`total fare`", "`a``b`", "``", "2", "0.5", "1e300", "flag", "city == 'Oslo'"])
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(
            "({} {} {})".format,
            inner,
            st.sampled_from(OPERATORS),
            inner,
        ),
        st.builds("{}{}".format, st.sampled_from(["-", "+", "not "]), inner),
        st.builds("where({}, {}, {})".format, inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(sorted(FUNCTIONS)), inner),
    ),
    max_leaves=12,
)


def formula_is_harmless(text):
    with nothing_runs("import", "compile", "exec", "open", "object.__getattr__", "object.__setattr__", "code.__new__"):
        try:
            formula = Formula(text)
        except FormulaError as error:
            assert len(str(error)) < 1000
            return
        if not set(formula.names) <= set(COLUMNS):
            return
        try:
            answer = formula(COLUMNS)
        except FormulaError:
            return
    assert answer.shape == (4,)
    assert answer.dtype in (np.float64, bool)
    assert not np.isinf(answer).any()
    assert np.array_equal(Formula(text)(COLUMNS), answer, equal_nan=True)


@few
@given(st.one_of(loose_formulas, formulas))
@example("(" * 5000)
@example("-" * 5000 + "x")
@example("9**9**9**9**9")
@example("x" + " + x" * 3000)
@example("not " * 300 + "x")
def test_formulas(text):
    formula_is_harmless(text)


@pytest.mark.long
@search(10_000)
@given(st.one_of(loose_formulas, formulas))
def test_many_formulas(text):
    formula_is_harmless(text)


@pytest.mark.long
@search(10_000)
@given(st.recursive(st.sampled_from(["x", "y", "3.0", "0.25"]), lambda inner: st.builds(
    "({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner), max_leaves=10))  # fmt: skip
def test_arithmetic_is_pythons(text):
    x, y = np.array([2.0, -3.0, 0.5]), np.array([4.0, 1e-3, -1e3])
    expected = [eval(text, {"x": a, "y": b}) for a, b in zip(x.tolist(), y.tolist())]  # noqa: S307
    expected = [value if math.isfinite(value) else math.nan for value in expected]
    np.testing.assert_array_equal(Formula(text)({"x": x, "y": y}, 3), expected)


# --- patterns ---------------------------------------------------------------------------------------------------------
pieces = st.sampled_from(
    [*"abA1 -,.Шя€", r"\d", r"\w", r"\s", r"\b", "^", "$", "[a-z]", "[^a]", "[aШ]", "[1Ш]", "[А-П]", "[О-Я]", r"\.",
     r"\u0428", r"\x41", r"\0", r"\N{DIGIT ONE}", "[]a]", "[^]]", r"[\]\-a]", r"\t", r"\1", "(?=a)", r"[^\x00-\u9fff]",
     r"[^\x00-\u0663]", r"[^\x00-\u2fff]", r"[\W가]", r"[^\w०]", "(?i)", "a|b"]
)  # fmt: skip
signs = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "{2}", "{0,3}", "{2,}", "{,2}", "++", "{a}"])


def grouped(inner):
    """One level of groups around patterns."""
    return st.one_of(
        inner,
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}){}".format, inner, signs),
        st.builds("({}|{}){}".format, inner, inner, signs),
    )


patterns = grouped(grouped(grouped(st.builds("{}{}".format, pieces, signs))))
named_patterns = st.builds("{}(?P<x>{}){}".format, st.one_of(st.just(""), patterns), patterns, patterns)


def hostile_texts(pattern):
    """Long runs of what the pattern itself holds."""
    letters = sorted({*re.sub(r"[\\()\[\]{}?*+|^$<>:]", "", pattern), "a", "1", "Ш", "가", "०", "\u3000", "\uffef"})
    for letter in letters[:16]:
        yield (letter * MOST_CHARACTERS)[: MOST_CHARACTERS - 1] + "\x7f"
    yield ("".join(letters) * MOST_CHARACTERS)[: MOST_CHARACTERS - 1] + "\x7f"
    yield "aШ1" * (MOST_CHARACTERS // 3)


def pattern_is_harmless(text, seconds):
    try:
        compiled = read_pattern(text)
    except PatternError as error:
        assert len(str(error)) < 3 * len(text) + 500
        return
    assert "x" in compiled.groupindex
    with within(seconds):
        for hostile in hostile_texts(text):
            compiled.search(hostile)


@few
@given(st.one_of(named_patterns, st.text(max_size=40).map("(?P<x>{})".format)))
def test_patterns(text):
    pattern_is_harmless(text, 60)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:Possible (nested set|set):FutureWarning")
@search(4_000)
@given(st.one_of(named_patterns, st.text(max_size=40).map("(?P<x>{})".format)))
def test_many_patterns(text):
    pattern_is_harmless(text, 60)


# --- model files ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def model_bytes(tmp_path_factory):
    from sklearn_mlknow.persistence import save

    rows = np.random.default_rng(0).normal(size=(30, 2))
    front = make_column_transformer((EqualFrequencyBinner(n_bins=3), [0]), remainder="passthrough")
    model = make_pipeline(front, LogisticRegression()).fit(rows, rows[:, 0] > 0)
    path = tmp_path_factory.mktemp("fuzz") / "model.mlk"
    save(model, path)
    return path.read_bytes(), rows, model.predict_proba(rows)


edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "copy"]), st.floats(0, 1), st.floats(0, 1), st.integers(1, 255)
    ),
    min_size=1,
    max_size=4,
)


def edited(data, changes):
    data = bytearray(data)
    for kind, begin, end, byte in changes:
        low, high = sorted((int(begin * len(data)), int(end * len(data))))
        if not data:
            break
        if kind == "flip":
            data[min(low, len(data) - 1)] ^= byte
        elif kind == "cut":
            del data[low : min(high, low + 50)]
        elif kind == "insert":
            data[low:low] = bytes([byte]) * (byte % 9)
        else:
            data[low:low] = data[high : high + byte]
    return bytes(data)


def file_is_harmless(model_bytes, changes, path):
    from sklearn_mlknow.persistence import ModelFileError, load

    data, rows, expected = model_bytes
    path.write_bytes(edited(data, changes))
    with nothing_runs():
        try:
            model = load(path)
        except ModelFileError:
            return
    np.testing.assert_array_equal(model.predict_proba(rows), expected)  # never silently another model


def forged_is_harmless(model_bytes, place, changes, path):
    """A forger writes the right hashes around a changed part."""
    from sklearn_mlknow.persistence import ModelFileError, load
    from sklearn_mlknow.persistence.archive import pack, unpack

    members, facts = unpack(model_bytes[0], 2**30)
    facts = {name: fact for name, fact in facts.items() if name not in ("members", "format")}
    ((name, payload),) = members.items()
    end = 8 + int.from_bytes(payload[:8], "big")
    parts = [payload[:8], payload[8:end], payload[end:]]  # how long the table is, the table, the numbers
    chosen = int(place * (len(parts) - 1e-9))
    parts[chosen] = edited(parts[chosen], changes)
    if chosen == 1:
        parts[0] = len(parts[1]).to_bytes(8, "big")
    path.write_bytes(pack({name: b"".join(parts)}, facts))
    with nothing_runs():
        try:
            load(path)
        except ModelFileError:
            return


@few
@given(changes=edits)
def test_files(model_bytes, changes, tmp_path_factory):
    file_is_harmless(model_bytes, changes, tmp_path_factory.getbasetemp() / "fuzzed.mlk")


@few
@given(place=st.floats(0, 1), changes=edits)
def test_forged_files(model_bytes, place, changes, tmp_path_factory):
    forged_is_harmless(model_bytes, place, changes, tmp_path_factory.getbasetemp() / "forged.mlk")


@pytest.mark.long
@search(3_000)
@given(changes=edits)
def test_many_files(model_bytes, changes, tmp_path_factory):
    file_is_harmless(model_bytes, changes, tmp_path_factory.getbasetemp() / "fuzzed.mlk")


@pytest.mark.long
@search(2_000)
@given(place=st.floats(0, 1), changes=edits)
def test_many_forged_files(model_bytes, place, changes, tmp_path_factory):
    forged_is_harmless(model_bytes, place, changes, tmp_path_factory.getbasetemp() / "forged.mlk")
