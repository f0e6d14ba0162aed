import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from sklearn_mlknow.explain import SurrogateTree


def table(n=200, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"age": rng.uniform(20, 60, n), "city": rng.choice(["Rome", "Oslo"], n)})


def model(frame):
    return np.where(frame["city"] == "Rome", 10.0, np.where(frame["age"] > 40, 5.0, 0.0))


def test_a_model_that_is_a_tree_is_read_whole():
    tree = SurrogateTree(model, max_depth=2, random_state=0).fit(table())
    assert tree.fidelity_ > 0.95
    text = tree.to_text()
    assert "city is not Oslo: 10" in text  # the two cities are one question, either way round
    assert "age > 39.99: 5" in text
    unseen = table(50, seed=1)
    assert np.mean(tree.predict(unseen) == model(unseen)) > 0.95


def test_fidelity_is_measured_on_held_out_rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 5))
    noise = dict(zip(map(tuple, X), rng.normal(size=100)))
    tree = SurrogateTree(lambda rows: np.array([noise[tuple(row)] for row in rows]), max_depth=6, random_state=0).fit(X)
    assert tree.fidelity_ < 0.1


def test_depth_bounds_the_questions():
    tree = SurrogateTree(model, max_depth=1, random_state=0).fit(table())
    assert len(tree.to_text().splitlines()) == 2


def test_several_outputs_are_named():
    X = np.random.default_rng(0).normal(size=(90, 2))
    fitted = LogisticRegression().fit(X, np.digitize(X[:, 0], [-0.5, 0.5]))
    tree = SurrogateTree(fitted, random_state=0).fit(X)
    assert tree.predict(X).shape == (90, 3)
    assert "0 0." in tree.to_text()


def test_a_constant_model():
    tree = SurrogateTree(lambda rows: np.ones(len(rows)), random_state=0).fit(np.eye(6))
    assert tree.to_text() == "always: 1"
    assert tree.fidelity_ == 1.0


def test_missing_values_are_refused_where_the_model_refuses_them():
    X = np.random.default_rng(0).normal(size=(30, 2))
    tree = SurrogateTree(LogisticRegression().fit(X, X[:, 0] > 0), random_state=0).fit(X)
    X[3, 1] = np.nan
    with pytest.raises(ValueError, match="column 'x1' holds NaN"):
        tree.predict(X)
