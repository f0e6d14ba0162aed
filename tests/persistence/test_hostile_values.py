"""Forged parts that compiled code would follow out of its memory, or that would take for ever, are refused."""

import collections
import io
import struct
import time
import typing
import zoneinfo

import numpy as np
import pytest
from scipy import sparse
from sklearn.compose import make_column_selector
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KDTree
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.neural import AttentionClassifier, NeuralClassifier
from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.known_names import is_function, resolve
from sklearn_mlknow.persistence.neighbour_checks import check_neighbours
from sklearn_mlknow.persistence.node_table import HEAD, n_items, read_table
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from sklearn_mlknow.persistence.plain_values import from_parts
from sklearn_mlknow.persistence.random_states import random_from, random_parts
from sklearn_mlknow.persistence.sparse_parts import sparse_from
from sklearn_mlknow.persistence.state_checks import fits
from tests.persistence.forging import LIMIT, Forgery

X = np.random.default_rng(0).normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)
NET = {"max_epochs": 1, "n_members": 1, "random_state": 0}


def refused(forgery, message):
    with pytest.raises(ModelFileError, match=message):
        from_bytes(forgery.to_bytes(), (), LIMIT)


def test_a_sparse_line_that_points_outside():
    model = LogisticRegression().fit(X, Y).sparsify()
    assert sparse.issparse(from_bytes(Forgery(model).to_bytes(), (), LIMIT).coef_)
    (row,) = (row for row in Forgery(model).rows if row[0] == "sparse")
    for (place,) in row[5:]:  # after two sides of the shape and the numbers
        forgery = Forgery(model)
        forgery.arrays[place] = np.full_like(forgery.arrays[place], 2**30)
        refused(forgery, "a sparse matrix")


ONES = np.ones(2)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("csr_matrix", (2, 3, ONES, np.array([0, 3]), np.array([0, 1, 2]))),
        ("csr_matrix", (2, 3, ONES, np.array([0, -1]), np.array([0, 1, 2]))),
        ("csr_matrix", (2, 3, ONES, np.array([0, 1]), np.array([0, 2]))),
        ("csr_matrix", (2, 3, ONES, np.array([0, 1]), np.array([0, 9, 2]))),
        ("csr_matrix", (2, 3, ONES, np.array([0, 1]), np.array([0, 1, 9]))),
        ("csr_matrix", (2, 3, ONES[:0], np.array([], int), np.array([0, 5, 0]))),
        ("csc_matrix", (3, 2, ONES, np.array([0, 3]), np.array([0, 1, 2]))),
        ("csr_matrix", (2, 3, ONES, np.array([0.0, 1.0]), np.array([0, 1, 2]))),
        ("csr_matrix", (2, 3, np.array(["a", "b"]), np.array([0, 1]), np.array([0, 1, 2]))),
        ("csr_matrix", (2, 3, [1, 2], np.array([0, 1]), np.array([0, 1, 2]))),
        ("coo_matrix", (2, 3, ONES, np.array([0, 2]), np.array([0, 1]))),
        ("coo_matrix", (2, 3, ONES, np.array([0, 1]), np.array([0, -1]))),
        ("lil_matrix", (2, 3, ONES, ONES, ONES)),
        ("csr_load", (2, 3, ONES, ONES, ONES)),
    ],
)
def test_forged_sparse_matrices(name, parts):
    with pytest.raises(ValueError, match="a sparse matrix"):
        sparse_from(name, list(parts))


def test_a_generator_beyond_its_buffer():
    model = SGDClassifier(random_state=np.random.RandomState(0)).fit(X, Y)
    for position in (-1, 625, 2**31 - 1, None, True):
        refused(Forgery(model).set("pos", position), "a generator at pos=")
    from_bytes(Forgery(model).set("pos", 624).to_bytes(), (), LIMIT)
    name, state, seed = random_parts(np.random.Generator(np.random.Philox(0)))
    with pytest.raises(ValueError, match="at buffer_pos=5"):
        random_from(name, {**state, "buffer_pos": 5}, seed)


@pytest.mark.parametrize(
    ("name", "source", "seed"),
    [
        ("RandomState", "PCG64", None),
        ("Generator", "seed", {"entropy": 1}),
        ("Generator", "MT19937", None),
        ("seed", "PCG64", {"entropy": 1}),
        ("Generator", "PCG64", {"entropy": 1, "pool_size": 2**40}),
    ],
)
def test_generators_that_are_none(name, source, seed):
    state = random_parts(np.random.default_rng(0))[1]
    with pytest.raises((ValueError, TypeError), match=r"a (RandomState|Generator|seed)"):
        random_from(name, {**state, "bit_generator": source}, seed)


def test_a_generator_of_no_seed():
    drawn = random_from("Generator", random_parts(np.random.default_rng(3))[1], None)
    assert drawn.random() == np.random.default_rng(3).random()


def test_what_is_shared_is_not_followed_for_ever():
    """Each list holds the one before it twice: 2 ** 40 lists, if they were written out."""
    forgery = Forgery(StandardScaler().fit(X))
    doubled = [["list"], *(["list", [row], [row]] for row in range(40))]
    forgery.set("copy", forgery.add(*doubled))
    begin = time.perf_counter()
    refused(forgery, "weighs more than")
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("slot", [[5], [-1], [True], [0, 1], [], ["a"], [0.0], {"a": 1}, [[0]]])
def test_references_lead_backwards(slot):
    forgery = Forgery(StandardScaler().fit(X))
    forgery.set("copy", forgery.add(["list", slot]))
    refused(forgery, "refers to what does not come before it")


@pytest.mark.parametrize(
    "row",
    [*([], None, "list", [3], ["no"], [None], ["array"], ["array", "<f8"], ["scalar"], ["name"], ["new"], ["call", 3])]
    + [["array", "<f8", [1], "C", 1], ["method", None]],
)
def test_rows_are_of_a_kind(row):
    forgery = Forgery(StandardScaler().fit(X))
    forgery.set("copy", forgery.add(["list"]))
    forgery.rows[0] = row
    refused(forgery, "is of no kind|names nothing")


@pytest.mark.parametrize(
    "row",
    [
        *(["new", "sklearn.preprocessing._data.StandardScaler"], ["value", "no", 1], ["value", "date", 1, 2, "x"]),
        *(["partial", 1, 2, 3], ["dict", 1], ["objects", [3], 1], ["named", "builtins.tuple", 1], ["random", "x"]),
        *(["dict", [0], 1], ["sparse", "csr_matrix", 1], ["value", "ZoneInfo", "../../etc"]),
        *(["method", "sklearn.preprocessing._data.StandardScaler.fit", 3], ["set", [0]]),
    ],
    ids=str,
)
def test_rows_that_do_not_fit_their_kind(row):
    forgery = Forgery(StandardScaler().fit(X))
    forgery.set("copy", forgery.add(["list"], row))
    with pytest.raises(ModelFileError, match="does not fit its types|which are not trusted"):
        from_bytes(forgery.to_bytes(), (), LIMIT)


def test_only_a_few_classes_are_called():
    forgery = Forgery(StandardScaler().fit(X))
    row = ["call", "sklearn.preprocessing._data.StandardScaler", [0], None, None, None]
    forgery.set("copy", forgery.add(["tuple"], row))
    refused(forgery, "calls sklearn.preprocessing._data.StandardScaler, which is not called here")


@pytest.mark.parametrize("description", ["|O", "no", 3, None, [["a", "|O"]], [[]], {"a": 1}, [["a"]]])
def test_dtypes_that_are_none(description):
    forgery = Forgery(StandardScaler().fit(X))
    forgery.set("copy", forgery.add(["dtype", description]))
    refused(forgery, "an array has no readable dtype|holds Python objects")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (NeuralClassifier(hidden_units=[2], **NET), lambda f: f.rows[f.get("hidden_units")[0]].extend([12_000] * 2)),
        (NeuralClassifier(hidden_units=[2], **NET), lambda f: f.rows[f.get("hidden_units")[0]].extend([1] * 200)),
        (NeuralClassifier(hidden_units=[2], **NET), lambda f: f.set("n_members", 10**9)),
        (AttentionClassifier(**NET), lambda f: f.set("n_layers", 10**9)),
        (AttentionClassifier(**NET), lambda f: f.set("n_token_features", 10**9)),
    ],
    ids=["wide", "long", "members", "layers", "tokens"],
)
def test_a_net_that_claims_more_than_its_weights(model, change):
    forgery = Forgery(model.fit(X, Y))
    change(forgery)
    refused(forgery, "does not fit its types")


def test_a_truth_value_of_two_is_none():
    forgery = Forgery(StandardScaler().fit(X))
    forgery.set("copy", forgery.add(["array", "|b1", [2], "C"]))
    data = forgery.to_bytes()
    numbers = bytes(read_table(data, LIMIT).numbers)
    found = from_bytes(data[: len(data) - len(numbers)] + b"\x02\x00" + numbers, (), LIMIT).copy
    assert found.view(np.uint8).tolist() == [1, 0]


def test_a_generator_has_what_numpy_writes_and_no_more():
    """A second position, beside the words of its state, must not hide the first."""
    name, state, seed = random_parts(np.random.Generator(np.random.Philox(0)))
    inner = state["state"]
    for forged, message in (
        ({**state, "buffer_pos": -(10**9), "state": {**inner, "buffer_pos": 4}}, "at buffer_pos=-1000000000"),
        ({**state, "state": {**inner, "buffer_pos": 4}}, "a dict where"),
        ({key: one for key, one in state.items() if key != "buffer_pos"}, "at buffer_pos=None"),
        ({**state, "buffer": range(4)}, "a range where numpy has a list"),
        ({**state, "buffer": [0] * 3}, "a list where numpy has a list"),
        ({**state, "buffer": [0, 0, 0, 0.5]}, "a float where numpy has a int"),
        ({**state, "state": {"key": inner["key"], "other": inner["counter"]}}, "a generator with"),
        (collections.defaultdict(list, state), "of no state"),
        ({**state, "state": collections.defaultdict(list, inner)}, "of no state"),
    ):
        with pytest.raises(ValueError, match=message):
            random_from(name, forged, seed)
    changes = ({"entropy": "0x3"}, {"entropy": [1, 0.5]}, {"spawn_key": range(9)}, {"pool_size": True}, {"more": 1})
    for forged in (*({**seed, **change} for change in changes), collections.defaultdict(int, seed)):
        with pytest.raises(ValueError, match="of no seed"):
            random_from(name, state, forged)


def with_rows(*rows):
    forgery = Forgery(StandardScaler().fit(X))
    return forgery.set("copy", forgery.add(*rows))


RANGE = ["value", "range", 0, 10**12, 1]


@pytest.mark.parametrize(
    "rows",
    [
        [RANGE],
        [["value", "range", 10**12, 0, -1]],
        [["value", "range", 0, 10**4000, 7]],
        [["value", "range", 0, 10**6, 1], *(["list", *[[row]] * 9] for row in range(4))],
        [RANGE, ["call", "collections.OrderedDict", [0], None, None, None]],
        [RANGE, ["new", "builtins.list", None, [0], None]],
        [RANGE, ["name", "builtins.list"], ["dict"], ["partial", [1], [0], [2]]],
        [RANGE, ["masked", [0], False, 0]],
    ],
)
def test_a_range_weighs_what_it_stands_for(rows):
    refused(with_rows(*rows), "weighs more than")


@pytest.mark.parametrize("bounds", [[0, 9], [0, 9, 0], [0, True, 1], [0, 9.0, 1], [0, [0], 1]])
def test_the_bounds_of_a_range_are_numbers(bounds):
    refused(with_rows(["list"], ["value", "range", *bounds]), "a range claims the bounds")


@pytest.mark.parametrize(
    "rows",
    [
        [["value", "range", 0, 2, 1], ["call", "collections.OrderedDict", [0], None, None, None]],
        [["value", "range", 0, 2, 1], ["new", "builtins.list", None, [0], None]],
        [["list"], ["new", "builtins.dict", None, None, [0]]],
        [["value", "range", 0, 2, 1], ["name", "builtins.list"], ["dict"], ["partial", [1], [0], [2]]],
        [["tuple"], ["name", "builtins.list"], ["list"], ["partial", [1], [0], [2]]],
        [["list", 1, 2], ["masked", [0], False, 0]],
    ],
)
def test_containers_are_of_the_very_class(rows):
    refused(with_rows(*rows), "in place of a")


def test_a_defaultdict_calls_only_types_of_python():
    for rows in (
        [["name", "builtins.list"], ["tuple"], ["dict"], ["partial", [0], [1], [2]], ["tuple", [3]]],
        [["name", "builtins.object"], ["tuple", [0]]],
        [["name", "builtins.list"], ["dict"], ["tuple", [0], [1]]],
    ):
        row = ["call", "collections.defaultdict", [len(rows) - 1], None, None, None]
        refused(with_rows(*rows, row), "a defaultdict that calls more")


@pytest.mark.parametrize("name", ["__class__", "__dict__", "pattern", "__weakref__", "no"])
def test_only_slots_are_set(name):
    selector = "sklearn.compose._column_transformer.make_column_selector"
    assert make_column_selector.__module__ in selector
    rows = [["name", "builtins.object"], ["dict", name, [0]], ["tuple", None, [1]]]
    refused(with_rows(*rows, ["new", selector, [2], None, None]), "for which it has no slot")


@pytest.mark.parametrize(
    "row",
    [
        *(["Fraction", "1e30000000"], ["Fraction", 1.5, 1], ["Fraction", 1], ["Fraction", 1, 0]),
        *(["Decimal", "1e30000000"], ["Decimal", 1], ["Decimal", "1" * 5000], ["float", "1.5"], ["float", "9" * 999]),
        *(
            ["complex", "1", 0.0],
            ["bytes", 10**9],
            ["bytearray", 10**9],
            ["slice", [0], None, None],
            ["date", 1, 2, True],
        ),
        *(["time", 1, 2, 3, 4, "UTC", 0], ["timedelta", 0.5, 0, 0], ["timezone", 1, "x"], ["ZoneInfo", "/etc/passwd"]),
        *(["ZoneInfo", "a//b"], ["ZoneInfo", 3], ["pandas.Timestamp", 0, "ns", "dateutil//etc/passwd"]),
        *(["pandas.Timestamp", 0, "ns", "Europe/Rome"], ["pandas.Timestamp", "2020", "ns", None]),
        *(["pandas.Timestamp", 0, "Y", None], ["pandas.Timedelta", 0, "W"], ["pandas.Interval", [0], 1, "left"]),
        *(["pandas.Period", 1, "D" * 101], ["pandas.NAType", 1]),
    ],
    ids=lambda row: str(row)[:40],
)
def test_values_are_of_the_parts_that_are_written(row):
    begin = time.perf_counter()
    refused(with_rows(["list"], ["value", *row]), "does not fit its types")
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("entropy", [3, [1, 2], (1, 2), np.int64(4), [np.int64(4), 1], np.array([1, 2]), None])
def test_seeds_of_all_kinds_pass(entropy):
    for drawn in (np.random.default_rng(entropy), np.random.default_rng(entropy).spawn(2)[1]):
        found = random_from(*random_parts(drawn))
        assert found.random() == drawn.random() and found.spawn(1)[0].random() == drawn.spawn(1)[0].random()


def test_numbers_that_belong_to_no_array():
    with pytest.raises(ModelFileError, match="the arrays do not fill the payload"):
        from_bytes(Forgery(StandardScaler().fit(X)).to_bytes() + b"more", (), LIMIT)


def test_items_of_no_length():
    forgery = Forgery(StandardScaler().fit(X))
    place = forgery.add(["array", "|S0", [1], "C"])
    forgery.set("copy", place)
    refused(forgery, "items of no length")


def test_a_method_of_another_object():
    forgery, name = Forgery(StandardScaler().fit(X)), "sklearn.preprocessing._data.StandardScaler.fit"
    forgery.set("copy", forgery.add(["list"], ["method", name, [0]]))
    with pytest.raises(ModelFileError, match="does not fit its types"):
        from_bytes(forgery.to_bytes(), [name], LIMIT)


def test_a_payload_shorter_than_its_table():
    with pytest.raises(ModelFileError, match="has no table"):
        read_table((10**6).to_bytes(HEAD, "big"), LIMIT)


def test_more_values_than_bytes():
    with pytest.raises(ModelFileError, match="lists more values than 10 bytes hold"):
        read_table(to_bytes(StandardScaler().fit(X)), 10)


@pytest.mark.parametrize("shape", ["no", [-1], [1.0], [True]])
def test_shapes_that_are_none(shape):
    with pytest.raises(ModelFileError, match="claims the shape"):
        n_items(shape)


def test_names_are_the_ones_that_things_have():
    assert resolve("sklearn.preprocessing._data.StandardScaler") is StandardScaler
    with pytest.raises(LookupError):
        resolve("sklearn.preprocessing.StandardScaler")  # known by another name
    assert is_function(StandardScaler.fit) and not is_function(StandardScaler().fit)


def test_a_tree_of_points_without_a_state():
    with pytest.raises(ModelFileError):
        check_neighbours([KDTree.__new__(KDTree)])


def test_whole_numbers_of_endless_length():
    with pytest.raises(ValueError, match="a range of other parts"):
        from_parts("range", [0, 1 << 100_000, 1])


def test_a_zone_without_a_name():
    header = b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(header + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"))
    scaler = StandardScaler().fit(X)
    scaler.zone_ = zone
    with pytest.raises(TypeError, match="a time zone without a name"):
        to_bytes(scaler)


class OwnGenerator(np.random.PCG64):
    """A source of randomness that numpy does not have."""


def test_a_generator_of_ones_own():
    scaler = StandardScaler().fit(X)
    scaler.rng_ = np.random.Generator(OwnGenerator(0))
    with pytest.raises(TypeError, match="a generator that draws from OwnGenerator"):
        to_bytes(scaler)


def test_a_list_of_anything():
    assert fits([1, "a"], typing.List) and not fits((1,), typing.List)  # noqa: UP006
