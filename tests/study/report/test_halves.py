"""The order of the rows: what comparing columns cannot see, and how often chance alone is taken for a change."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.study.report.cleaning import clean
from sklearn_mlknow.study.report.gains import model_or_data
from sklearn_mlknow.study.report.halves import Halves, compare_halves, first_half, loss_across, strata_of
from sklearn_mlknow.study.report.sections.alike import words
from sklearn_mlknow.study.report.studying import study_table
from sklearn_mlknow.study.rows import Rows
from tests.study.report.conftest import make_context

LINE, LOGISTIC = make_pipeline(LinearRegression()), make_pipeline(LogisticRegression())


def rows_of(rng, n_rows, is_class, turns=False):
    X = pd.DataFrame(rng.normal(size=(n_rows, 2)), columns=["a", "b"])
    slope = np.where(np.arange(n_rows) < n_rows // 2, 1.0, -1.0 if turns else 1.0)
    y = slope * X["a"].to_numpy() + 0.5 * rng.normal(size=n_rows)
    return Rows(X, np.where(y > 0, "yes", "no") if is_class else y)


@pytest.mark.parametrize(("model", "is_class"), [(LINE, False), (LOGISTIC, True)])
def test_what_turns_half_way_is_seen(model, is_class):
    found = compare_halves(model, rows_of(np.random.default_rng(0), 200, is_class, turns=True), 0)
    assert 0.2 < found.low < found.rise < found.high


@pytest.mark.parametrize(("model", "is_class"), [(LINE, False), (LOGISTIC, True)])
def test_chance_is_rarely_taken_for_a_change(model, is_class):
    claims = sum(
        compare_halves(model, rows_of(np.random.default_rng(seed), 80, is_class), seed).is_clear for seed in range(100)
    )
    assert claims <= 5


@pytest.mark.parametrize(("model", "is_class"), [(LINE, False), (LOGISTIC, True)])
def test_a_table_sorted_by_its_target_is_no_change(model, is_class):
    rows = rows_of(np.random.default_rng(0), 200, is_class)
    by_target = rows.take(np.argsort(rows.y, kind="stable"))
    assert not compare_halves(model, by_target, 0).is_clear


def test_each_class_and_tenth_is_halved_by_itself():
    assert first_half(np.array([1, 0, 1, 1, 0, 1, 2]), np.arange(7)).tolist() == [True, True, True] + [False] * 4
    assert first_half(np.array([0, 0, 0, 0]), np.array([3, 1, 0, 2])).tolist() == [False, True, False, True]
    assert strata_of(np.array(["b", "a", "b"])).tolist() == [1, 0, 1]
    assert strata_of(np.arange(100.0)).tolist() == np.repeat(np.arange(10), 10).tolist()


def test_the_loss_across_by_hand():
    X = pd.DataFrame({"a": [0.0, 0.0, 0.0, 0.0]})
    y = np.array([1.0, 3.0, 7.0, 9.0])
    is_first = np.array([True, True, False, False])
    # each half answers with its mean, 2 and 8: missed by 5, 7, 7, 5
    assert loss_across(LINE, Rows(X, y), is_first) == pytest.approx(np.sqrt((25 + 49 + 49 + 25) / 4))
    weights = np.array([1.0, 0.0, 0.0, 1.0])  # the means are 1 and 9
    assert loss_across(LINE, Rows(X, y, weights=weights), is_first) == pytest.approx(8.0)


def test_a_class_that_one_half_lacks_costs_as_much_as_can_be():
    rows = Rows(pd.DataFrame({"a": np.zeros(6)}), np.array(["p", "q", "p", "q", "new", "p"]))
    late = loss_across(LOGISTIC, rows, np.arange(6) < 3)
    assert late > -np.log(1e-15) / 6
    assert compare_halves(LOGISTIC, Rows(rows.X, np.array(["p", "p", "p", "q", "p", "p"])), 0) is None


def test_the_page_tells_a_change_that_columns_do_not_show():
    rows = rows_of(np.random.default_rng(0), 240, True, turns=True)
    frame = rows.X.assign(y=rows.y)
    studied = study_table(frame, "y", clean(frame, "y"), "Linear model", 1e-5, 5.0, 0)
    context = make_context(frame, studies=studied)
    assert not context.alike.later.is_drift
    assert "like those of the first. What they tell of the target changes along the rows" in words(context)
    assert "the gap from test to real rows" in words(context)
    assert model_or_data(context).endswith("changes along the rows: see whether the parts are alike.")
    calm = replace(studied, halves=Halves(0.01, -0.05, 0.07))
    assert "does not clearly change" in words(replace(context, studies=calm))
    assert "(loss +1 %, −5 % to +7 %)" in words(replace(context, studies=calm))
