"""Explainers and other estimators that keep frames are saved; frames come back with their dtypes."""

import datetime

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sklearn_mlknow.explain import ShapExplainer
from sklearn_mlknow.explain.model import Asked
from sklearn_mlknow.features import TargetMeanEncoder
from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from sklearn_mlknow.persistence.plain_frames import PlainColumn, PlainFrame
from tests.persistence.hostile import LIMIT

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "number": RNG.normal(size=6).astype(np.float32),
        "whole": pd.array([1, None, 3, 4, 5, 6], dtype="Int64"),
        "truth": [True, False] * 3,
        "text": ["a", None, "b", "a", "", "Ō"],
        "kind": pd.Categorical(list("xyxy") + [None, "x"], categories=["y", "x", "z"], ordered=True),
        "size": pd.Categorical([1, 2, 1, 2, 1, 1]),
        "day": pd.to_datetime(["2026-01-01", None, "2026-03-29", "1970-01-01", "2000-02-29", "1999-12-31"]),
        7: pd.date_range("2026-03-28", periods=6, tz="Europe/Berlin", unit="us"),
        "object": np.array(["a", None, 3, 4.5, "b", True], dtype=object),
        "span": pd.to_timedelta([1, 2, 3, 4, 5, None], unit="h"),
    },
    index=list("abcdef"),
)


def holding(frame):
    holder = StandardScaler().fit([[0.0], [1.0]])
    holder.table_, holder.again_ = frame, {"same": [frame]}
    return holder


def test_frames_of_pandas_come_back():
    held = holding(FRAME)
    loaded = from_bytes(to_bytes(held), (), LIMIT)
    pd.testing.assert_frame_equal(loaded.table_, FRAME.reset_index(drop=True))
    assert loaded.again_["same"][0] is loaded.table_
    assert held.table_ is FRAME  # the estimator is as it was
    empty = from_bytes(to_bytes(holding(pd.DataFrame(index=range(3)))), (), LIMIT).table_
    assert empty.shape == (3, 0)


def test_missing_objects_and_zones_come_back_as_they_were():
    values = [None, float("nan"), pd.NA, pd.NaT, "a"]
    frame = pd.DataFrame({"object": np.array(values, dtype=object)})
    loaded = from_bytes(to_bytes(holding(frame)), (), LIMIT).table_
    assert [type(one) for one in loaded["object"]] == [type(one) for one in values]
    east = datetime.timezone(datetime.timedelta(hours=2))
    times = pd.DataFrame(
        {"u": pd.date_range("2026", periods=2, tz="UTC"), "e": pd.date_range("2026", periods=2, tz=east)}
    )
    pd.testing.assert_frame_equal(from_bytes(to_bytes(holding(times)), (), LIMIT).table_, times)


def test_frames_of_polars_come_back():
    polars = pytest.importorskip("polars")
    day = datetime.date(2026, 1, 2)
    frame = polars.DataFrame(
        {
            "number": polars.Series([float("nan"), None, float("inf")], dtype=polars.Float32),
            "whole": polars.Series([1, None, 3], dtype=polars.Int16),
            "text": ["a", None, "Ō"],
            "truth": [True, None, False],
            "kind": polars.Series(["y", None, "x"], dtype=polars.Enum(["x", "y", "z"])),
            "loose": polars.Series(["y", None, "x"], dtype=polars.Categorical),
            "day": [day, None, day],
            "moment": polars.Series([datetime.datetime(2026, 1, 2, 3), None, None], dtype=polars.Datetime("ms")),
            "zoned": polars.Series([5, None, 7], dtype=polars.Int64).cast(polars.Datetime("us", "Europe/Rome")),
            "span": polars.Series([5, None, 7], dtype=polars.Int64).cast(polars.Duration("ns")),
            "clock": polars.Series([5, None, 7], dtype=polars.Int64).cast(polars.Time),
        }
    )
    loaded = from_bytes(to_bytes(holding(frame)), (), LIMIT).table_
    assert loaded.schema == frame.schema and loaded.equals(frame)


def test_tables_of_pyarrow_come_back():
    pa = pytest.importorskip("pyarrow")
    table = pa.table(
        {
            "number": pa.array([1.5, None, float("inf")], pa.float32()),
            "not a number": pa.array([float("nan"), None, 1.0]),
            "text": pa.array(["a", None, "Ō"]),
            "truth": pa.array([True, None, False]),
            "day": pa.array([datetime.date(2026, 1, 2), None, None]),
            "moment": pa.array([datetime.datetime(2026, 1, 2, 3), None, None], pa.timestamp("ms")),
        }
    )
    loaded = from_bytes(to_bytes(holding(table)), (), LIMIT).table_
    assert loaded.schema == table.schema and str(loaded.to_pylist()) == str(table.to_pylist())
    with pytest.raises(TypeError, match="column 'kind' is of type dictionary.*, which has no plain name"):
        to_bytes(holding(pa.table({"kind": pa.array(["x", "y"]).dictionary_encode()})))


def mixed():
    rows = pd.DataFrame({"a": RNG.normal(size=90), "b": RNG.normal(size=90), "c": RNG.choice(list("uvw"), 90)})
    return rows, np.where(rows["a"] + (rows["c"] == "u") > 0.5, "yes", "no")


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        RandomForestClassifier(3, random_state=0),
        SVC(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        make_pipeline(TargetMeanEncoder(), StandardScaler(), LogisticRegression()),
    ],
    ids=["line", "forest", "vectors", "pipeline", "categories"],
)
@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "array"])
def test_explainers_are_saved_and_need_no_trust(model, library):
    rows, y = mixed()
    if "targetmeanencoder" not in getattr(model, "named_steps", {}):
        rows = rows[["a", "b"]]
    if library == "pyarrow":
        rows = pytest.importorskip("pyarrow").Table.from_pandas(rows)
    elif library == "polars":
        rows = pytest.importorskip("polars").from_pandas(rows)
    elif library == "array":
        rows = rows.to_numpy()
    explainer = ShapExplainer(model, background=20, random_state=0).fit(rows, y)
    loaded = from_bytes(to_bytes(explainer), (), LIMIT)
    found, wanted = loaded.explain(rows[:5]), explainer.explain(rows[:5])
    np.testing.assert_array_equal(found.values, wanted.values)
    assert found.names == wanted.names


def test_a_model_is_only_asked_for_answers():
    rows, y = mixed()
    explainer = ShapExplainer(LogisticRegression(), random_state=0).fit(rows[["a", "b"]], y)
    for method in ("__setstate__", "fit", "__class__"):
        object.__setattr__(explainer.model_, "function", Asked(explainer.estimator_, method))
        with pytest.raises(ModelFileError, match=f"asks for '{method}', which is no answer"):
            from_bytes(to_bytes(explainer), (), LIMIT)


@pytest.mark.parametrize(
    "forged",
    [
        PlainFrame("os", [], 0),
        PlainFrame("pandas", ["text"], 1),
        PlainFrame("pandas", [PlainColumn("a", "category", np.array([5]), None, False)], 1),
        PlainFrame("pandas", [PlainColumn("a", "no dtype", np.array([5]), None, False)], 1),
        PlainFrame("polars", [PlainColumn("a", "DataFrame", [1], None, False)], 1),
        PlainFrame("polars", [PlainColumn("a", "read_csv", [1], None, False)], 1),
        PlainFrame("polars", [PlainColumn("a", "__class__", [1], None, False)], 1),
        PlainFrame("polars", 3, 1),
        PlainFrame("pyarrow", [PlainColumn("a", "no type", [1], None, False)], 1),
        PlainFrame("pandas", [PlainColumn(StandardScaler(), "int64", np.array([5]), None, False)], 1),
        PlainFrame("pandas", [PlainColumn(("a", StandardScaler()), "int64", np.array([5]), None, False)], 1),
        PlainFrame("pandas", [PlainColumn("a", "object", [StandardScaler()], None, False)], 1),
        PlainFrame("pandas", [PlainColumn("a", "object", np.array([StandardScaler()]), None, False)], 1),
        PlainFrame("pandas", [PlainColumn("a", "object", np.ma.masked_array([1], [True]), None, False)], 1),
        PlainFrame("pandas", [PlainColumn("a", "int64", range(1), None, False)], 1),
        PlainFrame("pandas", [PlainColumn("a", "category", np.array([0]), StandardScaler(), False)], 1),
        PlainFrame(
            "pandas",
            [PlainColumn("a", "datetime64[ns, dateutil//etc/passwd]", np.zeros(1, "datetime64[ns]"), None, False)],
            1,
        ),
        PlainFrame("pyarrow", [PlainColumn("a", "int8", [1000], None, False)], 1),
    ],
    ids=lambda forged: f"{forged.library} {forged.columns}"[:50],
)
def test_forged_frames_are_refused(forged):
    pytest.importorskip("polars")
    with pytest.raises(ModelFileError, match="does not fit its types"):
        from_bytes(to_bytes(holding(forged)), (), LIMIT)
