"""The bundled penguins: counts as published, types as promised, both shapes of answer."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.datasets import load_penguins


def test_bunch_has_what_scikit_learn_loaders_give():
    bunch = load_penguins()
    assert bunch.data.shape == (344, 6) and bunch.frame.shape == (344, 7)
    assert bunch.feature_names == bunch.data.columns.to_list()
    assert bunch.target_names == ["Adelie", "Chinstrap", "Gentoo"]
    assert "CC0" in bunch.DESCR and bunch.filename.endswith(".csv.gz")


def test_counts_are_the_published_ones():
    bunch = load_penguins()
    assert bunch.target.value_counts().to_dict() == {"Adelie": 152, "Gentoo": 124, "Chinstrap": 68}
    missing = bunch.data.isna().sum().to_dict()
    measures = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    assert missing == {"island": 0, "sex": 11, **dict.fromkeys(measures, 2)}
    assert bunch.data["bill_length_mm"].min() == 32.1 and bunch.data["body_mass_g"].max() == 6300


def test_types_are_numbers_and_categories():
    X, y = load_penguins(return_X_y=True)
    assert {name for name in X if isinstance(X[name].dtype, pd.CategoricalDtype)} == {"island", "sex"}
    assert all(X[name].dtype == np.float64 for name in X if name not in ("island", "sex"))
    assert isinstance(y.dtype, pd.CategoricalDtype)


@pytest.mark.parametrize("return_X_y", [False, True])
def test_arrays_hold_the_same_values(return_X_y):
    answer = load_penguins(return_X_y=return_X_y, as_frame=False)
    X, y = answer if return_X_y else (answer.data, answer.target)
    frame = load_penguins().frame
    assert type(X) is np.ndarray and type(y) is np.ndarray and X.shape == (344, 6)
    assert X[0].tolist() == frame.drop(columns="species").iloc[0].to_list() and y.tolist() == frame["species"].to_list()
    if not return_X_y:
        assert answer.frame is None


def test_each_call_gives_a_fresh_table():
    X = load_penguins().data
    X.loc[0, "bill_length_mm"] = -1.0
    assert load_penguins().data.loc[0, "bill_length_mm"] == 39.1
