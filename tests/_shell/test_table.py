"""Whatever comes to the door: its columns, or one clear error."""

import datetime
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell.table import read_table


class Reader(BaseEstimator):
    """Speaks in the errors."""


def read(X):
    return read_table(Reader(), X, reset=True)


PANDAS = pd.DataFrame(
    {
        "number": [1.0, 2.0, None],
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "text": ["y", None, "x"],
        "category": pd.Categorical(["u", "v", None], categories=["z", "v", "u"]),
        "time": pd.to_datetime(["2020", "2021", None]),
        "flag": pd.array([True, None, False], dtype="boolean"),
        "objects": np.array([1, 2.5, None], dtype=object),
        "mixed": np.array(["1", 2, None], dtype=object),
        "money": [decimal.Decimal(1), None, decimal.Decimal(2)],
        "dates": [datetime.date(2020, 1, 1), None, datetime.date(2021, 1, 1)],
    }
)
KINDS = ["number", "number", "category", "category", "time", "number", "number", "category", "number", "time"]


def test_kinds_follow_dtypes():
    assert read(PANDAS).kinds == KINDS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("number", [1, 2, np.nan]),
        ("nullable", [1, np.nan, 3]),
        ("flag", [1, np.nan, 0]),
        ("objects", [1, 2.5, np.nan]),
        ("money", [1, np.nan, 2]),
    ],
)
def test_numbers(name, expected):
    table = read(PANDAS)
    np.testing.assert_array_equal(table.number(table.names.index(name)), expected)


@pytest.mark.parametrize(
    ("name", "codes", "levels"),
    [
        ("text", [1, -1, 0], ["x", "y"]),
        ("category", [0, 1, -1], ["u", "v"]),
        ("mixed", [1, 0, -1], [2, "1"]),
    ],
)
def test_factorised_levels_are_sorted_and_used(name, codes, levels):
    table = read(PANDAS)
    found_codes, found_levels = table.factorised(table.names.index(name))
    assert found_codes.tolist() == codes
    assert found_levels.tolist() == levels


def test_all_missing_category():
    codes, levels = read(pd.DataFrame({"a": pd.Categorical([None, None], categories=["u"])})).factorised(0)
    assert codes.tolist() == [-1, -1]
    assert levels.tolist() == []


def test_polars_reads_as_pandas():
    common = ["number", "nullable", "text", "time", "flag"]
    from_pandas, from_polars = read(PANDAS[common]), read(pl.from_pandas(PANDAS[common]))
    assert from_pandas.kinds == from_polars.kinds
    for i in (0, 1, 4):
        np.testing.assert_array_equal(from_pandas.number(i), from_polars.number(i))
    assert from_pandas.factorised(2)[0].tolist() == from_polars.factorised(2)[0].tolist()


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["z", "é", "b"]), pl.Object])
def test_polars_texts_of_every_dtype(dtype):
    codes, levels = read(pl.DataFrame({"a": pl.Series(["é", None, "b", "é"], dtype=dtype)})).factorised(0)
    assert codes.tolist() == [1, -1, 0, 1]
    assert levels.tolist() == ["b", "é"]


def test_pyarrow_table():
    pyarrow = pytest.importorskip("pyarrow")
    table = read(pyarrow.table({"a": [1.0, None], "b": ["u", "v"]}))
    assert table.kinds == ["number", "category"]
    np.testing.assert_array_equal(table.number(0), [1, np.nan])


def test_array_columns_are_views():
    X = np.arange(6.0).reshape(3, 2)
    assert np.shares_memory(read(X).number(1), X)


def test_lists_keep_numbers_beside_texts():
    table = read([[1, "a"], [2, "b"]])
    assert table.kinds == ["number", "category"]
    assert table.number(0).tolist() == [1.0, 2.0]


def test_texts_that_look_like_numbers_stay_texts():
    assert read(np.array([["1"], ["1e5"]])).kinds == ["category"]


@pytest.mark.parametrize("dtype", [">f8", ">i4", "float16", "longdouble"])
def test_odd_dtypes_become_native(dtype):
    column = read(np.array([[1], [2]], dtype=dtype)).number(0)
    assert column.dtype.isnative
    assert column.dtype.itemsize in (4, 8)
    assert column.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ValueError, "duplicate column names 'a'"),
        (pl.DataFrame({"a": [1]}).lazy(), TypeError, r"pass X.collect\(\)"),
        (np.ma.masked_array([[1.0, 2]], mask=[[0, 1]]), TypeError, "masked array"),
        ([[1, 2], [3]], ValueError, "its rows differ in length"),
        (np.zeros((2, 2), complex), ValueError, "Complex data not supported"),
        (pd.DataFrame({"a": [1j]}), ValueError, "column 'a' is complex"),
        (pd.DataFrame({"a": pd.arrays.SparseArray([0, 1])}), TypeError, "column 'a' is sparse"),
        (np.array([[{}]]), TypeError, "column 'x0' holds a dict"),
        (pd.DataFrame({"a": [[1]]}), TypeError, "column 'a' holds a list"),
        (np.array([[10**30]]), ValueError, None),
        (np.zeros(3), ValueError, "Reshape your data"),
        (np.zeros((2, 2, 2)), ValueError, "Expected 2D array, got 3D"),
        (5, ValueError, "Expected 2D array, got 0D"),
        (np.zeros((0, 2)), ValueError, "0 sample"),
        (np.zeros((2, 0)), ValueError, "0 feature"),
        (np.zeros(2, dtype=[("a", "f8")]), ValueError, "record array"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_refused(X, error, message):
    with pytest.raises(error, match=message):
        table = read(X)
        table.number(0)


def test_names_and_order_are_held():
    reader = Reader()
    read_table(reader, PANDAS, reset=True)
    with pytest.raises(ValueError, match="same order"):
        read_table(reader, PANDAS[PANDAS.columns[::-1]], reset=False)
