"""Prototypes in a graph: both metrics, new classes, and rows that are like none."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.fewshot import PrototypeClassifier
from sklearn_mlknow.persistence import export_onnx

RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=200), "b": RNG.lognormal(size=200), "c": RNG.choice(list("uvw"), 200)})
X.loc[::9, "a"] = np.nan
X.loc[::7, "c"] = None
Y = np.array(["low", "mid", "high", "top"])[np.digitize(X["b"], [0.5, 1.0, 2.0])]
ROWS = pd.DataFrame({"a": [0.0, np.nan, 1e9], "b": [1.0, np.nan, -5.0], "c": ["u", "never", None]})
FEW = {"n_steps": 6, "random_state": 0, "n_components": 16}


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_tables(agree, metric):
    learner = PrototypeClassifier(metric=metric, **FEW).fit(X, Y)
    agree(learner, X, pd.concat([X[:30], ROWS], ignore_index=True))
    agree(learner.with_support(X[:4], ["p", "q", "p", "r"]), X, ROWS)


@pytest.mark.parametrize(("reject_below", "reject_label"), [("match", None), (0.9, "other")])
def test_rows_that_are_like_no_class(agree, reject_below, reject_label):
    learner = PrototypeClassifier(reject_below=reject_below, reject_label=reject_label, **FEW).fit(X, Y)
    far = ROWS.assign(b=1e6)
    assert (learner.predict(far) == (reject_label or "unknown")).any()
    agree(learner, X, pd.concat([X[:30], far], ignore_index=True))
    numbered = PrototypeClassifier(reject_below=reject_below, **FEW).fit(X, np.digitize(X["b"], [0.5, 1.0, 2.0]))
    agree(numbered, X, far)


def test_what_has_no_graph_is_named(tmp_path):
    reader, pixels = PrototypeClassifier.pretrained("omniglot"), RNG.random((4, 784))
    with pytest.raises(TypeError, match="PrototypeClassifier: it has no support yet"):
        export_onnx(reader, pixels, tmp_path / "a")
    with pytest.raises(TypeError, match="a ConvolutionEncoder answers in single precision, which has no graph"):
        export_onnx(reader.with_support(pixels, list("abab")), pixels, tmp_path / "a")
    mixed = PrototypeClassifier(reject_below=0.5, reject_label="none", **FEW).fit(X, np.digitize(X["b"], [1.0]))
    with pytest.raises(TypeError, match="reject_label='none' is of another type than the classes"):
        export_onnx(mixed, X, tmp_path / "a")
