"""What is planted is found, what is noise is not claimed."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression

from sklearn_mlknow.neural import NeuralRegressor
from sklearn_mlknow.study import TechniqueStudy
from sklearn_mlknow.study.catalogue import TECHNIQUES, techniques, transfer_from
from sklearn_mlknow.study.technique import Technique, put, turn

FIVE = [
    "bins of equal width",
    "bins of equal frequency",
    "ratios of columns",
    "smoothing by bin means",
    "half the columns by mutual information",
]


def study(model, names, X, y, **arguments):
    return TechniqueStudy(model, techniques=names, stack=False, **arguments).fit(X, y).results_.set_index("technique")


def test_a_step_wants_bins():
    x = np.random.default_rng(0).uniform(0, 10, (300, 2))
    found = study(LinearRegression(), FIVE[:2], x, np.floor(x[:, 0]) % 2, random_state=0)
    assert found.loc["bins of equal width", "low"] > 0.5
    assert found.loc["bins of equal frequency", "low"] > 0
    assert (found["side"] == "data").all()


def test_a_ratio_wants_ratios():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.uniform(1, 10, size=(400, 3)), columns=["price", "area", "age"])
    found = study(LinearRegression(), ["ratios of columns"], X, X["price"] / X["area"], random_state=0)
    assert found.loc["ratios of columns", "low"] > 0


def test_group_means_want_groups():
    rng = np.random.default_rng(0)
    shop = rng.integers(0, 30, 600)
    level = 10.0 * rng.normal(size=30)[shop]
    X = pd.DataFrame({"price": level + rng.normal(size=600), "shop": [f"s{i}" for i in shop]})
    y = X["price"] - X.groupby("shop")["price"].transform("mean")
    trees = HistGradientBoostingRegressor(max_iter=50, random_state=0)
    assert study(trees, ["group statistics"], X, y, random_state=0).loc["group statistics", "low"] > 0


def test_noise_columns_want_selection():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 60))
    y = X[:, 0] + X[:, 1] + 0.5 * rng.normal(size=100)
    name = "half the columns by mutual information"
    assert study(LinearRegression(), [name], X, y, random_state=0).loc[name, "low"] > 0


def test_noise_is_not_claimed():
    claims = 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        X, y = rng.uniform(1, 2, size=(120, 6)), rng.normal(size=120)
        claims += int((study(LinearRegression(), FIVE, X, y, random_state=seed)["low"] > 0).any())
    assert claims == 0


def test_the_stack_holds_what_helped_and_is_judged_honestly():
    x = pd.DataFrame(np.random.default_rng(0).uniform(0, 10, (300, 2)), columns=["a", "b"])
    found = TechniqueStudy(LinearRegression(), techniques=FIVE[:2], random_state=0).fit(x, np.floor(x["a"]) % 2)
    assert len(found.best_techniques_) == 1
    assert found.best_gain_.low > 0.5
    assert found.best_pipeline_.score(x, np.floor(x["a"]) % 2) > 0.9
    assert "clearly help" in found.sentence()
    labels = [label.get_text() for label in found.plot().get_yticklabels()]
    assert sorted(labels) == sorted(FIVE[:2])


@pytest.mark.parametrize(("names", "words"), [(FIVE[:1], "Of 1 technique none"), (FIVE[:2], "Of 2 techniques none")])
def test_one_technique_is_not_many(names, words):
    rng = np.random.default_rng(0)
    X, y = rng.uniform(1, 2, size=(60, 3)), rng.normal(size=60)
    found = TechniqueStudy(LinearRegression(), techniques=names, stack=False, random_state=0).fit(X, y)
    assert found.sentence().startswith(f"{words} clearly helps")


def test_no_time_for_an_honest_gain_is_said():
    x = pd.DataFrame(np.random.default_rng(0).uniform(0, 10, (200, 2)), columns=["a", "b"])
    study_ = TechniqueStudy(LinearRegression(), techniques=FIVE[:1], time_budget=0.001, random_state=0)
    assert study_.fit(x, np.floor(x["a"]) % 2).best_gain_ is None
    assert len(study_.base_scores_) == 2  # two folds are always run


def test_same_seed_same_results():
    x = np.random.default_rng(0).uniform(0, 10, (100, 2))
    one, two = (study(LinearRegression(), FIVE[:1], x, x[:, 0], random_state=3) for _ in range(2))
    pd.testing.assert_frame_equal(one.drop(columns="seconds"), two.drop(columns="seconds"))


def test_techniques_that_do_not_apply_are_left_out():
    X = np.random.default_rng(0).normal(size=(60, 2))
    found = study(LinearRegression(), "all", X, X[:, 0], random_state=0, cv=2, repeats=1)
    assert "counts of categories" not in found.index  # no categories
    assert "batch norm" not in found.index  # no net


def test_what_trains_a_net_is_tried_for_a_line_only_when_named():
    X = np.random.default_rng(0).normal(size=(60, 4))
    name = "columns of an autoencoder"
    assert name not in study(LinearRegression(), "data", X, X[:, 0], random_state=0, cv=2, repeats=1).index
    assert name in study(LinearRegression(), [name], X, X[:, 0], random_state=0, cv=2, repeats=1).index


def test_parameters_of_nets_are_turned_in_nets_only():
    trees = HistGradientBoostingRegressor(max_iter=3)
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match="none of the techniques applies"):
        study(trees, ["no early stopping"], X, X[:, 0])
    net = transfer_from(LinearRegression())
    with pytest.raises(ValueError, match="none of the techniques applies"):
        study(trees, [net], X, X[:, 0])


def nets_and_rows():
    X = np.random.default_rng(0).normal(size=(400, 2))
    small = NeuralRegressor(hidden_units=(16,), n_members=1, max_epochs=5, random_state=0)
    learned = NeuralRegressor(hidden_units=(16,), n_members=1, max_epochs=40, random_state=0).fit(X[:300], X[:300, 0])
    return small, learned, X[300:], X[300:, 0]


@pytest.mark.parametrize("names", [["transfer"], "model"])
def test_a_pretrained_net_adds_transfer(names):
    small, learned, X, y = nets_and_rows()
    few = {"cv": 2, "repeats": 1, "random_state": 0}
    found = study(small, names, X, y, pretrained=learned, **few)
    assert found.loc["transfer", "side"] == "model" and found.loc["transfer", "gain"] > 0.1
    own = study(small, [transfer_from(learned)], X, y, **few)
    assert own.loc["transfer", "gain"] == found.loc["transfer", "gain"]


def test_what_cannot_be_transferred():
    small, learned, X, y = nets_and_rows()
    with pytest.raises(ValueError, match="Transfer needs pretrained=, a fitted net"):
        study(small, ["transfer"], X, y)
    with pytest.raises(ValueError, match="TechniqueStudy: pretrained is for a net"):
        study(LinearRegression(), "all", X, y, pretrained=learned)
    with pytest.raises(NotFittedError, match="NeuralRegressor instance is not fitted yet"):
        study(small, "all", X, y, pretrained=small)


SAME = Technique("no intercept", "model", turn(fit_intercept=False))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([SAME, SAME], "techniques has 'no intercept' more than once; give each a name of its own"),
        (["clusters", "clusters"], "techniques has 'clusters' more than once"),
        (3, "must be 'all', 'model', 'data' or a list, got 3"),
        ([["clusters"]], r"techniques names \[\['clusters'\]\]"),
    ],
)
def test_what_cannot_be_told_apart_or_read(names, message):
    with pytest.raises(ValueError, match=message):
        study(LinearRegression(), names, np.arange(40.0)[:, None], np.arange(40.0))


def test_a_technique_cannot_pass_for_the_base_or_stand_on_another_side():
    with pytest.raises(ValueError, match="the name 'as it is' is taken"):
        Technique("as it is", "model", turn(fit_intercept=False))
    with pytest.raises(ValueError, match="side must be 'model' or 'data', got 'datum'"):
        Technique("no intercept", "datum", turn(fit_intercept=False))


def test_own_technique():
    shrunk = Technique("no intercept", "model", turn(fit_intercept=False))
    X = np.random.default_rng(0).normal(size=(60, 2))
    found = study(LinearRegression(), [shrunk], X, X[:, 0] + 5, random_state=0)
    assert found.loc["no intercept", "gain"] < 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"techniques": ["magic"]}, "techniques names"),
        ({"techniques": "magic"}, "must be 'all', 'model', 'data' or a list"),
        ({"checkpoint": "here"}, "a checkpoint needs an integer random_state"),
        ({"cv": 40}, "cv=40 needs 40 rows of each class"),
    ],
)
def test_wrong_settings(arguments, message):
    with pytest.raises(ValueError, match=message):
        TechniqueStudy(LogisticRegression(), **arguments).fit(np.arange(40.0)[:, None], [0, 1] * 20)


def test_names_and_sides():
    assert len({technique.name for technique in TECHNIQUES}) == len(TECHNIQUES)
    assert {technique.side for technique in TECHNIQUES} == {"model", "data"}
    assert techniques("all") == techniques("model") + techniques("data")


def test_put_and_turn_leave_the_base_alone():
    from sklearn_mlknow.study.base_pipeline import base_pipeline

    base = base_pipeline(LinearRegression())
    before = repr(base)
    assert put("front", "passthrough")(base, None).named_steps["front"] == "passthrough"
    assert turn(fit_intercept=True)(base, None) is None
    assert turn(unknown=1)(base, None) is None
    assert repr(base) == before
