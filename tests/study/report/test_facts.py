"""Bins, importance, the rows of the waterfalls and the verdict, by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.study.report.binned import bin_columns
from sklearn_mlknow.study.report.explained import Explained
from sklearn_mlknow.study.report.importance import importance_of
from sklearn_mlknow.study.report.sections.waterfalls import chosen_rows
from sklearn_mlknow.study.report.verdict import compare, verdict


def test_bins_hold_as_many_rows_and_missing_values_their_own():
    X = pd.DataFrame({"n": [*np.arange(40.0), np.nan, np.nan], "c": pd.Categorical(["a"] * 30 + ["b"] * 11 + [None])})
    number, category = bin_columns(X)
    assert np.bincount(number.codes).tolist() == [4] * 10 + [2]
    assert number.labels[0].startswith("< ") and number.labels[-1] == "missing"
    assert category.labels == ("a", "b", "missing") and np.bincount(category.codes).tolist() == [30, 11, 1]
    table = category.table(np.arange(42) % 2, 2)
    assert table.tolist() == [[15, 15], [6, 5], [0, 1]]


def test_importance_is_the_mean_size_with_both_errors():
    values = np.array([[[1.0], [0.0]], [[-3.0], [0.0]]])  # two rows, two columns, one output
    errors = np.array([[[0.1], [0.0]], [[0.1], [0.0]]])
    X = pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 1.0]})
    shape = {"values": values, "standard_errors": errors, "base_values": np.zeros(1)}
    made = Explained("y", False, "row", np.arange(2), X, ("a", "b"), ("y",), **shape, budget=8, is_exact=False)
    found = importance_of(made)
    assert found.order.tolist() == [0, 1] and found.total.tolist() == [2.0, 0.0]
    # rows: variance 2 of two rows; sampling: (0.1**2 + 0.1**2) / 2**2
    assert found.half_width[0] == pytest.approx(1.96 * np.sqrt(2 / 2 + 0.02 / 4))


def test_three_different_rows_are_chosen_and_the_worst_is_the_worst(context):
    chosen = chosen_rows(context, context.explained.rows)
    assert len({place for _, place in chosen}) == 3
    why, place = chosen[-1]
    assert why == "Its worst row"
    prediction = context.ours.prediction[context.explained.rows]
    if context.task.is_classification:
        of_truth = prediction[np.arange(len(prediction)), context.codes_test[context.explained.rows]]
        assert place == of_truth.argmin()
    else:
        error = np.abs(prediction - context.y_test.to_numpy()[context.explained.rows])
        assert place == error.argmax()


def test_verdict_is_honest_in_both_directions(context):
    assert "cannot be told apart" in verdict(context)[1]  # the stand-in is the linear model itself
    ours, sign = context.ours, 1 if context.metrics[0].larger_is_better else -1
    for shift, words in ((10.0, "It does better"), (-10.0, "The best baseline does better")):
        name = context.metrics[0].name
        moved = replace(
            ours,
            scores={**ours.scores, name: ours.scores[name] + sign * shift},
            resampled=ours.resampled + sign * shift,
        )
        assert words in verdict(replace(context, models=(moved, *context.models[1:])))[1]


def test_a_model_compared_with_itself_differs_by_nothing(context):
    found = compare(context, context.ours, context.ours)
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0) and not found.is_clear
