import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from sklearn_mlknow.kernels import threads
from sklearn_mlknow.kernels.shallow_trees import forest_importances, tree_importances


def table(n_rows=800, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 8, (6, n_rows)).astype(np.uint8)
    number = codes[0] + 2.0 * (codes[1] > 3) + rng.normal(size=n_rows)
    return codes, number, (number > np.median(number)).astype(float)


@pytest.mark.parametrize("n_classes", [0, 2])
def test_agrees_with_a_forest_of_scikit_learn(n_classes):
    codes, number, classes = table()
    target = classes if n_classes else number
    ours = forest_importances(codes, target, n_classes, n_trees=400, max_depth=4, seed=1)
    forest = (RandomForestClassifier if n_classes else RandomForestRegressor)(
        400, max_depth=4, max_features="sqrt", random_state=0
    )
    theirs = forest.fit(codes.T, target).feature_importances_
    np.testing.assert_allclose(ours, theirs, atol=0.03)
    assert ours.sum() == pytest.approx(1.0)


def test_one_cut_by_hand():
    """Six columns alike: the only cut, whichever column is drawn, explains everything."""
    codes = np.tile(np.repeat([0, 1], 50).astype(np.uint8), (6, 1))
    found = tree_importances(codes, np.repeat([0.0, 1.0], 50), 2, 2, 2, 1, 7)
    assert sorted(found.tolist()) == [0, 0, 0, 0, 0, 1]


def test_seed_fixes_every_bit_whatever_the_threads(monkeypatch):
    codes, number, _ = table(3000)
    arguments = {"n_trees": 60, "max_depth": 5}
    expected = forest_importances(codes, number, 0, seed=3, **arguments)
    monkeypatch.setattr(threads, "n_threads", lambda: 4)
    assert np.array_equal(forest_importances(codes, number, 0, seed=3, **arguments), expected)
    assert not np.array_equal(forest_importances(codes, number, 0, seed=4, **arguments), expected)


def test_nothing_to_cut():
    codes = np.zeros((3, 20), dtype=np.uint8)
    assert forest_importances(codes, np.arange(20.0), 0, n_trees=5, max_depth=3, seed=0).tolist() == [0, 0, 0]
    codes, _, _ = table(20)
    assert forest_importances(codes, np.ones(20), 0, n_trees=5, max_depth=3, seed=0).sum() == 0
