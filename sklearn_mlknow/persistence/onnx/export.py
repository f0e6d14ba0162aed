"""Write a fitted pipeline as an ONNX graph that any runtime answers with, without Python."""

import platform
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

from sklearn.utils.validation import check_is_fitted

import sklearn_mlknow
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Frame, NotExportable, matrix
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.inputs import as_doubles, faults_of_columns, inputs_of, onnx_inputs, table_of
from sklearn_mlknow.persistence.onnx.registry import Answer, convert, faults_of

CONVERTING = (
    *("containers", "columns", "scaling", "binning", "categories", "formulas", "crosses", "clusters", "keys", "rules"),
    *("times", "linear", "trees", "neural", "extraction", "fewshot"),
)


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

    table = table_of(X)
    faults = [*faults_of_columns(table), *faults_of(pipeline)]
    if faults:
        raise TypeError(f"export_onnx: {len(faults)} parts have no graph: {'; '.join(faults)}.")
    try:
        model = build(pipeline, table)
    except NotExportable as error:
        raise TypeError(f"export_onnx: {error}.") from error
    rows = as_doubles(X[:MOST_ROWS])
    found = run(model, onnx_inputs(rows))
    told = differences(found, expected(pipeline, rows, list(found)))
    if told:
        raise ValueError(f"export_onnx: the graph differs from the pipeline: {', '.join(told)}; nothing was written.")
    write_atomically(Path(path), model.SerializeToString(deterministic=True))


def build(pipeline: Any, table: Table) -> Any:
    """Write the graph of a pipeline whose parts all have one."""
    graph = Graph()
    inputs, frame = inputs_of(table)
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
