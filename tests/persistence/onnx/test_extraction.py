"""Columns that nets make on the way, in a graph."""

import numpy as np
import pandas as pd
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.extraction import AutoencoderExtractor, HiddenLayerExtractor
from sklearn_mlknow.neural import HybridClassifier, NeuralClassifier, NeuralRegressor

RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=120), "b": RNG.lognormal(size=120), "c": RNG.choice(list("uvw"), 120)})
X.loc[::7, "a"] = np.nan
X.loc[::11, "c"] = None
X["day"] = pd.date_range("2026-01-01", periods=120)
X.loc[::5, "day"] = pd.NaT
Y = np.where(X["b"] > 1, "yes", "no")
ROWS = pd.DataFrame({"a": [0.0, np.nan, 1e12], "b": [1.0, np.nan, -5.0], "c": ["u", "never", None]}).assign(
    day=pd.to_datetime(["2026-02-03", None, "1931-01-01"])
)
FEW = {"hidden_units": [8, 4], "max_epochs": 2, "random_state": 0, "n_members": 2}


@pytest.mark.parametrize("scale", [True, False])
def test_autoencoders(agree, scale):
    settings = {"scale": scale, "max_epochs": 2, "random_state": 0}
    extractor = AutoencoderExtractor(2, **settings).fit(X)
    agree(make_pipeline(extractor, LogisticRegression()).fit(X, Y), X, ROWS)
    numbers = X[["b"]].assign(other=X["b"] * 1e200)
    agree(AutoencoderExtractor(1, **settings).fit(numbers), numbers, numbers[:9])
    agree(AutoencoderExtractor(2, **settings).fit(X[["c"]]), X[["c"]], ROWS[["c"]])
    nothing = X[["b"]].assign(c=pd.Series([None] * len(X), dtype=object))
    agree(AutoencoderExtractor(1, **settings).fit(nothing), nothing, nothing[:9])


@pytest.mark.parametrize("layer", [1, 2, -1, -2])
def test_hidden_layers(agree, layer):
    net = NeuralClassifier(**FEW).fit(X, Y)
    agree(HiddenLayerExtractor(FrozenEstimator(net), layer=layer).fit(X), X, ROWS)


def test_hidden_layers_of_other_nets(agree):
    agree(
        make_pipeline(
            HiddenLayerExtractor(NeuralRegressor(numeric_embedding="periodic", **FEW)), LogisticRegression()
        ).fit(X, Y == "yes"),
        X,
        ROWS,
    )
    agree(HiddenLayerExtractor(HybridClassifier(max_epochs=1, random_state=0)).fit(X, Y), X, ROWS)
