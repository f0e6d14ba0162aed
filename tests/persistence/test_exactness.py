"""What is saved comes back as it was: keys keep their types, shared things stay shared, sizes know no cliff."""

import collections
import datetime
import decimal
import fractions
import re
import zoneinfo

import numpy as np
import pandas as pd
import pytest
import scipy.special
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.glassbox import ScorecardClassifier
from sklearn_mlknow.persistence import building, load, save
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from tests.persistence.forging import LIMIT

X = np.random.default_rng(0).normal(size=(60, 2))
Y = np.arange(60) % 2


def back(value):
    """Save and load a value within an estimator."""
    holder = StandardScaler().fit(X)
    holder.value_ = value
    return from_bytes(to_bytes(holder), (), LIMIT).value_


def test_levels_that_are_true_and_false_answer_alike(tmp_path):
    frame = pd.DataFrame({"member": pd.Categorical([True, False] * 30), "v": np.arange(60.0)})
    model = ScorecardClassifier().fit(frame, Y)
    save(model, tmp_path / "model.mlk")
    np.testing.assert_array_equal(load(tmp_path / "model.mlk").predict_proba(frame), model.predict_proba(frame))


def test_weights_of_classes_keep_their_classes(tmp_path):
    save(LogisticRegression(class_weight={False: 1.0, True: 9.0}).fit(X, Y == 1), tmp_path / "model.mlk")
    loaded = load(tmp_path / "model.mlk")
    assert list(loaded.class_weight.items()) == [(False, 1.0), (True, 9.0)]
    assert [type(key) for key in loaded.class_weight] == [bool, bool]


KEYS = [True, "True", 1.5, "1.5", 2, "2", None, "None", (1, "a"), b"a", np.int64(3), np.str_("s"), frozenset([1]), ""]


def test_keys_keep_their_types():
    found = back({key: place for place, key in enumerate(KEYS)})
    assert [(type(key), key, place) for key, place in found.items()] == [
        (type(key), key, place) for place, key in enumerate(KEYS)
    ]


VALUES = [
    *(-0.0, float("inf"), float("-inf"), 2**80, 1j, complex(float("inf"), -0.0), b"a\xff", bytearray(b"b"), "\ud800"),
    *(range(3), slice(1, None), decimal.Decimal("1.10"), fractions.Fraction(1, 3), {3}, frozenset([1]), ()),
    *(datetime.date(2020, 1, 2), datetime.time(3, 4, fold=1), datetime.timedelta(1, 2, 3)),
    datetime.datetime(2020, 10, 25, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Rome")),
    datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    datetime.time(3, tzinfo=datetime.timezone(datetime.timedelta(hours=2), "here")),
    *(
        pd.Timestamp("2020-01-02 03:04:05.000000006"),
        pd.Timestamp("2020-10-25 01:30", tz="UTC").tz_convert("Europe/Rome"),
    ),
    *(pd.Timedelta("1h"), pd.Interval(0, 1.5, closed="left"), pd.Interval(pd.Timestamp("2020"), pd.Timestamp("2021"))),
    *(pd.Period("2020Q1"), pd.NA, pd.NaT, int, np.float32, np.log1p, np.dtype("<U3"), np.dtype("M8[s]")),
    *(np.float32(3), np.str_(""), np.bool_(True), np.datetime64("2020-01-02"), np.timedelta64(3, "h")),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back(value):
    found = back([value, value])[1]
    assert type(found) is type(value) and repr(found) == repr(value)
    assert found is value or found == value


def test_arrays_come_back():
    fields = np.zeros(3, dtype=[("a", "<i4"), ("b", "<f8")])
    fields["a"] = [1, 2, 3]
    for array in (
        np.zeros((0, 3)),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(8.0).reshape(4, 2)[::2],
        np.array(["a", "bc"]),
        np.array([True, False]),
        np.arange(3, dtype=">i4"),
        np.array(3.0),
        fields,
    ):
        found = back(array)
        assert found.dtype == array.dtype and found.flags.writeable
        assert found.flags.f_contiguous or not array.flags.f_contiguous
        np.testing.assert_array_equal(found, array)
    objects = np.array([["a", None, 1], [b"x", True, 2.5]], dtype=object)
    assert back(objects).tolist() == objects.tolist() and back(objects).shape == (2, 3)
    holes = np.ma.MaskedArray([1, 2], [True, False], fill_value=7)
    assert repr(back(holes)) == repr(holes)


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_array, sparse.coo_matrix, sparse.coo_array])
@pytest.mark.parametrize("width", [np.int32, np.int64])
def test_sparse_matrices_come_back(make, width):
    matrix = make(np.array([[0.0, 2.0, 0.0], [1.0, 0.0, 0.0]]))
    if hasattr(matrix, "indices"):
        matrix.indices, matrix.indptr = matrix.indices.astype(width), matrix.indptr.astype(width)
    found = back(matrix)
    assert type(found) is type(matrix)
    np.testing.assert_array_equal(found.toarray(), matrix.toarray())
    if hasattr(matrix, "indices"):
        assert found.indices.dtype == found.indptr.dtype == width


@pytest.mark.parametrize("source", ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])
def test_generators_go_on_where_they_were(source):
    drawn = np.random.Generator(getattr(np.random, source)(7))
    drawn.random(5)
    found = back(drawn)
    np.testing.assert_array_equal(found.random(9), drawn.random(9))
    np.testing.assert_array_equal(found.spawn(1)[0].random(3), drawn.spawn(1)[0].random(3))


def test_older_generators_go_on_where_they_were():
    drawn = np.random.RandomState(7)
    drawn.normal(size=5)
    np.testing.assert_array_equal(back(drawn).normal(size=9), drawn.normal(size=9))


def test_shared_things_stay_shared():
    inner = [1, {"a": np.arange(3)}]
    assert back({3, "a", None, True}) == {3, "a", None, True}
    found = back({"x": inner, "y": (inner, inner[1]["a"])})
    assert found["x"] is found["y"][0] and found["x"][1]["a"] is found["y"][1]


def test_the_same_model_gives_the_same_bytes():
    """Even where memory that was never written stands between the fields of the nodes of a tree."""
    first, second = (RandomForestClassifier(2, random_state=0).fit(X, Y) for _ in range(2))
    assert to_bytes(first) == to_bytes(second)


def test_what_comes_back_otherwise_is_not_saved(tmp_path, monkeypatch):
    path = tmp_path / "model.mlk"
    save(StandardScaler().fit(X), path)
    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setitem(building.MAKERS, "tuple", lambda builder, *slots: tuple(builder.all(slots))[:1])
        with pytest.raises(TypeError, match="MinMaxScaler holds something that comes back otherwise than it was"):
            save(MinMaxScaler((0, 2)).fit(X), path)
    binner = EqualFrequencyBinner(3).fit(X)
    del binner._padded_edges
    with pytest.raises(TypeError, match="EqualFrequencyBinner would not be loaded again .*lacks _padded_edges"):
        save(binner, path)
    assert path.read_bytes() == before


def test_what_a_class_itself_hands_no_copy_is_no_matter(tmp_path):
    """A Bunch keeps notes on old keys that none of its copies has."""
    model = VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())]).fit(X, Y)
    save(model, tmp_path / "model.mlk")
    np.testing.assert_array_equal(load(tmp_path / "model.mlk").predict(X), model.predict(X))


def test_what_has_no_parts_is_named(tmp_path):
    cyclic = []
    cyclic.append(cyclic)
    deep = []
    for _ in range(5000):
        deep = [deep]
    for value, message in (
        (lambda: None, "<lambda>, which cannot be restored without running code"),
        (iter([1]), "list_iterator"),
        (np.rec.array([(1,)], dtype=[("a", int)]), "a recarray; turn it into a plain array"),
        (sparse.lil_matrix((2, 2)), "a sparse matrix of format 'lil'"),
        (cyclic, "a list that holds itself"),
        (deep, "is nested too deeply"),
        (np.ndarray(2, dtype="U0"), "of no length"),
    ):
        model = StandardScaler().fit(X)
        model.value_ = value
        with pytest.raises(TypeError, match=f"save: StandardScaler .*{message}"):
            save(model, tmp_path / "model.mlk")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (EqualFrequencyBinner(4), np.random.default_rng(0).normal(size=(20, 1500))),
        (RandomForestClassifier(800, max_depth=1), X),
        (HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=3), np.repeat(X, 3, axis=0)),
        (StandardScaler(), pd.DataFrame(np.zeros((2, 9000)), columns=[f"measurement_{i:05}" for i in range(9000)])),
        (StandardScaler(), np.zeros((2, 200_000))),
    ],
    ids=["binner", "forest", "boosting", "names", "zeros"],
)
def test_large_models_are_loaded_again(model, rows, tmp_path):
    model.fit(rows, np.arange(len(rows)) % (20 if len(rows) > 100 else 2))
    save(model, tmp_path / "model.mlk")
    loaded = load(tmp_path / "model.mlk")
    ask = "predict_proba" if hasattr(model, "predict_proba") else "transform"
    np.testing.assert_array_equal(getattr(loaded, ask)(rows), getattr(model, ask)(rows))


class Slotted:
    """An object of slots alone."""

    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


class Words(list):
    """A list that is not one of Python's."""


def test_your_own_classes_are_loaded_when_they_are_trusted():
    words = Words(["a", "b"])
    words.note = "n"
    inner, holder = StandardScaler().fit(X), StandardScaler().fit(X)
    keyed = collections.OrderedDict(b=1, a=2), scipy.special.expit, collections.defaultdict(list, {True: [1]})
    holder.value_ = [Slotted(3), words, inner.transform, *keyed]
    trusted = [f"{__name__}.{one.__name__}" for one in (Slotted, Words)]
    method = "sklearn.preprocessing._data.StandardScaler.transform"
    found = from_bytes(to_bytes(holder), [*trusted, method], LIMIT).value_
    assert found[0].x == 3 and list(found[1]) == ["a", "b"] and found[1].note == "n"
    np.testing.assert_array_equal(found[2](X), inner.transform(X))
    assert list(found[3].items()) == [("b", 1), ("a", 2)] and found[4] is scipy.special.expit
    assert found[5] == {True: [1]} and found[5]["new"] == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.zeros(1, dtype=[("a", object)]), "an array with Python objects in its fields"),
        (re.compile("a"), r"a re\.Pattern, which tells nobody what it is made of"),
        (Ellipsis, "builtins.ellipsis, which cannot be restored"),
        (np.random.RandomState(np.random.PCG64(0)), "a RandomState that draws from PCG64"),
    ],
    ids=["fields", "pattern", "ellipsis", "random"],
)
def test_what_cannot_be_taken_apart_is_named(value, message, tmp_path):
    holder = StandardScaler().fit(X)
    holder.value_ = value
    with pytest.raises(TypeError, match=message):
        save(holder, tmp_path / "model.mlk")
