"""What a user's table or model can do that a shortcut does not expect."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_mlknow.explain import ShapExplainer
from tests.explain.oracle import explained

X = np.random.default_rng(0).uniform(0, 2, size=(300, 3))


class Clipped(LinearRegression):
    def predict(self, X):
        return np.maximum(super().predict(X), 0.0)


def with_both_large(rows):
    rows = np.asarray(rows)
    return np.column_stack([rows, (rows[:, 0] > 3) & (rows[:, 1] > 3)])


def test_whole_numbers_to_explain_do_not_round_a_polars_background():
    background = pl.DataFrame({"size": [0.25, 0.75], "city": ["Rome", "Oslo"]})
    explainer = ShapExplainer(lambda rows: rows["size"].to_numpy().astype(float), background=None).fit(background)
    explanation = explainer.explain(pl.DataFrame({"size": [1], "city": ["Rome"]}))
    assert explanation.base_values.tolist() == [0.5]
    assert explanation.values.tolist() == [[0.5, 0.0]]


def test_fewer_polars_categories_to_explain_than_in_the_background():
    def table(values, known):
        return pl.DataFrame({"city": pl.Series(values, dtype=pl.Enum(known)), "size": [0.0] * len(values)})

    explainer = ShapExplainer(lambda rows: (rows["city"].cast(pl.String) == "Rome").to_numpy().astype(float))
    explanation = explainer.fit(table(["Rome", "Oslo"], ["Rome", "Oslo"])).explain(table(["Rome"], ["Rome"]))
    assert explanation.values.tolist() == [[0.5, 0.0]]


def test_a_function_of_polars_frames_is_given_polars_frames():
    frame = pl.DataFrame({"a": [1.0, 3.0], "b": [2.0, 4.0]})
    explanation = ShapExplainer(lambda rows: rows.select(pl.col("a") + pl.col("b")).to_numpy()[:, 0]).fit(frame)
    assert explanation.explain(frame).values.tolist() == [[-1.0, -1.0], [1.0, 1.0]]


def test_objects_with_the_missing_value_of_pandas():
    rows = np.array([[1.0, "a"], [2.0, "b"], [pd.NA, "a"], [3.0, None]], dtype=object)
    explainer = ShapExplainer(lambda rows: np.array([0.0 if value is pd.NA else value for value in rows[:, 0]], float))
    assert np.allclose(explainer.fit(rows).explain(rows).values[:, 0], [-0.5, 0.5, -1.5, 1.5])


def test_preprocessing_that_joins_two_columns_in_one_row_only():
    known = np.concatenate([X, [[5.0, 5.0, 1.0]]])
    pipeline = make_pipeline(FunctionTransformer(with_both_large), LinearRegression())
    pipeline.fit(known, 10.0 * (known[:, 0] > 3))
    explainer = ShapExplainer(pipeline, background=5, random_state=0).fit(X)
    values = explainer.explain(known).values[-1]
    assert np.allclose(values, explained(pipeline.predict, known[-1:], explainer.background_)[0])


def test_a_linear_model_that_clips_what_the_background_never_reaches():
    model = Clipped().fit(X, X.sum(axis=1) + 5.0)
    far = np.array([[-9.0, -3.0, 1.0]])
    explainer = ShapExplainer(model, background=5, random_state=0).fit(X)
    explanation = explainer.explain(far)
    assert explanation.audit.method == "exact"
    assert np.allclose(explanation.values, explained(model.predict, far, explainer.background_))


@pytest.mark.parametrize("n_varying", [0, 1])
def test_hardly_any_column_varies_and_the_budget_is_kept(n_varying):
    table = np.ones((30, 12))
    table[:, :n_varying] = X[:30, :n_varying]
    asked = []

    def model(rows):
        asked.append(len(rows))
        return rows.sum(axis=1)

    explainer = ShapExplainer(model, budget=10, background=None).fit(table)
    asked.clear()
    explanation = explainer.explain(table[:4])
    assert sum(asked) == 30 + 4  # the background and the rows themselves
    assert np.allclose(explanation.values, table[:4] - table.mean(axis=0))


def test_a_mask_of_the_wrong_length():
    explanation = ShapExplainer(lambda rows: rows.sum(axis=1)).fit(X).explain(X[:5])
    with pytest.raises(IndexError, match="mask of 2 for 5 rows"):
        explanation[[True, False]]
