"""The graph answers as the pipeline does: run both on the same rows and compare, before anything is written."""

from typing import Any

import numpy as np

TOLERANCE = 1e-6
MOST_ROWS = 2_000


def run(model: Any, feed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Answer rows by the graph."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feed), strict=True))


def expected(pipeline: Any, X: Any, names: list[str]) -> dict[str, Any]:
    """Answer rows by the pipeline, in the words of the graph's outputs."""
    if "label" in names:
        return {"label": pipeline.predict(X), "probabilities": pipeline.predict_proba(X)}
    if "prediction" in names:
        return {"prediction": pipeline.predict(X)}
    found = pipeline.transform(X)
    if names == ["output"]:
        return {"output": found.todense() if hasattr(found, "todense") else found}
    columns = np.asarray(found, dtype=object).T
    return dict(zip(names, columns, strict=True))


def differences(found: dict[str, np.ndarray], wanted: dict[str, Any]) -> list[str]:
    """Say which outputs differ: texts and labels at all, numbers by more than 1e-6 (relative above 1)."""
    from sklearn_mlknow._shell.missing import is_missing_value
    from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT

    told = []
    for name, got in found.items():
        want = np.asarray(wanted[name])
        if got.dtype == object:
            texts = [MISSING_TEXT if is_missing_value(one) else str(one) for one in want.ravel()]
            n_wrong = sum(one != other for one, other in zip(got.ravel().tolist(), texts, strict=True))
        else:
            numbers = want.astype(np.float64).reshape(got.shape)
            close = np.isclose(got.astype(np.float64), numbers, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
            n_wrong = int((~close).sum())
        if n_wrong:
            told.append(f"{name!r} in {n_wrong} of {got.size} values")
    return told
