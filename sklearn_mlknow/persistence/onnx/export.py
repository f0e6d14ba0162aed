"""Write a fitted pipeline as an ONNX graph that any runtime answers with, without Python."""

import platform
from collections.abc import Iterator
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

import sklearn_mlknow
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow.features.time_reading import is_zoned, read_times
from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Column, Frame, NotExportable, matrix, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import Answer, convert, faults_of

CONVERTING = (
    *("containers", "columns", "scaling", "binning", "categories", "formulas", "crosses", "clusters", "keys", "rules"),
    *("times", "linear", "trees", "neural", "extraction", "fewshot"),
)
ARRAY_INPUT = "X"
OUTPUTS = ("label", "probabilities", "prediction", "output")


def export_onnx(pipeline: Any, X: Any, path: str | PathLike[str]) -> None:
    """Write a fitted pipeline as an ONNX graph.

    The graph computes in double precision. A frame gives one input a column, of shape (n_rows, 1) and called as the
    column: numbers as doubles with NaN for missing, texts and categories as texts with ``"<missing>"``, times as whole
    microseconds since 1970 with the least integer; an array gives one input ``X`` of doubles. Classifiers answer
    ``label`` and ``probabilities``, regressors ``prediction``, transformers ``output`` (one output a column where some
    are texts). What the pipeline refuses, such as infinity, makes the runtime fail with the name of the column. Before
    anything is written, the graph answers the rows of ``X`` and must agree with the pipeline: the same labels, numbers
    within 1e-6.

    Parameters
    ----------
    pipeline : estimator or Pipeline
        Fitted: our binners, encoders, scalers, builders, selectors, scorecards and nets, and of scikit-learn pipelines,
        column transformers, scalers, encoders, imputers, selectors, linear models, trees, forests and histogram
        gradient boosting.
    X : array-like or frame of shape (n_rows, n_columns)
        Rows as it will be asked about; some of the training rows do. At most 2 000 are compared.
    path : str or path-like
        An existing file is replaced only when the new one is complete on the disk.

    Raises
    ------
    TypeError
        Some parts have no graph; all of them are named, and nothing is written.
    ValueError
        The graph does not agree with the pipeline on the rows of X; nothing is written.
    sklearn.exceptions.NotFittedError
        The pipeline is not fitted.

    See Also
    --------
    onnx_inputs : Turns rows into what a runtime takes.
    save : The whole estimator, for Python.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import onnxruntime, pandas as pd
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_mlknow.binning import EqualWidthBinner
    >>> from sklearn_mlknow.persistence import export_onnx, onnx_inputs
    >>> X = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0]})
    >>> model = make_pipeline(EqualWidthBinner(2), LogisticRegression()).fit(X, ["no", "no", "yes", "yes"])
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.onnx"
    >>> export_onnx(model, X, path)
    >>> session = onnxruntime.InferenceSession(path)
    >>> session.run(["label"], onnx_inputs(X))[0].tolist()
    ['no', 'no', 'yes', 'yes']
    """
    _require()
    check_is_fitted(pipeline)
    from sklearn_mlknow.persistence.onnx.checking import MOST_ROWS, differences, expected, run

    table = _table(X)
    faults = [*_faults_of_columns(table), *faults_of(pipeline)]
    if faults:
        raise TypeError(f"export_onnx: {len(faults)} parts have no graph: {'; '.join(faults)}.")
    try:
        model = build(pipeline, table)
    except NotExportable as error:
        raise TypeError(f"export_onnx: {error}.") from error
    rows = _doubles(X[:MOST_ROWS])
    found = run(model, onnx_inputs(rows))
    told = differences(found, expected(pipeline, rows, list(found)))
    if told:
        raise ValueError(f"export_onnx: the graph differs from the pipeline: {', '.join(told)}; nothing was written.")
    write_atomically(Path(path), model.SerializeToString(deterministic=True))


def onnx_inputs(X: Any) -> dict[str, np.ndarray]:
    """Turn rows into the inputs of an exported graph.

    Parameters
    ----------
    X : array-like or frame of shape (n_rows, n_columns)
        The columns of ``export_onnx``.

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
    table = _table(X)
    if not table.is_frame:
        return {ARRAY_INPUT: np.ascontiguousarray(table.native, dtype=np.float64)}
    fed = {}
    for index, (name, kind) in enumerate(zip(table.names, table.kinds, strict=True)):
        if kind == "number":
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


def build(pipeline: Any, table: Table) -> Any:
    """Write the graph of a pipeline whose parts all have one."""
    graph = Graph()
    inputs, frame = _inputs(table)
    found = convert(graph, pipeline, frame)
    outputs = found.outputs if isinstance(found, Answer) else _columns(graph, found)
    facts = {
        "sklearn_mlknow": sklearn_mlknow.__version__,
        "python": platform.python_version(),
        "estimator": type(pipeline).__name__,
        "missing_text": MISSING_TEXT,
    }
    return graph.model(inputs, outputs, facts)


def _columns(graph: Graph, frame: Frame) -> dict[str, str]:
    """Outputs of a transformer: one matrix of numbers, or a column each where some are texts."""
    for column in frame:
        if column.kind == "time":
            raise NotExportable(f"column {column.name!r} of the output holds times; drop it")
    if all(column.kind == "number" for column in frame):
        return {"output": matrix(graph, frame)}
    return {f"output_{column.name}": graph("Squeeze", matrix(graph, [column], column.kind), [1]) for column in frame}


def _inputs(table: Table) -> tuple[list[Any], Frame]:
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


def _table(X: Any) -> Table:
    from sklearn.base import BaseEstimator

    reader = type("export_onnx", (BaseEstimator,), {})()
    return read_table(reader, X, reset=True)


def _faults_of_columns(table: Table) -> Iterator[str]:
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


def _doubles(X: Any) -> Any:
    """Give numbers the precision that the graph has; texts and what is missing stay."""
    if isinstance(X, np.ndarray):
        return X.astype(np.float64) if X.dtype.kind in "iufb" else X
    if hasattr(X, "dtypes") and hasattr(X, "astype") and not isinstance(X, np.ndarray):
        narrow = {name: np.float64 for name, dtype in X.dtypes.items() if getattr(dtype, "kind", "O") == "f"}
        return X.astype(narrow)
    return X


def _require() -> None:
    try:
        for name in ("onnx", "onnxruntime"):
            import_module(name)
    except ImportError as error:
        raise ImportError(
            "export_onnx needs onnx and onnxruntime; install them with: pip install 'sklearn-mlknow[onnx]'"
        ) from error
    for module in CONVERTING:
        import_module(f"sklearn_mlknow.persistence.onnx.{module}")
