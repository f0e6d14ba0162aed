"""``mlknow study``: all studies in one command, within a time, on a page that is safe."""

import contextlib
import io
import json
import time

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.cli import main
from sklearn_mlknow.study import StudyReport
from sklearn_mlknow.study.report.checking import check_table
from sklearn_mlknow.study.report.cleaning import clean
from sklearn_mlknow.study.report.sampling import sample
from tests.study.report.test_page import ALLOWED, read

HOSTILE = "<script>alert(1)</script>"


def steps(n_rows=240, seed=0):
    """A number that jumps at whole values of x (bins help a line), a hostile category, a key, missing targets."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 6, n_rows)
    y = np.where(np.floor(x) % 2 == 0, 0.0, 5.0) + 0.1 * rng.normal(size=n_rows)
    y[[3, 7]] = np.nan
    return pd.DataFrame(
        {
            "key": [f"row {k}" for k in range(n_rows)],
            "x": x,
            HOSTILE: rng.choice(["a", HOSTILE], n_rows),
            "constant": ["c"] * (n_rows - 1) + ["d"],
            "y": y,
        }
    )


def write(frame, folder):
    frame.to_csv(folder / "table.csv", index=False)
    return str(folder / "table.csv")


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """One run: what it printed as JSON, its page, and how long it took."""
    folder = tmp_path_factory.mktemp("study")
    path = write(steps(), folder)
    arguments = ["--target", "y", "--model", "linear", "--techniques", "data", "--time", "60s", "--json", "--quiet"]
    begun, said = time.perf_counter(), io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["study", path, *arguments, "--out", str(folder / "out")]) == 0
    seconds = time.perf_counter() - begun
    return json.loads(said.getvalue()), (folder / "out" / "index.html").read_text("utf-8"), seconds


def test_study_finds_what_was_planted_in_time(studied):
    found, _, seconds = studied
    assert seconds < 66
    helped = {one["technique"]: one["side"] for one in found["techniques"] if one["low"] > 0}
    assert helped["optimal bins"] == "data" and "clusters" in helped  # pieces of x, by either name
    assert "counts of categories" not in helped
    assert {one["family"] for one in found["families"]} == {
        "rule based",
        "statistical",
        "machine learning",
        "deep learning",
    }
    kinds = {(one["kind"], one["column"]) for one in found["findings"]}
    assert ("id-like column", "key") in kinds and ("near-constant column", "constant") in kinds
    odd = next(one for one in found["findings"] if one["column"] == "constant")
    assert odd["rows"] == [240]  # from 1, in the file, though two rows before it have no target
    assert found["data_size"]["verdict"] in ("data", "model", "undecided")
    assert any("2 rows without" in note for note in found["notes"])


def test_page_of_a_study_is_whole_and_safe(studied):
    found, page, _ = studied
    reader = read(page)
    assert reader.tags <= ALLOWED and "<script" not in page
    assert {"check", "families", "size", "techniques", "notes"} <= set(reader.ids)
    links = {value for name, value in reader.attributes if name == "href"}
    assert links == {"#advice", "#check", "#families", "#size", "#techniques", "#notes"}
    assert found["sentences"][0] in " ".join(reader.texts)


def test_people_read_lines_and_see_progress(tmp_path, capsys):
    frame = steps(n_rows=130).assign(y=lambda table: np.where(table["x"] > 3, "high", "low"))
    arguments = ["--target", "y", "--model", "linear", "--techniques", "data", "--time", "40s"]
    assert main(["study", write(frame, tmp_path), *arguments, "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert "trying" in said.err and "checking the table" in said.err and "folds" in said.err
    assert said.out.endswith("index.html\n") and "data  " in said.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "z"], "no column 'z'"),
        (["--target", "y", "--model", "linear", "--techniques", "model"], "no technique of the model side applies"),
        (["--target", "y", "--model", "linear", "--time", "0.01s"], "give more --time"),
    ],
)
def test_what_cannot_be_studied_is_a_line_and_2(tmp_path, capsys, arguments, message):
    path = write(steps(n_rows=130), tmp_path)
    assert main(["study", path, *arguments, "--quiet", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert message in said.err and said.err.count("\n") == 1 and not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [[], ["--target", "y", "--time", "soon"], ["--target", "y", "--time", "-1m"]])
def test_wrong_arguments(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(["study", "table.csv", *arguments])
    assert end.value.code == 2 and "usage: mlknow study" in capsys.readouterr().err


def test_a_sample_keeps_the_shares_of_classes_and_notes_what_goes():
    frame = pd.DataFrame({"x": np.arange(1000.0) ** 2, "y": ["a"] * 600 + ["b"] * 390 + ["c"] * 10})
    table = clean(frame, "y")
    few = sample(table, 100, random_state=0)
    assert few.y.value_counts().to_dict() == {"a": 60, "b": 39} and "1 class" in few.notes[-1]
    assert (few.X["x"].isin(table.X["x"])).all() and sample(table, 1000, 0) is table
    again = sample(table, 100, random_state=0)
    pd.testing.assert_frame_equal(few.X, again.X)


def test_a_check_numbers_the_rows_of_the_file():
    frame = pd.DataFrame({"x": [*range(0, 60, 2), 4.0], "y": [None, *["a", "b"] * 15]})
    check = check_table(frame, "y", is_classification=True, random_state=0)
    assert [finding.rows.tolist() for finding in check.findings_ if finding.kind == "duplicate rows"] == [[30]]


def test_a_report_of_nothing_says_so(tmp_path):
    report = StudyReport("y")
    assert report.sentences == ["Nothing was studied."] and report.sections == []
    assert report.save(tmp_path / "new").read_text("utf-8") == report.to_html()
