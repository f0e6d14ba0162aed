"""What studies refuse, in one sentence that says who, what and what to do."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from sklearn_mlknow.study import DataSizeStudy, ModelFamilyStudy, TechniqueStudy

N = 60
X = pd.DataFrame({"a": np.random.default_rng(0).normal(size=N), "b": np.resize(["u", "v", None], N)})
NUMBERS = np.random.default_rng(1).normal(size=N)
CLASSES = np.resize(["p", "q"], N)
RARE = np.array(["p"] * (N - 3) + ["q"] * 3)
LINE, LOGISTIC = LinearRegression(), LogisticRegression()
BINS = ["bins of equal width"]


class Fails(LinearRegression):
    def fit(self, X, y):
        raise RuntimeError("boom")


def technique(model, **arguments):
    return TechniqueStudy(model, **{"techniques": BINS, "stack": False, "random_state": 0, **arguments})


@pytest.mark.parametrize(
    ("study", "y", "message"),
    [
        (technique(LOGISTIC, scoring="magic"), CLASSES, "TechniqueStudy: scoring='magic' is not known"),
        (technique(LOGISTIC, scoring=3), CLASSES, "TechniqueStudy: scoring must be a name or callable"),
        (technique(LOGISTIC, scoring="r2"), CLASSES, "TechniqueStudy: the scoring cannot judge this model"),
        (technique(LINE, scoring="roc_auc"), NUMBERS, "TechniqueStudy: the scoring cannot judge this model"),
        (technique(LOGISTIC), RARE, "TechniqueStudy: cv=5 needs 5 rows of each class, the rarest has 3"),
        (technique(LINE, techniques=["batch norm"]), NUMBERS, "TechniqueStudy: none of the techniques applies"),
        (technique(LINE, techniques=[]), NUMBERS, "TechniqueStudy: none of the techniques applies"),
        (technique(LINE), np.ones(N), "TechniqueStudy: the target is 1 in every row"),
        (technique(LINE, checkpoint=__file__), NUMBERS, "is a file; give a folder"),
        (technique(LINE, cv=100), NUMBERS, "TechniqueStudy: cv=100 needs 100 rows, the table has 60"),
        (technique(Fails()), NUMBERS, "boom"),
        (ModelFamilyStudy({"l": LOGISTIC}), RARE, "ModelFamilyStudy: cv=5 needs 5 rows of each class"),
        (ModelFamilyStudy({"l": LOGISTIC, "r": LINE}), CLASSES, "some models predict classes and some numbers"),
        (ModelFamilyStudy({"l": 3}), NUMBERS, r"models\['l'\] has no fit"),
        (ModelFamilyStudy({}), NUMBERS, "models is empty"),
        (ModelFamilyStudy({"l": LINE}, scoring="magic"), NUMBERS, "ModelFamilyStudy: scoring='magic' is not known"),
        (ModelFamilyStudy({"l": LINE, "bad": Fails()}), NUMBERS, "model 'bad' cannot be judged on a fold: boom"),
        (ModelFamilyStudy({"l": LINE}), np.ones(N), "ModelFamilyStudy: the target is 1 in every row"),
        (DataSizeStudy(LINE), np.ones(N), "DataSizeStudy: the target is 1 in every row"),
        (DataSizeStudy(LOGISTIC), np.array(["p"] * (N - 1) + ["q"]), "a split needs 3 rows of each class"),
    ],
)
def test_what_is_refused(study, y, message):
    with pytest.raises((ValueError, RuntimeError), match=message):
        study.fit(X, y)
    assert not hasattr(study, "results_")


def test_a_perfect_model_wants_no_rows():
    rows = pd.concat([X] * 3, ignore_index=True)
    study = DataSizeStudy(LINE, repeats=2, n_sizes=3, random_state=0).fit(rows, 2 * rows["a"])
    assert study.verdict_ == "model" and study.forecast_["gain"] == 0


def test_one_model_has_nobody_behind_it():
    assert ModelFamilyStudy({"line": LINE}, cv=3, random_state=0).fit(X, NUMBERS).sentence().endswith(").")


def test_what_cannot_be_pickled_has_no_size():
    class Local(LinearRegression):
        pass

    found = ModelFamilyStudy({"local": Local()}, cv=3, random_state=0).fit(X, NUMBERS).results_
    assert np.isnan(found["kilobytes"][0]) and np.isfinite(found["score"][0])
