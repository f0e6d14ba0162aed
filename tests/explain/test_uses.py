import numpy as np
import pytest

from sklearn_mlknow.explain import ShapExplainer, data_wanted, feature_suggestions, suspicious_rows


def test_the_odd_row_is_found_with_its_column():
    X = np.random.default_rng(0).normal(size=(40, 3))
    X[11, 2] = 30.0
    found = ShapExplainer(lambda rows: rows.sum(axis=1), background=None).fit(X).explain(X)
    line = suspicious_rows(found, 3).iloc[0]
    assert (line["row"], line["player"], line["data"]) == (11, "x2", 30.0)


def test_with_the_truth_the_costly_rows_come_first():
    X = np.random.default_rng(0).normal(size=(40, 2))
    y = X.sum(axis=1)
    y[7] += 50.0
    found = ShapExplainer(lambda rows: rows.sum(axis=1), background=None).fit(X).explain(X, y)
    table = suspicious_rows(found, 2)
    assert table["row"][0] == 7
    assert table["loss"][0] == pytest.approx(2500.0)


def test_pairs_that_act_together_are_suggested_and_no_others():
    X = np.random.default_rng(0).normal(size=(60, 4))
    found = ShapExplainer(lambda rows: rows[:, 1] * rows[:, 3] + rows[:, 0], background=None).fit(X).explain(X)
    table = feature_suggestions(found)
    assert table[["first", "second"]].to_numpy().tolist() == [["x1", "x3"]]
    assert table["builder"].tolist() == ["RatioFeatures"]


def test_builders_follow_the_kinds_of_columns(explanation):
    table = feature_suggestions(explanation, 50)
    assert set(table["builder"]) <= {"RatioFeatures", "GroupFeatures"}  # only one column holds texts
    assert (table.loc[table["second"] == "city", "builder"] == "GroupFeatures").all()


def test_sparse_and_costly_regions_are_wanted():
    X = np.concatenate([np.random.default_rng(0).uniform(0, 1, 90), np.linspace(5, 6, 10)])[:, None]
    y = X[:, 0] + 3 * (X[:, 0] > 4)
    found = ShapExplainer(lambda rows: rows[:, 0], background=None).fit(X).explain(X, y)
    line = data_wanted(found).iloc[0]
    assert line["player"] == "x0"
    assert line["region"].startswith(">= ")
    assert line["n_rows"] == 10
    assert line["extra_loss"] == pytest.approx(9 - 0.9)


def test_what_needs_the_truth_says_so(explanation):
    X = np.eye(3)
    found = ShapExplainer(lambda rows: rows[:, 0]).fit(X).explain(X)
    with pytest.raises(ValueError, match="pass y"):
        data_wanted(found)
    assert len(data_wanted(explanation, 2)) <= 2
