import numpy as np
import pytest

from sklearn_mlknow.explain import ShapExplainer
from sklearn_mlknow.explain.coalitions import all_coalitions, draw_pairs, take_pairs
from sklearn_mlknow.explain.even_half import exact_weights
from sklearn_mlknow.explain.exact_solver import interaction_weights, shapley_weights
from sklearn_mlknow.explain.odd_half import fit_odd_half
from tests.explain.oracle import explained


def bumpy(rows):
    """Effects of one, two, three and five columns."""
    return (
        np.tanh(rows[:, 0])
        + rows[:, 1] * rows[:, 2]
        + rows[:, 0] * rows[:, 3] * rows[:, 4]
        + 0.5 * np.prod(rows[:, :5], axis=1)
        - rows[:, 6]
    )


def data(n_columns=8, n_rows=40, seed=0):
    return np.random.default_rng(seed).normal(size=(n_rows, n_columns))


def explain(budget, X, n_rows=6, seed=0, model=bumpy, **arguments):
    explainer = ShapExplainer(model, background=None, method="paired", budget=budget, random_state=seed, **arguments)
    return explainer.fit(X).explain(X[:n_rows])


def test_all_pairs_give_the_exact_values_with_no_error():
    X = data(6, 12)

    def model(rows):
        return rows[:, 0] * rows[:, 1] * rows[:, 2] * rows[:, 3] * rows[:, 4] + rows[:, 5]

    found = explain(64 * 12 + 1, X, 3, model=model)
    expected = explained(model, X[:3], X)
    np.testing.assert_allclose(found.values, expected, atol=1e-8)


def test_functions_of_pairs_are_nearly_exact_from_few_rows():
    X = data()

    def model(rows):
        return rows[:, 0] * rows[:, 1] + rows[:, 2] ** 2 - 3 * rows[:, 7]

    found = explain(40 * 80, X, model=model)  # of 40 * 256
    exact = ShapExplainer(model, background=None, method="exact").fit(X).explain(X[:6])
    assert np.linalg.norm(found.values - exact.values) < 0.01 * np.linalg.norm(exact.values)


def test_errors_shrink_and_are_as_large_as_they_say():
    X = data()
    exact = ShapExplainer(bumpy, background=None, method="exact").fit(X).explain(X[:6]).values
    sizes, scores = [], []
    for budget in (500, 2000, 6000):
        runs = [explain(budget, X, seed=seed) for seed in range(5)]
        off = np.array([run.values - exact for run in runs])
        errors = np.array([run.standard_errors for run in runs])
        sizes.append(np.sqrt((off**2).mean()))
        scores.append(np.sqrt((off**2).mean() / (errors**2).mean()))
    assert sizes[0] > 2 * sizes[1] > 4 * sizes[2]
    assert all(0.4 < score < 1.6 for score in scores)


def test_values_add_up_to_the_prediction():
    X = data()
    found = explain(999, X)
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base_values, bumpy(X[:6]), atol=1e-12)
    assert found.audit.additivity < 1e-12


@pytest.mark.parametrize("budget", [33, 100, 777, 5000])
def test_the_budget_is_never_exceeded(budget):
    X = data()
    asked = []

    def counting(rows):
        asked.append(len(rows))
        return bumpy(rows)

    explainer = ShapExplainer(counting, background=None, method="paired", budget=budget, random_state=0).fit(X)
    asked.clear()
    found = explainer.explain(X[:5])
    assert sum(asked) == found.audit.model_rows
    assert sum(asked) <= 5 * budget + len(X)  # the background is asked for once
    assert found.audit.model_rows_each <= budget


def test_a_row_is_told_the_same_alone_and_in_company():
    X = data()
    together = explain(800, X, 6).values
    explainer = ShapExplainer(bumpy, background=None, method="paired", budget=800, random_state=0).fit(X)
    for row in range(6):
        np.testing.assert_allclose(explainer.explain(X[[row]]).values[0], together[row], rtol=1e-12, atol=1e-14)


def test_batches_change_nothing():
    X = data()
    np.testing.assert_array_equal(explain(800, X).values, explain(800, X, batch_rows=37).values)


def test_columns_that_never_vary_get_nothing():
    X = data()
    X[:, 5] = 3.0
    found = explain(800, X)
    assert (found.values[:, 5] == 0).all()
    assert (found.standard_errors[:, 5] == 0).all()


def test_tolerance_stops_early_and_is_met():
    X = data(12, 60)
    found = explain(20_000, X, tolerance=0.05)
    span = np.ptp(found.values, axis=1)
    assert (found.standard_errors.max(axis=1) <= 0.05 * span).all()
    assert found.audit.model_rows < 0.6 * explain(20_000, X).audit.model_rows


def test_interactions_and_dependence_come_along():
    X = data()
    found = explain(12_000, X)
    exact = ShapExplainer(bumpy, background=None, method="exact").fit(X).explain(X[:6])
    assert np.corrcoef(found.pair_values.ravel(), exact.pair_values.ravel())[0, 1] > 0.95
    assert np.corrcoef(found.dependence.ravel(), exact.dependence.ravel())[0, 1] > 0.95


def test_background_errors_are_those_of_the_exact_values():
    X = data()
    found = explain(12_000, X)
    exact = ShapExplainer(bumpy, background=None, method="exact").fit(X).explain(X[:6])
    ratio = np.median(found.background_errors / np.maximum(exact.background_errors, 1e-9))
    assert 0.8 < ratio < 1.2


def test_what_the_budget_does_not_tell_is_not_told():
    X = data(12, 60)
    found = explain(100, X)
    assert found.interactions is None
    assert np.isnan(found.dependence).all()
    assert np.isfinite(found.values).all()


def test_with_all_pairs_nothing_is_uncertain():
    found = explain(128 * 12 + 1, data(7, 12), 3)
    assert found.standard_errors.max() < 1e-6 * np.abs(found.values).max()


def test_with_all_pairs_the_maps_weigh_as_the_exact_solver():
    members, sizes = draw_pairs(5, 3, 15, np.random.default_rng(0))
    design = take_pairs(members, sizes, np.arange(15))
    weights = shapley_weights(5)  # (5, 32)
    for one in fit_odd_half(design).maps:
        for block in range(3):
            codes = design.members[block] @ (1 << np.arange(5))
            whitened = one.coefficients[:5].reshape(5, 3, 15)[:, block] * np.sqrt(design.weights)
            expected = 0.5 * (weights[:, codes] - weights[:, 31 - codes]) / 3
            np.testing.assert_allclose(whitened - whitened.mean(axis=0), expected - expected.mean(axis=0), atol=1e-8)


def test_interactions_are_weighed_as_by_the_exact_solver():
    members = all_coalitions(5)[1:16]
    expected = 0.5 * interaction_weights(5)[:, 1:16].T  # a pair's sum counts once
    np.testing.assert_allclose(exact_weights(members), expected, atol=1e-12)


@pytest.mark.long
def test_intervals_cover_on_a_curved_model():
    X = data(12, 60)
    exact = ShapExplainer(bumpy, background=None, method="exact", budget=2**12 * 60 + 1).fit(X).explain(X[:10]).values
    for budget in (1500, 6000, 24_000):
        runs = [explain(budget, X, 10, seed=seed) for seed in range(10)]
        off = np.abs([run.values - exact for run in runs])
        errors = np.array([run.standard_errors for run in runs])
        assert 0.92 < (off <= 1.96 * errors).mean() < 0.985
