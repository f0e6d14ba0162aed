"""``mlknow drift``: exit codes for cron, a table for people, JSON for machines, a page that is safe."""

import json
import os

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.cli import main
from sklearn_mlknow.study.commands.drift import comparable, names_rows
from sklearn_mlknow.study.report.errors import ReportError
from tests.study.report.test_page import ALLOWED, read

HOSTILE = "<script>alert(1)</script>"


def table(n_rows=300, seed=0, shift=0.0, levels=("a", HOSTILE)):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "key": [f"row {k} of {seed}" for k in range(n_rows)],
            "x": rng.normal(shift, 1, n_rows),
            HOSTILE: rng.choice(levels, n_rows),
        }
    )


@pytest.fixture
def paths(tmp_path):
    """A reference, rows like it, and rows whose numbers have moved by a standard deviation and a half."""
    names = {}
    for name, frame in {"before": table(), "like": table(seed=1), "moved": table(seed=2, shift=1.5)}.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        names[name] = str(tmp_path / f"{name}.csv")
    return names


def drift(*arguments, out):
    return main(["drift", *arguments, "--out", str(out)])


def test_no_drift_is_0_and_drift_is_1(paths, tmp_path, capsys):
    assert drift(paths["before"], paths["like"], out=tmp_path / "like") == 0
    said = capsys.readouterr()
    assert said.out.startswith("No drift in 2 columns") and "'key' is not compared" in said.out
    assert "comparing 2 columns" in said.err
    assert drift(paths["before"], paths["moved"], "--quiet", out=tmp_path / "moved") == 1
    said = capsys.readouterr()
    assert said.err == "" and said.out.startswith("Drift in 1 of 2 columns") and said.out.endswith("index.html\n")


def test_one_row_tells_nothing(paths, tmp_path, capsys):
    table(n_rows=1, seed=1).to_csv(tmp_path / "one.csv", index=False)
    assert drift(paths["before"], str(tmp_path / "one.csv"), "--quiet", out=tmp_path / "out") == 0
    assert capsys.readouterr().out.startswith(
        "Too few rows to tell whether there is drift in 2 columns (1 row against 300)"
    )
    assert "<h1>Too few rows</h1>" in (tmp_path / "out" / "index.html").read_text("utf-8")


def test_thresholds_decide(paths, tmp_path):
    assert drift(paths["before"], paths["moved"], "--min-psi", "50", "--quiet", out=tmp_path / "out") == 0


def test_json_and_page_agree_and_hold_no_markup_of_the_table(paths, tmp_path, capsys):
    out = tmp_path / "out"
    assert drift(paths["before"], paths["moved"], "--json", "--quiet", "--adversarial", out=out) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["is_drift"] and found["drifted"] == ["x"] and found["n_current"] == 300
    assert [one["column"] for one in found["columns"]] == ["x", HOSTILE]
    assert 0.75 < found["adversarial"]["low"] < found["adversarial"]["auc"] <= 1
    page = (out / "index.html").read_text("utf-8")
    reader = read(page)
    assert reader.tags <= ALLOWED and "&lt;script&gt;" in page and "default-src" in page
    assert {"columns", "bins", "telling"} <= set(reader.ids) and os.listdir(out) == ["index.html"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="x"), "lacks 1 column of the reference: 'x'"),
        (lambda frame: frame.assign(x="text"), "column 'x' is of kind category but was of kind number"),
        (lambda frame: frame.assign(x=np.inf), "column 'x' holds infinity"),
        (lambda frame: frame[:0], "is empty"),
    ],
)
def test_what_cannot_be_compared_is_a_line_and_2(paths, tmp_path, capsys, change, message):
    change(table(seed=3)).to_csv(tmp_path / "bad.csv", index=False)
    assert drift(paths["before"], str(tmp_path / "bad.csv"), "--quiet", out=tmp_path / "out") == 2
    said = capsys.readouterr()
    assert message in said.err and said.err.count("\n") == 1 and said.out == "" and not (tmp_path / "out").exists()


def test_one_bad_cell_does_not_make_names_of_numbers(paths, tmp_path, capsys):
    frame = table(seed=1).astype({"x": object})
    frame.loc[4, "x"] = "oops"
    frame.to_csv(tmp_path / "slip.csv", index=False)
    assert drift(paths["before"], str(tmp_path / "slip.csv"), "--quiet", out=tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "No drift in 2 columns" in said
    assert "slip.csv: Column 'x' holds numbers; 1 cell, such as 'oops' in row 5, is no number" in said


@pytest.mark.parametrize("arguments", [["a.csv"], ["a.csv", "b.csv", "--alpha", "1"], ["a", "b", "--min-psi", "-1"]])
def test_wrong_arguments(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(["drift", *arguments])
    assert end.value.code == 2 and "usage: mlknow drift" in capsys.readouterr().err


def test_columns_that_name_rows_or_hold_times_are_left_out():
    n = 30
    frame = pd.DataFrame({"number": range(n), "text": [f"t{k}" for k in range(n)], "few": [0, 1] * 15})
    assert [names_rows(frame[name]) for name in frame] == [True, True, False]
    assert not names_rows(frame["text"].where(frame["few"] == 1, None)) and not names_rows(frame["number"][:10])
    frame["when"] = pd.Timestamp("2026-01-01")
    columns, notes = comparable(frame, frame.assign(new=1), "now.csv")
    assert columns == ["few"] and len(notes) == 4 and "'new'" in notes[0] and "holds times" in notes[3]
    with pytest.raises(ReportError, match="no column that can be compared"):
        comparable(frame[["number", "when"]], frame, "now.csv")
