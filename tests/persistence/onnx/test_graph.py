"""The graph builder: constants once, refusals that say why."""

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument

from sklearn_mlknow.persistence.onnx.checking import differences, run
from sklearn_mlknow.persistence.onnx.graph import Graph


def model_of(graph, tensor):
    return graph.model([helper.make_tensor_value_info("x", TensorProto.DOUBLE, [None, 2])], {"y": tensor}, {"a": "b"})


def test_constants_are_stored_once_and_in_double():
    graph = Graph()
    names = [graph.constant(value) for value in (1.0, np.float32(1.0), 1, True, "a", np.array(["a"]), np.array(["a"]))]
    assert names[0] == names[1] and names[5] == names[6] and len(set(names)) == 5
    assert [one.data_type for one in graph.constants[:3]] == [TensorProto.DOUBLE, TensorProto.INT64, TensorProto.BOOL]


def test_a_guard_hands_on_or_fails_with_its_words():
    graph = Graph()
    model = model_of(graph, graph.guard("x", graph("IsNaN", "x"), "column 'a' holds missing values"))
    good = np.array([[1.0, -0.0]])
    np.testing.assert_array_equal(run(model, {"x": good})["y"], good)
    with pytest.raises(InvalidArgument, match="column 'a' holds missing values"):
        run(model, {"x": np.array([[1.0, np.nan]])})
    assert {one.key: one.value for one in model.metadata_props} == {"a": "b"}


def test_differences_are_counted():
    found = {"label": np.array(["a", "b"], dtype=object), "number": np.array([1.0, np.nan, 3.0])}
    assert differences(found, {"label": ["a", "c"], "number": [1.0, np.nan, 3.0 + 1e-5]}) == [
        "'label' in 1 of 2 values",
        "'number' in 1 of 3 values",
    ]
