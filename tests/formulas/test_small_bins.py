import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sklearn_mlknow.formulas.small_bins import small_bin_cuts, tree_cuts


def cumulative(weight, sums):
    return np.concatenate([[0], np.cumsum(weight)]), np.concatenate([np.zeros((1, sums.shape[1])), np.cumsum(sums, 0)])


def test_tree_cuts_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    x = np.sort(rng.normal(size=600))
    for targets, tree in (
        (np.digitize(x + rng.normal(size=600), [-0.5, 0.7]), DecisionTreeClassifier),
        (np.sin(3 * x) + rng.normal(size=600), DecisionTreeRegressor),
    ):
        model = tree(max_leaf_nodes=9, min_samples_leaf=30, random_state=0).fit(x[:, None], targets)
        thresholds = np.sort(model.tree_.threshold[model.tree_.feature >= 0])
        sums = np.eye(3)[targets] if tree is DecisionTreeClassifier else targets[:, None]
        cuts = tree_cuts(*cumulative(np.ones(600), sums), 30, 9, False)
        assert sorted(cuts) == np.searchsorted(x, thresholds).tolist()


def test_few_values_keep_a_bin_each():
    assert small_bin_cuts(np.ones(3), np.zeros((3, 1)), 1.0, n_bins=3).tolist() == [0, 1, 2, 3]


def test_at_most_as_many_bins_as_asked_for_and_both_ways_alike():
    rng = np.random.default_rng(1)
    weight, sums = rng.random(3000), rng.random((3000, 1))
    cuts = small_bin_cuts(weight, sums, 30.0)
    assert 33 <= len(cuts) <= 65 and cuts[0] == 0 and cuts[-1] == 3000 and (np.diff(cuts) > 0).all()
    assert cuts.tolist() == small_bin_cuts(weight, sums, 30.0, is_large=True).tolist()


def test_a_target_without_changes_gives_quantiles():
    cuts = small_bin_cuts(np.ones(100), np.ones((100, 1)), 1.0, n_bins=4)
    assert cuts.tolist() == [0, 25, 50, 75, 100]
