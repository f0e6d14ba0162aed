"""``mlknow report --save`` and ``mlknow predict``: the saved model answers as the trained one, on raw tables."""

import json
import warnings
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.cli import main
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.persistence import save
from sklearn_mlknow.study.commands.models import load_model, save_model
from sklearn_mlknow.study.commands.terminal import warnings_in_one_line
from sklearn_mlknow.study.report.typed_columns import TypedColumns
from tests.study.report.conftest import make_context, make_frame

FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return pd.DataFrame({"a": rng.normal(size=200), "b": rng.normal(size=200)})


@pytest.fixture
def model(rows, tmp_path):
    """A line that watches its columns, with a class that a spreadsheet would run."""
    y = np.where(rows["a"] + rows["b"] > 0, FORMULA, "no")
    line = make_pipeline(DriftMonitor(), StandardScaler(), LogisticRegression()).set_output(transform="pandas")
    save(line.fit(rows, y), tmp_path / "model.mlk")
    return line


def predict(folder, frame, *arguments, model="model.mlk", out="answers.csv"):
    frame.to_csv(folder / "now.csv", index=False)
    return main(["predict", str(folder / model), str(folder / "now.csv"), "--out", str(folder / out), *arguments])


def test_answers_are_those_of_the_model_and_run_nothing(model, rows, tmp_path, capsys):
    assert predict(tmp_path, rows.assign(more=1)[["more", "b", "a"]], "--json", "--quiet") == 0
    said = capsys.readouterr()
    assert said.err == "" and json.loads(said.out) == {
        "file": str(tmp_path / "answers.csv"),
        "n_rows": 200,
        "drifted": [],
    }
    found = pd.read_csv(tmp_path / "answers.csv")
    assert list(found) == ["prediction", f"probability of {FORMULA}", "probability of no"]
    assert found["prediction"].to_list() == [f"'{name}" if name == FORMULA else name for name in model.predict(rows)]
    np.testing.assert_allclose(found.iloc[:, 1:], model.predict_proba(rows), rtol=1e-12)


def test_drift_is_a_warning(model, rows, tmp_path, capsys):
    assert predict(tmp_path, rows + 3) == 0
    said = capsys.readouterr()
    assert "warning: Drift in 2 of 2 columns" in said.err and said.out.endswith("answers.csv\n")


def test_numbers_keep_their_sign(rows, tmp_path):
    save(LinearRegression().fit(rows, -rows["a"]), tmp_path / "model.mlk")
    assert predict(tmp_path, rows, "--quiet") == 0
    np.testing.assert_allclose(pd.read_csv(tmp_path / "answers.csv")["prediction"], -rows["a"], atol=1e-9)


def test_what_cannot_be_predicted_is_a_line_and_2(model, rows, tmp_path, capsys):
    (tmp_path / "old.csv").write_text("mine")
    (tmp_path / "broken.mlk").write_bytes((tmp_path / "model.mlk").read_bytes()[:-40])
    save(StandardScaler().fit(rows), tmp_path / "scaler.mlk")
    refused = [
        ({"model": "none.mlk"}, rows, "there is no file"),
        ({"model": "broken.mlk"}, rows, "load: "),
        ({"model": "scaler.mlk"}, rows, "does not predict"),
        ({}, rows[["a"]], "lacks columns that the model needs: 'b'"),
        ({}, rows.assign(b="text"), "mlknow predict: "),
        ({"out": "no/such.csv"}, rows, "there is no folder"),
        ({"out": "model.mlk"}, rows, "is what is read; choose another name"),
    ]
    for arguments, frame, message in refused:
        assert predict(tmp_path, frame, "--quiet", **{"out": "old.csv", **arguments}) == 2
        said = capsys.readouterr()
        assert message in said.err and said.err.count("\n") == 1 and said.out == ""
    assert (tmp_path / "old.csv").read_text() == "mine"


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_a_saved_report_takes_raw_tables(kind, tmp_path):
    frame = make_frame(kind).assign(
        day=pd.date_range("2026-01-01", periods=120).strftime("%Y-%m-%d"), flag=[True, False] * 60
    )
    context = make_context(frame)
    save_model(context, tmp_path / "model.mlk")
    loaded = load_model(tmp_path / "model.mlk")
    raw = pd.read_csv(StringIO(frame.to_csv(index=False)))
    rows = context.X_test.index
    answers = loaded.predict_proba(raw.iloc[rows]) if kind == "binary" else loaded.predict(raw.iloc[rows])
    np.testing.assert_allclose(answers, context.ours.prediction, rtol=1e-12)


def test_typed_columns_say_what_they_lack():
    read = TypedColumns().fit(pd.DataFrame({"x": [1.0, 2.0], "c": pd.Categorical(["a", "b"])}))
    found = read.transform(pd.DataFrame({"c": [1, 2], "x": [None, None]}))
    assert found["c"].to_list() == ["1", "2"] and found["x"].isna().all() and list(found) == ["x", "c"]
    with pytest.raises(ValueError, match="lacks columns that the model needs: 'x'"):
        read.transform(pd.DataFrame({"c": ["a"]}))
    with pytest.raises(ValueError, match="column 'x' holds texts"):
        read.transform(pd.DataFrame({"c": ["a"], "x": ["b"]}))


def test_warnings_are_a_line(capsys):
    with warnings_in_one_line():
        warnings.simplefilter("always")
        warnings.warn("one\ntwo", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == "warning: one two\n"


def test_typed_columns_read_numbers_among_which_few_cells_are_none():
    read = TypedColumns().fit(pd.DataFrame({"x": [1.0, 2.0]}))
    texts = pd.DataFrame({"x": [*["1.5"] * 30, "oops"]})
    with pytest.warns(UserWarning, match="'x' holds numbers; 1 cell, such as 'oops' in row 31, is no number"):
        found = read.transform(texts)["x"]
    assert found[0] == 1.5 and found.isna().sum() == 1
