"""Known formulas against the same models asked as black boxes."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor

from sklearn_mlknow.explain import ShapExplainer
from sklearn_mlknow.explain.fast_games import LinearGame, PerceptronGame

X = np.random.default_rng(0).normal(size=(60, 5))
Y = X[:, 0] * X[:, 1] + X[:, 2]
CLASSES = np.digitize(Y, [-0.5, 0.5])


def both(model, method, **arguments):
    settings = {"background": 15, "random_state": 0, "method": method} | arguments
    fast = ShapExplainer(model, **settings).fit(X)
    method_name = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    plain = ShapExplainer(getattr(model, method_name), **settings).fit(X)
    game = fast.place_.game(X[:4], 1000, np.random.default_rng(0))
    return game, fast.explain(X[:4]), plain.explain(X[:4])


@pytest.mark.parametrize("method", ["exact", "paired"])
@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (LogisticRegression().fit(X, CLASSES), LinearGame),
        (Ridge().fit(X, Y), LinearGame),
        (LinearRegression().fit(X, np.column_stack([Y, -Y])), LinearGame),
        (MLPRegressor((7,), max_iter=20, random_state=0).set_params(), PerceptronGame),
        *(
            (MLPClassifier((6, 4), activation=activation, max_iter=20, random_state=0), PerceptronGame)
            for activation in ("relu", "tanh", "logistic", "identity")
        ),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_a_known_formula_changes_no_value(model, kind, method):
    if isinstance(model, MLPRegressor):
        model = MLPRegressor(hidden_layer_sizes=(7,), max_iter=20, random_state=0).fit(X, Y)
    elif isinstance(model, MLPClassifier):
        model = model.fit(X, CLASSES)
    game, fast, plain = both(model, method, budget="auto" if method == "exact" else 15 * 12 + 1)
    assert type(game) is kind
    np.testing.assert_allclose(fast.values, plain.values, atol=1e-9)
    np.testing.assert_allclose(fast.dependence, plain.dependence, atol=1e-8)


def test_linear_models_have_a_closed_form():
    model = Ridge().fit(X, Y)
    found = ShapExplainer(model, background=None).fit(X).explain(X[:3])
    assert found.audit.method == "linear"
    np.testing.assert_allclose(found.values, model.coef_ * (X[:3] - X.mean(axis=0)), atol=1e-12)
    assert (found.standard_errors == 0).all()


def test_log_odds_of_a_logistic_model_have_a_closed_form():
    model = LogisticRegression().fit(X, Y > 0)
    found = ShapExplainer(model, background=None, link="logit").fit(X).explain(X[:3])
    assert found.audit.method == "linear"
    np.testing.assert_allclose(found.values, model.coef_ * (X[:3] - X.mean(axis=0)), atol=1e-9)


def test_a_model_that_only_looks_linear_is_not_taken_for_one():
    class Bent(Ridge):
        def predict(self, rows):
            return np.abs(super().predict(rows))

    game = ShapExplainer(Bent().fit(X, Y), background=15).fit(X).place_.game(X, 10, np.random.default_rng(0))
    assert type(game).__name__ == "Game"
