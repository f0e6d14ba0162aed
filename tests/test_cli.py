"""The command: what a new user types, right and wrong."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.cli import main
from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.study.commands.terminal import one_line

HOSTILE = "<script>alert(1)</script>"
N = 80
GOOD = np.random.default_rng(0).normal(size=N)


def write_table(folder, **columns):
    path = folder / "table.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return str(path)


def refused(arguments, capsys, out):
    """Run the command, check the manners of its refusal, and return the line it says."""
    assert main(["report", *arguments, "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and said.err.startswith("mlknow report: ")
    assert not out.exists()
    return said.err


def test_report_of_penguins_is_whole_and_repeats(tmp_path, capsys):
    frame = load_penguins().frame.sample(120, random_state=0)
    frame = frame.assign(**{HOSTILE: frame["island"].astype(str).replace("Biscoe", HOSTILE)})
    frame[["species", "bill_length_mm", HOSTILE]].to_csv(tmp_path / "few.csv", index=False)
    arguments = ["report", str(tmp_path / "few.csv"), "--target", "species", "--quiet", "--studies", "0s"]
    answers = []
    for name in ("one", "two"):
        assert main([*arguments, "--json", "--out", str(tmp_path / name)]) == 0
        said = capsys.readouterr()
        assert said.err == ""
        answers.append(json.loads(said.out))
    assert [model["name"] for model in answers[0]["models"]] == [
        "Neural network",
        "Simplest rule",
        "Short rules",
        "Linear model",
        "Boosted trees",
    ]
    assert [model["scores"] for model in answers[0]["models"]] == [model["scores"] for model in answers[1]["models"]]
    assert (answers[0]["n_train"], answers[0]["n_test"], answers[0]["task"]) == (90, 30, "multiclass")
    assert answers[0]["models"][0]["scores"]["accuracy"] > answers[0]["models"][1]["scores"]["accuracy"]
    page = (tmp_path / "one" / "index.html").read_text("utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert os.listdir(tmp_path / "one") == ["index.html"]


def test_report_of_a_number_speaks_to_people(tmp_path, capsys):
    shop = [f"shop {k // 4}" for k in range(N)]
    table = write_table(tmp_path, x=GOOD, empty=[None] * N, shop=shop, counts=np.resize([1, 2], N), y=2 * GOOD + 0.1)
    arguments = ["report", table, "--target", "y", "--groups", "shop", "--weight", "counts"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert "Rows with the same 'shop' belong together" in said.out and "Rows count as 'counts' says" in said.out
    assert "training the network" in said.err and "explaining" in said.err and "which technique" in said.err
    assert "R²" in said.out and "'empty' is left out" in said.out and said.out.endswith("index.html\n")


@pytest.mark.parametrize(
    ("columns", "target", "message"),
    [
        ({"x": GOOD, "y": GOOD}, "z", "no column 'z'; its columns are 'x', 'y'"),
        ({"x": GOOD, "y": ["a"] * N}, "y", "is a in every row"),
        ({"x": GOOD, "y": [None] * N}, "y", "is missing in every row"),
        ({"x": [None] * N, "y": GOOD}, "y", "no column beside 'y'"),
        ({"x": [], "y": []}, "y", "is empty"),
        ({"x": GOOD, "y": [f"t{k}" for k in range(N)]}, "y", "fewer than two classes"),
        ({"x": GOOD, HOSTILE + "\x1b[31m\n": ["a"] * N}, HOSTILE, "no column"),
    ],
)
def test_tables_that_allow_no_report(tmp_path, capsys, columns, target, message):
    line = refused([write_table(tmp_path, **columns), "--target", target], capsys, tmp_path / "out")
    assert message in line and "\x1b" not in line


def test_files_that_are_no_tables(tmp_path, capsys):
    out = tmp_path / "out"
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    assert "there is no file" in refused([str(tmp_path / "none.csv"), "--target", "y"], capsys, out)
    assert "cannot read" in refused([str(tmp_path / "broken.parquet"), "--target", "y"], capsys, out)
    assert "is not a file" in refused([str(tmp_path), "--target", "y"], capsys, out)


def test_target_must_be_named_for_a_table_of_yours(tmp_path, capsys):
    table = write_table(tmp_path, x=GOOD, y=GOOD)
    assert "--target; the columns are 'x', 'y'" in refused([table], capsys, tmp_path / "out")


def test_output_that_is_a_file_is_refused_before_training(tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert main(["report", "--out", str(tmp_path / "out")]) == 2
    assert "is a file, not a folder" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_an_interrupt_is_said_in_a_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        "sklearn_mlknow.study.commands.report.make_context", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    assert main(["report", "--out", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err.endswith("interrupted; nothing was written.\n") and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["report", "--random-state", "-1"], ["report", "--task", "magic"]]
)
def test_wrong_arguments_exit_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2 and "usage: mlknow" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["study", "t.csv", "--target", "y", "--time", "soon"], "must be more than no time, such as 90s, 10m or 1h"),
        (["study", "t.csv", "--target", "y", "--time", "nan"], "must be more than no time"),
        (["report", "--studies", "m"], "must be more than no time"),
        (["report", "--random-state", "-1"], "must be a whole number from 0 to 4294967295, got '-1'"),
        (["explain", "m", "t.csv", "--row", "first"], "must be a whole number, 1 or more, got 'first'"),
        (["drift", "r.csv", "c.csv", "--alpha", "1"], "must be a number between 0 and 1, got '1'"),
        (["drift", "r.csv", "c.csv", "--min-psi", "x"], "must be a number, 0 or more, got 'x'"),
    ],
)
def test_what_an_option_takes_is_said_in_plain_words(arguments, wanted, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    said = capsys.readouterr().err
    assert wanted in said and "invalid _" not in said


@pytest.mark.parametrize("arguments", [["--help"], ["report", "--help"], ["--version"]])
def test_help_and_version(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 0 and capsys.readouterr().out


def test_help_loads_nothing_heavy():
    code = "import sys, sklearn_mlknow.cli as c; c.build_parser(); print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"torch", "sklearn", "pandas", "numpy", "shap", "matplotlib", "numba"}


def test_messages_stay_on_one_line():
    assert one_line("a\nb\x1b[31m") == "a b\\x1b[31m"
