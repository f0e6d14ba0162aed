"""States that are not what their class says are refused when they are loaded."""

import typing
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.features import CountFeatures, GroupFeatures, SmoothClipScaler
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.persistence import ModelFileError, load, model_file, save
from sklearn_mlknow.persistence.object_graph import objects_in
from sklearn_mlknow.persistence.own_types import OWN_TYPES
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from sklearn_mlknow.persistence.state_checks import check_states, fits
from sklearn_mlknow.persistence.state_summary import MOST_ENTRIES, check_summary, summarise_state

X = np.random.default_rng(0).normal(size=(40, 2))
FRAME = pd.DataFrame(X, columns=["a", "b"])


def binner():
    return EqualFrequencyBinner(4).fit(FRAME)


def forged(make, change):
    """Write a changed estimator as a forger would, and read it."""
    estimator = make()
    change(estimator)
    return from_bytes(to_bytes(estimator), (), 2**31)


def other_bins(**fields):
    def change(one):
        one._bins = [one._bins[0]._replace(**fields), one._bins[1]]

    return change


def without(name):
    return lambda one: delattr(one, name)


def set_to(name, value):
    return lambda one: setattr(one, name, value(getattr(one, name)) if callable(value) else value)


def groups():
    frame = pd.DataFrame({"key": list("abcd") * 10, "value": X[:, 0]})
    return GroupFeatures("key", statistics=("mean", "median"), relative=("rank", "zscore")).fit(frame)


def other_order(**fields):
    def change(one):
        ordered = one._summary.orders[0]
        one._summary = one._summary._replace(orders=(ordered._replace(**fields),))

    return change


FORGERIES = {
    "groups without a number": (groups, set_to("n_groups_", 3), "groups that it does not number"),
    "a table of fewer groups": (groups, set_to("_tables", lambda old: [old[0][:2]]), "no table of its 4 groups"),
    "a table of one column": (groups, set_to("_tables", lambda old: [old[0][:, :1]]), "no table of its 4 groups"),
    "values beyond the end": (groups, other_order(starts=np.array([0, 99, 99, 99, 99])), "do not lie in"),
    "weights of fewer values": (groups, other_order(up_to=np.zeros(3)), "do not lie in"),
    "a parameter outside its rule": (binner, set_to("n_bins", -3), "breaks a rule .*n_bins must be"),
    "a parameter that is missing": (binner, without("encode"), "lacks a parameter"),
    "no columns": (binner, set_to("n_features_in_", 0), "takes 0 columns"),
    "columns that are no number": (binner, set_to("n_features_in_", "two"), "takes 'two' columns"),
    "too few names": (binner, set_to("feature_names_in_", lambda old: old[:1]), r"names \(1,\) of its 2 columns"),
    "a column beyond the end": (binner, set_to("_indices", [0, 2]), "works on columns that are not there"),
    "no columns at all": (binner, without("_indices"), "works on columns that are not there"),
    "columns without a name": (binner, set_to("columns_", ["a"]), "does not name the columns"),
    "edges that are missing": (binner, without("_padded_edges"), "lacks _padded_edges"),
    "edges of one column": (binner, set_to("_padded_edges", lambda old: old[:, :1]), r"edges of shape \(3, 1\) for 2"),
    "edges in single precision": (binner, set_to("_padded_edges", np.float32), "holds edges that are no numbers"),
    "codes as texts": (binner, set_to("n_bins_", np.array(["4", "4"])), "holds edges that are no numbers"),
    "too few codes": (binner, set_to("n_bins_", np.array([4])), "edges of shape"),
    "edges that fall": (binner, other_bins(inner_edges=np.array([3.0, 2.0, 1.0])), "do not increase"),
    "two sets of edges": (binner, other_bins(inner_edges=np.array([1.0, 2.0, 3.0])), "two different sets of edges"),
    "a field of another kind": (binner, other_bins(low="low"), "a Bins in the file holds a str as low"),
    "a builder": (
        lambda: CountFeatures(columns=["a"]).fit(FRAME),
        set_to("_indices", [7]),
        "columns that are not there",
    ),
    "weights of another shape": (
        lambda: NeuralClassifier(hidden_units=[2], max_epochs=1).fit(X, X[:, 0] > 0),
        lambda net: setattr(net, "input_means_", np.zeros(99)),
        "does not fit its types",
    ),
    "a plan of another kind": (
        lambda: NeuralClassifier(hidden_units=[2], max_epochs=1).fit(X, X[:, 0] > 0),
        lambda net: setattr(net, "plan_", replace(net.plan_, weight_decay="much")),
        "a Plan in the file holds a str as weight_decay|does not fit its types",
    ),
}


@pytest.mark.parametrize(("make", "change", "message"), FORGERIES.values(), ids=FORGERIES)
def test_forged_states_are_refused(make, change, message):
    forged(make, lambda one: None)
    with pytest.raises(ModelFileError, match=message):
        forged(make, change)


def test_types_are_read_from_annotations():
    assert fits(np.float32(1), float) and fits(1, float) and not fits("1", float) and not fits(True, float)
    assert fits({"a": 1}, dict[str, int]) and not fits({"a": "b"}, dict[str, int]) and fits({1: 2}, dict)
    assert fits((1, "a"), tuple[int, str]) and not fits((1,), tuple[int, str]) and fits((1, 2, 3), tuple[int, ...])
    assert fits(None, None) and fits(object(), object) and fits(3, typing.Any) and fits(3, typing.Literal[3])
    assert fits(np.bool_(True), bool) and not fits(1, bool) and not fits(StandardScaler(), LogisticRegression)


@dataclass
class Lacking:
    """A dataclass of which a field was lost."""

    name: str
    shared: typing.ClassVar[int] = 3


@dataclass
class Unreadable:
    """A dataclass whose annotation cannot be read here."""

    name: "NotImported"  # noqa: F821


def test_fields_that_are_lost_are_named(monkeypatch):
    for cls in (Lacking, Unreadable):
        monkeypatch.setattr(cls, "__module__", "sklearn_mlknow.somewhere")
    check_states([Lacking("a")])
    lost = Lacking("a")
    del lost.name
    with pytest.raises(ModelFileError, match="a Lacking in the file lacks name"):
        check_states([lost])
    monkeypatch.undo()
    check_states([Unreadable("a")])


def test_annotations_that_cannot_be_read_are_left(monkeypatch):
    one = Unreadable(3)
    monkeypatch.setattr(Unreadable, "__module__", "sklearn_mlknow.persistence.archive")
    check_states([one, SmoothClipScaler()])


def test_every_type_on_the_list_exists():
    from importlib import import_module

    for name in OWN_TYPES:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name
    assert list(OWN_TYPES) == sorted(OWN_TYPES)


def test_types_of_ours_that_are_not_listed_are_refused_when_saving(tmp_path, monkeypatch):
    monkeypatch.setattr("sklearn_mlknow.persistence.payload.OWN_TYPES", ())
    with pytest.raises(TypeError, match="EqualFrequencyBinner, which cannot be restored|Bins"):
        save(binner(), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_tells_what_the_payload_holds(tmp_path, monkeypatch):
    path = tmp_path / "model.mlk"
    save(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, X[:, 0] > 0), path)
    other = StandardScaler().fit(np.hstack([X, X]))
    three = StandardScaler().fit(X)
    three.more_ = 1
    less = StandardScaler().fit(X)
    del less.var_
    written = summarise_state(StandardScaler().fit(X))
    for model, message in (
        (other, r"the StandardScaler in the file lacks 'mean_: float64 \(2,\)', unlike its manifest"),
        (three, "has 'more_: int'"),
        (less, r"lacks 'var_: float64 \(2,\)'"),
    ):
        with pytest.raises(ModelFileError, match=message):
            check_summary(model, written)
    for wrong in (None, [], "x"):
        with pytest.raises(ModelFileError, match="does not describe the model"):
            check_summary(three, wrong)
    twice = {"StandardScaler": written["StandardScaler"] * 2}
    with pytest.raises(ModelFileError, match="not the one that its manifest describes"):
        check_summary(StandardScaler().fit(X), twice)
    load(path)
    monkeypatch.setattr(model_file, "from_bytes", lambda *_: other)
    with pytest.raises(ModelFileError, match="unlike its manifest"):
        load(path)


def test_a_large_forest_is_told_in_short(monkeypatch):
    monkeypatch.setattr("sklearn_mlknow.persistence.state_summary.MOST_ENTRIES", 1)
    assert MOST_ENTRIES == 2_000
    assert list(summarise_state(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, X[:, 0] > 0))) == [
        "Pipeline"
    ]


def test_the_walk_sees_every_object_once():
    from functools import partial
    from types import SimpleNamespace

    inner = SimpleNamespace(value=1)
    many = np.empty(2, dtype=object)
    many[:] = [inner, inner]
    root = {"a": [inner, {inner.value}], "b": partial(print, inner, end=""), "c": many, "d": inner.__init__}
    root["self"] = root
    found = list(objects_in(root))
    assert sum(one is inner for one in found) == 1 and len({id(one) for one in found}) == len(found)
