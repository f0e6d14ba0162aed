"""Binners: an edge is a comparison, a code is how many edges a value has reached, and every encoding reads the code."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sklearn_mlknow.binning.writing import own_columns
from sklearn_mlknow.formulas.smoothing import finite_ends
from sklearn_mlknow.persistence.onnx.columns import in_place, worked_on
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Column, Frame, finite, matrix, narrowed, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.lookup import level_codes, look_up, refuse_codes
from sklearn_mlknow.persistence.onnx.registry import converts

BINNERS = ("EqualWidthBinner", "EqualFrequencyBinner", "KMeansBinner", "OptimalBinner", "FixedBinner")


@converts("sklearn_mlknow", *BINNERS)
def convert_binner(graph: Graph, binner: Any, frame: Frame) -> Frame:
    """Codes, then what is written for them."""
    binner._check_unchanged()
    applied: list[Frame] = []
    for place, column in enumerate(worked_on(binner, frame)):
        ranks = getattr(binner, "_ranks", {}).get(binner.columns_[place])
        if ranks is None:
            codes, values = codes_of_numbers(graph, binner, place, column)
        else:
            codes, values = codes_of_levels(graph, binner, place, column, ranks), ""
        written, kind = write(graph, binner, place, codes, values)
        applied.append(spread(written, binner._names_of(column.name, place), kind))
    return in_place(binner, frame, applied)


def codes_of_numbers(graph: Graph, binner: Any, place: int, column: Column) -> tuple[str, str]:
    """Return the codes (n_rows, 1) and the values, special ones made missing (n_rows, 1)."""
    who, name, bins = type(binner).__name__, column.name, binner._bins[place]
    values = matrix(graph, [column])
    special_codes = None
    if len(bins.special):
        is_special = graph("Equal", values, bins.special[None, :])  # (n_rows, n_special)
        which = graph("ArgMax", graph.cast(is_special, "int64"), axis=1, keepdims=1)
        any_special = graph("ReduceMax", is_special, np.array([1]), keepdims=1)
        special_codes = any_special, graph("Add", which, bins.n_bins + 1)
        values = graph("Where", any_special, float("nan"), values)
    values = finite(graph, values, who, [name])
    codes = count_reached(graph, values, bins.inner_edges)
    codes = graph("Where", graph("IsNaN", values), bins.n_bins, codes)
    if special_codes is not None:
        codes = graph("Where", *special_codes, codes)
    if binner.handle_missing == "error":
        codes = refuse_codes(graph, codes, [bins.n_bins], f"{who}: column {name!r} holds missing values")
    return codes, values


def count_reached(graph: Graph, values: str, edges: np.ndarray) -> str:
    """Count the edges at or below each value: (n_rows, 1) -> (n_rows, 1). A missing value has reached none."""
    if len(edges) == 0:
        return graph("Mul", graph.cast(graph("IsNaN", values), "int64"), 0)
    reached = graph.cast(graph("GreaterOrEqual", values, np.asarray(edges, dtype=np.float64)[None, :]), "int64")
    return graph("ReduceSum", reached, np.array([1]), keepdims=1)


def codes_of_levels(graph: Graph, binner: Any, place: int, column: Column, ranks: dict[Any, int]) -> str:
    """Return the codes of a categorical column: each level's bin; unknown and missing ones count as missing."""
    who, bins = type(binner).__name__, binner._bins[place]
    found = level_codes(graph, column, list(ranks))
    n_levels = len(ranks)
    if "error" in (binner.handle_unknown, binner.handle_missing):
        found = refuse_codes(graph, found, [n_levels], f"{who}: column {column.name!r} holds values not seen in fit")
    if binner.handle_missing == "error":
        found = refuse_codes(graph, found, [n_levels + 1], f"{who}: column {column.name!r} holds missing values")
    of_level = np.searchsorted(bins.inner_edges, np.array(list(ranks.values()), dtype=np.float64), side="right")
    return look_up(graph, found, np.append(of_level, [bins.n_bins, bins.n_bins])[:, None])


def write(graph: Graph, binner: Any, place: int, codes: str, values: str) -> tuple[str, str]:
    """Write what the encoding makes of codes (n_rows, 1): a tensor (n_rows, n_outputs) and its kind."""
    bins, encode, dtype = binner._bins[place], binner.encode, binner._output_dtype
    if encode == "ordinal":
        written = graph.cast(codes)
        if binner.handle_missing == "propagate":
            written = graph("Where", graph("Equal", codes, bins.n_bins), float("nan"), written)
        return written, "number"
    owned = own_columns(bins, binner._has_missing_bin)
    if encode in ("onehot", "onehot-dense"):
        return graph.cast(graph("Equal", codes, np.array([owned]))), "number"
    if encode == "ple":
        ends = finite_ends(bins.inner_edges, bins.low, bins.high)
        return narrowed(graph, piecewise(graph, codes, values, ends, owned[bins.n_bins :]), dtype), "number"
    entries = binner._entries[place]
    if encode == "boundary":
        low, high = (np.asarray(end, dtype=np.float64)[:, None] for end in entries)
        halfway = look_up(graph, codes, low / 2 + high / 2)
        nearer = graph(
            "Where", graph("Greater", values, halfway), look_up(graph, codes, high), look_up(graph, codes, low)
        )
        return narrowed(graph, nearer, dtype), "number"
    if encode == "interval":
        texts = [text if isinstance(text, str) else MISSING_TEXT for text in entries]
        return look_up(graph, codes, np.array(texts, dtype=object)[:, None]), "text"
    return look_up(graph, codes, entries.astype(dtype).astype(np.float64)[:, None]), "number"


def piecewise(graph: Graph, codes: str, values: str, ends: np.ndarray, extra: Sequence[int]) -> str:
    """Piecewise-linear shares of a column, then a column of 0 and 1 for each extra code."""
    exponent = np.frexp(max(abs(ends[0]), abs(ends[-1])))[1] + 1
    marks = np.ldexp(ends, -exponent)
    widths = np.diff(marks)
    widths[widths == 0] = np.inf
    share = graph(
        "Div", graph("Sub", graph("Mul", values, np.ldexp(1.0, -exponent)), marks[None, :-1]), widths[None, :]
    )
    n_bins = len(widths)
    if n_bins > 1:
        lowest, highest = np.zeros((1, n_bins)), np.ones((1, n_bins))
        lowest[0, 0], highest[0, -1] = -np.inf, np.inf
        share = graph("Min", graph("Max", share, lowest), highest)
    if not extra:
        return share
    is_extra = graph("Equal", codes, np.array([list(extra)]))  # (n_rows, n_extra)
    any_extra = graph("ReduceMax", is_extra, np.array([1]), keepdims=1)
    return graph("Concat", graph("Where", any_extra, 0.0, share), graph.cast(is_extra), axis=1)


def evidence_of(graph: Graph, binners: Sequence[Any], places: Sequence[Sequence[int]], frame: Frame) -> Iterator[Any]:
    """What binners that drop other columns write, with the place of each column."""
    for binner, at in zip(binners, places, strict=True):
        yield from zip(at, convert_binner(graph, binner, frame), strict=True)
