import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from sklearn_mlknow.explain import ShapExplainer
from tests.explain.oracle import mean_answer, shapley_values

X = np.random.default_rng(0).normal(size=(30, 3))


def test_loss_values_of_a_regression_are_the_definition():
    def model(rows):
        return rows[:, 0] * rows[:, 1] + rows[:, 2]

    y = model(X) + 0.3
    found = ShapExplainer(model, background=None).fit(X).explain(X[:3], y[:3])
    for row in range(3):
        expected = shapley_values(lambda kept, i=row: -((mean_answer(model, X[i], X, kept) - y[i]) ** 2), 3)
        np.testing.assert_allclose(found.loss_values[row], expected, atol=1e-10)
    np.testing.assert_allclose(found.losses, 0.09, atol=1e-12)


@pytest.mark.parametrize("classes", [2, 3])
def test_loss_values_of_a_classifier_are_the_definition(classes):
    y = np.digitize(X[:, 0] + X[:, 1] ** 2, [1.0, 2.0])
    y = (y > 0).astype(int) if classes == 2 else y
    model = LogisticRegression().fit(X, y)
    found = ShapExplainer(model, background=None).fit(X).explain(X[:3], y[:3])
    for row in range(3):
        expected = shapley_values(lambda kept, i=row: np.log(mean_answer(model.predict_proba, X[i], X, kept)[y[i]]), 3)
        np.testing.assert_allclose(found.loss_values[row], expected, atol=1e-10)


def test_sage_is_the_mean_and_adds_up_to_the_lowering_of_the_loss():
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    found = ShapExplainer(model, background=None).fit(X).explain(X, X[:, 0] > 0)
    table = found.sage
    assert table["player"][0] == "x0"
    base = model.predict_proba(X).mean(axis=0)[1]
    before = -np.log(np.where(X[:, 0] > 0, base, 1 - base)).mean()
    assert table["value"].sum() == pytest.approx(before - found.losses.mean())


def test_sampled_games_are_rebuilt_well():
    rng = np.random.default_rng(1)
    many = rng.normal(size=(50, 12))

    def model(rows):
        return rows[:, 0] * rows[:, 1] + rows[:, 2] - 2 * rows[:, 3]

    y = model(many)
    sampled = ShapExplainer(model, background=30, budget=8000, random_state=0).fit(many).explain(many, y)
    exact = ShapExplainer(model, background=30, method="exact", random_state=0).fit(many).explain(many[:8], y[:8])
    assert sampled.audit.method == "paired"
    gap = np.linalg.norm(sampled.loss_values[:8] - exact.loss_values) / np.linalg.norm(exact.loss_values)
    assert gap < 0.1


def test_what_has_no_loss_is_refused():
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    explainer = ShapExplainer(model, output="decision_function").fit(X)
    with pytest.raises(ValueError, match="y is for explanations of probabilities"):
        explainer.explain(X, X[:, 0] > 0)
    with pytest.raises(ValueError, match="pass y"):
        explainer.explain(X).sage  # noqa: B018
