"""From categories to rows of a table: every technique that writes something for each level is one lookup."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Column, NotExportable, matrix
from sklearn_mlknow.persistence.onnx.graph import ML, Graph


def level_codes(graph: Graph, column: Column, levels: Sequence[Any]) -> str:
    """Code a column by known levels: (n_rows, 1), ``n_levels`` for unseen values, ``n_levels + 1`` for missing ones.

    Texts are compared as texts, numbers as numbers; a missing value among the levels is missing.

    Raises
    ------
    NotExportable
        Two levels are one text, or one is the text that stands for missing.
    """
    n_levels = len(levels)
    known = [(level, code) for code, level in enumerate(levels) if not is_missing_value(level)]
    missing = [code for code, level in enumerate(levels) if is_missing_value(level)]
    missing_code = missing[0] if missing else n_levels + 1
    values = matrix(graph, [column], column.kind)
    if column.kind == "number":
        return graph("Where", graph("IsNaN", values), missing_code, number_codes(graph, values, known, n_levels))
    texts = [str(level) for level, _ in known]
    if len(set(texts)) < len(texts):
        raise NotExportable(f"column {column.name!r} holds levels of different types that are the same text")
    if MISSING_TEXT in texts:
        raise NotExportable(f"column {column.name!r} holds {MISSING_TEXT!r}, which stands for missing values")
    return graph(
        "LabelEncoder",
        values,
        domain=ML,
        keys_strings=[*texts, MISSING_TEXT],
        values_int64s=[*(code for _, code in known), missing_code],
        default_int64=n_levels,
    )


def number_codes(graph: Graph, values: str, known: Sequence[tuple[Any, int]], default: int) -> str:
    """Code numbers by equality."""
    try:
        keys = np.array([float(level) for level, _ in known])
    except (TypeError, ValueError) as error:
        raise NotExportable("a column of numbers is compared with levels that are texts") from error
    found = graph(
        "LabelEncoder",
        values,
        domain=ML,
        keys_tensor=np.append(keys, np.nan),
        values_tensor=np.array([*(code for _, code in known), default], dtype=np.float64),
        default_tensor=np.array([float(default)]),
    )
    return graph.cast(found, "int64")


def look_up(graph: Graph, codes: str, table: np.ndarray) -> str:
    """Write for every code its row of the table: (n_rows, 1) codes, (n_codes, k) table -> (n_rows, k)."""
    return graph("Squeeze", graph("Gather", np.asarray(table), codes, axis=0), [1])


def refuse_codes(graph: Graph, codes: str, bad: Sequence[int], says: str) -> str:
    """Make the runtime fail where a code is one of the bad ones."""
    is_bad = graph("Equal", codes, np.array([bad]))  # (n_rows, n_bad)
    return graph.guard(codes, is_bad, says)
