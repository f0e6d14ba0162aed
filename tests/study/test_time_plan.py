"""The plan of a study: it fits, it uses the time, and it says when it cannot."""

import pytest

from sklearn_mlknow.study.time_plan import DEARER, HALF, N_SIZES, plan_time


def cost(plan, n_techniques, net, model, probed):
    """Seconds of a plan, added up fit by fit."""
    a_row = plan.n_rows / probed
    families = sum(1.5 * net + model for _ in range(plan.family_folds)) * a_row
    sizes = sum(HALF * model for _ in range(plan.size_repeats * N_SIZES)) * a_row
    techniques = sum(DEARER * model for _ in range(2 * (n_techniques + 1))) * a_row
    return families + sizes + techniques


@pytest.mark.parametrize("budget", [30, 60, 600, 3600])
@pytest.mark.parametrize("n_rows", [150, 5_000, 2_000_000])
@pytest.mark.parametrize(("net", "model"), [(1.0, 1.0), (1.0, 0.01), (0.2, 0.05)])
def test_what_is_planned_ends_in_time(budget, n_rows, net, model):
    plan = plan_time(budget, n_rows, 20, net, model, 500)
    if plan is None:
        assert 0.7 * budget < cost(plan_time(1e9, 100, 0, net, model, 500), 20, net, model, 500)
        return
    assert cost(plan, 20, net, model, 500) <= budget
    assert 100 <= plan.n_rows <= n_rows and 3 <= plan.family_folds <= 5 and 3 <= plan.size_repeats <= 8


def test_more_time_never_means_less():
    plans = [plan_time(budget, 100_000, 20, 1.0, 0.5, 500) for budget in (20, 60, 300, 3600, 100_000)]
    rows = [0 if plan is None else plan.n_rows for plan in plans]
    assert rows == sorted(rows) and rows[-1] == 100_000
    assert (plans[-1].family_folds, plans[-1].size_repeats) == (5, 8)
