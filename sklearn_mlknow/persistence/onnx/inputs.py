"""The inputs of a graph: which columns have one and of which type, and how rows are fed to it."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow.features.time_reading import is_zoned, read_times
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, NEVER, Column, Frame, spread

ARRAY_INPUT = "X"
OUTPUTS = ("label", "probabilities", "prediction", "output")


# what stands for a missing value in each type of input
MISSING = {"tensor(double)": np.nan, "tensor(string)": MISSING_TEXT, "tensor(int64)": NEVER}


def onnx_inputs(X: Any, session: Any = None) -> dict[str, np.ndarray]:
    """Turn rows into the inputs of an exported graph.

    Parameters
    ----------
    X : array-like or frame of shape (n_rows, n_columns)
        The columns of ``export_onnx``.
    session : onnxruntime.InferenceSession, default=None
        Of the graph. A column in which every value is missing does not say whether it holds numbers, texts or times;
        the inputs of the graph do. Without a session it is fed as what its dtype says.

    Returns
    -------
    dict of str to ndarray
        One array of shape (n_rows, 1) a column of a frame: float64, texts, or times as int64 microseconds; or ``X``.

    Examples
    --------
    >>> import pandas as pd
    >>> fed = onnx_inputs(pd.DataFrame({"age": [20, 30], "city": ["Rome", None]}))
    >>> {name: array.ravel().tolist() for name, array in fed.items()}
    {'age': [20.0, 30.0], 'city': ['Rome', '<missing>']}
    """
    table = table_of(X)
    if not table.is_frame:
        return {ARRAY_INPUT: np.ascontiguousarray(table.native, dtype=np.float64)}
    types = {} if session is None else {one.name: one.type for one in session.get_inputs()}
    fed = {}
    for index, (name, kind) in enumerate(zip(table.names, table.kinds, strict=True)):
        if name in types and all(map(is_missing_value, np.asarray(table.column(index)).tolist())):
            missing = MISSING[types[name]]
            dtype = object if isinstance(missing, str) else type(missing)
            fed[name] = np.full((table.n_rows, 1), missing, dtype=dtype)
        elif kind == "number":
            fed[name] = table.number(index).astype(np.float64)[:, None]
        elif kind == "category":
            codes, levels = table.factorised(index)
            texts = np.array([*map(str, levels.tolist()), MISSING_TEXT], dtype=object)
            fed[name] = texts[codes][:, None]
        elif kind == "time":
            fed[name] = _ticks(table, index)[:, None]
    return fed


def _ticks(table: Table, index: int) -> np.ndarray:
    """Read times, or lengths of time, as whole microseconds: int64 (n_rows,)."""
    values = np.asarray(table.column(index))
    if values.dtype.kind == "m":
        return values.astype("timedelta64[us]").astype(np.int64)
    return read_times(table, index, None).wall.astype(np.int64)


def inputs_of(table: Table) -> tuple[list[Any], Frame]:
    """Name the inputs of a graph, and see them as a table."""
    from onnx import TensorProto, helper

    if not table.is_frame:
        names = table.names
        return [helper.make_tensor_value_info(ARRAY_INPUT, TensorProto.DOUBLE, [None, len(names)])], spread(
            ARRAY_INPUT, names
        )
    kinds = {
        "number": ("number", TensorProto.DOUBLE),
        "category": ("text", TensorProto.STRING),
        "time": ("time", TensorProto.INT64),
    }
    inputs, frame = [], []
    for name, kind in zip(table.names, table.kinds, strict=True):
        inputs.append(helper.make_tensor_value_info(name, kinds[kind][1], [None, 1]))
        frame.append(Column(name, kinds[kind][0], name))
    return inputs, frame


def table_of(X: Any) -> Table:
    """Read rows as any estimator would."""
    from sklearn.base import BaseEstimator

    reader = type("export_onnx", (BaseEstimator,), {})()
    return read_table(reader, X, reset=True)


def faults_of_columns(table: Table) -> Iterator[str]:
    """Name columns that cannot enter a graph."""
    for index, (name, kind) in enumerate(zip(table.names, table.kinds, strict=True)):
        if name in OUTPUTS or not name:
            yield f"column {name!r} is called as an output of the graph; rename it"
        if kind == "other":
            yield f"column {name!r} holds neither numbers nor texts"
        elif kind in ("category", "time") and not table.is_frame:
            yield f"column {name!r} of an array holds {'texts' if kind == 'category' else 'times'}; pass a DataFrame"
        elif kind == "time" and is_zoned(table, index, None):
            yield f"column {name!r} has a time zone, which a graph has not; convert it to one clock first"
        elif kind == "category" and MISSING_TEXT in map(str, table.factorised(index)[1].tolist()):
            yield f"column {name!r} holds {MISSING_TEXT!r}, which stands for missing values"


def as_doubles(X: Any) -> Any:
    """Give numbers the precision that the graph has; texts and what is missing stay."""
    if isinstance(X, np.ndarray):
        return X.astype(np.float64) if X.dtype.kind in "iufb" else X
    if hasattr(X, "dtypes") and hasattr(X, "astype") and not isinstance(X, np.ndarray):
        narrow = {name: np.float64 for name, dtype in X.dtypes.items() if getattr(dtype, "kind", "O") == "f"}
        return X.astype(narrow)
    return X
