"""Arithmetic of columns: ratios, and the formula language, operator by operator."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow.persistence.onnx.columns import appended, numbers_of
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Column, Frame, NotExportable, matrix
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.registry import converts

NAN = float("nan")


class Term(NamedTuple):
    """A part of a formula: a tensor (n_rows, 1) of numbers, truth values or texts, or a constant."""

    kind: str  # "number", "truth", "text", "list"
    value: Any


@converts("sklearn_mlknow", "RatioFeatures")
def convert_ratios(graph: Graph, builder: Any, frame: Frame) -> Frame:
    """Ratios, differences and products of pairs; what is not finite is missing."""
    if not builder._found:
        return appended(builder, frame, "")
    operators = {"/": "Div", "-": "Sub", "*": "Mul"}
    parts = []
    for left, sign, right in builder._found:
        sides = [numbers_of(graph, builder, [frame[index]]) for index in (left, right)]
        parts.append(_finite(graph, graph(operators[sign], *sides)))
    return appended(builder, frame, graph("Concat", *parts, axis=1))


def formula_faults(builder: Any) -> Iterator[str]:
    """Name functions and operators that have no graph."""
    for name, formula in builder.formulas_.items():
        for word in without_graph(formula):
            yield f"formula {name!r} uses {word}, which has no graph"


def without_graph(formula: Any) -> list[str]:
    """List the functions and operators of a formula that have no graph."""
    return sorted(_words(formula.root) - set(NUMERIC) - set(SPECIAL))


@converts("sklearn_mlknow", "FormulaFeatures", faults=formula_faults)
def convert_formulas(graph: Graph, builder: Any, frame: Frame) -> Frame:
    """Each formula, worked out from its leaves."""
    by_name = {column.name: column for column in frame}
    parts = []
    for formula in builder.formulas_.values():
        found = work_out(graph, formula.root, by_name)
        value = _number(graph, found)
        if not isinstance(value, str) or not formula.names:
            value = graph("Add", graph.cast(graph("Not", always(graph, frame))), value)
        parts.append(_finite(graph, value) if found.kind == "number" else value)
    return appended(builder, frame, graph("Concat", *parts, axis=1))


def work_out(graph: Graph, node: Any, columns: dict[str, Column]) -> Term:
    """Write one node of a formula and what is below it."""
    if node.kind == "column":
        column = columns[str(node.value)]
        return Term("text" if column.kind == "text" else "number", matrix(graph, [column], column.kind))
    if node.kind not in ("operator", "call"):
        return Term("list", node.value) if node.kind == "list" else constant(node.value)
    terms = [work_out(graph, argument, columns) for argument in node.arguments]
    word = str(node.value)
    if word in SPECIAL:
        return SPECIAL[word](graph, *terms)
    kind = "truth" if word in ORDER else "number"
    return Term(kind, NUMERIC[word](graph, *(_number(graph, term) for term in terms)))


def constant(value: Any) -> Term:
    """Write a number or a text of a formula."""
    if isinstance(value, str):
        return Term("text", np.array([[value]], dtype=object))
    return Term("number", np.array([[float(value)]]))


def always(graph: Graph, frame: Frame) -> str:
    """Say yes to every row: (n_rows, 1)."""
    column = frame[0]
    values = matrix(graph, [column], column.kind)
    is_equal = graph("Equal", values, values)
    return graph("Or", is_equal, graph("Not", is_equal))


def _finite(graph: Graph, value: str) -> str:
    return graph("Where", graph("IsInf", value), NAN, value)


def _number(graph: Graph, term: Term) -> Any:
    if term.kind in ("text", "list"):
        raise NotExportable("a text is calculated with")
    if term.kind == "truth":
        return graph.cast(term.value)
    return term.value


def truth_of(graph: Graph, term: Term) -> str:
    """Write a term as truth values; a missing number is not true."""
    if term.kind == "truth":
        return str(term.value)
    value = _number(graph, term)
    return graph("And", graph("Not", graph("Equal", value, 0.0)), graph("Not", graph("IsNaN", value)))


def _divide(graph: Graph, left: Any, right: Any) -> str:
    is_zero = graph("Equal", right, 0.0)
    return graph("Where", is_zero, NAN, graph("Div", left, graph("Where", is_zero, 1.0, right)))


def _above(operator: str, least: float, shift: float = 0.0, factor: float = 1.0) -> Callable[..., str]:
    def work(graph: Graph, value: Any) -> str:
        inside = graph("Where", graph("Greater", value, least), value, NAN)
        return graph("Mul", graph(operator, graph("Add", inside, shift)), factor)

    return work


def _plain(operator: str) -> Callable[..., str]:
    return lambda graph, *values: graph(operator, *values)


def _power(graph: Graph, left: Any, right: Any) -> str:
    if isinstance(right, np.ndarray) and right.item() == 2:
        return graph("Mul", left, left)
    is_bad = graph("And", graph("Equal", left, 0.0), graph("Less", right, 0.0))
    return graph("Where", is_bad, NAN, graph("Pow", left, right))


def cosine(graph: Graph, value: Any) -> str:
    """1 - 2 sin(x / 2)^2: not every runtime has a cosine in double precision."""
    half = graph("Sin", graph("Mul", value, 0.5))
    return graph("Sub", 1.0, graph("Mul", graph("Mul", half, half), 2.0))


def _clip(graph: Graph, value: Any, low: Any, high: Any) -> str:
    return graph("Min", graph("Max", value, low), high)


def _is_missing(graph: Graph, term: Term) -> str:
    if term.kind == "text":
        return graph("Equal", term.value, np.array([[MISSING_TEXT]], dtype=object))
    return graph("IsNaN", _number(graph, term))


def _equal(graph: Graph, left: Term, right: Term) -> Term:
    if left.kind != "text" and right.kind != "text":
        return Term("truth", graph("Equal", _number(graph, left), _number(graph, right)))
    if left.kind != right.kind:
        raise NotExportable("a text is compared with a number")
    found = graph("Equal", left.value, right.value)
    for term in (left, right):
        found = graph("And", found, graph("Not", _is_missing(graph, term)))
    return Term("truth", found)


def _unequal(graph: Graph, left: Term, right: Term) -> Term:
    differs = graph("Not", _equal(graph, left, right).value)
    for term in (left, right):
        differs = graph("And", differs, graph("Not", _is_missing(graph, term)))
    return Term("truth", differs)


def _member(graph: Graph, value: Term, items: Term) -> Term:
    found = [_equal(graph, value, constant(item)).value for item in items.value]
    whole = found[0]
    for one in found[1:]:
        whole = graph("Or", whole, one)
    return Term("truth", whole)


NUMERIC: dict[str, Callable[..., str]] = {
    "+": _plain("Add"),
    "-": _plain("Sub"),
    "*": _plain("Mul"),
    "/": _divide,
    "**": _power,
    "<": _plain("Less"),
    "<=": _plain("LessOrEqual"),
    ">": _plain("Greater"),
    ">=": _plain("GreaterOrEqual"),
    "negative": _plain("Neg"),
    "positive": _plain("Identity"),
    "abs": _plain("Abs"),
    "ceil": _plain("Ceil"),
    "floor": _plain("Floor"),
    "round": _plain("Round"),
    "sign": _plain("Sign"),
    "sin": _plain("Sin"),
    "cos": cosine,
    "tanh": _plain("Tanh"),
    "exp": _plain("Exp"),
    "sqrt": _plain("Sqrt"),
    "min": _plain("Min"),
    "max": _plain("Max"),
    "clip": _clip,
    "log": _above("Log", 0.0),
    "log10": _above("Log", 0.0, 0.0, float(1 / np.log(10))),
    "log1p": _above("Log", -1.0, 1.0),
}
ORDER = ("<", "<=", ">", ">=")
SPECIAL: dict[str, Callable[..., Term]] = {
    "missing": lambda graph, term: Term("truth", _is_missing(graph, term)),
    "not": lambda graph, term: Term("truth", graph("Not", truth_of(graph, term))),
    "and": lambda graph, a, b: Term("truth", graph("And", truth_of(graph, a), truth_of(graph, b))),
    "or": lambda graph, a, b: Term("truth", graph("Or", truth_of(graph, a), truth_of(graph, b))),
    "where": lambda graph, test, a, b: Term(
        "number", graph("Where", truth_of(graph, test), _number(graph, a), _number(graph, b))
    ),
    "==": _equal,
    "!=": _unequal,
    "in": _member,
}


def _words(node: Any) -> set[str]:
    found = {str(node.value)} if node.kind in ("operator", "call") else set()
    return found.union(*(_words(argument) for argument in node.arguments))
