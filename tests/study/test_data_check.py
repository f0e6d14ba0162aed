"""Planted faults are found, clean tables are left in peace."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.study import DataCheck
from sklearn_mlknow.study.far_values import far_values

N_ROWS = 400


@pytest.fixture
def clean():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=N_ROWS), "b": rng.normal(size=N_ROWS), "c": rng.choice(list("xyz"), N_ROWS)})
    y = np.where(X["a"] + X["b"] > 0, "yes", "no")
    return X, y


def kinds(check):
    return {(finding.kind, finding.column) for finding in check.findings_}


def test_clean_table(clean):
    assert DataCheck(random_state=0).fit(*clean).findings_ == []


def test_duplicates_and_contradictions(clean):
    X, y = clean
    X = pd.concat([X, X.iloc[[3, 5]]], ignore_index=True)
    y = np.append(y, [y[3], "no" if y[5] == "yes" else "yes"])
    check = DataCheck(labels=False).fit(X, y)
    rows = {finding.kind: finding.rows.tolist() for finding in check.findings_}
    assert rows == {"contradicting rows": [5, N_ROWS + 1], "duplicate rows": [N_ROWS, N_ROWS + 1]}


def test_useless_columns(clean):
    X, y = clean
    X = X.assign(
        number=np.arange(N_ROWS),
        name=[f"n{i}" for i in range(N_ROWS)],
        unit="kg",
        almost=[0] * (N_ROWS - 1) + [1],
        empty=np.nan,
        sparse=[1.5, np.nan, np.nan, np.nan] * (N_ROWS // 4),
    )
    found = DataCheck(labels=False).fit(X, y)
    assert kinds(found) == {
        ("id-like column", "number"),
        ("id-like column", "name"),
        ("near-constant column", "unit"),
        ("near-constant column", "almost"),
        ("empty column", "empty"),
        ("mostly missing column", "sparse"),
    }
    almost = next(finding for finding in found.findings_ if finding.column == "almost")
    assert almost.rows.tolist() == [N_ROWS - 1]


def test_leaking_columns(clean):
    X, y = clean
    X = X.assign(paid=np.where(y == "yes", "late", "never"), amount=np.where(y == "yes", 5.0, 1.0) + 0.1 * X["a"])
    assert kinds(DataCheck(labels=False).fit(X, y)) == {("leaking column", "paid"), ("leaking column", "amount")}


def test_outliers(clean):
    X, y = clean
    X.loc[[7, 11], "a"] = [900.0, -900.0]
    (finding,) = DataCheck(labels=False).fit(X, y).findings_
    assert (finding.kind, finding.column, finding.rows.tolist()) == ("outliers", "a", [7, 11])


def test_doubtful_labels(clean):
    X, y = clean
    clear = np.flatnonzero(np.abs(X["a"] + X["b"]) > 1.5)[:6]
    y = y.copy()
    y[clear] = np.where(y[clear] == "yes", "no", "yes")
    (finding,) = DataCheck(random_state=0).fit(X, y).findings_
    assert finding.kind == "doubtful labels"
    assert len(set(finding.rows) & set(clear)) >= 5
    assert len(finding.rows) <= 12


def test_rare_classes(clean):
    X, y = clean
    y = y.astype(object)
    y[:3] = "maybe"
    finding = next(finding for finding in DataCheck().fit(X, y).findings_ if finding.kind == "rare class")
    assert finding.fact == "class 'maybe' has 3 rows"
    assert finding.rows.tolist() == [0, 1, 2]


def test_clean_numbers_to_predict_and_no_target(clean):
    X, _ = clean
    y = X["a"] + X["b"] ** 2 + np.random.default_rng(1).normal(size=N_ROWS)
    assert DataCheck().fit(X, y).findings_ == []
    assert DataCheck().fit(X).findings_ == []


@pytest.mark.parametrize(
    "leak",
    [
        lambda y: 2 * y + 1,
        lambda y: np.exp(y / 3),
        lambda y: -(y**3),
        lambda y: np.char.mod("%.6f", y).astype(object),
        lambda y: np.where(np.arange(N_ROWS) == 5, "oops", np.char.mod("%.6f", y)).astype(object),
        lambda y: np.char.add("band ", np.char.mod("%d", np.floor(y * 20))).astype(object),
    ],
    ids=["linear", "growing", "falling", "text", "text but for one cell", "level"],
)
def test_columns_that_know_the_number_to_predict(clean, leak):
    X, _ = clean
    y = (X["a"] + X["b"]).round(1).to_numpy()
    (finding, *_) = DataCheck().fit(X.assign(leak=leak(y)), y).findings_
    assert (finding.kind, finding.column) == ("leaking column", "leak")
    assert 99 <= float(finding.fact.split("%")[0].split()[-1]) <= 100


def test_a_strong_column_is_no_leak(clean):
    X, _ = clean
    y = X["a"] + 0.2 * X["b"]  # a correlation of 0.98
    assert DataCheck().fit(X, y).findings_ == []


def test_whole_numbers_all_different_leak_before_they_identify(clean):
    X, _ = clean
    y = np.random.default_rng(1).permutation(N_ROWS).astype(float)
    assert kinds(DataCheck().fit(X.assign(copy=y * 3), y)) == {("leaking column", "copy")}


def test_no_more_than_all_uncertainty_is_removed(clean):
    X, y = clean
    texts = [finding.fact for finding in DataCheck(labels=False).fit(X.assign(paid=y), y).findings_]
    assert texts == ["this column alone removes 100.0 % of the uncertainty about the target"]


def test_targets_off_by_a_thousand(clean):
    X, _ = clean
    y = (X["a"] + X["b"]).to_numpy(copy=True)
    y[40:50] += 1000
    (finding,) = DataCheck().fit(X, y).findings_
    assert (finding.kind, finding.column, finding.rows.tolist()) == ("outliers", "", list(range(40, 50)))
    assert "of the target" in finding.fact


@pytest.mark.parametrize("value", [-999, 9999, -99])
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_numbers_that_stand_for_not_known(clean, value, scale):
    X, y = clean
    X["a"] = scale * X["a"]
    rows = np.arange(0, N_ROWS, 20)  # 5 %
    X.loc[rows, "a"] = value
    (finding,) = DataCheck(labels=False).fit(X, y).findings_
    assert (finding.kind, finding.column, finding.rows.tolist()) == ("placeholder", "a", rows.tolist())


def test_numbers_that_disagree_where_rows_are_equal(clean):
    X, _ = clean
    y = (X["a"] + X["b"] ** 2).to_numpy()
    X = pd.concat([X, X.iloc[[3, 5]]], ignore_index=True)
    rows = {f.kind: f.rows.tolist() for f in DataCheck().fit(X, np.append(y, [y[3] + 1e-9, y[5] + 2])).findings_}
    assert rows == {"contradicting rows": [5, N_ROWS + 1], "duplicate rows": [N_ROWS, N_ROWS + 1]}


def test_one_bad_cell_does_not_make_names_of_numbers(clean):
    X, y = clean
    X["a"] = X["a"].astype(str)
    X.loc[7, "a"] = "oops"
    (finding,) = DataCheck(labels=False).fit(X, y).findings_
    assert (finding.kind, finding.column, finding.rows.tolist()) == ("numbers as texts", "a", [7])
    assert "1 cell, 'oops', is no number" in finding.fact


@pytest.mark.parametrize("library", ["polars", "pyarrow", "numpy"])
def test_a_bad_cell_is_found_in_any_frame(clean, library):
    X, y = clean
    X["a"] = X["a"].astype(str)
    X.loc[7, "a"] = "oops"
    make = {
        "polars": lambda: pytest.importorskip("polars").from_pandas(X),
        "pyarrow": lambda: pytest.importorskip("pyarrow").Table.from_pandas(X),
        "numpy": lambda: X.to_numpy(dtype=object),
    }
    (finding,) = DataCheck(labels=False).fit(make[library](), y).findings_
    assert (finding.kind, finding.rows.tolist()) == ("numbers as texts", [7])


def test_codes_of_a_category_stay_a_category(clean):
    X, y = clean
    codes = np.random.default_rng(1).integers(0, 3, N_ROWS).astype(str)
    assert DataCheck(labels=False).fit(X.assign(code=pd.Categorical(codes)), y).findings_ == []


def test_rows_of_a_rare_class_do_not_hide_wrong_labels(clean):
    X, y = clean
    clear = np.flatnonzero(np.abs(X["a"] + X["b"]) > 1.5)[:6]
    y = y.astype(object)
    y[clear] = np.where(y[clear] == "yes", "no", "yes")
    y[[300, 301]] = "maybe"
    rows = {f.kind: f.rows.tolist() for f in DataCheck(random_state=0).fit(X, y).findings_}
    assert rows["rare class"] == [300, 301]
    assert len(set(rows["doubtful labels"]) & set(clear)) >= 5


def test_tables_are_escaped(clean):
    X, y = clean
    check = DataCheck(labels=False).fit(X.assign(**{"<script>": "kg"}), y)
    assert "<script>" not in check._repr_html_()
    assert "&lt;script&gt;" in check._repr_html_()
    assert check.to_frame().loc[0, "column"] == "<script>"


@pytest.mark.parametrize("draw", ["normal", "exponential", "poisson", "lognormal"])
def test_long_tails_are_no_outliers(draw):
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert far_values("a", getattr(rng, draw)(size=1000).astype(float)) == []


def test_real_tables_raise_few_alarms(shared_data):
    found = set()
    for entry in shared_data.list_tabular():
        X, y = shared_data.load_tabular(entry["name"])
        check = DataCheck(labels=False).fit(X, y.to_numpy())
        kinds = {"leaking column", "placeholder", "outliers", "numbers as texts", "id-like column"}
        found |= {(entry["name"], one.kind, one.column) for one in check.findings_ if one.kind in kinds}
    assert found == {
        ("adult", "placeholder", "capital_gain"),  # 99999
        ("titanic", "outliers", "fare"),  # 512, the next is 263
        ("abalone", "outliers", "height"),
        ("diamonds", "outliers", "z"),
    }
