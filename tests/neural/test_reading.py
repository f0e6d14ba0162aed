"""Tables of any kind as numbers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow.neural.reading import FURTHEST, _seconds, read_columns


def read(frame, levels=None):
    return read_columns(read_table(BaseEstimator(), frame, reset=True), levels)


def test_numbers_levels_and_times():
    frame = pd.DataFrame(
        {"a": [1.5, np.nan], "b": pd.Categorical(["y", "x"]), "c": pd.to_datetime(["1970-01-01 00:01", None])}
    )
    columns, levels = read(frame)
    np.testing.assert_array_equal(columns[:, [0, 2]], [[1.5, 60.0], [np.nan, np.nan]])
    assert [levels[1][int(code)] for code in columns[:, 1]] == ["y", "x"]


def test_codes_refer_to_known_levels_and_others_are_missing():
    known = {0: np.array(["x", "y"], dtype=object)}
    columns, _ = read(pd.DataFrame({"b": pd.Categorical(["z", "y", None, "x"])}), known)
    assert columns[:, 0].tolist() == [-1.0, 1.0, -1.0, 0.0]


def test_the_largest_numbers_come_so_far_in_that_they_can_be_subtracted():
    columns, _ = read(np.array([[1.7e308], [-1.7e308]]))
    assert columns[:, 0].tolist() == [FURTHEST, -FURTHEST]
    assert np.isfinite(columns[0] - columns[1])


def test_the_callers_array_stays_as_it_was():
    X = np.array([[1.7e308], [1.0]])
    read(X)
    assert X[0, 0] == 1.7e308


@pytest.mark.parametrize("kind", ["pandas", "objects", "polars"])
def test_times_with_a_zone_are_seconds_in_greenwich(kind):
    when = pd.Series(pd.to_datetime(["1970-01-01 01:00", "1970-01-02 01:00"])).dt.tz_localize("Europe/Berlin")
    column = {"pandas": lambda: when, "objects": lambda: when.astype(object), "polars": lambda: polars(when)}[kind]()
    np.testing.assert_array_equal(_seconds(column), [0.0, 86_400.0])


def polars(series):
    return pytest.importorskip("polars").Series(series.dt.tz_convert("UTC").to_list())
