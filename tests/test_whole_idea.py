"""The whole idea as its page tells it: one search over binner, builder, selector and network, explained as one."""

from pathlib import Path

import pandas as pd

from tests.test_readme import run_blocks

PAGE = Path(__file__).parents[1] / "docs" / "whole_idea.md"


def test_one_search_tunes_every_step_and_is_explained_on_the_original_columns():
    names = run_blocks(PAGE)
    search, X, explanation = names["search"], names["X"], names["explanation"]
    steps = [name for name, _ in search.best_estimator_.steps]
    assert steps == ["binner", "builder", "selector", "network"]
    assert {parameter.split("__")[0] for parameter in search.best_params_} == set(steps) and search.n_jobs == 2
    between = search.best_estimator_[:-1].transform(X)
    assert isinstance(between, pd.DataFrame) and set(between.columns) != set(X.columns)
    assert search.score(names["X_test"], names["y_test"]) > 0.9
    assert list(explanation.names) == list(X.columns)
    assert explanation.values.shape == (8, 6, 3)
    assert explanation.importance()["player"][0] != "sex"
