"""Hidden layers as columns, and the rows that units look for."""

import numpy as np
import pandas as pd
import pytest
import torch

from sklearn_mlknow.neural import NeuralClassifier, hidden_representation, visualize_feature
from tests.neural.data import encoded, mixed


@pytest.fixture(scope="module")
def net():
    X, y = mixed(200)
    return NeuralClassifier(hidden_units=(12, 7), n_members=3, max_epochs=10, random_state=0).fit(X, y), X, y


def test_hidden_layer_by_hand(net):
    estimator, X, _ = net
    x = torch.from_numpy(encoded(estimator, X)).float().expand(3, len(X), -1)
    with torch.no_grad():
        first = estimator.net_.module_.hidden(x, 1).numpy()  # (3, n_rows, 12)
    ours = hidden_representation(estimator, X, layer=1)
    assert ours.shape == (200, 36)
    np.testing.assert_allclose(ours[:, 12:24], first[1], atol=1e-4)
    np.testing.assert_array_equal(hidden_representation(estimator, X), hidden_representation(estimator, X, layer=2))


@pytest.mark.parametrize("layer", [3, 0, -3, "a", 1.5, True, None])
def test_layer_must_exist(net, layer):
    estimator, X, _ = net
    with pytest.raises(ValueError, match="layer must be from 1 to 2 or negative, got"):
        hidden_representation(estimator, X, layer=layer)


def test_unit_must_exist(net):
    for unit in (21, -1, 1.5, True):
        with pytest.raises(ValueError, match="unit must be from 0 to 20"):
            visualize_feature(net[0], unit=unit)


def test_prototype_excites_its_unit_more_than_any_training_row(net):
    estimator, X, _ = net
    for unit in (0, 9):
        prototype = visualize_feature(estimator, layer=1, unit=unit)
        assert prototype.columns.tolist() == X.columns.tolist()
        assert prototype["place"][0] in {"north", "south", "west"}
        answer = hidden_representation(estimator, prototype, layer=1)[0, unit]
        assert answer >= np.quantile(hidden_representation(estimator, X, layer=1)[:, unit], 0.9)


def test_prototypes_can_be_read_by_their_net():
    X, y = mixed(60)
    X["when"] = pd.date_range("2020-01-01", periods=60)
    X["long"] = pd.to_timedelta(np.arange(60), unit="h")
    X["empty"] = pd.Categorical([None] * 60, categories=["x"])
    X["none"] = np.nan
    estimator = NeuralClassifier(hidden_units=(5,), n_members=1, max_epochs=3, random_state=0).fit(X, y)
    prototype = visualize_feature(estimator, unit=2)
    assert X["when"].min() <= prototype["when"][0] <= X["when"].max()
    assert X["long"].min() <= prototype["long"][0] <= X["long"].max()
    assert prototype["empty"][0] is None
    assert np.isfinite(hidden_representation(estimator, prototype)).all()


def test_prototype_of_a_frame_keeps_units():
    X, y = mixed(100)
    estimator = NeuralClassifier(max_epochs=3, random_state=0).fit(X.assign(age=1000 * X["age"]), y)
    prototype = visualize_feature(estimator)
    assert isinstance(prototype, pd.DataFrame)
    assert 5_000 < prototype["age"][0] < 100_000


def test_missing_values_are_offered():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "level": rng.choice(np.array(["x", "y", None], dtype=object), 300),
            "number": np.where(rng.random(300) < 0.4, np.nan, rng.normal(size=300)),
            "when": pd.date_range("2020-01-01", periods=300).where(rng.random(300) < 0.6),
        }
    )
    for column in X:
        lacks = X[column].isna().to_numpy().astype(int)
        net = NeuralClassifier(hidden_units=(8,), n_members=1, max_epochs=20, random_state=0).fit(X[[column]], lacks)
        hidden = hidden_representation(net, X[[column]])
        unit = int((hidden[lacks == 1].mean(axis=0) - hidden[lacks == 0].mean(axis=0)).argmax())
        prototype = visualize_feature(net, unit=unit)
        assert prototype[column].isna()[0]
        assert hidden_representation(net, prototype)[0, unit] == pytest.approx(hidden[lacks == 1, unit].max())


def test_prototypes_have_the_dtypes_of_their_table():
    n = np.arange(60)
    X = pd.DataFrame(
        {
            "flag": n % 2 == 0,
            "whole": n,
            "nullable": pd.array([None, *range(59)], dtype="Int64"),
            "half": n.astype(np.float32),
            "maybe": pd.array([None, True, False] * 20, dtype="boolean"),
            "when": pd.date_range("2020-06-01", periods=60, tz="Europe/Berlin"),
        }
    )
    net = NeuralClassifier(hidden_units=(5,), n_members=1, max_epochs=3, random_state=0).fit(X, n % 2)
    for unit in range(5):
        prototype = visualize_feature(net, unit=unit)
        told = {name: str(dtype) for name, dtype in prototype.dtypes.items()}
        expected = {name: str(dtype) for name, dtype in X.dtypes.items()}
        assert told | {"when": ""} == expected | {"when": ""}
        assert str(prototype["when"].dtype.tz) == "Europe/Berlin"
        assert X["when"].min() <= prototype["when"][0] <= X["when"].max()
        assert prototype["whole"][0] in n
        assert np.isfinite(hidden_representation(net, prototype)).all()


def test_prototypes_of_other_tables_have_dtypes_too():
    polars = pytest.importorskip("polars")
    X = polars.DataFrame({"flag": [True, False, None] * 20, "whole": range(60)})
    net = NeuralClassifier(hidden_units=(5,), n_members=1, max_epochs=3, random_state=0).fit(X, np.arange(60) % 2)
    assert visualize_feature(net).dtypes.astype(str).to_dict() == {"flag": "boolean", "whole": "Int64"}
