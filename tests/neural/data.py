"""Small tables for the tests of the nets."""

import numpy as np
import pandas as pd

from sklearn_mlknow.neural.inputs import encode


def mixed(n_rows: int = 200, seed: int = 0):
    """A table of numbers, levels and holes whose class depends on two of its columns."""
    rng = np.random.default_rng(seed)
    age, place = rng.normal(40, 10, n_rows), rng.choice(["north", "south", "west"], n_rows)
    y = (age + 15 * (place == "north") > 45).astype(int)
    holed = np.where(rng.random(n_rows) < 0.1, np.nan, age)
    frame = pd.DataFrame({"age": holed, "place": pd.Categorical(place), "noise": rng.normal(size=n_rows)})
    return frame, y


def waves(n_rows: int = 300, seed: int = 0):
    """Numbers with a smooth target."""
    X = np.random.default_rng(seed).uniform(-2, 2, (n_rows, 3))
    return X, np.sin(2 * X[:, 0]) + X[:, 1]


def encoded(net, X):
    """The inputs of a fitted net for new rows: (n_rows, n_inputs)."""
    return encode(net._columns(X), net.inputs_)
