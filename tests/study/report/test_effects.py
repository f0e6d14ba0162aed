"""General effects against a slow loop, and where they are drawn."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.study.report.attributing import for_people, representative
from sklearn_mlknow.study.report.effects import general_effect, rows_with_values
from sklearn_mlknow.study.report.explained import Effect
from sklearn_mlknow.study.report.explanations.effects import LEFT, RIGHT, places


def told(X):
    size = X["size"].fillna(5.0).to_numpy()
    return np.column_stack([size * (X["kind"] == "b"), size - X["count"]])


@pytest.mark.parametrize("name", ["size", "kind", "count"])
def test_the_mean_prediction_by_a_loop(name):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "size": np.where(rng.random(40) < 0.2, np.nan, rng.normal(size=40)),
            "kind": rng.choice(["a", "b", None], 40),
            "count": rng.integers(0, 3, 40),
        }
    )
    shown = for_people(X)
    effect = general_effect(told, X.iloc[:7], X, shown, name)
    rows = rows_with_values(shown[name])
    assert len(rows) == len(effect.values)
    for place, row in enumerate(rows):
        each = []
        for one in range(7):
            changed = X.iloc[[one]].copy()
            changed[name] = X[name].iloc[[row]].to_numpy()
            each.append(told(changed)[0])
        np.testing.assert_allclose(effect.means[place], np.mean(each, axis=0))
    assert effect.values[-1] != effect.values[-1] or effect.values[-1] == "missing" or name == "count"


def test_representative_rows_have_the_mean_of_all():
    rng = np.random.default_rng(0)
    for n_outputs in (1, 3):
        told = rng.dirichlet(np.ones(3), 500)[:, :n_outputs]
        few = representative(told, 32)
        by_chance = told[:32].mean(axis=0)
        assert np.abs(told[few].mean(axis=0) - told.mean(axis=0)).max() < 0.02
        assert len(set(few)) == 32 and np.abs(by_chance - told.mean(axis=0)).max() > 0.02
    assert representative(told[:5], 32).tolist() == [0, 1, 2, 3, 4]


def test_a_constant_shift_of_rows_is_no_doubt():
    X = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [10.0, 20.0, 60.0]})
    effect = general_effect(lambda X: X.to_numpy().sum(axis=1)[:, None], X, X, X, "a")
    np.testing.assert_allclose(effect.means[:, 0], [30.0, 31.0, 32.0])
    np.testing.assert_allclose(effect.standard_errors, 0.0, atol=1e-12)


def test_numbers_stand_to_scale_unless_an_outlier_squeezes_them():
    def at(*values):
        n = len(values)
        return places(Effect("a", values, True, np.zeros((n, 1)), np.zeros((n, 1))))

    even = at(0.0, 1.0, 4.0)
    assert (even[1] - even[0]) / (even[2] - even[0]) == pytest.approx(0.25)
    squeezed = at(*np.arange(12.0), 1e6)
    np.testing.assert_allclose(np.diff(squeezed), np.diff(squeezed)[0])
    assert np.argmax(at(1.0, 2.0, float("nan"))) == 2
    assert ((at(3.0) > LEFT) & (at(3.0) < RIGHT)).all()
