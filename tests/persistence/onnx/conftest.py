"""Export, run in onnxruntime on other rows, compare with the pipeline."""

import warnings

import pytest

pytest.importorskip("onnxruntime")

import onnxruntime

from sklearn_mlknow.persistence import export_onnx, onnx_inputs
from sklearn_mlknow.persistence.onnx.checking import differences, expected

onnxruntime.set_default_logger_severity(4)  # refusals are asked for


@pytest.fixture
def exported(tmp_path):
    """``exported(model, X)`` writes the graph and returns a function from rows to its answers."""

    def export(model, X):
        path = tmp_path / "model.onnx"
        export_onnx(model, X, path)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        return lambda rows: dict(zip(names, session.run(names, onnx_inputs(rows)), strict=True))

    return export


@pytest.fixture
def agree(exported):
    """``agree(model, X, rows)`` asserts that graph and model answer other rows alike; returns the runner."""

    def check(model, X, rows):
        run = exported(model, X)
        found = run(rows)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # scikit-learn's, of unknown categories
            assert differences(found, expected(model, rows, list(found))) == []
        return run

    return check
