"""From a raw table to columns of numbers and categories, and a task."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.study.report.checking import check_table
from sklearn_mlknow.study.report.cleaning import clean
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.task import find_task

N = 60
RNG = np.random.default_rng(0)
GOOD = RNG.normal(size=N)


def table(**columns):
    return pd.DataFrame({"good": GOOD, **columns})


@pytest.mark.parametrize(
    ("values", "kind", "classes"),
    [
        (["b", "a"] * 30, "binary", ("a", "b")),
        ([True, False] * 30, "binary", ("False", "True")),
        ([0, 1] * 30, "binary", ("0", "1")),
        ([1.0, 2.0, 10.0] * 20, "multiclass", ("1", "2", "10")),
        ([0.5, 1.5] * 30, "binary", ("0.5", "1.5")),
        (list(range(60)), "regression", ()),
        (GOOD.tolist(), "regression", ()),
        (pd.Categorical(["x", "y", "z"] * 20, categories=["z", "y", "x", "w"]), "multiclass", ("x", "y", "z")),
    ],
)
def test_task_is_found(values, kind, classes):
    found = clean(table(y=values), "y")
    assert (found.task.kind, found.task.classes) == (kind, classes)
    if classes:
        assert set(found.y) == set(classes)


def test_user_overrules_the_task():
    assert find_task(pd.Series([1, 2, 3] * 9, name="y"), "regression").kind == "regression"
    assert find_task(pd.Series(range(30), name="y"), "classification").kind == "multiclass"


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1] * N, "is 1 in every row"),
        ([None] * N, "is missing in every row"),
        ([np.nan] * N, "is missing in every row"),
        (["a"] * (N - 1) + ["b"], "fewer than two classes of 4 rows"),
        ([f"name {k % 150}" for k in range(N)], "fewer than two classes of 4 rows"),
    ],
)
def test_targets_that_nothing_can_be_learned_of(y, message):
    with pytest.raises(ReportError, match=message):
        clean(table(y=y), "y")


def test_too_many_classes_and_texts_as_numbers():
    with pytest.raises(ReportError, match="has 101 classes, more than 100; use --task regression"):
        find_task(pd.Series(range(101), name="y"), "classification")
    with pytest.raises(ReportError, match="holds texts"):
        find_task(pd.Series(["a", "b"], name="y"), "regression")


def test_unknown_target_small_table_and_lonely_target():
    with pytest.raises(ReportError, match="no column 'z'; its columns are 'good', 'y'"):
        clean(table(y=GOOD), "z")
    with pytest.raises(ReportError, match="10 rows with a target; a report needs 20"):
        clean(table(y=GOOD)[:10], "y")
    with pytest.raises(ReportError, match="no column beside 'y'"):
        clean(pd.DataFrame({"y": GOOD, "empty": [None] * N}), "y")


def test_useless_columns_go_and_are_noted():
    found = clean(
        table(
            empty=[np.nan] * N,
            constant=["a"] * N,
            number_of_row=range(N),
            name=[f"name {k}" for k in range(N)],
            lists=[[1], [2]] * 30,
            y=GOOD,
        ),
        "y",
    )
    assert found.X.columns.to_list() == ["good"]
    said = " ".join(found.notes)
    for fact in ("missing in every row", "same value", "numbers the rows", "60 different texts", "no values"):
        assert fact in said


def test_columns_become_numbers_and_categories():
    days = pd.date_range("1970-01-02", periods=N)
    found = clean(
        table(
            whole=pd.array([1, None, 3] * 20, dtype="Int64"),
            flag=[True, False] * 30,
            alternating=[0, 1] * 30,
            infinite=[np.inf, 1.0, 2.0] * 20,
            day=days,
            text_of_day=days.strftime("%Y-%m-%d"),
            text=["a", None, "c"] * 20,
            y=GOOD,
        ),
        "y",
    )
    X = found.X
    assert X["whole"].isna().sum() == 20 and X["whole"].dtype == np.float64
    assert X["alternating"].sum() == 30
    assert X["flag"].cat.categories.to_list() == ["False", "True"]
    assert X["infinite"].isna().sum() == 20 and "20 infinities" in " ".join(found.notes)
    assert X["day"].iloc[:2].to_list() == [1.0, 2.0] and X["text_of_day"].iloc[1] == 2.0
    assert X["text"].isna().sum() == 20 and X["text"].cat.categories.to_list() == ["a", "c"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (["oops"], "'a' holds numbers; 1 cell, such as 'oops' in row 1, is no number and is read as missing"),
        (["?", "-"], "'a' holds numbers; 2 cells, such as '?' in row 1, are no numbers and are read as missing"),
        ([], "'a' holds numbers written as texts"),
    ],
)
def test_few_bad_cells_do_not_make_names_of_numbers(bad, words):
    texts = [*bad, *[f"{value:.6f}" for value in GOOD[len(bad) :]]]
    found = clean(table(a=texts, y=["a", "b"] * 30), "y")
    assert found.X["a"].isna().sum() == len(bad)
    np.testing.assert_allclose(found.X["a"][len(bad) :], GOOD[len(bad) :], atol=1e-6)
    assert words in " ".join(found.notes)


def test_a_bad_cell_does_not_make_classes_of_numbers_to_predict():
    frame = table(y=["oops", *[f"{value:.6f}" for value in GOOD[1:]]], other=GOOD[::-1])
    found = clean(frame, "y")
    assert (found.task.kind, len(found.y)) == ("regression", N - 1)
    assert "1 cell, such as 'oops' in row 1" in found.notes[0] and "1 row without a value of 'y'" in found.notes[1]
    check = check_table(frame, "y", False, 0)
    assert [(finding.kind, finding.column) for finding in check.findings_] == [("leaking column", "good")]


@pytest.mark.parametrize("texts", [["007", "008", "012"] * 20, pd.Categorical(["1", "2", "3"] * 20)])
def test_keys_and_levels_that_look_like_numbers_stay_what_they_are(texts):
    assert clean(table(a=texts, y=["a", "b"] * 30), "y").X["a"].dtype == "category"


def test_rows_without_a_target_and_rare_classes_go():
    found = clean(table(y=["a", "b"] * 28 + ["rare"] * 3 + [None]), "y")
    assert len(found.y) == len(found.X) == 56 and found.task.classes == ("a", "b")
    assert "1 row without" in found.notes[0] and "'rare'" in found.notes[1]


def test_the_raw_table_is_left_alone():
    raw = table(day=pd.date_range("2020", periods=N), y=["a", "b"] * 30)
    before = raw.copy(deep=True)
    clean(raw, "y")
    pd.testing.assert_frame_equal(raw, before)
