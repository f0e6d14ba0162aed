"""Scalers, imputers and builders in a graph."""

import numpy as np
import pandas as pd
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from sklearn_mlknow.features import DistributionScaler, FormulaFeatures, RatioFeatures, SmoothClipScaler

RNG = np.random.default_rng(0)
X = pd.DataFrame(
    {"a": RNG.normal(size=80), "b": RNG.lognormal(size=80), "c": np.ones(80), "t": RNG.choice(["x", "y z"], 80)}
)
X.loc[::9, ["a", "b"]] = np.nan
X.loc[::10, "t"] = None
NUMBERS = ["a", "b", "c"]
ROWS = pd.DataFrame(
    {
        "a": [0.0, -0.0, np.nan, 1e200, -1e200, 3.0],
        "b": [0.0, -2.0, np.nan, 1e-300, 7.0, 3.0],
        "c": [1.0, 2.0, np.nan, 0.0, -1.0, 1.0],
        "t": ["x", None, "never seen", "y z", "", "x"],
    }
)


@pytest.mark.parametrize(
    "scaler",
    [
        StandardScaler(),
        StandardScaler(with_mean=False),
        StandardScaler(with_std=False),
        RobustScaler(),
        MaxAbsScaler(),
        MinMaxScaler(clip=True),
        FunctionTransformer(),
        SimpleImputer(strategy="median", add_indicator=True),
        SimpleImputer(strategy="constant", fill_value=-1.0),
        SmoothClipScaler(),
        SmoothClipScaler(None, columns=["b"]),
        DistributionScaler(("standard", "robust", "log", "yeo-johnson")),
        DistributionScaler(("log",), columns=["b"]),
        DistributionScaler(("yeo-johnson",), columns=["a"]),
        RatioFeatures(pairs=[("a", "b"), ("b", "c")]),
    ],
    ids=lambda scaler: repr(scaler)[:60],
)
def test_numbers(agree, scaler):
    agree(scaler.fit(X[NUMBERS]), X[NUMBERS], ROWS[NUMBERS])


@pytest.mark.parametrize("power", [0.0, 2.0, 0.5])
def test_every_branch_of_the_power(agree, power):
    scaler = DistributionScaler(("yeo-johnson",)).fit(X[["a"]])
    scaler._shapes = [scaler._shapes[0]._replace(power=power)]
    agree(scaler, X[["a"]], ROWS[["a"]][:3])


def test_texts_are_filled(agree):
    imputer = SimpleImputer(strategy="most_frequent", add_indicator=True, missing_values=None)
    frame = X[["t"]].astype(object).where(X[["t"]].notna(), None)
    agree(imputer.fit(frame), frame, ROWS[["t"]].astype(object).where(ROWS[["t"]].notna(), None))


def test_a_column_of_nothing_goes(agree):
    frame = pd.DataFrame({"a": [np.nan] * 4, "b": [1.0, 2.0, np.nan, 3.0]})
    with pytest.warns(UserWarning, match="without any observed values"):
        imputer = SimpleImputer().fit(frame)
        agree(imputer, frame, frame)


def test_infinity_is_refused(exported):
    run = exported(SmoothClipScaler(handle_missing="error").fit(X[["c"]]), X[["c"]])
    for value in (np.inf, np.nan):
        with pytest.raises(InvalidArgument, match="SmoothClipScaler: a column of 'c' holds inf or missing"):
            run(pd.DataFrame({"c": [value]}))


FORMULAS = {
    "arithmetic": "-a + b * c - a / c + +b",
    "by zero": "a / (c - 1)",
    "powers": "a ** 2 + abs(b) ** 0.5 + (c - 1) ** -1",
    "orders": "(a < b) + (a <= 0) + (b > 1) + (b >= 1) + (a == a) + (c != 1)",
    "logic": "where(a > 0 and not b > 1 or missing(a), a, -b)",
    "truth": "a > 0 or missing(b)",
    "functions": "min(a, b) + max(a, b, 0) + clip(a, -1, 1) + round(b * 2.5) + floor(a) + ceil(a) + sign(a)",
    "transcendental": "sin(a) + cos(a) + tanh(a) + exp(clip(a, -2, 2)) + sqrt(b)",
    "logarithms": "log(b) + log10(b) + log1p(b)",
    "text": "t == 'x'",
    "text on the left": "where('y z' == t, 1, 0)",
    "not a text": "t != 'x'",
    "in": "t in ['x', 'y z', 'w']",
    "not in": "c not in [1, 2]",
    "two texts": "t == t",
    "no text": "missing(t)",
    "a number as a truth": "where(c, 1, 2)",
    "constant": "1 + 2",
    "alone": "3",
}


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_formulas(agree, formula):
    builder = FormulaFeatures({"f": formula}, keep_inputs=False, remainder="drop").set_output(transform="pandas")
    agree(builder.fit(X), X, ROWS)


def test_kinds_that_a_formula_did_not_learn_are_named(exported):
    texts = X.assign(a="x")
    for formula, message in (("a + 1", "a text is calculated with"), ("a == 1", "a text is compared with a number")):
        with pytest.raises(TypeError, match=message):
            exported(FormulaFeatures({"f": formula}).fit(X), texts)


def test_nothing_built_is_nothing_written(agree):
    builder = RatioFeatures().fit(X[["a", "c"]].fillna(0.0), RNG.normal(size=80))
    assert builder.pairs_ == []
    agree(builder, X[["a", "c"]], ROWS[["a", "c"]])


def test_formulas_without_a_graph_are_named(exported, tmp_path):
    builder = FormulaFeatures({"f": "a // b", "g": "a % 2 + b"}).fit(X)
    with pytest.raises(TypeError, match="formula 'f' uses //.*formula 'g' uses %"):
        exported(builder, X)
    assert list(tmp_path.iterdir()) == []
