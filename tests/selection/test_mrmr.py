import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification
from sklearn.feature_selection import f_classif, f_regression

from sklearn_mlknow.selection import MRMRSelector
from sklearn_mlknow.selection.association import (
    Centred,
    absolute_correlations,
    correlations,
    f_statistics_of_classes,
    f_statistics_of_number,
)
from sklearn_mlknow.selection.mrmr import choose_greedily


def twins(n_rows=500, seed=0):
    """`a` tells most, `twin` tells the same again, `b` tells something new, `noise` nothing."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n_rows))
    y = (a + 0.6 * b + 0.3 * rng.normal(size=n_rows) > 0).astype(int)
    twin = a + 0.05 * rng.normal(size=n_rows)
    return pd.DataFrame({"a": a, "twin": twin, "b": b, "noise": rng.normal(size=n_rows)}), y


def package_choice(X, y, n_kept, f_statistics):
    """What mrmr-selection does, by loops: F over the mean absolute correlation with the chosen."""
    relevance = []
    for name in X:
        is_present = X[name].notna()
        relevance.append(f_statistics(X.loc[is_present, [name]], y[is_present])[0][0])
    relevance = pd.Series(relevance, index=X.columns)
    chosen, left = [], list(X.columns)
    while len(chosen) < n_kept:
        scores = relevance[left].copy()
        for name in left if chosen else []:
            alike = [max(abs(X[name].corr(X[other])), 0.001) for other in chosen]
            mean = np.mean(alike)
            scores[name] = 0.0 if mean == 1.0 else scores[name] / mean
        chosen.append(scores.idxmax())
        left.remove(chosen[-1])
    return chosen


@pytest.mark.parametrize("share_missing", [0.0, 0.15])
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_chooses_what_the_package_chooses(share_missing, task):
    X, y = make_classification(400, 12, n_informative=5, n_redundant=4, n_classes=3, random_state=1)
    frame = pd.DataFrame(X, columns=[f"c{i}" for i in range(12)])
    number = X[:, 0] - X[:, 3] + np.random.default_rng(0).normal(size=400)
    frame = frame.mask(np.random.default_rng(2).random(X.shape) < share_missing)
    target, statistics = (y, f_classif) if task == "classification" else (number, f_regression)
    selector = MRMRSelector(7, relevance="f", redundancy="correlation").fit(frame, target)
    assert [frame.columns[i] for i in selector.order_] == package_choice(frame, target, 7, statistics)


MEASURES = [
    ("mutual_information", "mutual_information", "quotient"),
    ("mutual_information", "mutual_information", "difference"),
    ("mutual_information", "correlation", "quotient"),
    ("mutual_information", "correlation", "difference"),
    ("f", "mutual_information", "quotient"),
    ("f", "correlation", "quotient"),
]


@pytest.mark.parametrize(("relevance", "redundancy", "criterion"), MEASURES)
def test_the_twin_comes_last_of_the_useful(relevance, redundancy, criterion):
    X, y = twins()
    selector = MRMRSelector(2, relevance=relevance, redundancy=redundancy, criterion=criterion).fit(X, y)
    assert "b" in selector.get_feature_names_out()
    assert len({"a", "twin"} & set(selector.get_feature_names_out())) == 1


def test_report_names_the_twin():
    X, y = twins()
    report = MRMRSelector(2).fit(X, y).report_.set_index("column")
    gone, kept = ("twin", "a") if report.loc["a", "is_kept"] else ("a", "twin")
    assert report.loc[gone, "reason"] == f"tells too little beside {kept!r}"


def test_report_lists_the_kept_in_the_order_chosen():
    X, y = twins()
    selector = MRMRSelector(3).fit(X, y)
    report = selector.report_
    assert report["column"].tolist()[:3] == [X.columns[i] for i in selector.order_]
    assert report["reason"].tolist()[:3] == [f"chosen as number {k}" for k in (1, 2, 3)]
    assert report["rank"].tolist() == [1, 2, 3, 4]


def test_f_statistics_are_scikit_learns():
    X, y = twins()
    np.testing.assert_allclose(f_statistics_of_classes(Centred.of(X.to_numpy()), y, 2), f_classif(X, y)[0], rtol=1e-9)
    number = X["b"].to_numpy() + y
    np.testing.assert_allclose(
        f_statistics_of_number(Centred.of(X.to_numpy()), number), f_regression(X, number)[0], rtol=1e-9
    )


def test_correlations_leave_missing_values_out_pairwise():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(80, 5))).mask(rng.random((80, 5)) < 0.3)
    X[4] = 3.0
    expected = X.corr().abs().fillna(0.0).to_numpy()
    columns = Centred.of(X.to_numpy())
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose(np.abs(correlations(columns, columns))[off], expected[off], atol=1e-12)
    for n_asked in (0, 5):  # one column at a time, or all at once
        np.testing.assert_allclose(absolute_correlations(columns, n_asked)(1)[off[1]], expected[1][off[1]], atol=2e-12)


def test_greedy_choice_by_hand():
    redundancy = np.array([[1.0, 0.8, 0.1], [0.8, 1.0, 0.1], [0.1, 0.1, 1.0]])
    order, scores, mean, nearest = choose_greedily(np.array([3.0, 2.0, 1.0]), lambda i: redundancy[i], 2, True)
    assert order == [0, 2]
    assert scores.tolist() == pytest.approx([3.0, 2.0 / 0.45, 10.0])
    assert mean.tolist() == pytest.approx([0.0, 0.45, 0.1])
    assert nearest.tolist() == [-1, 0, 0]


def test_weights_repeat_rows():
    X, y = twins(150)
    X = X.mask(np.random.default_rng(3).random(X.shape) < 0.1)
    weights = np.random.default_rng(1).integers(0, 3, 150)
    for arguments in ({}, {"relevance": "f", "redundancy": "correlation"}):
        weighted = MRMRSelector(3, **arguments).fit(X, y, weights)
        repeated = MRMRSelector(3, **arguments).fit(X.loc[np.repeat(X.index, weights)], np.repeat(y, weights))
        np.testing.assert_allclose(weighted.scores_, repeated.scores_, rtol=1e-9)
        assert weighted.order_.tolist() == repeated.order_.tolist()


def test_categories_and_missing_values():
    X, y = twins()
    X["level"] = np.where(y == 1, "yes", "no")
    X.loc[::7, "level"] = None
    assert MRMRSelector(1).fit(X, y).get_feature_names_out().tolist() == ["level"]
    with pytest.raises(ValueError, match="column 'level' is of kind category.*mutual_information"):
        MRMRSelector(1, relevance="f").fit(X, y)
    with pytest.raises(ValueError, match="ask for fewer"):
        MRMRSelector(6).fit(X, y)


def test_a_row_without_weight_is_no_row():
    X, y = twins(60)
    X.loc[0, "a"], X.loc[1:, "twin"] = 1e300, 7.0
    weights = np.ones(60)
    weights[0] = 0
    for arguments in ({}, {"relevance": "f", "redundancy": "correlation"}):
        weighted = MRMRSelector(4, **arguments).fit(X, y, weights)
        without = MRMRSelector(4, **arguments).fit(X.iloc[1:], y[1:])
        np.testing.assert_allclose(weighted.scores_, without.scores_, rtol=1e-9)


def test_two_rows_and_exact_copies():
    X = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0], "c": [5.0, 5.0]})
    selector = MRMRSelector(2, relevance="f", redundancy="correlation", target_type="number").fit(X, [0.5, 1.5])
    assert selector.get_support().sum() == 2
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": 1e3 + rng.normal(size=99), "weak": rng.normal(size=99)})
    X["copy"], y = 3 * X["a"] - 7, X["a"] + 2 * X["weak"]
    selector = MRMRSelector(2, relevance="f", redundancy="correlation").fit(X, y)
    assert "weak" in selector.get_feature_names_out()  # what equals the first column tells nothing more
