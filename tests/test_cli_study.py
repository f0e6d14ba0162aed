"""``mlknow study``: all studies in one command, within a time, on a page that is safe."""

import contextlib
import io
import json
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline

from sklearn_mlknow.cli import main
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.features import SmoothClipScaler
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.persistence import save
from sklearn_mlknow.study import DataSizeStudy, ModelFamilyStudy, StudyReport, TechniqueStudy
from sklearn_mlknow.study.commands.study import saved_net
from sklearn_mlknow.study.report import ReportError
from sklearn_mlknow.study.report.checking import check_table
from sklearn_mlknow.study.report.cleaning import clean
from sklearn_mlknow.study.report.row_columns import RowColumns
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
    shop = [f"shop {k // 4}" for k in range(240)]
    path = write(steps().assign(shop=shop, counts=np.tile([0.5, 1.0, 2.0], 80)), folder)
    arguments = ["--target", "y", "--model", "linear", "--techniques", "data", "--time", "150s", "--json", "--quiet"]
    arguments += ["--groups", "shop", "--weight", "counts"]
    begun, said = time.perf_counter(), io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["study", path, *arguments, "--out", str(folder / "out")]) == 0
    seconds = time.perf_counter() - begun
    return json.loads(said.getvalue()), (folder / "out" / "index.html").read_text("utf-8"), seconds


def test_study_finds_what_was_planted_in_time(studied):
    found, _, seconds = studied
    assert seconds < 165
    helped = {one["technique"]: one["side"] for one in found["techniques"] if one["low"] > 0}
    assert helped["optimal bins"] == "data" and "clusters" in helped  # pieces of x, by either name
    assert "counts of categories" not in helped
    assert {one["family"] for one in found["families"]} == {
        "simplest rule",
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
    assert found["notes"][0].startswith("Rows with the same 'shop' belong together")
    assert found["notes"][1].startswith("Rows count as 'counts' says")
    assert "n_groups" in found["data_size"]["curve"][0]
    assert not {one["column"] for one in found["findings"]} & {"shop", "counts"}


def test_page_of_a_study_is_whole_and_safe(studied):
    found, page, _ = studied
    reader = read(page)
    assert reader.tags <= ALLOWED and "<script" not in page
    assert {"check", "families", "size", "techniques", "notes"} <= set(reader.ids)
    links = {value for name, value in reader.attributes if name == "href"}
    assert links == {"#problem", "#advice", "#check", "#families", "#size", "#techniques", "#notes"}
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
        (["--target", "y", "--model", "linear", "--time", "0.01s"], "0.01 s are too few for this table; give more"),
        (["--target", "y", "--groups", "shop"], "the table has no column 'shop' for --groups"),
        (["--target", "y", "--groups", "y"], "--groups 'y' is the target"),
        (["--target", "y", "--weight", "key"], "--weight 'key' holds texts"),
        (["--target", "y", "--groups", "x", "--weight", "x"], "is given as --groups and as --weight"),
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


def test_a_sample_keeps_groups_and_weights_with_their_rows():
    frame = pd.DataFrame({"x": np.arange(60.0) ** 2, "y": np.arange(60.0), "g": np.arange(60) // 3, "w": np.arange(60)})
    table = clean(frame, "y", row_columns=RowColumns("g", "w"))
    assert list(table.X) == ["x"] and table.counted["sample_weight"] is table.weights
    few = sample(table, 20, random_state=0, what="this")
    rows = few.y.to_numpy().astype(int)
    assert few.weights.tolist() == rows.tolist() and few.groups.tolist() == [str(row // 3) for row in rows]
    assert few.notes[-1] == "To end in time, this was studied on 20 of 60 rows, drawn by chance."


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"g": [None, *range(29)]}, "--groups 'g' is missing in 1 rows"),
        ({"g": ["a"] * 30}, "--groups 'g' is the same in every row"),
        ({"w": [-1.0] + [1.0] * 29}, "--weight 'w' must hold a number of 0 or more"),
        ({"w": [None] + [1.0] * 29}, "--weight 'w' must hold a number of 0 or more"),
        ({"w": [0.0] * 30}, "and not only zeros"),
    ],
)
def test_groups_and_weights_that_are_refused(column, message):
    frame = pd.DataFrame({"x": np.arange(30.0) ** 2, "y": np.arange(30.0)}).assign(**column)
    with pytest.raises(ReportError, match=message):
        clean(frame, "y", row_columns=RowColumns("g" if "g" in column else None, "w" if "w" in column else None))


def test_what_was_studied_on_a_part_of_the_rows_is_no_advice_on_more(studied_parts):
    whole, part = studied_parts
    assert any(gain.what == "twice the rows" for gain in whole.gains)
    assert not any(gain.what == "twice the rows" for gain in part.gains)
    assert part.sentences[1].startswith("On 160 of 1,000 rows: ")
    assert not any("limits" in words for _, words in part._tiles())


@pytest.fixture
def studied_parts():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(160, 2))
    size = DataSizeStudy(LinearRegression(), n_sizes=3, repeats=2, random_state=0).fit(
        X, X[:, 0] + rng.normal(size=160)
    )
    models = {"line": LinearRegression(), "mean": DummyRegressor()}
    kinds = ModelFamilyStudy(models, random_state=0).fit(X, X[:, 0])
    parts = {"data_size": size, "families": kinds, "family": "mean"}
    return StudyReport("y", **parts), StudyReport("y", **parts, n_rows=1000)


def test_a_check_numbers_the_rows_of_the_file():
    frame = pd.DataFrame({"x": [*range(0, 60, 2), 4.0], "y": [None, *["a", "b"] * 15]})
    check = check_table(frame, "y", is_classification=True, random_state=0)
    assert [finding.rows.tolist() for finding in check.findings_ if finding.kind == "duplicate rows"] == [[30]]


def test_a_report_of_nothing_says_so(tmp_path):
    report = StudyReport("y")
    assert report.sentences == ["Nothing was studied."] and report.sections == []
    assert report.save(tmp_path / "new").read_text("utf-8") == report.to_html()


def classes(n_rows, seed):
    """What is asked of two numbers stays the same from table to table."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n_rows, 2)), columns=["a", "b"])
    return frame.assign(y=np.where(frame["a"] * frame["b"] > 0, "yes", "no"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A saved Pipeline of a network that has learned from another table, with a step of its own before it."""
    learned = classes(600, seed=1)
    X = learned[["a", "b"]]
    net = NeuralClassifier(hidden_units=(16,), n_members=1, max_epochs=60, random_state=0)
    watching = DriftMonitor().set_output(transform="pandas").fit(X)
    before = SmoothClipScaler().set_output(transform="pandas").fit(X)
    net.fit(before.transform(X), learned["y"])
    path = tmp_path_factory.mktemp("saved") / "net.mlk"
    save(Pipeline([("watch", watching), ("scale", before), ("net", net)]), path)
    return path


def test_a_saved_network_is_a_start_with_what_stands_before_it(saved):
    pipeline = saved_net(saved, "net")
    assert [name for name, _ in pipeline.steps] == ["scale", "net"]
    few = classes(60, seed=2)
    small = NeuralClassifier(hidden_units=(16,), n_members=1, max_epochs=3, random_state=0)
    study = TechniqueStudy(small, techniques=["transfer"], pretrained=pipeline, cv=2, stack=False, random_state=0)
    found = study.fit(few[["a", "b"]], few["y"])
    assert study.failures_ == {} and found.results_["low"][0] > 0


def test_what_is_no_network_to_start_from(saved, tmp_path, capsys):
    path = write(classes(60, seed=2), tmp_path)
    save(LogisticRegression().fit([[0.0], [1.0]], [0, 1]), tmp_path / "line.mlk")
    for given, message in (
        (["--pretrained", str(saved), "--model", "linear"], "--pretrained is for --model net"),
        (["--pretrained", str(tmp_path / "line.mlk")], "holds a LogisticRegression, which is no network"),
        (["--pretrained", str(tmp_path / "none.mlk")], "there is no file"),
    ):
        assert main(["study", path, "--target", "y", *given, "--quiet", "--out", str(tmp_path / "out")]) == 2
        assert message in capsys.readouterr().err
