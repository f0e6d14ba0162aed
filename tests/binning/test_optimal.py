import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.binning import OptimalBinner
from sklearn_mlknow.formulas.information import information_value, mutual_information, weight_of_evidence

RNG = np.random.default_rng(0)
N = 600
AGE = RNG.normal(40, 12, N).round(1)
CITY = RNG.choice(list("abcdef"), N)
RATE = 1 / (1 + np.exp(-(AGE - 40) / 12 - np.isin(CITY, ["a", "d"]) + 0.5))
Y = (RNG.random(N) < RATE).astype(int)
FRAME = pd.DataFrame({"age": AGE, "city": CITY})
FRAME.loc[::50, "age"] = np.nan
FRAME.loc[::40, "city"] = None


def rates(binner, column, y, place=0):
    codes = binner.transform(column)[:, place].astype(int)
    return np.array([y[codes == code].mean() for code in range(binner.n_bins_[place])])


@pytest.mark.parametrize("monotonic", ["increasing", "decreasing", "peak", "valley", "auto", None])
def test_bins_keep_every_constraint(monotonic):
    binner = OptimalBinner(5, monotonic=monotonic, min_bin_share=0.12, columns=["age"], remainder="drop")
    binner.fit(FRAME, Y)
    weights = binner.bin_weights_[0][: binner.n_bins_[0]]
    assert binner.n_bins_[0] <= 5
    assert weights.min() >= 0.12 * weights.sum() - 1e-9
    steps = np.sign(np.diff(rates(binner, FRAME, Y)))
    turns = (np.diff(steps[steps != 0]) != 0).sum()
    assert {
        "increasing": (steps >= 0).all(),
        "decreasing": (steps <= 0).all(),
        "peak": turns == 0 or (turns == 1 and steps[0] > 0),
        "valley": turns == 0 or (turns == 1 and steps[0] < 0),
        "auto": turns <= 1,
        None: True,
    }[monotonic]


def test_categories_are_grouped_by_event_rate_and_missing_stands_apart():
    binner = OptimalBinner(3, columns=["city"], remainder="drop").fit(FRAME, Y)
    assert sorted(level for group in binner.groups_["city"] for level in group) == list("abcdef")
    steps = np.diff(rates(binner, FRAME, Y))
    assert (steps > 0).all()
    codes = binner.transform(FRAME).ravel()
    assert set(codes[FRAME["city"].isna()]) == {binner.n_bins_[0]}
    assert binner.transform(pd.DataFrame({"age": [1.0], "city": ["new"]})).tolist() == [[binner.n_bins_[0]]]


def test_scores_are_what_the_bins_tell():
    binner = OptimalBinner().fit(FRAME, Y)
    codes = binner.transform(FRAME)
    for place in range(2):
        events = np.bincount(codes[:, place], Y)
        total = np.bincount(codes[:, place])
        assert binner.scores_[place] == pytest.approx(information_value(events, total - events).sum())


def test_three_classes():
    y = np.digitize(AGE + RNG.normal(0, 5, N), [35, 45]).astype(str)
    binner = OptimalBinner(columns=["age"], remainder="drop").fit(FRAME, y)
    codes = binner.transform(FRAME).ravel()
    table = np.zeros((codes.max() + 1, 3))
    np.add.at(table, (codes, y.astype(int)), 1)
    assert binner.scores_[0] == pytest.approx(mutual_information(table))
    assert binner.scores_[0] > 0.4
    assert binner.target_classes_.tolist() == ["0", "1", "2"]


def test_numbers_as_target():
    y = np.where(AGE > 45, 3.0, 1.0) + RNG.normal(0, 0.1, N)
    binner = OptimalBinner(2).fit(AGE[:, None], y)
    below, above = AGE[AGE <= 45].max(), AGE[AGE > 45].min()
    assert binner.bin_edges_[0][1] == pytest.approx((below + above) / 2)
    assert binner.target_classes_ is None
    inside = sum(((y[side] - y[side].mean()) ** 2).sum() for side in (AGE > 45, AGE <= 45))
    assert binner.scores_[0] == pytest.approx(1 - inside / ((y - y.mean()) ** 2).sum())


def test_whole_numbers_may_be_a_number_or_classes():
    y = RNG.integers(0, 3, N)
    assert OptimalBinner().fit(AGE[:, None], y).target_classes_ is not None
    assert OptimalBinner(target_type="number").fit(AGE[:, None], y).target_classes_ is None
    assert OptimalBinner().fit(AGE[:, None], RNG.integers(0, 500, N)).target_classes_ is None


def test_special_values_get_their_own_bins_and_do_not_move_the_edges():
    column = AGE.copy()
    column[:100] = -999
    binner = OptimalBinner(special={"x0": [-999]}).fit(column[:, None], Y)
    assert set(binner.transform(column[:, None])[:100, 0]) == {binner.n_bins_[0] + 1}
    events = Y[:100].sum()
    assert binner.bin_targets_[0][-1].tolist() == [100 - events, events]
    assert (binner.bin_edges_[0][1:-1] > 0).all()


def test_weights_stand_for_rows():
    weights = RNG.integers(0, 4, N)
    weighted = OptimalBinner().fit(FRAME, Y, sample_weight=weights)
    repeated = OptimalBinner().fit(FRAME.loc[FRAME.index.repeat(weights)], np.repeat(Y, weights))
    assert weighted.bin_edges_[0].tolist() == repeated.bin_edges_[0].tolist()
    assert weighted.groups_ == repeated.groups_


def test_max_p_value_joins_what_does_not_differ():
    noise = RNG.integers(0, 2, N)
    assert OptimalBinner(max_p_value=1e-4).fit(AGE[:, None], noise).n_bins_.tolist() == [1]
    assert OptimalBinner(max_p_value=1e-4).fit(AGE[:, None], Y).n_bins_[0] >= 2


def test_parts_give_the_same_bins_whatever_classes_they_hold():
    order = np.argsort(Y)
    frame, y = FRAME.iloc[order].reset_index(drop=True), Y[order]
    whole = OptimalBinner().fit(frame, y)
    parts = OptimalBinner().fit(frame[:150], y[:150])  # one class only
    parts.partial_fit(frame[150:400], y[150:400]).merge(OptimalBinner().fit(frame[400:], y[400:]))
    assert parts.bin_edges_[0].tolist() == whole.bin_edges_[0].tolist()
    assert parts.groups_ == whole.groups_
    assert parts.scores_.tolist() == pytest.approx(whole.scores_.tolist())


@pytest.mark.parametrize("blank_first", [True, False])
def test_a_part_whose_categories_are_all_missing(blank_first):
    full, blank = FRAME[["city"]][:300], pd.DataFrame({"city": np.full(300, np.nan)})
    first, second = (blank, full) if blank_first else (full, blank)
    parts = OptimalBinner().fit(first, Y[:300])
    parts.merge(OptimalBinner().fit(second, Y[300:]))
    whole = OptimalBinner().fit(pd.concat([first.astype(object), second.astype(object)]), Y)
    assert parts.groups_ == whole.groups_
    assert parts.bin_weights_[0].tolist() == whole.bin_weights_[0].tolist()


def test_parts_of_differing_targets_are_refused():
    binner = OptimalBinner().fit(AGE[:, None], Y)
    with pytest.raises(ValueError, match="Set target_type"):
        binner.partial_fit(AGE[:, None], RNG.normal(size=N))


def test_weight_of_evidence_is_cross_fitted():
    binner = OptimalBinner(encode="woe")
    first = clone(binner).fit_transform(FRAME, Y)
    evidence = clone(binner).fit(FRAME, Y)
    codes = clone(binner).set_params(encode="ordinal").fit(FRAME, Y).transform(FRAME)
    events = np.bincount(codes[:, 1], Y)
    expected = weight_of_evidence(events, np.bincount(codes[:, 1]) - events)[codes[:, 1]]
    np.testing.assert_allclose(evidence.transform(FRAME)[:, 1], expected)
    assert not np.allclose(first, evidence.transform(FRAME))


@pytest.mark.parametrize("encode", ["ordinal", "onehot", "onehot-dense", "interval", "woe"])
def test_every_encoding_of_mixed_tables(encode):
    binner = OptimalBinner(encode=encode).set_output(transform="pandas").fit(FRAME, Y)
    out = binner.transform(FRAME)
    assert list(out.columns) == binner.get_feature_names_out().tolist()
    assert len(out) == N
    if encode == "interval":
        assert set(out["city"]) == {*("{" + ", ".join(group) + "}" for group in binner.groups_["city"]), "missing"}


@pytest.mark.parametrize("encode", ["mean", "median", "boundary", "midpoint", "ple"])
def test_encodings_of_numbers_work_on_numbers_and_refuse_categories(encode):
    out = OptimalBinner(encode=encode, columns=["age"], remainder="drop").fit_transform(FRAME, Y)
    assert out.shape[0] == N
    with pytest.raises(ValueError, match="column 'city' holds categories"):
        OptimalBinner(encode=encode).fit(FRAME, Y)


def test_polars_and_object_arrays_give_the_same():
    expected = OptimalBinner().fit_transform(FRAME, Y)
    assert OptimalBinner().fit_transform(pl.from_pandas(FRAME), Y).tolist() == expected.tolist()
    assert OptimalBinner().fit_transform(FRAME.to_numpy(dtype=object), Y).tolist() == expected.tolist()


def test_a_column_that_separates_the_classes():
    X = np.arange(40.0)[:, None]
    binner = OptimalBinner().fit(X, (X[:, 0] >= 17).astype(int))
    assert binner.bin_edges_[0].tolist() == [-np.inf, 16.5, np.inf]
    assert np.isfinite(binner.scores_).all()


@pytest.mark.parametrize(
    ("arguments", "X", "y", "message"),
    [
        ({"max_bins": 1}, AGE[:, None], Y, "max_bins must be an integer >= 2"),
        ({"min_bin_share": 0.7}, AGE[:, None], Y, "min_bin_share"),
        ({"monotonic": "up"}, AGE[:, None], Y, "monotonic"),
        ({"encode": "woe"}, AGE[:, None], AGE, "needs a target of two classes, got numbers"),
        ({"encode": "woe"}, AGE[:, None], RNG.integers(0, 3, N), "two classes, got 3"),
        ({}, np.where(AGE > 60, np.inf, AGE)[:, None], Y, "column 'x0' holds inf"),
        ({"handle_missing": "error"}, FRAME, Y, "column 'age' holds missing"),
        ({"special": {"city": [1.0]}}, FRAME, Y, "special names 'city', which holds categories"),
        ({"special": {"nope": [1.0]}}, FRAME, Y, "special names 'nope'"),
        ({}, AGE[:, None], None, "requires y to be passed"),
        ({}, AGE[:, None], (np.arange(N) // 2).astype(str), "y names 300 classes, more than 200"),
    ],
)
def test_refused(arguments, X, y, message):
    with pytest.raises(ValueError, match=message):
        OptimalBinner(**arguments).fit(X, y)


def test_groups_have_no_inverse_but_numbers_have():
    with pytest.raises(ValueError, match="column 'city' is categorical"):
        OptimalBinner().fit(FRAME, Y).inverse_transform([[0, 0]])
    binner = OptimalBinner(2).fit(np.arange(40.0)[:, None], np.arange(40) >= 17)
    assert binner.inverse_transform([[0], [1]]).ravel().tolist() == [8.25, 27.75]


def test_in_a_pipeline_it_helps_a_linear_model():
    X = RNG.normal(size=(2000, 1))
    y = (np.abs(X[:, 0]) > 1).astype(int)
    plain = LogisticRegression().fit(X, y).score(X, y)
    binned = make_pipeline(OptimalBinner(encode="woe"), LogisticRegression()).fit(X, y).score(X, y)
    assert binned > 0.97 > plain


@pytest.mark.parametrize("table", ["titanic", "phoneme"])
def test_information_value_is_that_of_optbinning_or_more(shared_data, table):
    """Figures of optbinning 1.0.0 under the same constraints; the whole comparison is benchmarks/optimal_binning.py."""
    theirs = {"titanic": ("fare", 0.638959), "phoneme": ("v2", 1.058248)}
    name, value = theirs[table]
    X, y = shared_data.load_tabular(table)
    y = (y.astype(str) == sorted(y.astype(str).unique())[1]).to_numpy().astype(int)
    binner = OptimalBinner(monotonic="auto" if table == "titanic" else "peak").fit(X[[name]], y)
    codes = binner.transform(X[[name]]).ravel()
    events = np.bincount(codes, y)
    assert information_value(events, np.bincount(codes) - events).sum() >= value - 1e-6
