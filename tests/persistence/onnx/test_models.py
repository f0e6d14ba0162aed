"""Predictors in a graph: labels as they are, probabilities and numbers within 1e-6."""

import numpy as np
import pandas as pd
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sklearn_mlknow.glassbox import ScorecardClassifier
from sklearn_mlknow.neural import (
    AttentionClassifier,
    AttentionRegressor,
    HybridClassifier,
    HybridRegressor,
    NeuralClassifier,
    NeuralRegressor,
)
from sklearn_mlknow.neural.predictor import NUMPY_ACTIVATIONS

RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=240), "b": RNG.normal(size=240), "c": RNG.choice(list("uvw"), 240)})
WHOLE = X[["a", "b"]].copy()
X.loc[::7, "a"] = np.nan
X.loc[::11, "c"] = None
NUMBER = WHOLE["a"] * 3 + RNG.normal(size=240)
THREE = np.array(["low", "mid", "high"])[np.digitize(NUMBER, [-1.0, 1.5])]
TWO = NUMBER.to_numpy() > 0
ROWS = pd.DataFrame({"a": [0.0, np.nan, 9.0, -9.0], "b": [1.0, np.nan, 0.0, 5.0], "c": ["u", "never", None, "w"]})
FEW = {"hidden_units": [8], "max_epochs": 2, "random_state": 0}
SMALL = {"max_epochs": 2, "random_state": 0, "n_members": 2}
CLASSIFIERS = [
    LogisticRegression(),
    DecisionTreeClassifier(max_depth=4),
    RandomForestClassifier(7),
    ExtraTreesClassifier(5, max_depth=3),
]
REGRESSORS = [
    LinearRegression(),
    Ridge(),
    ElasticNet(),
    DecisionTreeRegressor(max_depth=5),
    RandomForestRegressor(7),
    ExtraTreesRegressor(3),
]


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("y", [TWO, THREE, RNG.integers(3, 6, 240)], ids=["two", "three", "whole numbers"])
def test_classifiers_of_numbers(agree, model, y):
    agree(model.fit(WHOLE, y), WHOLE, WHOLE[::-1] * 1.7)


@pytest.mark.parametrize("model", REGRESSORS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("n_outputs", [1, 2])
def test_regressors_of_numbers(agree, model, n_outputs):
    y = NUMBER if n_outputs == 1 else np.column_stack([NUMBER, -NUMBER])
    agree(model.fit(WHOLE, y), WHOLE, WHOLE[::-1] * 1.7)


def test_missing_values_in_trees(agree):
    frame = X[["a", "b"]]
    agree(RandomForestClassifier(5, random_state=0).fit(frame, THREE), frame, ROWS[["a", "b"]])
    agree(DecisionTreeClassifier().fit(WHOLE, np.zeros(240, int)), WHOLE, WHOLE)  # a tree of one leaf


@pytest.mark.parametrize("y", [TWO, THREE], ids=["two", "three"])
def test_boosted_classes(agree, y):
    frame = X.astype({"c": "category"})
    rows = ROWS.assign(c=pd.Categorical(ROWS["c"].where(ROWS["c"] != "never"), categories=list("uvw")))
    agree(HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5).fit(frame, y), frame, rows)
    agree(HistGradientBoostingClassifier(max_iter=5).fit(X[["a", "b"]], y), X[["a", "b"]], ROWS[["a", "b"]])


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_boosted_numbers(agree, loss):
    model = HistGradientBoostingRegressor(loss=loss, max_iter=5).fit(X[["a", "b"]], np.abs(NUMBER))
    agree(FrozenEstimator(model), X[["a", "b"]], ROWS[["a", "b"]])


def test_scorecard(agree):
    agree(ScorecardClassifier(monotonic={"a": None, "b": "increasing"}).fit(X, TWO), X, ROWS)


@pytest.mark.parametrize("activation", NUMPY_ACTIVATIONS)
def test_every_activation(agree, activation):
    agree(NeuralClassifier(activation=activation, batch_norm=True, **FEW).fit(X, THREE), X, ROWS)


@pytest.mark.parametrize("embedding", ["ple", "periodic", None])
def test_every_embedding_of_numbers(agree, embedding):
    agree(NeuralRegressor(numeric_embedding=embedding, n_members=3, **FEW).fit(X, NUMBER), X, ROWS)


def test_other_targets_of_nets(agree):
    agree(NeuralRegressor(**FEW).fit(X, np.column_stack([NUMBER, NUMBER**2])), X, ROWS)
    agree(NeuralClassifier(**FEW).fit(X, np.column_stack([TWO, ~TWO]).astype(int)), X, ROWS)
    agree(NeuralClassifier(**FEW).fit(X[["c"]], TWO), X[["c"]], ROWS[["c"]])
    whole = X[["c"]].fillna("u")
    agree(NeuralClassifier(**FEW).fit(whole, TWO), whole, ROWS[["c"]])


@pytest.mark.parametrize("shape", [[4, 4], [3, 5], [11, 9], [16, 16]])
def test_images(agree, shape):
    pixels = RNG.random((60, int(np.prod(shape))))
    agree(NeuralClassifier(image_shape=shape, **FEW).fit(pixels, RNG.integers(0, 2, 60)), pixels, pixels[::-1] * 0.5)


@pytest.mark.parametrize("net", [AttentionClassifier, HybridClassifier])
def test_other_nets_of_classes(agree, net):
    for y in (TWO, THREE):
        agree(net(**SMALL).fit(X, y), X, ROWS)


@pytest.mark.parametrize("net", [AttentionRegressor, HybridRegressor])
def test_other_nets_of_numbers(agree, net):
    agree(net(**SMALL).fit(X, NUMBER), X, ROWS)


@pytest.mark.parametrize("y", [TWO, THREE], ids=["two", "three"])
def test_a_hybrid_that_uses_its_trees(agree, y):
    net = HybridClassifier(**SMALL).fit(X, y)
    net._uses_trees = True
    agree(net, X, ROWS)


def test_a_hybrid_whose_trees_lack_a_class(agree):
    net = HybridClassifier(**SMALL).fit(X, THREE)
    net._uses_trees = True
    for n_known in (2, 3):
        kept = np.flatnonzero(THREE != "low") if n_known == 2 else np.arange(240)
        columns = np.column_stack([WHOLE.to_numpy(), np.zeros(240)])
        codes = np.searchsorted(net.classes_, THREE) + (n_known == 3)  # the fourth class below is known to trees only
        net.trees_ = HistGradientBoostingClassifier(max_iter=3).fit(columns[kept], codes[kept] % 3)
        agree(net, X, ROWS)
    net.classes_ = np.array(["a", "b", "c", "d"])
    logits = np.pad(net.predictor_.weights[-1], ((0, 0), (0, 0), (0, 1)))
    bias = np.pad(net.predictor_.biases[-1], ((0, 0), (0, 0), (0, 1)))
    from dataclasses import replace

    net.predictor_ = replace(
        net.predictor_, weights=(*net.predictor_.weights[:-1], logits), biases=(*net.predictor_.biases[:-1], bias)
    )
    agree(net, X, ROWS)


def test_infinity_is_refused_as_the_model_does(exported):
    run = exported(NeuralRegressor(**FEW).fit(X, NUMBER), X)
    with pytest.raises(InvalidArgument, match="NeuralRegressor: a column of 'a', 'b' holds inf"):
        run(pd.DataFrame({"a": [np.inf], "b": [0.0], "c": ["u"]}))
    run = exported(LinearRegression().fit(WHOLE, NUMBER), WHOLE)
    with pytest.raises(InvalidArgument, match="LinearRegression: a column of 'a', 'b' holds inf or missing values"):
        run(pd.DataFrame({"a": [np.nan], "b": [0.0]}))
