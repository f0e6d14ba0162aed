"""Times in a graph: the same calendar as numpy's, years before and after our time, missing times."""

import numpy as np
import pandas as pd
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.features import DatetimeFeatures
from sklearn_mlknow.features.clock import PERIODS
from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.persistence import export_onnx, onnx_inputs

RNG = np.random.default_rng(0)
YEAR_1, YEAR_9999 = np.datetime64("0001-01-01", "us").astype(int), np.datetime64("9999-12-31", "us").astype(int)
EDGES = [
    *("1970-01-01", "1969-12-31T23:59:59.999999", "2000-02-29", "1900-02-28T23:59:59", "1900-03-01", "2024-12-30"),
    *("2021-01-03", "2020-12-31", "2024-02-29T12:30:59.5", "1600-02-29", "0001-01-01", "9999-12-31T23:59:59", "NaT"),
]
TIMES = np.concatenate(
    [np.array(EDGES, dtype="datetime64[us]"), RNG.integers(YEAR_1, YEAR_9999, 2000).astype("datetime64[us]")]
)
X = pd.DataFrame({"day": TIMES, "a": RNG.normal(size=len(TIMES))})


@pytest.mark.parametrize("encode", ["number", "cyclical", "both"])
def test_every_part_of_many_times(agree, encode):
    builder = DatetimeFeatures(tuple(PERIODS), encode=encode, reference="2001-02-03T04:05", keep_inputs=False)
    agree(builder.fit(X), X, X)


def test_times_of_other_units_and_numbers(agree, exported):
    rows = pd.DataFrame({"day": pd.to_datetime(["2026-03-04 05:06:07.123456789", None]), "stamp": [1e9 + 0.25, np.nan]})
    builder = DatetimeFeatures(("year", "week", "second"), columns=["day", "stamp"], keep_inputs=False).fit(rows)
    run = agree(builder, rows, rows[::-1])
    with pytest.raises(InvalidArgument, match="DatetimeFeatures: column 'stamp' holds what is no number of seconds"):
        run(rows.assign(stamp=1e12))
    polars = pytest.importorskip("polars")
    frame = polars.from_pandas(rows)
    agree(builder, rows, rows)
    assert exported(builder, rows)(frame)["output"].shape == (2, 14)


def test_nets_read_times(agree):
    frame = X[["day", "a"]].assign(span=pd.to_timedelta(RNG.integers(-(10**6), 10**6, len(X)), unit="s"))
    y = RNG.integers(0, 2, len(X))
    few = {"hidden_units": [4], "max_epochs": 1, "random_state": 0, "n_members": 1}
    agree(NeuralClassifier(**few).fit(frame[:200], y[:200]), frame, frame[:50])
    agree(NeuralRegressor(**few).fit(frame[["day"]][:200], y[:200]), frame[["day"]], frame[["day"]][:50])


def test_a_line_with_times(agree):
    line = make_pipeline(DatetimeFeatures(keep_inputs=False), StandardScaler(), LogisticRegression(max_iter=300))
    whole = X.dropna()[:300]
    agree(line.fit(whole, whole["a"] > 0), whole, whole[::-1])


def test_what_of_times_has_no_graph_is_named(tmp_path):
    zoned = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=9, tz="Europe/Berlin")})
    with pytest.raises(TypeError, match="column 'day' has a time zone, which a graph has not; convert it"):
        export_onnx(DatetimeFeatures(keep_inputs=False).fit(zoned), zoned, tmp_path / "a")
    texts = pd.DataFrame({"day": ["2026-01-01", "2026-02-03"]})
    with pytest.raises(TypeError, match="column 'day' holds texts that are read as times, which has no graph"):
        export_onnx(DatetimeFeatures(columns=["day"], keep_inputs=False).fit(texts), texts, tmp_path / "a")
    with pytest.raises(TypeError, match="column 'day' of the output holds times; drop it"):
        export_onnx(DatetimeFeatures().fit(X), X, tmp_path / "a")
    with pytest.raises(TypeError, match="column 'x0' of an array holds times; pass a DataFrame"):
        export_onnx(
            DatetimeFeatures(keep_inputs=False).fit(X[["day"]].to_numpy()), X[["day"]].to_numpy(), tmp_path / "a"
        )


def test_times_as_inputs_of_a_runtime():
    fed = onnx_inputs(pd.DataFrame({"day": pd.to_datetime(["1970-01-01 00:00:01", None])}))["day"]
    assert fed.dtype == np.int64 and fed.tolist() == [[1_000_000], [-(2**63)]]
