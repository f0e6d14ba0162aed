"""Encoders of categories in a graph: levels, unseen and missing ones."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from sklearn_mlknow.features import CountFeatures, RareCategoryGrouper, TargetMeanEncoder, WeightOfEvidenceEncoder
from sklearn_mlknow.persistence import export_onnx, onnx_inputs

RNG = np.random.default_rng(0)
X = pd.DataFrame(
    {
        "city": RNG.choice(["Rome", "Oslo", "Bonn", "Kyōto", ""], 150, p=[0.4, 0.3, 0.2, 0.05, 0.05]),
        "post": RNG.choice([10.0, 20.0, 30.5, np.nan], 150),
        "size": RNG.normal(size=150),
    }
)
X.loc[::11, "city"] = None
Y = RNG.choice(["a", "b", "c"], 150)
ROWS = pd.DataFrame(
    {
        "city": ["Rome", "Kyōto", "", None, "never seen", "rare"],
        "post": [10.0, 30.5, np.nan, 11.0, -0.0, 20.0],
        "size": np.arange(6.0),
    }
)
BOTH = ["city", "post"]


@pytest.mark.parametrize(
    "encoder",
    [
        TargetMeanEncoder(),
        TargetMeanEncoder(columns=BOTH, handle_missing="propagate"),
        TargetMeanEncoder(handle_unknown="missing", remainder="drop"),
        WeightOfEvidenceEncoder(columns=BOTH),
        CountFeatures(("count",), columns=BOTH),
        CountFeatures(("count",), handle_missing="propagate", keep_inputs=False),
        RareCategoryGrouper(0.1),
        RareCategoryGrouper(0.2, columns=BOTH, handle_unknown="missing"),
        RareCategoryGrouper(0.4, rare_label=-1.0, columns=["post"]),
    ],
    ids=lambda encoder: repr(encoder)[:60],
)
def test_ours(agree, encoder):
    agree(encoder.set_output(transform="pandas").fit(X, Y), X, ROWS)


@pytest.mark.parametrize(
    "encoder",
    [
        OneHotEncoder(handle_unknown="ignore"),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20, sparse_output=False),
        OneHotEncoder(handle_unknown="warn", max_categories=3, drop="first"),
        OneHotEncoder(handle_unknown="ignore", drop=["Rome", 20.0]),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20, drop="if_binary"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, min_frequency=20),
    ],
    ids=lambda encoder: repr(encoder)[:60],
)
def test_those_of_scikit_learn(agree, encoder):
    agree(encoder.fit(X[BOTH]), X[BOTH], ROWS[BOTH])


def test_whole_numbers_and_truth_values_as_categories(agree):
    frame = pd.DataFrame({"c": pd.Categorical([1, 2, 3, 2] * 5), "d": [True, False] * 10})
    agree(RareCategoryGrouper(8, rare_label="9").set_output(transform="pandas").fit(frame), frame, frame[:6])
    agree(OneHotEncoder().fit(frame[["d"]]), frame[["d"]], frame[["d"]][:3])


def test_refusals_are_those_of_the_encoder(exported):
    frame = X[["city"]].dropna()
    run = exported(RareCategoryGrouper(handle_unknown="error", handle_missing="error").fit(frame), frame)
    for text, message in (("Paris", "'city' holds values not seen"), (None, "'city' holds missing values")):
        with pytest.raises(InvalidArgument, match=message):
            run(pd.DataFrame({"city": pd.Series([text, "Rome"], dtype=object)}))
    run = exported(OneHotEncoder().fit(frame), frame)
    with pytest.raises(InvalidArgument, match="OneHotEncoder: column 'city' holds values not seen"):
        run(pd.DataFrame({"city": ["Paris"]}))


@pytest.mark.parametrize("encoder", [OneHotEncoder(), OrdinalEncoder()], ids=lambda encoder: type(encoder).__name__)
@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pd.cut(np.arange(8), 4), "levels of type Interval; write them as texts first"),
        (pd.Categorical(pd.to_datetime(["2020-01-01", "2021-01-01"] * 4)), "levels of type datetime64"),
        (pd.date_range("2020-01-01", periods=8), "times as categories; write them as texts first"),
        (pd.Categorical([True, False] * 4), "truth values, or 0.0 and 1.0, as categories"),
        (pd.Categorical([2**53 + 1, 5] * 4), "the level 9007199254740993, which doubles do not tell"),
        (np.array([2**53 + 1, 5] * 4), "the level 9007199254740993, which doubles do not tell"),
    ],
    ids=["intervals", "timestamps", "times", "truth values", "whole categories", "whole numbers"],
)
def test_levels_without_a_graph_are_named(encoder, column, message, tmp_path):
    frame = pd.DataFrame({"k": column})
    with pytest.raises(TypeError, match=f"column 'k' (has|holds) {message}"):
        export_onnx(encoder.fit(frame), frame, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_column_in_which_all_is_missing_is_fed_as_the_graph_wants_it(tmp_path):
    frame = pd.DataFrame({"k": ["a", "b"] * 10, "v": np.arange(20.0)})
    encoder = TargetMeanEncoder(columns=["k"]).fit(frame, np.arange(20) % 2)
    export_onnx(encoder, frame, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    for missing in (
        np.array([None] * 3, dtype=object),
        pd.Categorical([None] * 3),
        np.full(3, np.nan),
        pd.array([None] * 3, dtype="str"),
    ):
        rows = pd.DataFrame({"k": missing, "v": np.array([None] * 3, dtype=object)})
        fed = onnx_inputs(rows, session)
        assert fed["k"].ravel().tolist() == ["<missing>"] * 3 and np.isnan(fed["v"]).all()
        np.testing.assert_allclose(
            session.run(None, fed)[0],
            encoder.transform(rows.astype({"k": object, "v": float})).astype(float),
        )
