"""The same numbers in other forms: the answer must be that of a plain array, to the last bit."""

import datetime
import decimal
import fractions
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from tests.contract.data import as_pandas, as_polars, numbers
from tests.torture.case import REFUSED, Case, Trial


def whole() -> np.ndarray:
    """The usual table in whole numbers below 128, exact in every dtype."""
    return np.round(np.clip(numbers() * [5, 8, 40, 1], 0, 120))


def form(name: str, change: Callable[[np.ndarray], Any], base: Callable[[], np.ndarray] = numbers) -> Case:
    """A case in which a changed table must be answered as the base is."""

    def make() -> Trial:
        X = base()
        return Trial(change(X), alike=Trial(X))

    return Case(name, make)


def read_only(X: np.ndarray) -> np.ndarray:
    X.setflags(write=False)
    return X


def memory_mapped(X: np.ndarray) -> np.memmap:
    path = Path(tempfile.mkdtemp()) / "table.npy"
    np.save(path, X)
    return np.load(path, mmap_mode="r")


def strided(X: np.ndarray) -> np.ndarray:
    wide = np.full((2 * X.shape[0], 3 * X.shape[1]), np.nan)
    wide[::2, ::3] = X
    return wide[::2, ::3]


def backwards(X: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(X[::-1, ::-1])[::-1, ::-1]


def swapped(X: np.ndarray) -> np.ndarray:
    return X.astype(X.dtype.newbyteorder(">"))


class Subclass(np.ndarray):
    """An array by another name."""


class OnlyArray:
    """Nothing but what numpy needs to make an array of it."""

    def __init__(self, X: np.ndarray) -> None:
        self.X, self.shape = X, X.shape

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.X if dtype is None else self.X.astype(dtype)


def objects(kind: Callable[[float], Any]) -> Callable[[np.ndarray], np.ndarray]:
    def change(X: np.ndarray) -> np.ndarray:
        out = np.empty(X.shape, dtype=object)
        for place, value in np.ndenumerate(X):
            out[place] = kind(value)
        return out

    return change


def arrow(X: np.ndarray) -> Any:
    import pyarrow

    return pyarrow.Table.from_pandas(as_pandas(X))


def with_index(index: Callable[[int], Any]) -> Callable[[np.ndarray], pd.DataFrame]:
    return lambda X: as_pandas(X).set_index(index(len(X)))


FORMS = [
    form("float32", lambda X: X.astype(np.float32), whole),
    form("float16", lambda X: X.astype(np.float16), whole),
    form("long double", lambda X: X.astype(np.longdouble)),
    form("int8", lambda X: X.astype(np.int8), whole),
    form("uint8", lambda X: X.astype(np.uint8), whole),
    form("int64", lambda X: X.astype(np.int64), whole),
    form("uint64", lambda X: X.astype(np.uint64), whole),
    form("list of lists", np.ndarray.tolist),
    form("objects that are floats", objects(float)),
    form("objects that are Decimal", objects(lambda x: decimal.Decimal(x)), whole),
    form("objects that are Fraction", objects(lambda x: fractions.Fraction(x)), whole),
    form("Fortran order", np.asfortranarray),
    form("every third column of every second row", strided),
    form("negative strides", backwards),
    form("other byte order", swapped),
    form("read-only", read_only),
    form("memory-mapped", memory_mapped),
    form("subclass of ndarray", lambda X: X.view(Subclass)),
    form("only __array__", OnlyArray),
    form("pandas", as_pandas),
    form("pandas float32", lambda X: as_pandas(X.astype(np.float32)), whole),
    form("pandas Float64", lambda X: as_pandas(X).astype("Float64")),
    form("pandas Int64", lambda X: as_pandas(X).astype("Int64"), whole),
    form("pandas double[pyarrow]", lambda X: as_pandas(X).astype("double[pyarrow]")),
    form("pandas, objects", lambda X: as_pandas(X).astype(object)),
    form("polars", as_polars),
    form("polars Int16", lambda X: as_polars(X).cast(pl.Int16), whole),
    form("pyarrow table", arrow),
    form("index with repeats", with_index(lambda n: pd.Index(np.arange(n) % 3))),
    form("index of times, unsorted", with_index(lambda n: pd.Timestamp(2024, 1, 1) - pd.to_timedelta(range(n), "D"))),
    form("MultiIndex", with_index(lambda n: pd.MultiIndex.from_arrays([np.arange(n) % 2, np.arange(n)[::-1]]))),
]


def refused(name: str, change: Callable[[np.ndarray], Any], column: str | None = None) -> Case:
    return Case(name, lambda: Trial(change(numbers())), REFUSED, column=column)


def sparse(kind: str) -> Callable[[np.ndarray], Any]:
    import scipy.sparse

    return lambda X: getattr(scipy.sparse, kind)(X)


def one_cell(value: Any) -> Callable[[np.ndarray], np.ndarray]:
    def change(X: np.ndarray) -> np.ndarray:
        X = X.astype(object)
        X[3, 1] = value
        return X

    return change


def tensor(X: np.ndarray) -> Any:
    import torch

    return torch.from_numpy(X)


def dask_frame(X: np.ndarray) -> Any:
    import dask.dataframe

    return dask.dataframe.from_pandas(as_pandas(X), npartitions=2)


def twice_named(X: np.ndarray) -> pd.DataFrame:
    return as_pandas(X).rename(columns={"x2": "x1"})


REFUSED_FORMS = [
    refused("one dimension", lambda X: X[:, 0]),
    refused("three dimensions", lambda X: X[:, :, None]),
    refused("one number", lambda X: 3.0),
    refused("no rows", lambda X: X[:0]),
    refused("no columns", lambda X: X[:, :0]),
    refused("rows of different lengths", lambda X: [*X.tolist()[:-1], [1.0]]),
    refused("complex", lambda X: X.astype(complex)),
    refused("masked array", lambda X: np.ma.masked_array(X, X > 10)),
    refused("record array", lambda X: as_pandas(X).to_records(index=False)),
    refused("sparse CSR array", sparse("csr_array")),
    refused("sparse COO matrix", sparse("coo_matrix")),
    refused("sparse columns", lambda X: as_pandas(X).astype(pd.SparseDtype(float)), "x0"),
    refused("LazyFrame", lambda X: as_polars(X).lazy()),
    refused("Dask frame", dask_frame),
    refused("torch tensor", tensor),
    refused("duplicate column names", twice_named, "x1"),
    refused("a list in a cell", one_cell([1, 2]), "x1"),
    refused("a dict in a cell", one_cell({"a": 1}), "x1"),
    refused("an array in a cell", one_cell(np.arange(2)), "x1"),
    refused("a complex number in a cell", one_cell(1j), "x1"),
    refused("a class in a cell", one_cell(datetime), "x1"),
]
CASES = FORMS + REFUSED_FORMS
