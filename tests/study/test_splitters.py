"""Studies take the folds of a splitter, and refuse those that could not be judged honestly."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    PredefinedSplit,
    RepeatedKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
)

from sklearn_mlknow.study import ModelFamilyStudy, TechniqueStudy
from sklearn_mlknow.study.technique import Technique, turn

RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.uniform(1, 11, 300), "b": RNG.normal(size=300)})
STEPS = np.floor(X["a"]).to_numpy() % 2
GROUPS = np.repeat(np.arange(30), 10)
NAMES = ["bins of equal width"]


class Noting(LinearRegression):
    """Notes the rows that it learns from."""

    seen: list[np.ndarray] = []

    def fit(self, X, y):
        Noting.seen.append(X.index.to_numpy())
        return super().fit(X, y)


@pytest.mark.parametrize(("splitter", "n_folds"), [(KFold(3), 3), (RepeatedKFold(n_splits=2, n_repeats=2), 4)])
def test_a_splitter_draws_the_folds_alone(splitter, n_folds):
    study = TechniqueStudy(LinearRegression(), techniques=NAMES, cv=splitter, repeats=7, stack=False, random_state=0)
    assert study.fit(X, STEPS).base_scores_.shape == (n_folds,)


def test_kfold_gives_the_scores_of_scikit_learn():
    from sklearn.model_selection import cross_val_score

    study = ModelFamilyStudy({"line": LinearRegression()}, cv=KFold(4), random_state=0).fit(X, STEPS)
    expected = cross_val_score(LinearRegression(), X, STEPS, cv=KFold(4), scoring="r2").mean()
    assert study.results_["score"][0] == pytest.approx(expected, abs=1e-9)


def test_nothing_is_learned_from_the_future(monkeypatch):
    """Every fit of the study, inside training rows too, is of rows from the first on without a gap."""
    monkeypatch.setattr(Noting, "seen", [])
    study = TechniqueStudy(Noting(), techniques=NAMES, cv=TimeSeriesSplit(3), random_state=0).fit(X, STEPS)
    assert study.best_techniques_ == NAMES and study.best_gain_ is not None and study.best_gain_.mean > 0.5
    ends = [rows[-1] + 1 for rows in Noting.seen if rows.tolist() == list(range(len(rows)))]
    assert len(ends) == len(Noting.seen) and set(ends) >= {75, 150, 225, 300, 57, 113, 169}


def test_groups_by_a_splitter_are_kept():
    arguments = {"techniques": NAMES, "stack": False, "random_state": 0}
    found = TechniqueStudy(LinearRegression(), cv=GroupKFold(3), **arguments).fit(X, STEPS, groups=GROUPS)
    assert len(found.base_scores_) == 3


@pytest.mark.parametrize(
    ("splitter", "groups", "message"),
    [
        (KFold(3, shuffle=True, random_state=0), GROUPS, "leaves rows of a group on both sides"),
        (GroupKFold(3), None, "cannot split these rows: .*groups"),
        (KFold(2), None, "leaves training rows without a class"),
        (ShuffleSplit(1, random_state=0), None, "draws 1 fold, which cannot tell"),
        (KFold(500), None, "cannot split these rows: .*n_splits=500"),
    ],
)
@pytest.mark.filterwarnings("ignore:The groups parameter is ignored")
@pytest.mark.parametrize("kind", [TechniqueStudy, ModelFamilyStudy])
def test_folds_that_could_not_be_judged(kind, splitter, groups, message):
    model = {"line": LogisticRegression()} if kind is ModelFamilyStudy else LogisticRegression()
    with pytest.raises(ValueError, match=f"{kind.__name__}: cv=.*{message}"):
        kind(model, cv=splitter).fit(X, np.repeat([0, 1], 150), groups=groups)


@pytest.mark.parametrize(
    ("splitter", "message"),
    [
        (TimeSeriesSplit(3), "tests 75 rows not at all and 0 more than once"),
        (RepeatedKFold(n_splits=2, n_repeats=2, random_state=0), "tests 0 rows not at all and 300 more than once"),
    ],
)
def test_families_are_compared_row_by_row(splitter, message):
    with pytest.raises(ValueError, match=message):
        ModelFamilyStudy({"line": LinearRegression()}, cv=splitter).fit(X, STEPS * 1.5)


def test_folds_of_the_users_own():
    parts = PredefinedSplit(np.repeat([0, 1, 2], 100))
    study = ModelFamilyStudy({"line": LinearRegression()}, cv=parts, random_state=0).fit(X, STEPS)
    line = LinearRegression().fit(X[100:], STEPS[100:])
    assert study.predictions_["line"][:100] == pytest.approx(line.predict(X[:100]))


def test_a_checkpoint_wants_the_same_folds_again(tmp_path):
    same = [Technique("no intercept", "model", turn(fit_intercept=False))]
    arguments = {"techniques": same, "stack": False, "random_state": 0, "checkpoint": tmp_path}
    with pytest.raises(ValueError, match="a checkpoint needs the same folds again; give KFold.* an integer random_"):
        TechniqueStudy(LinearRegression(), cv=KFold(3, shuffle=True), **arguments).fit(X, STEPS)
    TechniqueStudy(LinearRegression(), cv=KFold(3, shuffle=True, random_state=0), **arguments).fit(X, STEPS)
    assert len(list(tmp_path.rglob("*.json"))) == 2 * 3


@pytest.mark.parametrize("cv", [1, "five", 2.5, StratifiedKFold])
def test_what_is_no_number_and_no_splitter(cv):
    with pytest.raises(ValueError, match="cv"):
        TechniqueStudy(LinearRegression(), cv=cv).fit(X, STEPS)
