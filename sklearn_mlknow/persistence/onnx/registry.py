"""Which classes have a graph, and the walk that finds every part of a pipeline that has none.

A class is known by its library and public name; subclasses are not taken for their parents, since they may answer
otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sklearn_mlknow.persistence.onnx.frame import Frame, NotExportable
from sklearn_mlknow.persistence.onnx.graph import Graph


class Answer(NamedTuple):
    """What a predictor answers: outputs by name, each a tensor of shape (n_rows,) or (n_rows, k)."""

    outputs: dict[str, str]


Convert = Callable[[Graph, Any, Frame], Any]
Faults = Callable[[Any], Iterable[str]]
Parts = Callable[[Any], Iterable[tuple[str, Any]]]


class Converter(NamedTuple):
    """How a class becomes a graph.

    Attributes
    ----------
    convert : callable
        ``convert(graph, estimator, frame)`` returns a Frame or an Answer.
    faults : callable
        Says of a fitted estimator which of its settings have no graph.
    parts : callable
        Names the estimators it holds.
    """

    convert: Convert
    faults: Faults
    parts: Parts


CONVERTERS: dict[str, Converter] = {}
# why those of ours that have none have none
REASONS = {
    "sklearn_mlknow.PatternFeatures": "the regular expressions of ONNX read letters, digits and boundaries otherwise",
    "sklearn_mlknow.SiameseClassifier": "its nearest examples vote, and their order decides ties",
    "sklearn_mlknow.MetaLearningClassifier": "a support changes the weights of its net, which torch then runs",
    "sklearn_mlknow.ShapExplainer": "it explains and does not answer; export the model that it explains",
    "sklearn_mlknow.SurrogateTree": "it explains and does not answer; export its tree_",
}


def nothing(_: Any) -> Iterable[Any]:
    """No faults, no parts."""
    return ()


def converts(
    library: str, *names: str, faults: Faults = nothing, parts: Parts = nothing
) -> Callable[[Convert], Convert]:
    """Register a function as the converter of classes of a library."""

    def register(convert: Convert) -> Convert:
        for name in names:
            CONVERTERS[f"{library}.{name}"] = Converter(convert, faults, parts)
        return convert

    return register


def key_of(estimator: Any) -> str:
    """Name a class by its library and its own name."""
    return f"{type(estimator).__module__.split('.')[0]}.{type(estimator).__name__}"


def convert(graph: Graph, estimator: Any, frame: Frame) -> Any:
    """Write one estimator into the graph; a fault names it."""
    try:
        return CONVERTERS[key_of(estimator)].convert(graph, estimator, frame)
    except NotExportable as error:
        raise NotExportable(f"{type(estimator).__name__}: {error}") from error


def faults_of(estimator: Any, path: str = "") -> Iterator[str]:
    """Name every part that cannot be exported, with the way to it and the reason."""
    found = CONVERTERS.get(key_of(estimator))
    where = f"{path} ({type(estimator).__name__})" if path else type(estimator).__name__
    if found is None:
        reason = REASONS.get(key_of(estimator))
        yield f"{where}: it has no ONNX graph" + (f", for {reason}" if reason else "")
        return
    for fault in found.faults(estimator):
        yield f"{where}: {fault}"
    for name, part in found.parts(estimator):
        yield from faults_of(part, f"{path} > {name}" if path else name)
