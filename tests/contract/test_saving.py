"""Every public estimator is saved without pickle and answers the same bits when it is loaded."""

import pytest

from sklearn_mlknow.persistence import load, save
from tests.contract.data import answer, numbers, same, target
from tests.contract.discovery import public_estimators
from tests.contract.instances import build

# Types of scikit-learn that a user must trust by name, since a forged tree could point outside its arrays, and what
# only the tests hold.
TRUSTED = [
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.linear_model._logistic.LogisticRegression",
    "sklearn.linear_model._logistic.LogisticRegression.predict_proba",
    "sklearn.tree._tree.Tree",
    "tests.contract.features_instances.NumberColumns",
]


@pytest.mark.parametrize("cls", public_estimators(), ids=lambda cls: cls.__name__)
def test_saved_and_loaded(cls, tmp_path):
    X = numbers()
    estimator = build(cls)
    fitted = estimator.fit(X, target(estimator, X))
    save(fitted, tmp_path / "model.mlk")
    loaded = load(tmp_path / "model.mlk", trusted=TRUSTED)
    assert same(answer(loaded, X), answer(fitted, X))
    assert loaded.get_params(deep=False).keys() == fitted.get_params(deep=False).keys()
