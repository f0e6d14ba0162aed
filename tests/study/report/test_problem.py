"""What the report says of the problem, and what a wrong answer costs, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sklearn_mlknow.study.report.gains import gains, has_signal, loss_saved, losses, model_or_data
from sklearn_mlknow.study.report.html import Html
from sklearn_mlknow.study.report.making import quicker
from sklearn_mlknow.study.report.mistakes import priced
from sklearn_mlknow.study.report.printed import as_json
from sklearn_mlknow.study.report.sections.alike import words
from sklearn_mlknow.study.report.sections.problem import problem
from sklearn_mlknow.study.report.studying import rows_in_time, study_table
from tests.study.report.conftest import make_context, make_frame


def test_losses_and_what_is_saved_by_hand(context):
    ours, simplest = context.ours, context.models[1]
    if context.task.is_classification:
        each = [-np.log(row[code]) for row, code in zip(ours.prediction, context.codes_test)]
    else:
        each = [(a - b) ** 2 for a, b in zip(ours.prediction, context.y_test)]
    np.testing.assert_allclose(losses(context, ours), each)
    saved = loss_saved(context, simplest, ours)
    ratio = np.mean(each) / losses(context, simplest).mean()
    assert saved.share == pytest.approx(1 - (ratio if context.task.is_classification else np.sqrt(ratio)))
    assert saved.low < saved.share < saved.high <= 1
    wider = loss_saved(context, simplest, ours, n_comparisons=4)
    assert wider.low < saved.low and wider.share == saved.share
    assert loss_saved(context, ours, ours) == (0.0, 0.0, 0.0)


def test_the_interval_covers_what_other_rows_would_show():
    """Of two models of known loss, the share that is saved lies in the interval in about 95 of 100 draws."""
    rng = np.random.default_rng(0)
    context = make_context(make_frame("regression"))
    n, hits = 400, 0
    for _ in range(200):
        noise = rng.normal(size=(2, n)) * [[2.0], [1.0]]  # root mean squares 2 and 1: half goes
        y = context.y_test.iloc[:1].repeat(n) * 0
        models = [replace(context.ours, prediction=errors) for errors in noise]
        saved = loss_saved(replace(context, y_test=y), *models)
        hits += saved.low <= 0.5 <= saved.high
    assert 183 <= hits <= 197


def test_costs_by_a_loop():
    rng = np.random.default_rng(0)
    probability, is_yes = rng.random(200), rng.random(200) < 0.3
    for cost in (0.2, 1.0, 5.0):
        found = priced(probability, is_yes, cost)
        overlooked = sum(yes and p < 1 / (1 + cost) for p, yes in zip(probability, is_yes))
        alarms = sum(not yes and p >= 1 / (1 + cost) for p, yes in zip(probability, is_yes))
        assert (found.overlooked, found.false_alarms) == (overlooked, alarms)
        assert found.a_row == pytest.approx((cost * overlooked + alarms) / 200)
        assert found.simplest == pytest.approx(min(cost * is_yes.mean(), 1 - is_yes.mean()))


def test_signal_is_told_from_noise(context):
    assert has_signal(context)
    body = problem(context).body
    assert isinstance(body, Html) and "Yes: of the loss" in body
    rng = np.random.default_rng(0)
    frame = make_frame(context.task.kind, 240)
    noise = make_context(frame.assign(y=rng.permutation(frame["y"].to_numpy())))
    assert not has_signal(noise)
    assert "Hardly: no model" in problem(noise).body
    assert model_or_data(noise).startswith("Improve the data: no model does clearly better")


def test_lopsided_classes_are_told():
    frame = make_frame("binary", 200)
    assert "balanced enough" in problem(make_context(frame)).body
    frame["y"] = np.where(np.arange(200) % 10 == 0, "yes", "no")
    assert "lopsided: always answering no is right for 90 %" in problem(make_context(frame)).body


def test_a_sorted_table_is_told(context):
    assert "second half of the table are like those of the first. Whether they tell" in words(context)
    frame = make_frame("binary", 200).sort_values("size")
    assert "If the rows stand in order of time" in words(make_context(frame))


def test_studies_enter_the_advice_and_the_page():
    frame = make_frame("regression", 160)
    plain = make_context(frame)
    from sklearn_mlknow.study.report.cleaning import clean

    studied = study_table(frame, "y", clean(frame, "y"), "Linear model", 1e-5, 60.0, 0)
    context = make_context(frame, studies=studied)
    assert studied.are_all_sized and studied.are_all_tried and studied.notes == () and studied.leaks == ()
    assert len(gains(context)) == len(gains(plain)) + 1 + len(studied.techniques.results_)
    said = as_json(context, "page")
    assert said["findings"] is not None and said["model_or_data"] == model_or_data(context)
    assert as_json(plain, "page")["findings"] is None


def test_a_study_that_cannot_be_made_is_noted():
    from sklearn_mlknow.study.report.cleaning import clean

    frame = make_frame("regression", 60)
    studied = study_table(frame, "y", clean(frame, "y"), "Linear model", 1e-5, 5.0, 0)
    assert studied.size is None and "Not studied: what more rows bring." in studied.notes[0]


def test_rows_that_fit_in_the_time():
    assert rows_in_time(20.0, 300, 1e-4, 12) == 300
    # 78 s in 10 * 1.5 * 13 = 195 fits are 0.4 s a fit, at 0.1 ms a row 4 000 rows
    assert rows_in_time(130.0, 100_000, 1e-4, 12) == 4000
    assert rows_in_time(130.0, 8000, 1e-4, 12) == 8000  # five folds of all rows fit
    assert rows_in_time(1.0, 9000, 1e-3, 12) == 500


def test_techniques_of_two_folds_are_not_shown():
    """Two folds are always run, and say nothing."""
    from sklearn_mlknow.study.report.cleaning import clean

    frame = make_frame("regression", 160)
    studied = study_table(frame, "y", clean(frame, "y"), "Linear model", 1e-5, 0.01, 0)
    assert studied.techniques is None
    assert "In the time given 2 folds could be run" in studied.notes[-1]


def test_studies_run_on_the_model_of_smaller_loss():
    context = make_context(make_frame("regression", 160))
    chosen = quicker(list(context.models), "RMSE")
    others = [model for model in context.models if model.name in ("Linear model", "Boosted trees")]
    assert chosen.scores["RMSE"] == min(model.scores["RMSE"] for model in others)
