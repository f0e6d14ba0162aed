"""Planted faults are found, clean tables are left in peace."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.study import DataCheck

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


def test_regression_and_no_target(clean):
    X, _ = clean
    assert DataCheck().fit(X, X["a"].to_numpy() * 2.5).findings_ == []
    assert DataCheck().fit(X).findings_ == []


def test_tables_are_escaped(clean):
    X, y = clean
    check = DataCheck(labels=False).fit(X.assign(**{"<script>": "kg"}), y)
    assert "<script>" not in check._repr_html_()
    assert "&lt;script&gt;" in check._repr_html_()
    assert check.to_frame().loc[0, "column"] == "<script>"
