import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow.selection import ShapSelector
from sklearn_mlknow.selection.cross_fitted import shuffled_rows


def mixed(n_rows=300, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n_rows, 5)), columns=list("abcde"))
    X["level"] = rng.choice(["x", "y", "z"], n_rows)
    y = (X["a"] + 2.0 * (X["level"] == "y") + 0.3 * rng.normal(size=n_rows) > 0.5).astype(int)
    return X, y.to_numpy()


def by_name():
    """A pipeline that names its columns, so that columns it does not know would be lost on it."""
    columns = make_column_transformer((StandardScaler(), list("abcde")), (OneHotEncoder(), ["level"]))
    return make_pipeline(columns, LogisticRegression())


@pytest.mark.parametrize("convert", [lambda X: X, pl.from_pandas])
def test_a_pipeline_that_names_its_columns(convert):
    X, y = mixed()
    selector = ShapSelector(by_name(), random_state=0).fit(convert(X), y)
    assert selector.get_feature_names_out().tolist() == ["a", "level"]
    assert selector.scores_.argmax() in (0, 5)


def test_default_model_takes_a_mixed_table():
    X, y = mixed()
    selector = ShapSelector(cv=3, n_explained=20, background=5, random_state=0).fit(X, y)
    assert {"a", "level"} <= set(selector.get_feature_names_out())
    assert selector.get_support().sum() <= 3


def test_numbers_as_target_and_a_count():
    X, _ = mixed()
    y = 3 * X["c"].to_numpy() + X["e"].to_numpy()
    selector = ShapSelector(Ridge(), n_features_to_select=2, random_state=0).fit(X[list("abcde")], y)
    assert selector.get_feature_names_out().tolist() == ["c", "e"]


def test_noise_is_rarely_kept():
    n_alarms = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(200, 8)), rng.integers(0, 2, 200)
        report = ShapSelector(LogisticRegression(), random_state=seed).fit(X, y).report_
        n_alarms += (report["reason"] == "surely above the best shadow").any()
    assert n_alarms <= 3


def test_shuffled_rows_keep_columns_index_and_dtypes():
    class Speaker:
        pass

    X, _ = mixed(40)
    X["level"] = X["level"].astype("category")
    X.index = np.arange(40)[::-1]
    is_shadow = np.array([True, False, False, False, False, True])
    rows = np.arange(5, 35)
    for frame in (X, pl.from_pandas(X)):
        table = read_table(ShapSelector(), frame, reset=True)
        out = shuffled_rows(table, rows, is_shadow, np.random.default_rng(0))
        assert type(out) is type(frame)
        back = out if isinstance(out, pd.DataFrame) else out.to_pandas()
        assert sorted(back["a"]) == sorted(X["a"].iloc[rows])
        assert (back["a"].to_numpy() != X["a"].iloc[rows].to_numpy()).any()
        assert (back["b"].to_numpy() == X["b"].iloc[rows].to_numpy()).all()
    table = read_table(ShapSelector(), X, reset=True)
    out = shuffled_rows(table, rows, is_shadow, np.random.default_rng(0))
    assert out.index.equals(X.index[rows])
    assert (out.dtypes == X.dtypes).all()


def test_seed_fixes_a_model_that_draws():
    X, y = mixed(150)
    model = ExtraTreesClassifier(5, max_depth=3)
    numbers = X[list("abcde")]
    first, second = (
        ShapSelector(model, cv=2, n_explained=5, background=3, random_state=1).fit(numbers, y) for _ in range(2)
    )
    assert first.report_.equals(second.report_)


def test_errors_name_the_remedy():
    X, y = mixed(60)
    with pytest.raises(ValueError, match="n_features_to_select is 9 but X has 6 columns; ask for fewer"):
        ShapSelector(by_name(), n_features_to_select=9).fit(X, y)
    with pytest.raises(ValueError, match="X has 3 sample.*5 folds need at least 5 rows"):
        ShapSelector(by_name()).fit(X[:3], y[:3])


def test_default_model_takes_what_is_missing_and_times():
    X, y = mixed(80)
    X["nothing"] = np.nan
    X["text"] = pd.array(np.where(np.arange(80) % 3, "u", None), dtype="string")
    X["when"] = pd.date_range("2020-01-01", periods=80)
    X["last"] = np.where(y == 1, 1.0, np.nan)
    selector = ShapSelector(cv=2, n_explained=10, background=4, random_state=0).fit(X, y)
    assert selector.scores_.argmax() == X.columns.get_loc("last")
    assert selector.scores_[X.columns.get_loc("nothing")] == 0.0
