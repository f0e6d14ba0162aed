"""``mlknow explain``: the page, the lines and the numbers are those of the model."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.cli import main
from sklearn_mlknow.persistence import save

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return pd.DataFrame({"a": rng.normal(size=60), HOSTILE: rng.normal(size=60), "more": 1})


def explain(folder, model, frame, *arguments):
    if model is not None:
        save(model, folder / "model.mlk")
    frame.to_csv(folder / "now.csv", index=False)
    paths = [str(folder / "model.mlk"), str(folder / "now.csv"), "--out", str(folder / "out")]
    return main(["explain", *paths, *arguments])


def test_a_line_is_explained_by_its_slopes(rows, tmp_path, capsys):
    X = rows[["a", HOSTILE]]
    line = LinearRegression().fit(X, 3 * rows["a"] - rows[HOSTILE])
    assert explain(tmp_path, line, rows, "--json", "--quiet", "--row", "5") == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert said.err == "" and told["is_exact"] and told["n_rows"] == 60
    assert [one["column"] for one in told["importance"]] == ["a", HOSTILE]
    (row,) = told["rows"]
    assert row["row"] == 5 and row["prediction"] == pytest.approx(line.predict(X.iloc[[4]])[0])
    steps = {step["column"]: step for step in row["steps"]}
    assert steps["a"]["value"] == pytest.approx(rows["a"][4])
    assert row["base"] + sum(step["attribution"] for step in row["steps"]) == pytest.approx(row["prediction"])
    effect = told["effects"][0]  # a line's effect is a line of its slope
    slopes = np.diff(np.ravel(effect["means"])) / np.diff(effect["values"])
    np.testing.assert_allclose(slopes, 3.0)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<script" not in page and "row 5: predicted" in page


@pytest.mark.parametrize("n_classes", [2, 3])
def test_classes_are_explained_in_probability(rows, tmp_path, capsys, n_classes):
    X = rows[["a", HOSTILE]]
    y = np.digitize(rows["a"], [-0.5, 0.5][: n_classes - 1])
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    assert explain(tmp_path, model, rows) == 0
    said = capsys.readouterr()
    assert "explaining 60 rows" in said.err and said.out.endswith("index.html\n")
    lines = said.out.splitlines()
    assert lines[0] == "mean effect of a column, in probability" and lines[1].startswith("a ")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert ("The highest prediction" if n_classes == 2 else "The row it is surest of") in page


def test_one_row_is_compared_with_a_background(rows, tmp_path, capsys):
    line = LinearRegression().fit(rows[["a"]], 2 * rows["a"])
    rows.to_csv(tmp_path / "train.csv", index=False)
    asked = ("--json", "--quiet", "--row", "1")
    assert explain(tmp_path, line, rows.iloc[[7]], *asked, "--background", str(tmp_path / "train.csv")) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["prediction"] == pytest.approx(2 * rows["a"][7])


def test_what_cannot_be_explained_is_a_line_and_2(rows, tmp_path, capsys):
    X, y = rows[["a", HOSTILE]], rows["a"]
    line = LinearRegression().fit(X, y)
    refused = [
        (line, rows, ("--row", "61"), "the table has 60 rows; --row 61 is none of them"),
        (line, rows[["a"]], (), "lacks columns that the model needs"),
        (line, rows.iloc[:1], (), "give a table of two or more, or --background"),
        (StandardScaler().fit(X), rows, (), "a StandardScaler, which does not predict"),
        (RidgeClassifier().fit(X, y > 0), rows, (), "has no probabilities"),
        (LinearRegression().fit(X, np.c_[y, y]), rows, (), "predicts several numbers at once"),
        (line, rows.assign(a="text"), (), "mlknow explain: "),
        (line, rows, ("--background", str(tmp_path / "none.csv")), "there is no file"),
    ]
    for model, frame, arguments, message in refused:
        assert explain(tmp_path, model, frame, "--quiet", *arguments) == 2
        said = capsys.readouterr()
        assert message in said.err and said.err.count("\n") == 1 and said.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("row", ["0", "-3", "first"])
def test_rows_count_from_one(row, capsys):
    with pytest.raises(SystemExit) as end:
        main(["explain", "m", "t.csv", "--row", row])
    assert end.value.code == 2 and "--row" in capsys.readouterr().err
