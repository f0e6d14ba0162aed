"""A graph under construction: call it with an operator and its inputs, get the name of the output.

Numbers are double precision throughout. Inputs that are no names become constants, each stored once.
"""

from typing import Any

import numpy as np

OPSET, ML_OPSET, IR_VERSION = 21, 5, 10
ML = "ai.onnx.ml"


class Graph:
    """Nodes and constants of an ONNX graph, in the order in which they are computed.

    Attributes
    ----------
    nodes : list of onnx.NodeProto
    constants : list of onnx.TensorProto

    Examples
    --------
    >>> graph = Graph()
    >>> graph("Add", "x", 1.0), graph("Mul", "x", 1.0)
    ('/Add/0', '/Mul/1')
    >>> len(graph.nodes), len(graph.constants)
    (2, 1)
    """

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._names: dict[Any, str] = {}

    def __call__(self, operator: str, *inputs: Any, domain: str = "", says: str = "", **attributes: Any) -> str:
        """Append a node with one output.

        Parameters
        ----------
        operator : str
        *inputs : str or array-like
            Names of tensors; anything else is a constant.
        domain : str, default=""
        says : str, default=""
            The name of the node, which a runtime shows when the node fails.
        **attributes
            Arrays become tensors.

        Returns
        -------
        str
            The name of the output.
        """
        from onnx import helper, numpy_helper

        output = f"/{operator}/{len(self.nodes)}"
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        kept = {
            key: numpy_helper.from_array(value, key) if isinstance(value, np.ndarray) else value
            for key, value in attributes.items()
        }
        self.nodes.append(
            helper.make_node(
                operator, names, [output], name=f"{says} [{output}]" if says else output, domain=domain, **kept
            )
        )
        return output

    def constant(self, value: Any) -> str:
        """Store an array once: numbers as float64, int64 or bool, texts as they are."""
        from onnx import numpy_helper

        array = np.asarray(value)
        if array.dtype.kind in "OU":
            array = array.astype(object)
            key: Any = (array.shape, tuple(array.ravel().tolist()))
        else:
            kind = array.dtype.kind
            array = array.astype(np.int64 if kind in "iu" else bool if kind == "b" else np.float64)
            array = np.ascontiguousarray(array).reshape(array.shape)
            key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._names:
            self._names[key] = f"/constant/{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(array, self._names[key]))
        return self._names[key]

    def cast(self, tensor: str, kind: str = "double") -> str:
        """Convert to "double", "float", "int64", "bool" or "string"."""
        from onnx import TensorProto

        return self("Cast", tensor, to=getattr(TensorProto, kind.upper()))

    def guard(self, tensor: str, is_bad: str, says: str) -> str:
        """Hand a tensor on, or make the runtime fail with a message where any value is bad.

        ONNX has no assertion; an index beyond the end of an axis is an error in every runtime, and its message names
        the node.
        """
        any_bad = self("Reshape", self("ReduceMax", self.cast(is_bad, "int64"), keepdims=0), [1])
        return self("Squeeze", self("Gather", self("Unsqueeze", tensor, [0]), any_bad, axis=0, says=says), [0])

    def model(self, inputs: list[Any], outputs: dict[str, str], facts: dict[str, str]) -> Any:
        """Close the graph: name its outputs and write down where it comes from."""
        import onnx
        from onnx import helper

        for name, tensor in outputs.items():
            self.nodes.append(helper.make_node("Identity", [tensor], [name], name=f"output {name}"))
        graph = helper.make_graph(
            self.nodes, "pipeline", inputs, [onnx.ValueInfoProto(name=name) for name in outputs], self.constants
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
            ir_version=IR_VERSION,
            producer_name="sklearn_mlknow",
            producer_version=facts.get("sklearn_mlknow", ""),
        )
        helper.set_model_props(model, facts)
        model = onnx.shape_inference.infer_shapes(model)
        onnx.checker.check_model(model)
        return model
