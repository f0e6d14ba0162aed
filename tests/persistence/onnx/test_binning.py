"""Binners in a graph: the same code for every value, at every edge too."""

import numpy as np
import pandas as pd
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner, KMeansBinner, OptimalBinner

ENCODINGS = ("ordinal", "onehot-dense", "mean", "median", "boundary", "midpoint", "interval", "ple")
RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=200).round(1), "b": RNG.integers(0, 30, 200).astype(float)})
X.loc[::17, "a"] = np.nan
X.loc[::13, "b"] = -999.0
Y = np.where(X["a"].fillna(0) + RNG.normal(size=200) > 0, "yes", "no")


def at_the_edges(binner, frame):
    """Rows exactly at every edge, one step below and above, far outside, missing and special."""
    columns = {}
    for name, edges in zip(frame.columns, binner.bin_edges_, strict=True):
        inner = edges[1:-1]
        columns[name] = np.concatenate(
            [inner, np.nextafter(inner, -np.inf), np.nextafter(inner, np.inf), [np.nan, -999.0, -1e30, 1e30, 0.0, -0.0]]
        )
    longest = max(map(len, columns.values()))
    return pd.DataFrame({name: np.resize(values, longest) for name, values in columns.items()})


@pytest.mark.parametrize("missing", ["bin", "propagate"])
@pytest.mark.parametrize("encode", ENCODINGS)
def test_every_encoding_at_every_edge(agree, encode, missing):
    binner = EqualFrequencyBinner(7, encode=encode, handle_missing=missing, special={"b": [-999.0]})
    binner.set_output(transform="pandas" if encode == "interval" else "default").fit(X)
    agree(binner, X, at_the_edges(binner, X))


@pytest.mark.parametrize(
    "binner",
    [
        EqualWidthBinner(5),
        KMeansBinner(4),
        OptimalBinner(6),
        OptimalBinner(6, encode="woe"),
        FixedBinner({"a": [0.0, 0.1], "b": [1 / 3, 7.0]}),
        EqualFrequencyBinner(3, encode="mean", dtype="compact"),
        EqualFrequencyBinner(3, encode="ple", dtype=np.float32),
        EqualFrequencyBinner(1),
        EqualFrequencyBinner(1, encode="ple", handle_missing="propagate"),
        EqualFrequencyBinner(4, columns=["b"]),
        EqualFrequencyBinner(4, columns=["b"], remainder="drop"),
    ],
    ids=lambda binner: repr(binner)[:50],
)
def test_every_binner_at_every_edge(agree, binner):
    binner.fit(X, Y)
    frame = X if len(binner.columns_) == 2 else X[["b"]]
    rows = at_the_edges(binner, frame)
    agree(binner, X, rows if len(rows.columns) == 2 else rows.assign(a=0.5)[["a", "b"]])


def test_categories_by_group(agree):
    frame = X.assign(c=np.resize(["x", "y", "z", None], len(X)))
    binner = OptimalBinner(4, encode="ordinal").fit(frame, Y)
    rows = pd.DataFrame({"a": [0.0] * 4, "b": [1.0] * 4, "c": ["x", "z", None, "never seen"]})
    agree(binner, frame, rows)


def test_what_the_binner_refuses_the_graph_refuses(exported):
    run = exported(EqualWidthBinner(3).fit(X), X)
    for value in (np.inf, -np.inf):
        with pytest.raises(InvalidArgument, match="EqualWidthBinner: a column of 'a' holds inf"):
            run(pd.DataFrame({"a": [value], "b": [0.0]}))
    whole = X.fillna(0.0)
    run = exported(EqualWidthBinner(3, handle_missing="error").fit(whole), whole)
    with pytest.raises(InvalidArgument, match="column 'b' holds missing values"):
        run(pd.DataFrame({"a": [0.0], "b": [np.nan]}))
    frame = pd.DataFrame({"c": np.resize(["x", "y"], 200)})
    binner = OptimalBinner(2, handle_missing="error", handle_unknown="error").fit(frame, Y)
    run = exported(binner, frame)
    for text, message in (("z", "holds values not seen in fit"), (None, "holds missing values")):
        with pytest.raises(InvalidArgument, match=message):
            run(pd.DataFrame({"c": pd.Series([text, "x"], dtype=object)}))


def test_an_array_is_one_input(agree):
    array = X.to_numpy()
    agree(EqualWidthBinner(4, encode="onehot").fit(array), array, np.array([[0.0, 1.0], [np.nan, 2.0]]))
