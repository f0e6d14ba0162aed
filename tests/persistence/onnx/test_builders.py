"""Builders in a graph: crosses, clusters, groups and joins, at edges, with missing and unseen values."""

import numpy as np
import pandas as pd
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.features import ClusterFeatures, CountFeatures, CrossFeatures, GroupFeatures, JoinFeatures
from sklearn_mlknow.persistence import export_onnx

RNG = np.random.default_rng(0)
X = pd.DataFrame(
    {
        "city": RNG.choice(["Rome", "Oslo", "Bonn", "missing", "a & b", ""], 200),
        "post": RNG.choice([10.0, 20.0, 30.5, np.nan], 200),
        "size": RNG.normal(size=200).round(1),
        "price": RNG.lognormal(size=200),
    }
)
X.loc[::11, "city"] = None
X.loc[::13, "size"] = np.nan
Y = RNG.choice(["a", "b"], 200)
ROWS = pd.DataFrame(
    {
        "city": ["Rome", "", None, "never seen", "a & b", "Oslo"],
        "post": [10.0, 30.5, np.nan, 11.0, -0.0, 20.0],
        "size": [0.0, np.nan, 0.1, -9.0, 9.0, -0.1],
        "price": [1.0, 2.0, np.nan, 1e12, 0.0, -1.0],
    }
)


def with_edges(crosses):
    """Rows exactly at every edge of the first column of numbers, one step below and above."""
    edges = next(np.asarray(part.edges) for part in crosses._parts if part.edges is not None)
    values = np.concatenate([edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)])
    return pd.concat([X, X[: len(values)].assign(size=values), ROWS], ignore_index=True)


@pytest.mark.parametrize("missing", ["bin", "propagate"])
@pytest.mark.parametrize("output", ["text", "code"])
def test_crosses(agree, output, missing):
    crosses = CrossFeatures(["city", "size", "post"], output=output, handle_missing=missing, min_frequency=2)
    crosses.set_output(transform="pandas").fit(X)
    agree(crosses, X, with_edges(crosses))


def test_crosses_of_three_and_none_that_is_frequent(agree):
    agree(CrossFeatures(["city", "size", "post"], degree=3, output="code", keep_inputs=False).fit(X), X, ROWS)
    agree(CrossFeatures(["city", "post"], min_frequency=0.9, output="code", remainder="drop").fit(X), X, ROWS)


def test_crosses_refuse_what_they_refuse(exported):
    whole = X[["city", "price"]].dropna()
    run = exported(CrossFeatures(["city", "price"], output="code", handle_missing="error").fit(whole), whole)
    with pytest.raises(InvalidArgument, match="CrossFeatures: column 'city' holds missing values"):
        run(ROWS[["city", "price"]])
    with pytest.raises(InvalidArgument, match="CrossFeatures: a column of 'price' holds inf"):
        run(pd.DataFrame({"city": ["Rome"], "price": [np.inf]}))


@pytest.mark.parametrize("output", ["distance", "label", "both", "soft"])
def test_clusters(agree, output):
    builder = ClusterFeatures(5, columns=["size", "price"], output=output, random_state=0)
    agree(builder.fit(X[["size", "price"]]), X[["size", "price"]], ROWS[["size", "price"]])
    constant = X[["size"]].assign(one=1.0)
    agree(ClusterFeatures(3, output=output, random_state=0).fit(constant), constant, constant[:9])


@pytest.mark.parametrize("by", ["city", ["city", "post"], "post"], ids=str)
@pytest.mark.parametrize("smoothing", [0.0, 5.0])
def test_groups(agree, by, smoothing):
    builder = GroupFeatures(
        by,
        columns=["size", "price"],
        statistics=("mean", "std", "min", "max", "median", "count", "nunique"),
        relative=("difference", "ratio", "zscore"),
        smoothing=smoothing,
    )
    agree(builder.set_output(transform="pandas").fit(X), X, pd.concat([ROWS, X[:40]], ignore_index=True))


def test_groups_of_few_statistics(agree, tmp_path):
    agree(
        GroupFeatures("post", statistics=("count",), relative=(), keep_inputs=False).fit(X[["post"]]),
        X[["post"]],
        ROWS[["post"]],
    )
    only = GroupFeatures(
        "post", columns=["size"], statistics=(), relative=("zscore",), remainder="drop", keep_inputs=False
    )
    constant = X.assign(size=np.where(X["post"] == 10.0, 3.0, X["size"]))
    agree(only.fit(constant), constant, constant.assign(size=3.0))
    ranked = GroupFeatures("city", columns=["size"], relative=("rank",)).fit(X)
    with pytest.raises(TypeError, match="GroupFeatures: relative 'rank' reads the ordered values of every group"):
        export_onnx(ranked, X, tmp_path / "a")


OTHER = pd.DataFrame(
    {
        "city": ["Rome", "Oslo", "", None, "far"],
        "rain": [1.0, np.nan, 3.0, 4.0, 5.0],
        "land": ["IT", "NO", None, "??", "ZZ"],
    }
)


def test_joins(agree, tmp_path):
    agree(JoinFeatures(OTHER, "city").set_output(transform="pandas").fit(X), X, ROWS)
    many = pd.concat([OTHER, OTHER.assign(rain=[2.0, 7.0, np.nan, 1.0, 0.0])])
    statistics = ("mean", "std", "min", "max", "median", "count", "nunique")
    agree(
        JoinFeatures(many, "city", statistics=statistics, prefix="of_").set_output(transform="pandas").fit(X), X, ROWS
    )
    two = OTHER.assign(post=[10.0, 20.0, np.nan, 30.5, 1.0])
    agree(JoinFeatures(two, ["city", "post"], columns=["rain"], keep_inputs=False).fit(X[["city", "post"]]),
          X[["city", "post"]], ROWS[["city", "post"]])  # fmt: skip
    before = JoinFeatures(OTHER.assign(size=np.arange(5.0)), "city", when="size").fit(X)
    with pytest.raises(TypeError, match="JoinFeatures: when= searches the times of the joined table"):
        export_onnx(before, X, tmp_path / "a")


def test_a_line_of_builders(agree):
    line = make_pipeline(
        GroupFeatures("city", columns=["price"]),
        CrossFeatures(["city", "size"], keep_inputs=False),
        CountFeatures(keep_inputs=False),
        ClusterFeatures(3, random_state=0),
    ).set_output(transform="pandas")
    whole = X.assign(price=X["price"], post=1.0)
    model = make_pipeline(line, LogisticRegression(max_iter=500))
    agree(model.fit(whole.fillna({"size": 0.0}), Y), whole, whole[::-1].fillna({"size": 0.0}))
