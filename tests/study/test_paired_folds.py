"""Folds are the same for all, finished ones are kept, time is kept."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline, make_pipeline

from sklearn_mlknow.study import paired_folds
from sklearn_mlknow.study.kept_units import Outcome
from sklearn_mlknow.study.paired_folds import run_folds
from sklearn_mlknow.study.rows import Rows

X = pd.DataFrame({"a": np.arange(20.0)})
Y = 2 * np.arange(20.0)
FOLDS = list(KFold(4).split(X))
PIPELINES = {"line": make_pipeline(LinearRegression()), "mean": make_pipeline(DummyRegressor())}
SCORER = get_scorer("neg_mean_absolute_error")


def run(**arguments):
    return run_folds(PIPELINES, Rows(X, Y), FOLDS, SCORER, **arguments)


def scores(outcomes):
    return {name: [outcome.score for outcome in found] for name, found in outcomes.items()}


def test_scores_by_hand():
    found = scores(run())
    assert found["line"] == pytest.approx([0.0] * 4)
    # first fold tests on 0, 2, 4, 6, 8; the mean of the rest is 24
    assert found["mean"][0] == pytest.approx(-20.0)


def test_any_n_jobs_gives_the_same_scores():
    assert scores(run(n_jobs=2)) == scores(run())


def test_a_checkpoint_is_read_instead_of_fitting(tmp_path, monkeypatch):
    first = run(checkpoint=tmp_path)
    monkeypatch.setattr(paired_folds, "_run_unit", lambda *_: pytest.fail("fitted again"))
    assert run(checkpoint=tmp_path) == first


def test_a_damaged_unit_is_run_again(tmp_path):
    first = run(checkpoint=tmp_path)
    damaged, cut = sorted(tmp_path.rglob("*.json"))[:2]
    damaged.write_text(json.dumps({"score": "high"}))
    cut.write_bytes(b"")
    assert scores(run(checkpoint=tmp_path)) == scores(first)


@pytest.mark.parametrize("without_score", [{"score": float("nan"), "seconds": 1.0}, {"seconds": 1.0}, [], "high"])
def test_a_unit_without_a_score_is_run_again(tmp_path, without_score):
    first = run(checkpoint=tmp_path)
    for path in tmp_path.rglob("*.json"):
        path.write_text(json.dumps(without_score))
    assert scores(run(checkpoint=tmp_path)) == scores(first)


def test_another_table_has_another_checkpoint(tmp_path):
    run(checkpoint=tmp_path)
    others = [X + 1, X.rename(columns={"a": "b"}), X.astype("float32")]
    mixed = [pd.Series([one, "1", *range(18)], dtype=object) for one in (1, "1")]
    for other in [*others, *(X.assign(b=column) for column in mixed)]:
        run_folds(PIPELINES, Rows(other, Y), FOLDS, SCORER, checkpoint=tmp_path)
    assert len(list(tmp_path.iterdir())) == 6


def test_a_unit_is_found_by_what_it_is_and_not_by_its_name(tmp_path, monkeypatch):
    first = run(checkpoint=tmp_path)
    monkeypatch.setattr(paired_folds, "_run_unit", lambda *_: pytest.fail("fitted again"))
    renamed = {"other": PIPELINES["mean"], "same": PIPELINES["line"]}
    found = run_folds(renamed, Rows(X, Y), FOLDS[2:], SCORER, checkpoint=tmp_path)
    assert found == {"other": first["mean"][2:], "same": first["line"][2:]}


def test_the_budget_ends_between_folds(monkeypatch):
    clock = iter(np.arange(0.0, 1000.0, 10.0))
    monkeypatch.setattr(paired_folds.time, "perf_counter", lambda: next(clock))
    found = run(time_budget=100.0)
    assert {len(outcomes) for outcomes in found.values()} == {2}


class Stops(LinearRegression):
    n_left = 2

    def fit(self, X, y):
        if Stops.n_left == 0:
            raise KeyboardInterrupt
        Stops.n_left -= 1
        return super().fit(X, y)


def test_an_interrupted_run_keeps_what_is_finished(tmp_path):
    pipelines = {"stops": make_pipeline(Stops())}
    with pytest.raises(KeyboardInterrupt):
        run_folds(pipelines, Rows(X, Y), FOLDS, SCORER, checkpoint=tmp_path)
    assert len(list(tmp_path.rglob("*.json"))) == 2
    Stops.n_left = 2  # enough for the two folds that are left, and no more
    assert len(run_folds(pipelines, Rows(X, Y), FOLDS, SCORER, checkpoint=tmp_path)["stops"]) == 4


def test_what_is_dear_is_left_out_so_that_the_others_have_folds(monkeypatch):
    """A fold takes 4 s, 3.9 of them for one Pipeline; 12 s are enough for three of all, or for all of the cheap one."""
    clock = iter(np.concatenate([[0.0, 0.0, 4.0], np.arange(4.0, 30.0, 0.1)]))
    seconds = {"line": 0.1, "dear": 3.9, "mean": 0.1}

    def unit(pipeline, rows, train, test, scorer, path, must_work):
        return Outcome(1.0, seconds[pipeline.steps[0][0]])

    monkeypatch.setattr(paired_folds, "_run_unit", unit)
    monkeypatch.setattr(paired_folds.time, "perf_counter", lambda: next(clock))
    pipelines = {name: Pipeline([(name, LinearRegression())]) for name in seconds}
    found = run_folds(pipelines, Rows(X, Y), FOLDS, SCORER, time_budget=12.0, must_work=("line",))
    assert [len(found[name]) for name in pipelines] == [4, 1, 4]
    assert "left out for lack of time: 3.9 s a fit" in found["dear"][0].error


def test_rounding_is_no_gain():
    from sklearn_mlknow.study.paired_folds import Outcome
    from sklearn_mlknow.study.search import compare

    outcomes = {
        "as it is": [Outcome(0.5, 1.0)] * 4,
        "other order": [Outcome(0.5 + 1e-16 * 2**k, 1.0) for k in range(4)],
    }
    found = compare(outcomes, {"other order": "data"}, 0.25)
    assert found.comparisons["gain"] == found.comparisons["low"] == [0.0] and found.helped() == []
