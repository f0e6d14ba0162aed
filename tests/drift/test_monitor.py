"""The monitor: what it says, what it keeps, and how often it is wrong."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.drift import DriftMonitor, compare_distributions


def table(n_rows, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.normal(40 + shift * 10, 10, n_rows),
            "city": rng.choice(np.array(["Rome", "Oslo", None], dtype=object), n_rows),
            "rooms": rng.integers(1, 5, n_rows),
            "when": pd.Timestamp(2024, 1, 1),
        }
    )


def test_reports_each_column_and_only_the_drifted_one():
    report = DriftMonitor().fit(table(2000, 0)).report(table(1500, 1, shift=1))
    frame = report.to_frame()
    assert list(frame.columns) == [
        "column", "psi", "jensen_shannon", "statistic", "p_value", "missing_change", "unseen_share", "is_drift",
    ]  # fmt: skip
    assert frame["column"].tolist() == ["age", "city", "rooms"]
    assert report.drifted == ["age"]
    assert report.n_reference == 2000
    assert report.n_current == 1500
    assert "Drift in 1 of 3 columns (1,500 rows against 2,000; p < 0.01 corrected for 3 columns" in report.verdict


def test_batches_are_one_table():
    monitor, now = DriftMonitor().fit(table(2000, 0)), table(900, 1, 0.3)
    whole = monitor.report(now).to_frame()
    for batches in ([now[:100], now[100:]], (now[i : i + 300] for i in range(0, 900, 300))):
        pd.testing.assert_frame_equal(monitor.report(batches).to_frame(), whole)
    with pytest.raises(ValueError, match="holds no batch"):
        monitor.report(iter([]))


def test_the_reference_grows_by_batches_and_merges():
    whole = DriftMonitor().fit(table(900, 0))
    first, second = table(900, 0)[:300], table(900, 0)[300:]
    grown = DriftMonitor().fit(first).partial_fit(second)
    merged = DriftMonitor().fit(first).merge(DriftMonitor().fit(second))
    now = table(500, 1, 0.4)
    for other in (grown, merged):
        pd.testing.assert_frame_equal(other.report(now).to_frame(), whole.report(now).to_frame())


def test_it_keeps_summaries_not_rows():
    monitor = DriftMonitor().fit(np.random.default_rng(0).normal(size=(200_000, 2)))
    assert len(pickle.dumps(monitor)) < 300_000
    assert all(len(summary.values) <= 5000 for summary in monitor.summaries_[:2])
    now = np.random.default_rng(1).normal(size=(200_000, 2))
    assert not monitor.report(now).is_drift
    assert (monitor.report(now).to_frame()["p_value"] > 0.01).all()


@pytest.mark.parametrize("kind", ["class", "number"])
def test_the_target_is_watched_too(kind):
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 2, 1000), (rng.random(1000) < 0.9).astype(int)
    if kind == "number":
        before, after = before + rng.random(1000), after + rng.random(1000)
    monitor = DriftMonitor().fit(table(1000, 0), before)
    report = monitor.report(table(1000, 1), after)
    assert report.columns[-1] == "target"
    assert report.drifted == ["target"]
    assert monitor.report(table(1000, 1)).columns == ("age", "city", "rooms")


def test_weight_two_is_the_row_twice():
    before, now = table(400, 0), table(300, 1)
    weights = np.random.default_rng(2).integers(0, 3, 300)
    weighted = DriftMonitor().fit(before).report(now, sample_weight=weights).to_frame()
    repeated = DriftMonitor().fit(before).report(now.loc[now.index.repeat(weights)]).to_frame()
    pd.testing.assert_frame_equal(weighted, repeated)


def test_a_step_of_a_pipeline_hands_its_input_through():
    X = np.random.default_rng(0).normal(size=(300, 3))
    model = make_pipeline(DriftMonitor(), LogisticRegression()).fit(X, X[:, 0] > 0)
    assert model[0].transform(X) is not None
    np.testing.assert_array_equal(model[0].transform(X), X)
    assert model[0].report(X + 1).drifted


def test_polars_alike():
    before, now = table(500, 0).drop(columns="when"), table(500, 1, 0.5).drop(columns="when")
    expected = DriftMonitor().fit(before).report(now).to_frame()
    got = DriftMonitor().fit(pl.from_pandas(before)).report(pl.from_pandas(now)).to_frame()
    pd.testing.assert_frame_equal(got, expected)


def test_adversarial_finds_a_joint_drift_that_no_column_shows():
    rng = np.random.default_rng(0)
    before = rng.normal(size=(1500, 3))
    now = rng.normal(size=(1500, 3))
    now[:, 1] = np.where(rng.random(1500) < 0.9, now[:, 0], now[:, 1])  # same columns, now correlated
    report = DriftMonitor().fit(before).report(now, adversarial=True, X_reference=before)
    assert not report.is_drift
    assert report.adversarial.low > 0.6
    assert set(list(report.adversarial.columns)[:2]) == {"x0", "x1"}
    same = DriftMonitor().fit(before).report(rng.normal(size=(1500, 3)), adversarial=True, X_reference=before)
    assert same.adversarial.low < 0.5
    with pytest.raises(ValueError, match="needs rows of the reference, which a monitor does not keep"):
        DriftMonitor().fit(before).report(now, adversarial=True)


def test_three_tables_side_by_side():
    comparison = compare_distributions(table(900, 0), table(900, 1), table(900, 2, 1), min_psi=0.2)
    assert comparison.drifted == {"train_test": [], "train_real": ["age"], "test_real": ["age"]}
    frame = comparison.to_frame()
    assert frame.shape == (3, 10)
    assert "psi_train_real" in frame
    assert "Train against real" in comparison.to_text()


def test_names_cannot_reach_page_or_terminal_as_markup():
    names = ["<script>alert(1)</script>", "a\x1b[31mb\n"]
    before = pd.DataFrame(np.random.default_rng(0).normal(size=(100, 2)), columns=names)
    report = DriftMonitor().fit(before).report(before + 3)
    assert "<script>" not in report._repr_html_()
    assert "\x1b" not in report.to_text() + report.to_html()
    assert len(report.to_text().splitlines()) == 4


def test_errors():
    monitor = DriftMonitor().fit(table(50, 0))
    with pytest.raises(ValueError, match="column 'age' holds infinity"):
        monitor.report(table(50, 0).assign(age=np.inf))
    with pytest.raises(ValueError, match="column 'age' is of kind category"):
        monitor.report(table(50, 0).assign(age="old"))
    with pytest.raises(ValueError, match="need one table, not batches"):
        monitor.report([table(50, 0)], [1] * 50)


def electricity_splits(shared_data, n_splits):
    X = shared_data.load_electricity().drop(columns="class")
    rng = np.random.default_rng(0)
    for _ in range(n_splits):
        start = rng.integers(0, len(X) - 5760)  # four months of half hours
        rows = start + rng.permutation(5760)[:2000]
        yield X.iloc[rows[:1000]], X.iloc[rows[1000:]]


def test_electricity_drifts_over_the_years_and_not_within_months(shared_data):
    stream = shared_data.load_electricity()
    half = len(stream) // 2
    report = DriftMonitor().fit(stream[:half]).report(stream[half:])
    assert set(report.drifted) == {"nswprice", "vicprice", "vicdemand", "transfer"}
    alarms = [DriftMonitor().fit(before).report(now).is_drift for before, now in electricity_splits(shared_data, 40)]
    assert sum(alarms) <= 2


def test_the_chance_of_a_false_alarm_is_alpha_even_without_a_least_size():
    alarms = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        monitor = DriftMonitor(alpha=0.05, min_psi=0).fit(rng.normal(size=(300, 10)))
        alarms += monitor.report(rng.normal(size=(300, 10))).is_drift
    assert alarms <= 10  # 5 are expected; more than 10 has a chance of 1 %


def test_half_a_standard_deviation_in_one_of_twenty_columns_is_found():
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        before, now = rng.normal(size=(1000, 20)), rng.normal(size=(1000, 20))
        now[:, 7] += 0.5
        found += DriftMonitor().fit(before).report(now).drifted == ["x7"]
    assert found == 20


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([1.0] * 100, [2.0] * 100),
        ([0.0] * 95 + [1.0] * 5, [-5.0] * 95 + [1.0] * 5),
        ([0.0] * 90 + list(range(10, 20)), [5.0] * 90 + list(range(10, 20))),
    ],
    ids=["constant", "below", "in the gap beside it"],
)
def test_a_frequent_value_that_another_takes_the_place_of(before, now):
    monitor = DriftMonitor().fit(np.array(before)[:, None])
    assert monitor.report(np.array(now, dtype=float)[:, None]).is_drift
    assert not monitor.report(np.array(before)[:, None]).is_drift


def test_a_target_is_called_by_a_name_that_no_column_has():
    X, y = pd.DataFrame({"y": [1.0, 2.0] * 50, "target": [1.0, 2.0] * 50}), [0, 1] * 50
    assert DriftMonitor().fit(X, y).report(X, y).columns == ("y", "target", "target y")


def test_too_few_rows_to_tell_apart():
    X = np.arange(30.0)[:, None]
    with pytest.raises(ValueError, match="at least 10 rows of each table, got 9"):
        DriftMonitor().fit(X).report(X[:9], adversarial=True, X_reference=X)


def test_no_drift_is_only_said_where_chance_moves_less_than_a_large_drift():
    reference = np.arange(1000.0)[:, None]
    few, enough = (DriftMonitor().fit(reference).report(reference[:: 1000 // n]) for n in (20, 50))
    assert few.by_chance == pytest.approx(9 * (1 / 1000 + 1 / 20)) and not few.can_tell  # ten bins
    assert few.verdict.startswith("Too few rows to tell whether there is drift in 1 column (20 rows against 1,000)")
    assert enough.can_tell and enough.verdict.startswith("No drift in 1 column")
    gone = DriftMonitor().fit(reference).report(reference[:20] + 5000)
    assert gone.is_drift and gone.can_tell  # what is plain even in few rows is told
