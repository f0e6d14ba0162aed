"""A list of rules: the first that holds decides."""

from collections.abc import Iterator
from typing import Any

from sklearn_mlknow.persistence.onnx.answers import of_classes
from sklearn_mlknow.persistence.onnx.formulas import always, truth_of, without_graph, work_out
from sklearn_mlknow.persistence.onnx.frame import Frame
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.lookup import look_up
from sklearn_mlknow.persistence.onnx.registry import Answer, converts


def rule_faults(model: Any) -> Iterator[str]:
    """Name functions and operators of the rules that have no graph."""
    for formula in model._formulas:
        for word in without_graph(formula):
            yield f"rule {formula.text!r} uses {word}, which has no graph"


@converts("sklearn_mlknow", "RuleClassifier", faults=rule_faults)
def convert_rules(graph: Graph, model: Any, frame: Frame) -> Answer:
    """Work out every rule, find the first that holds, look up what it says."""
    by_name = {column.name: column for column in frame}
    holds = [truth_of(graph, work_out(graph, formula.root, by_name)) for formula in model._formulas]
    rows = always(graph, frame)
    table = [graph.cast(graph("And", one, rows), "int64") for one in holds] + [graph.cast(rows, "int64")]
    first = graph("ArgMax", graph("Concat", *table, axis=1), axis=1, keepdims=1)  # (n_rows, 1)
    codes = graph("Squeeze", look_up(graph, first, model._said[:, None]), [1])
    return of_classes(graph, look_up(graph, first, model._probabilities), model.classes_, codes)
