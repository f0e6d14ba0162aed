"""``mlknow update``: a model goes on learning, the old file stays, and nothing worse ever takes its place."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, SGDClassifier, SGDRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.cli import main
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.persistence import load, save
from sklearn_mlknow.study.commands.update import name_for_old
from sklearn_mlknow.study.commands.update_rule import Comparison, compare, held_out
from sklearn_mlknow.study.commands.update_training import continued

RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=600), "b": RNG.normal(size=600)})
NAMES = np.where(X["a"] + 0.5 * RNG.normal(size=600) > 0, "yes", "no")
OLD, NEW = slice(0, 60), slice(60, 600)
SMALL = {"hidden_units": [8], "max_epochs": 8, "random_state": 0}


def line(last, y=NAMES, rows=OLD):
    model = make_pipeline(DriftMonitor(), "passthrough", StandardScaler(), last).set_output(transform="pandas")
    return model.fit(X[rows], y[rows])


@pytest.fixture
def model(tmp_path):
    fitted = line(NeuralClassifier(**SMALL))
    save(fitted, tmp_path / "model.mlk")
    return fitted


def update(folder, frame, *arguments, target="y"):
    frame.to_csv(folder / "now.csv", index=False)
    return main(["update", str(folder / "model.mlk"), str(folder / "now.csv"), "--target", target, *arguments])


def test_a_net_goes_on_and_the_old_file_stays(model, tmp_path, capsys):
    old = (tmp_path / "model.mlk").read_bytes()
    assert update(tmp_path, X[NEW].assign(y=NAMES[NEW], more=1), "--json", "--quiet") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["replaced"] and said["previous"] == str(tmp_path / "model.mlk.previous")
    assert said["after"] < said["before"] and said["n_held_out"] == 135 and said["loss"] == "log loss"
    assert said["low"] < said["after"] - said["before"] < said["high"] and said["drifted"] == []
    assert (tmp_path / "model.mlk.previous").read_bytes() == old
    after = load(tmp_path / "model.mlk")
    assert after.score(X[NEW], NAMES[NEW]) > model.score(X[NEW], NAMES[NEW])
    assert after[0].report(X).n_reference == 60 + 405  # the reference knows the rows it went on with
    assert after[-1].warm_start is False and sorted(path.name for path in tmp_path.iterdir()) == [
        "model.mlk", "model.mlk.previous", "now.csv",
    ]  # fmt: skip


def test_no_earlier_model_is_lost(model, tmp_path):
    path, kept = tmp_path / "model.mlk", []
    path.chmod(0o600)
    for _ in range(3):
        kept.append(path.read_bytes())
        update(tmp_path, X[NEW].assign(y=NAMES[NEW]), "--quiet")
    files = sorted(tmp_path.glob("model.mlk.previous*"))
    assert [one.read_bytes() for one in files] == list(dict.fromkeys(kept))[: len(files)]
    assert len(files) + 1 == len({*kept, path.read_bytes()}) > 1 and all(
        one.stat().st_mode & 0o777 == 0o600 for one in files
    )
    assert name_for_old(path, kept[0]) == files[0]  # what is kept already is not kept twice
    assert name_for_old(path, b"another").name == f"model.mlk.previous-{len(files) + 1}"
    del model


def test_a_model_that_gets_worse_is_not_written(tmp_path, capsys):
    y = 3 * X["a"].to_numpy()
    save(line(NeuralRegressor(**SMALL), y, slice(0, 600)), tmp_path / "model.mlk")
    old = (tmp_path / "model.mlk").read_bytes()
    wrong_where_it_learns = np.where(held_out(None, 600), y, -y)
    assert update(tmp_path, X.assign(y=wrong_where_it_learns), "--json", "--quiet") == 1
    said = json.loads(capsys.readouterr().out)
    assert not said["replaced"] and said["previous"] is None and said["after"] > said["before"] and said["low"] > 0
    assert (tmp_path / "model.mlk").read_bytes() == old and len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("after", [0.5, float("nan"), float("inf")])
def test_the_rule(after, model, tmp_path, capsys, monkeypatch):
    old = (tmp_path / "model.mlk").read_bytes()
    found = Comparison("log loss", 100, 0.4, after, -0.1, 0.3)
    monkeypatch.setattr("sklearn_mlknow.study.commands.update.compare", lambda *_: found)
    assert update(tmp_path, X[NEW].assign(y=NAMES[NEW]), "--quiet") == 1
    assert "Kept" in capsys.readouterr().out
    assert (tmp_path / "model.mlk").read_bytes() == old and not (tmp_path / "model.mlk.previous").exists()


def test_losses_are_compared_on_the_same_rows():
    better, worse = line(NeuralClassifier(**SMALL), rows=slice(0, 500)), line(SGDClassifier(loss="log_loss", alpha=99))
    X_test, y_test = X[500:], NAMES[500:]
    found, back = compare(worse, better, X_test, y_test), compare(better, worse, X_test, y_test)
    assert found.after < found.before and found.high < 0 and not found.is_worse and back.is_worse
    assert (found.before, found.low) == pytest.approx((back.after, -back.high), rel=1e-12)
    codes = (y_test == "yes").astype(int)
    by_hand = -np.log(better.predict_proba(X_test)[np.arange(100), codes])
    assert found.after == pytest.approx(by_hand.mean(), rel=1e-12)


def test_a_quarter_of_every_class_is_held_out():
    strata = np.repeat([0, 1], [400, 40])
    chosen = held_out(strata, 440)
    assert chosen[:400].sum() == 100 and chosen[400:].sum() == 10 and (chosen == held_out(strata, 440)).all()
    assert held_out(None, 100).sum() == 25


@pytest.mark.parametrize("last", [SGDRegressor(random_state=0), NeuralRegressor(**SMALL)], ids=["sgd", "net"])
def test_numbers(last, tmp_path, capsys):
    y = 3 * X["a"].to_numpy()
    save(line(last, y), tmp_path / "model.mlk")
    assert update(tmp_path, X[NEW].assign(y=y[NEW])) == 0
    said = capsys.readouterr()
    assert "mean squared error on 135 held-out rows" in said.out and "is the new model; the old one is" in said.out
    assert "comparing" in said.err


def test_rows_that_lack_a_class_are_learned_in_one_pass():
    three = np.array(["low", "mid", "high"])[np.digitize(X["a"], [-0.5, 0.5])]
    before = line(NeuralClassifier(**SMALL), three, slice(0, 200))
    rows = three != "mid"
    after = continued(before, X[rows], three[rows])
    assert after.classes_.tolist() == ["high", "low", "mid"] and after[-1].n_iter_ == before[-1].n_iter_ + 1
    assert not np.array_equal(after.predict_proba(X), before.predict_proba(X))


def test_a_model_alone_goes_on_too():
    before = NeuralClassifier(**SMALL).fit(X[OLD], NAMES[OLD])
    answer = before.predict_proba(X)
    after = continued(before, X[NEW], NAMES[NEW])
    np.testing.assert_array_equal(before.predict_proba(X), answer)  # a copy learns
    assert after.score(X, NAMES) > before.score(X, NAMES)


def test_whole_numbers_as_classes(tmp_path):
    codes = (NAMES == "yes").astype(int)
    save(line(SGDClassifier(loss="log_loss", random_state=0), codes), tmp_path / "model.mlk")
    assert update(tmp_path, X[NEW].assign(y=codes[NEW].astype(float)), "--quiet") in (0, 1)
    assert load(tmp_path / "model.mlk").classes_.tolist() == [0, 1]


def test_what_cannot_be_updated_is_a_line_and_2(model, tmp_path, capsys):
    good = X[NEW].assign(y=NAMES[NEW])
    old = (tmp_path / "model.mlk").read_bytes()
    refused = [
        (good, "z", "has no column 'z'"),
        (good.drop(columns="a"), "y", "lacks columns that the model needs: 'a'"),
        (good.assign(y="maybe"), "y", "holds the classes 'maybe', which are none of the model's ('no', 'yes')"),
        (good[:70], "y", "80 are needed"),
        (good.assign(y=None), "y", "has 0 rows with a target"),
        (good[good["y"] == "yes"], "y", "holds no row of the class 'no', which the model would forget"),
    ]
    for frame, target, message in refused:
        assert update(tmp_path, frame, "--quiet", target=target) == 2
        said = capsys.readouterr()
        assert message in said.err and said.err.count("\n") == 1 and said.out == ""
    assert (tmp_path / "model.mlk").read_bytes() == old


def test_models_that_cannot_go_on_are_refused(tmp_path, capsys):
    y = X["a"].to_numpy()
    for fitted, frame, message in (
        (line(LinearRegression(), y), X.assign(y=y), "LinearRegression learns from all rows at once"),
        (line(SGDRegressor(), y), X.assign(y="text"), "holds texts, but the model answers with numbers"),
        (line(SGDRegressor(), y), X.assign(y=np.inf), "the target 'y' holds inf"),
        (StandardScaler().fit(X), X.assign(y=y), "which does not predict"),
    ):
        save(fitted, tmp_path / "model.mlk")
        assert update(tmp_path, frame, "--quiet") == 2
        assert message in capsys.readouterr().err


def test_a_file_changed_meanwhile_is_left(model, tmp_path, capsys, monkeypatch):
    def change(*arguments):
        save(line(SGDClassifier(loss="log_loss")), tmp_path / "model.mlk")
        return compare(*arguments)

    monkeypatch.setattr("sklearn_mlknow.study.commands.update.compare", change)
    assert update(tmp_path, X[NEW].assign(y=NAMES[NEW]), "--quiet") == 2
    assert "changed by somebody else" in capsys.readouterr().err
    assert isinstance(load(tmp_path / "model.mlk")[-1], SGDClassifier)


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_model(name, nth, model, tmp_path, capsys, monkeypatch):
    old, calls = (tmp_path / "model.mlk").read_bytes(), []
    X[NEW].assign(y=NAMES[NEW]).to_csv(tmp_path / "now.csv", index=False)
    real = getattr(os, name) if name != "write" else os.fdopen

    def failing(*arguments, **named):
        calls.append(name)
        if len(calls) == nth:
            raise OSError(28, "No space left on device")
        return real(*arguments, **named)

    monkeypatch.setattr(os, "fdopen" if name == "write" else name, failing)
    code = main(["update", str(tmp_path / "model.mlk"), str(tmp_path / "now.csv"), "--target", "y", "--quiet"])
    monkeypatch.undo()
    assert code == (2 if len(calls) >= nth else 0)
    held = (tmp_path / "model.mlk").read_bytes()
    assert held == old or (tmp_path / "model.mlk.previous").read_bytes() == old
    load(tmp_path / "model.mlk")
    assert not list(tmp_path.glob("*.part"))
    del capsys


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("nth", [1, 2])
def test_a_kill_leaves_a_whole_model(model, tmp_path, nth):
    old = (tmp_path / "model.mlk").read_bytes()
    X[NEW].assign(y=NAMES[NEW]).to_csv(tmp_path / "now.csv", index=False)
    code = (
        "import os, signal, sys\n"
        "from sklearn_mlknow.cli import main\n"
        "real, calls = os.replace, []\n"
        "def replace(*files):\n"
        "    calls.append(files)\n"
        f"    if len(calls) == {nth}:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    real(*files)\n"
        "os.replace = replace\n"
        "main(['update', sys.argv[1], sys.argv[2], '--target', 'y', '--quiet'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "model.mlk", tmp_path / "now.csv"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "model.mlk").read_bytes() == old
    previous = tmp_path / "model.mlk.previous"
    assert previous.exists() == (nth == 2) and (nth == 1 or previous.read_bytes() == old)


def test_the_reference_holds_no_rows():
    """Each column shuffled by itself, so that no row is whole: the reference is the same bytes."""
    torn = pd.DataFrame({name: RNG.permutation(X[name].to_numpy()) for name in X})
    assert not torn.equals(X)
    for ours, theirs in zip(DriftMonitor().fit(torn).summaries_[:-1], DriftMonitor().fit(X).summaries_, strict=False):
        for name, field in ours._asdict().items():
            np.testing.assert_array_equal(field, getattr(theirs, name))
    many = pd.DataFrame({"a": RNG.normal(size=20_000)})
    assert max(len(one.values) for one in DriftMonitor().fit(many).summaries_ if one is not None) <= 5_000
