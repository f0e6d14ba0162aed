import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from sklearn_mlknow.selection import ShadowSelector
from sklearn_mlknow.selection.shadows import decide, try_against_shadows


def planted(n_rows=800, seed=0):
    """Five informative columns and two copies of them, then eight of noise."""
    X, y = make_classification(
        n_rows, 15, n_informative=5, n_redundant=2, class_sep=1.5, random_state=seed, shuffle=False
    )
    return pd.DataFrame(X, columns=[f"c{i}" for i in range(15)]), y


@pytest.mark.parametrize("estimator", [None, ExtraTreesClassifier(60, max_depth=6)])
def test_finds_all_that_is_planted(estimator):
    X, y = planted()
    selector = ShadowSelector(estimator, n_rounds=30, random_state=0).fit(X, y)
    assert selector.get_support(indices=True).tolist() == list(range(7))


def test_sees_what_tells_only_together():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 6))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    assert ShadowSelector(random_state=0).fit(X, y).get_support(indices=True).tolist() == [0, 1]


def test_mixed_columns_and_numbers_as_target():
    rng = np.random.default_rng(0)
    level = rng.choice(["a", "b", "c"], 600)
    X = pd.DataFrame({"level": level, "noise": rng.normal(size=600), "hole": rng.normal(size=600)})
    X.loc[rng.random(600) < 0.5, "hole"] = np.nan
    y = (level == "b") + 2.0 * X["hole"].isna() + 0.3 * rng.normal(size=600)
    for frame in (X, pl.from_pandas(X)):
        selector = ShadowSelector(random_state=0).fit(frame, y.to_numpy())
        assert selector.get_feature_names_out().tolist() == ["level", "hole"]


def test_frames_stay_frames_for_a_model_of_ones_own():
    X, y = planted()
    seen = []

    class Watching(ExtraTreesClassifier):
        def fit(self, X, y):
            seen.append(X)
            return super().fit(X, y)

    ShadowSelector(Watching(10), n_rounds=2, random_state=0).fit(pl.from_pandas(X), y)
    assert isinstance(seen[0], pl.DataFrame)
    assert seen[0].columns[15] == "shadow 0 of c0"
    ours = seen[0].to_pandas()
    assert sorted(ours["shadow 0 of c0"]) == sorted(X["c0"])
    assert not np.array_equal(ours["shadow 0 of c0"], X["c0"])


def test_noise_is_rarely_accepted():
    """The shadows are drawn anew each round but a column stays: the luckiest of ten useless ones passes at times."""
    n_alarms = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(200, 10)), rng.integers(0, 2, 200)
        selector = ShadowSelector(n_rounds=20, random_state=seed).fit(X, y)
        n_alarms += "beats the shadows" in set(selector.report_["reason"])
    assert n_alarms <= 6


def test_decisions_by_hand():
    """Ten hits of ten: 2**-10 = 0.00098, below 0.05 / 10; nine of ten: 0.0107, above it."""
    accepted, rejected = decide(np.array([10, 9, 1, 0]), 10, 0.05)
    assert accepted.tolist() == [True, False, False, False]
    assert rejected.tolist() == [False, False, False, True]


def test_race_ends_when_all_is_decided():
    def importances_of(active, at):
        return np.where(active == 0, 2.0, 0.5), np.ones(5)

    trial = try_against_shadows(importances_of, 3, 100, 0.05, 100)
    assert trial.decisions.tolist() == [1, -1, -1]
    assert trial.rounds.max() < 15
    assert trial.strength.tolist() == pytest.approx([2.0, 0.5, 0.5])


def test_coefficients_count_and_models_without_either_are_refused():
    X, y = planted()
    ShadowSelector(LogisticRegression(max_iter=500), n_rounds=2, random_state=0).fit(X, y)
    with pytest.raises(ValueError, match="gives no importance a column.*ShapSelector"):
        ShadowSelector(KNeighborsClassifier(), random_state=0).fit(X, y)
