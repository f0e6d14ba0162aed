"""The plan of a study: it fits, it has folds enough, it uses the time, and it says when it cannot."""

import pytest

from sklearn_mlknow.study.time_plan import DEARER, HALF, N_SIZES, Cost, cost_between, plan_time


def of(cost, n_rows):
    return cost.fixed + cost.a_row * n_rows


def seconds(plan, n_techniques, model, kinds, n_folds):
    """Seconds of a plan, added up fit by fit."""
    told = sum(of(kinds, plan.family_rows) for _ in range(plan.family_folds)) if plan.family_rows else 0.0
    if plan.size_rows:
        told += sum(of(model, HALF * plan.size_rows) for _ in range(plan.size_repeats * N_SIZES))
    return told + sum(DEARER * of(model, plan.technique_rows) for _ in range(n_folds * (n_techniques + 1)))


@pytest.mark.parametrize("budget", [5, 30, 60, 600, 3600])
@pytest.mark.parametrize("n_rows", [150, 5_000, 2_000_000])
@pytest.mark.parametrize(("net", "model"), [(2e-3, 2e-3), (2e-3, 2e-5), (4e-4, 1e-4)])
@pytest.mark.parametrize("fixed", [0.0, 0.01])
def test_what_is_planned_ends_in_time_with_five_folds_or_more(budget, n_rows, net, model, fixed):
    costs = Cost(fixed, model), Cost(fixed, net)
    plan = plan_time(budget, n_rows, 20, *costs)
    at_least = DEARER * 21 * of(costs[0], min(100, n_rows))
    if plan is None:  # two folds of a hundred rows are too many
        assert 2 * at_least > budget
        return
    if 5 * at_least > 0.55 * budget:  # five folds are
        assert plan.technique_rows == 100
        return
    assert seconds(plan, 20, *costs, n_folds=5) <= budget
    assert min(100, n_rows) <= plan.technique_rows <= n_rows
    if plan.technique_rows > 500:
        assert seconds(plan, 20, *costs, n_folds=10) <= 1.01 * budget


def test_more_time_never_means_less():
    costs = Cost(0.0, 1e-3), Cost(0.0, 3e-3)
    plans = [plan_time(budget, 100_000, 20, *costs) for budget in (10, 20, 60, 300, 3600, 100_000)]
    for part in ("technique_rows", "family_rows", "size_rows"):
        rows = [0 if plan is None else getattr(plan, part) for plan in plans]
        assert rows == sorted(rows) and rows[-1] == 100_000
    assert plans[0].technique_rows == 100 and (plans[-1].family_folds, plans[-1].size_repeats) == (5, 8)


def test_what_has_no_time_is_left_out_before_techniques_are():
    plan = plan_time(30, 100_000, 20, Cost(0.0, 1e-4), Cost(0.0, 1.0))
    assert plan.family_rows == plan.family_folds == 0 and plan.size_rows > 0 and plan.technique_rows > 500
    assert plan_time(30, 100_000, 20, Cost(0.0, 1e-4), None).technique_rows > plan.technique_rows


def test_a_cost_that_falls_with_rows_is_taken_as_proportional():
    assert cost_between((2.0, 1.0), (500, 2000)) == Cost(0.0, 1.0 / 2000)
    assert cost_between((1.0, 9.0), (500, 2000)) == Cost(0.0, 9.0 / 2000)  # a line would begin below zero
