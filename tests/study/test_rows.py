"""Rows that belong together are never on both sides, and a weight is a row so many times."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.study import DataCheck, DataSizeStudy, ModelFamilyStudy, TechniqueStudy
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.folds import draw_folds, draw_splits, members_of
from sklearn_mlknow.study.judging import calibration_error, rescues
from sklearn_mlknow.study.kept_units import folder_of
from sklearn_mlknow.study.learning_curve import prefixes_of
from sklearn_mlknow.study.rows import Rows, ignores_weights, weighted_steps

WEIGHTS = np.array([2.0, 1.0, 0.0, 3.0])


def patients(n_patients=30, n_visits=8, seed=0):
    """The outcome is one of the patient, known by heart from a level that all visits share; it follows from nothing."""
    rng = np.random.default_rng(seed)
    patient = np.repeat(np.arange(n_patients), n_visits)
    X = pd.DataFrame({"level": rng.permutation(n_patients)[patient] + 0.01 * rng.normal(size=len(patient))})
    return X, rng.normal(size=n_patients)[patient], patient


def test_what_leaks_through_groups_vanishes():
    X, y, patient = patients()
    nearest = {"nearest": KNeighborsRegressor(1)}
    leaking, honest = (
        ModelFamilyStudy(nearest, random_state=0).fit(X, y, groups=groups).results_["score"][0]
        for groups in (None, patient)
    )
    assert leaking > 0.8 and honest < 0.1


def test_a_technique_that_lives_on_a_leak_is_claimed_without_groups_only():
    X, y, patient = patients(n_patients=40)
    line = TechniqueStudy(LinearRegression(), techniques=["bins of equal frequency"], stack=False, random_state=0)
    assert line.fit(X, y).results_["low"][0] > 0
    assert line.fit(X, y, groups=patient).results_["low"][0] < 0


def test_the_gain_of_the_stack_is_judged_by_groups_inside_and_outside():
    seen = []

    class Noting(LinearRegression):
        def fit(self, X, y):
            seen.append(frozenset(np.unique(y)))
            return super().fit(X, y)

        def score(self, X, y):
            assert not seen[-1] & frozenset(np.unique(y))
            return super().score(X, y)

    rng = np.random.default_rng(0)
    x = rng.uniform(0, 6, 80)
    group = np.repeat(np.arange(80), 2)  # each group has one value of y, so that y tells of the group
    y = (np.floor(x / 1.5) % 2 + 0.01 * x)[group]
    study = TechniqueStudy(
        Noting(),
        techniques=["bins of equal width"],
        cv=4,
        scoring=lambda fitted, X, y: fitted.score(X, y),
        random_state=0,
    ).fit(pd.DataFrame({"x": x[group]}), y, groups=group)
    assert study.best_techniques_ == ["bins of equal width"] and study.best_gain_.mean > 0


def test_groups_of_a_rare_class_are_spread():
    groups = np.repeat(np.arange(20), 5)
    y = np.where(np.isin(groups, [3, 4, 11]), groups % 2 + 1, 0)  # classes 1 and 2 lie in two groups and one
    rows = Rows(pd.DataFrame({"a": y}), y, groups)
    with pytest.raises(ValueError, match="leave training rows without a class"):
        draw_folds(None, rows, True, 3, seed=0)
    rows = Rows(rows.X, np.minimum(y, 1), groups)
    for train, test in draw_folds(None, rows, True, 3, seed=0, repeats=5):
        assert len(np.unique(groups[test][rows.y[test] == 1])) == 1 and rows.y[train].sum() == 10


@pytest.mark.parametrize("is_class", [False, True])
def test_no_group_lies_on_both_sides(is_class):
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 12, 90)
    rows = Rows(pd.DataFrame({"a": rng.normal(size=90)}), groups % 2 if is_class else rng.normal(size=90), groups)
    folds = draw_folds(None, rows, is_class, 3, seed=0, repeats=2)
    assert len(folds) == 6
    for repeat in (folds[:3], folds[3:]):
        assert sorted(np.concatenate([test for _, test in repeat])) == list(range(90))
    assert not all(np.array_equal(a[1], b[1]) for a, b in zip(folds[:3], folds[3:]))
    for train, test in [*folds, *draw_splits(None, rows, is_class, 0.25, 4, seed=0)]:
        assert not set(groups[train]) & set(groups[test]) and len(train) + len(test) == 90


def test_without_groups_folds_are_those_of_scikit_learn():
    from sklearn.model_selection import RepeatedKFold

    rows = Rows(pd.DataFrame({"a": np.arange(10.0)}), np.arange(10.0))
    theirs = list(RepeatedKFold(n_splits=3, n_repeats=2, random_state=5).split(rows.X))
    for (train, test), (train_too, test_too) in zip(draw_folds(None, rows, False, 3, 5, 2), theirs, strict=True):
        assert np.array_equal(train, train_too) and np.array_equal(test, test_too)


def test_curves_grow_by_whole_groups():
    groups = np.array([2, 2, 2, 0, 1, 1, 3])
    rows = Rows(None, np.arange(7.0), groups)
    train = np.array([4, 5, 0, 1, 2, 3])  # group 1, then 2, then 0
    assert [p.tolist() for p in prefixes_of(train, rows, np.array([1, 2, 3]))] == [
        [4, 5],
        [4, 5, 0, 1, 2],
        [4, 5, 0, 1, 2, 3],
    ]
    classes = Rows(None, np.array(list("aaabaaa")), groups)  # b is in group 0 only
    assert [p.tolist() for p in prefixes_of(train, classes, np.array([2, 3]))] == [[4, 5, 3], [4, 5, 3, 0, 1, 2]]
    assert [rows.tolist() for rows in members_of(groups)] == [[3], [4, 5], [0, 1, 2], [6]]


def test_a_curve_of_groups_shows_rows_and_groups():
    X, y, patient = patients(n_patients=40, n_visits=5)
    y = y + X["level"].to_numpy()
    study = DataSizeStudy(LinearRegression(), n_sizes=3, repeats=3, random_state=0).fit(X, y, groups=patient)
    assert study.results_["n_groups"].tolist() == [8, 15, 30]  # of 30 training groups; 8 are 40 rows
    assert study.results_["n_rows"].tolist() == [40, 75, 150]
    assert study.forecast_["n_rows"] == 300
    with pytest.raises(ValueError, match="15 training groups are too few for a curve; it needs 16"):
        DataSizeStudy(LinearRegression()).fit(X[:100], y[:100], groups=patient[:100])


def test_a_step_gets_weights_wherever_it_stands():
    inner = make_pipeline(StandardScaler(), LinearRegression())
    outer = Pipeline([("scale", StandardScaler()), ("near", "passthrough"), ("model", inner)])
    assert weighted_steps(outer) == [
        "scale__sample_weight",
        "model__standardscaler__sample_weight",
        "model__linearregression__sample_weight",
    ]
    assert not ignores_weights(outer) and ignores_weights(base_pipeline(KNeighborsRegressor()))


def test_weight_two_is_the_row_twice_in_fit_and_score():
    X, y = pd.DataFrame({"a": [0.0, 1.0, 2.0, 4.0]}), np.array([1.0, 0.0, 5.0, 2.0])
    repeated = np.repeat(np.arange(4), WEIGHTS.astype(int))
    weighted, plain = Rows(X, y, weights=WEIGHTS), Rows(X, y).take(repeated)
    line = make_pipeline(LinearRegression())
    fits = [rows.fit(line)[-1] for rows in (weighted, plain)]
    assert fits[0].coef_ == pytest.approx(fits[1].coef_) and fits[0].intercept_ == pytest.approx(fits[1].intercept_)
    scores = [rows.score(get_scorer("r2"), weighted.fit(line)) for rows in (weighted, plain)]
    assert scores[0] == pytest.approx(scores[1])
    # by hand: the mean of 1, 1, 0, 2, 2, 2 is 4/3, and their absolute distances from it sum to 4
    from sklearn.dummy import DummyRegressor

    mean = weighted.fit(make_pipeline(DummyRegressor()))
    assert weighted.score(get_scorer("neg_mean_absolute_error"), mean) == pytest.approx(-4 / 6)


def test_calibration_and_rescues_count_weights():
    probabilities, codes = np.array([[0.8, 0.2]] * 4), np.array([0, 1, 1, 0])
    twice = np.repeat(np.arange(4), WEIGHTS.astype(int))
    assert calibration_error(probabilities, codes, WEIGHTS) == pytest.approx(
        calibration_error(probabilities[twice], codes[twice])
    )
    always, never = np.zeros(4, dtype=int), np.ones(4, dtype=int)
    np.testing.assert_allclose(
        rescues([always, never], codes, True, WEIGHTS), rescues([always[twice], never[twice]], codes[twice], True)
    )


def test_weights_change_what_a_study_says():
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 6, 300)
    is_step = np.arange(300) < 150  # half of the rows jump, half lie on a line
    X, y = pd.DataFrame({"x": x}), np.where(is_step, np.floor(x) % 2, x) + 0.1 * rng.normal(size=300)
    study = TechniqueStudy(LinearRegression(), techniques=["bins of equal width"], stack=False, random_state=0)
    jumps, lines = (
        study.fit(X, y, sample_weight=weights).results_["gain"][0] for weights in (is_step + 0.001, ~is_step + 0.001)
    )
    assert jumps > 0.1 > 0.0 > lines
    assert study.unweighted_ == []


def test_what_takes_no_weights_is_said():
    rng = np.random.default_rng(0)
    X, y = pd.DataFrame(rng.uniform(1, 2, size=(90, 4)), columns=list("abcd")), rng.normal(size=90)
    names = ["clusters", "columns of an autoencoder"]
    study = TechniqueStudy(LinearRegression(), techniques=names, cv=2, repeats=1, stack=False, random_state=0)
    study.fit(X, y, sample_weight=np.ones(90))
    assert study.unweighted_ == ["columns of an autoencoder"]
    assert study.sentence().endswith("Fitted without the weights: columns of an autoencoder.")
    near = study.set_params(estimator=KNeighborsRegressor(), techniques=["clusters"])
    assert near.fit(X, y, sample_weight=np.ones(90)).unweighted_ == ["as it is"]
    assert near.fit(X, y).unweighted_ == []
    models = {"near": KNeighborsClassifier(), "line": LogisticRegression()}
    families = ModelFamilyStudy(models, random_state=0).fit(X, y > 0, sample_weight=np.ones(90))
    assert families.unweighted_ == ["near"] and families.sentence().endswith("without the weights: near.")
    curve = DataSizeStudy(KNeighborsRegressor(), n_sizes=3, repeats=2)
    X, y = (pd.concat([X, X], ignore_index=True), np.tile(y, 2))
    assert not curve.fit(X, y, sample_weight=np.ones(180)).is_weighted_


def test_equal_weights_change_nothing():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(160, 2)), rng.normal(size=160)
    for study in (
        TechniqueStudy(LinearRegression(), techniques=["clusters"], random_state=0),
        ModelFamilyStudy({"line": LinearRegression()}, random_state=0),
        DataSizeStudy(LinearRegression(), n_sizes=3, repeats=2, random_state=0),
    ):
        plain = study.fit(X, y).results_.select_dtypes("number")
        weighted = study.fit(X, y, sample_weight=np.full(160, 2.0)).results_.select_dtypes("number")
        timed = [name for name in plain if "seconds" in name or name == "kilobytes"]
        np.testing.assert_allclose(plain.drop(columns=timed), weighted.drop(columns=timed), rtol=1e-9, atol=1e-12)


def test_a_checkpoint_knows_groups_and_weights(tmp_path):
    X, y = pd.DataFrame({"a": np.arange(4.0)}), np.arange(4.0)
    groups = np.array([0, 0, 1, 1])
    kinds = [Rows(X, y), Rows(X, y, groups), Rows(X, y, None, WEIGHTS), Rows(X, y, groups, WEIGHTS)]
    kinds += [Rows(X, y, groups[::-1].copy()), Rows(X, y, None, 2 * WEIGHTS)]
    assert len({folder_of(tmp_path, rows, "r2") for rows in kinds}) == 6


def test_labels_are_judged_by_a_model_that_has_not_seen_the_group():
    """All rows of three groups have the wrong label; only a model that knows other groups alone can tell."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(40), 10)
    x = np.linspace(-1, 1, 40)
    y = (x > 0).astype(int)
    y[[25, 30, 35]] = 0
    X = pd.DataFrame({"a": x[groups], "b": rng.normal(size=400)})
    found = [DataCheck(random_state=0).fit(X, y[groups], groups=one).findings_ for one in (None, groups)]
    doubtful = [[row for f in each if f.kind == "doubtful labels" for row in f.rows] for each in found]
    assert doubtful[0] == [] and len(doubtful[1]) >= 10


def test_a_class_of_few_groups_is_rare():
    y = np.repeat(["a", "b", "c"], [40, 40, 20])
    X = pd.DataFrame({"x": np.random.default_rng(0).normal(size=100)})
    groups = np.concatenate([np.arange(80), np.repeat([80, 81], 10)])
    (found,) = DataCheck(labels=False).fit(X, y, groups=groups).findings_
    assert (found.kind, found.fact) == ("rare class", "class 'c' has 20 rows of 2 groups")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"groups": [1, 2]}, "groups has 2 values for 40 rows"),
        ({"groups": [None] + [1, 2, 3] * 13}, "groups is missing in 1 rows"),
        ({"groups": ["g"] * 40}, "all rows belong to one group"),
        ({"groups": [1, 2] * 20}, "5 folds need 5 groups, the rows have 2"),
        ({"groups": np.repeat(np.arange(8), 5)}, "leave training rows without a class"),
        ({"sample_weight": [-1.0] * 40}, "Negative values in sample_weight"),
        ({"sample_weight": np.zeros(40)}, "all sample_weight are zero"),
    ],
)
@pytest.mark.parametrize("kind", [TechniqueStudy, ModelFamilyStudy])
def test_what_is_refused(kind, arguments, message):
    given = {"techniques": ["clusters"]} if kind is TechniqueStudy else {}
    study = kind({"l": LogisticRegression()} if kind is ModelFamilyStudy else LogisticRegression(), **given)
    y = np.repeat([0, 1], [35, 5])  # one group of five holds all of the second class
    with pytest.raises(ValueError, match=f"{kind.__name__}.*{message}"):
        study.fit(np.arange(40.0)[:, None], y, **arguments)


def test_a_scoring_that_takes_no_weights_is_named():
    study = TechniqueStudy(
        RandomForestRegressor(3), techniques=["clusters"], scoring=lambda fitted, X, y: 1.0, random_state=0
    )
    with pytest.raises(ValueError, match="the scoring cannot judge this model: .*sample_weight"):
        study.fit(np.arange(40.0)[:, None], np.arange(40.0), sample_weight=np.ones(40))
