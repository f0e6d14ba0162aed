import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.explain import ShapExplainer
from sklearn_mlknow.explain.masking import ArrayMixer, FrameMixer


def mixed_frame():
    return pd.DataFrame(
        {
            "city": pd.Categorical(["Rome", "Oslo", None, "Rome"]),
            "note": ["a", None, "c", "d"],
            "when": pd.to_datetime(["2024-01-01", "2024-02-01", None, "2024-03-01"]),
            "count": pd.array([1, None, 3, 4], dtype="Int64"),
            "ok": [True, False, True, False],
            "size": np.array([1.0, np.nan, 3.0, 4.0], dtype=np.float32),
        }
    )


def test_mixtures_keep_dtypes_and_values():
    frame = mixed_frame()
    mixer = FrameMixer(frame.iloc[:2], frame.iloc[2:], np.arange(6), 6)
    members = np.array([[True, False, True, False, True, False]])
    found = mixer.pick(np.array([1]), members, np.array([0]))
    assert [str(dtype) for dtype in found.dtypes] == [str(dtype) for dtype in frame.dtypes]
    assert found["city"][0] == "Oslo"
    assert found["note"][0] == "c"
    assert found["when"][0] == pd.Timestamp("2024-02-01")
    assert found["count"][0] == 3
    assert not found["ok"][0]
    assert found["size"][0] == 3.0


def test_mixtures_of_polars_keep_dtypes():
    frame = pl.DataFrame(
        {"city": ["Rome", None, "Oslo"], "day": pl.Series([1, 2, None]).cast(pl.Int32), "size": [1.0, None, 3.0]},
        schema_overrides={"city": pl.Categorical},
    )
    mixer = FrameMixer(frame[:1], frame[1:], np.arange(3), 3)
    found = mixer.mixtures(np.array([0]), np.array([[True, False, False], [False, False, True]]), np.array([0, 1]))
    assert found.dtypes == frame.dtypes
    assert found.rows() == [("Rome", 2, None), ("Oslo", None, 1.0)]


def test_a_group_moves_as_one():
    mixer = ArrayMixer(np.array([[1.0, 2.0, 3.0]]), np.array([[7.0, 8.0, 9.0]]), np.array([0, 1, 0]), 2)
    found = mixer.pick(np.array([0]), np.array([[True, False]]), np.array([0]))
    assert found.tolist() == [[1.0, 8.0, 3.0]]


def test_equal_counts_missing_as_equal():
    mixer = ArrayMixer(np.array([[np.nan, 1.0]]), np.array([[np.nan, 2.0]]), np.arange(2), 2)
    assert mixer.equal(np.array([0])).tolist() == [[[True, False]]]
    frame = mixed_frame()
    mixer = FrameMixer(frame.iloc[[2]], frame.iloc[[2, 0]], np.arange(6), 6)
    assert mixer.equal(np.array([0]))[0, 0].all()


def test_categories_of_both_sides_are_kept():
    above = pd.DataFrame({"c": pd.Categorical(["new"])})
    below = pd.DataFrame({"c": pd.Categorical(["old"])})
    found = FrameMixer(above, below, np.zeros(1, int), 1).pick(
        np.array([0, 0]), np.array([[True], [False]]), np.zeros(2, int)
    )
    assert found["c"].tolist() == ["new", "old"]


def lengths(frame):
    """A model of raw values: it would fail on numbers in the place of texts."""
    texts = [0.0 if value is None or value != value else float(len(value)) for value in frame["city"]]
    sizes = [0.0 if value is None or value != value else float(value) for value in frame["size"]]
    return np.array(texts) * (1 + np.array(sizes))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_raw_frames_are_explained_and_columns_matched_by_name(library):
    columns = {
        "city": ["Rome", None, "Bergen", "Oslo"] * 3,
        "size": [1.0, 2.0, None, 4.0] * 3,
        "unused": list("abcd") * 3,
    }
    frame = pd.DataFrame(columns) if library == "pandas" else pl.DataFrame(columns)
    explainer = ShapExplainer(lengths, background=None).fit(frame)
    straight = explainer.explain(frame)
    turned = explainer.explain(frame[["unused", "size", "city"]])
    np.testing.assert_array_equal(straight.values, turned.values)
    np.testing.assert_allclose(straight.values[:, 2], 0.0, atol=1e-12)
    np.testing.assert_allclose(straight.values.sum(axis=1), lengths(frame) - lengths(frame).mean(), atol=1e-12)


def test_groups_are_players():
    X = np.random.default_rng(0).normal(size=(20, 3))
    explainer = ShapExplainer(lambda rows: rows[:, 0] * rows[:, 2] + rows[:, 1], player_groups={"pair": ["x0", "x2"]})
    found = explainer.fit(X).explain(X)
    assert found.names == ("pair", "x1")
    product = X[:, 0] * X[:, 2]
    np.testing.assert_allclose(found.values[:, 0], product - product.mean(), atol=1e-12)
    assert explainer.get_feature_names_out().tolist() == ["shap_pair", "shap_x1"]
    assert found.data[0, 0].startswith("x0=")


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"g": []}, "at least one column"),
        ({"g": ["x9"]}, "'x9'"),
        ({"g": ["x0"], "h": ["x0", "x1"]}, "two player groups"),
        ({"x2": ["x0", "x1"]}, "name of a column outside"),
    ],
)
def test_bad_groups_are_refused(groups, message):
    explainer = ShapExplainer(lambda rows: rows[:, 0], player_groups=groups)
    with pytest.raises(ValueError, match=message):
        explainer.fit(np.eye(3))


def test_pyarrow_tables_are_explained():
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"city": ["Rome", None, "Bergen", "Oslo"], "size": [1.0, 2.0, None, 4.0]})

    def model(rows):
        return lengths({name: rows[name].to_pylist() for name in rows.column_names})

    explainer = ShapExplainer(model, background=None).fit(table)
    straight = explainer.explain(table)
    np.testing.assert_array_equal(straight.values, explainer.explain(table.select(["size", "city"])).values)
    np.testing.assert_allclose(straight.predictions, model(table))


@pytest.mark.parametrize("kept", [[0], [0, 1], [1, 2], [3]])
@pytest.mark.parametrize("with_names", [False, True])
def test_columns_that_a_pipeline_drops_are_players_without_a_say(kept, with_names):
    X = np.random.default_rng(0).normal(size=(60, 4))
    y = X[:, kept].sum(axis=1) > 0
    X = pd.DataFrame(X, columns=list("abcd")) if with_names else X
    model = make_pipeline(StandardScaler(), SelectKBest(k=len(kept)), LogisticRegression()).fit(X, y)
    found = ShapExplainer(model, background=20, output="predict_proba", random_state=0).fit(X).explain(X[:5])
    whole = ShapExplainer(model.predict_proba, background=20, random_state=0).fit(X).explain(X[:5])
    np.testing.assert_allclose(found.values, whole.values, atol=1e-9)
    np.testing.assert_array_equal(found.values[:, np.setdiff1d(np.arange(4), kept)], 0.0)
