"""What is written for each level of a column: encoders of categories, ours and scikit-learn's."""

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np

from sklearn_mlknow._shell.missing import is_missing_value
from sklearn_mlknow.persistence.onnx.columns import appended, in_place, worked_on
from sklearn_mlknow.persistence.onnx.frame import MISSING_TEXT, Column, Frame, NotExportable, names_from, spread
from sklearn_mlknow.persistence.onnx.graph import Graph
from sklearn_mlknow.persistence.onnx.lookup import level_codes, look_up, refuse_codes
from sklearn_mlknow.persistence.onnx.registry import converts

LARGEST_WHOLE = 2**53  # from here on doubles skip whole numbers


def known_codes(graph: Graph, estimator: Any, column: Column, levels: Sequence[Any]) -> str:
    """Code a column by the levels of fit, refusing what the estimator refuses."""
    codes, who = level_codes(graph, column, levels), type(estimator).__name__
    if getattr(estimator, "handle_unknown", None) == "error":
        codes = refuse_codes(graph, codes, [len(levels)], f"{who}: column {column.name!r} holds values not seen in fit")
    if estimator.handle_missing == "error":
        codes = refuse_codes(graph, codes, [len(levels) + 1], f"{who}: column {column.name!r} holds missing values")
    return codes


@converts("sklearn_mlknow", "TargetMeanEncoder", "WeightOfEvidenceEncoder")
def convert_target_encoding(graph: Graph, encoder: Any, frame: Frame) -> Frame:
    """The statistic of each level."""
    applied = []
    for place, column in enumerate(worked_on(encoder, frame)):
        codes = known_codes(graph, encoder, column, list(encoder._places[place]))
        written = look_up(graph, codes, encoder.encodings_[place])
        applied.append(spread(written, encoder._names_of(column.name, place)))
    return in_place(encoder, frame, applied)


@converts("sklearn_mlknow", "CountFeatures")
def convert_counts(graph: Graph, counter: Any, frame: Frame) -> Frame:
    """The counts of each level."""
    parts = []
    for place, column in enumerate(worked_on(counter, frame)):
        codes = known_codes(graph, counter, column, list(counter._places[place]))
        parts.append(look_up(graph, codes, counter._tables[place]))
    return appended(counter, frame, graph("Concat", *parts, axis=1))


@converts("sklearn_mlknow", "RareCategoryGrouper")
def convert_grouper(graph: Graph, grouper: Any, frame: Frame) -> Frame:
    """The label of each level; in columns of numbers a text is missing."""
    applied = []
    for place, column in enumerate(worked_on(grouper, frame)):
        codes = known_codes(graph, grouper, column, list(grouper._places[place]))
        labels = grouper._labels[place]
        if column.kind == "number":
            table: np.ndarray = np.array(
                [np.nan if label is None or isinstance(label, str) else float(label) for label in labels]
            )
        else:
            table = np.array([MISSING_TEXT if label is None else str(label) for label in labels], dtype=object)
        applied.append(spread(look_up(graph, codes, table[:, None]), [column.name], column.kind))
    return in_place(grouper, frame, applied)


@converts("sklearn", "OneHotEncoder", "OrdinalEncoder")
def convert_encoder(graph: Graph, encoder: Any, frame: Frame) -> Frame:
    """The row that the fitted encoder itself writes for each level, and for a value it has not seen."""
    firsts = [categories[0] for categories in encoder.categories_]
    out = []
    for place, column in enumerate(frame):
        levels = list(encoder.categories_[place])
        _check_levels(column, levels)
        codes = level_codes(graph, column, levels)
        refuses = encoder.handle_unknown == "error"
        if refuses:
            says = f"{type(encoder).__name__}: column {column.name!r} holds values not seen in fit"
            codes = refuse_codes(graph, codes, [len(levels), len(levels) + 1], says)
        tables = [_written(encoder, firsts, place, level) for level in levels]
        tables += [tables[0] * np.nan if refuses else _written(encoder, firsts, place, _unseen(levels))] * 2
        out.append(look_up(graph, codes, np.stack(tables)))
    whole = graph("Concat", *out, axis=1)
    return spread(whole, names_from(encoder, sum(_widths(encoder))))


def _check_levels(column: Column, levels: list[Any]) -> None:
    """Refuse levels that a graph would compare otherwise than the encoder does."""
    who = f"column {column.name!r}"
    if column.kind == "time":
        raise NotExportable(f"{who} holds times as categories; write them as texts first")
    for level in levels:
        if is_missing_value(level) or isinstance(level, str):
            continue
        if not isinstance(level, int | float | np.number | np.bool_):
            raise NotExportable(f"{who} has levels of type {type(level).__name__}; write them as texts first")
        if (
            column.kind == "text" and isinstance(level, float) and level in (0.0, 1.0)
        ):  # what scikit-learn reads them as
            raise NotExportable(f"{who} has truth values, or 0.0 and 1.0, as categories; write them as texts first")
        if abs(float(level)) >= LARGEST_WHOLE and np.isfinite(level):
            raise NotExportable(f"{who} has the level {level}, which doubles do not tell from its neighbours")


def _written(encoder: Any, firsts: list[Any], place: int, level: Any) -> np.ndarray:
    """What the encoder writes for one column when it holds a level."""
    rows = np.empty((2, len(firsts)), dtype=object)
    rows[0], rows[1] = firsts, firsts
    rows[1, place] = level
    if all(not isinstance(value, str) for value in rows.ravel()) and all(
        categories.dtype.kind in "fiub" for categories in encoder.categories_
    ):
        rows = rows.astype(np.float64)
    written = _quiet(encoder).transform(rows)
    written = np.asarray(written.todense() if hasattr(written, "todense") else written, dtype=np.float64)
    widths = _widths(encoder)
    return written[1, sum(widths[:place]) : sum(widths[: place + 1])]


def _quiet(encoder: Any) -> Any:
    """Copy an encoder that writes the same, but asks for no names and does not warn of what it does not know."""
    quiet = copy(encoder)
    vars(quiet).pop("feature_names_in_", None)
    if type(encoder).__name__ == "OneHotEncoder":  # what drop means is fitted; the parameter only decides on a warning
        quiet.drop = None
        quiet.handle_unknown = "infrequent_if_exist" if encoder.handle_unknown == "warn" else encoder.handle_unknown
    return quiet


def _widths(encoder: Any) -> list[int]:
    """Output columns of each input column."""
    if type(encoder).__name__ == "OrdinalEncoder":
        return [1] * len(encoder.categories_)
    n_columns = len(encoder.categories_)
    rare = getattr(encoder, "infrequent_categories_", [None] * n_columns)
    dropped = [None] * n_columns if encoder.drop_idx_ is None else encoder.drop_idx_
    return [
        len(levels) - (0 if few is None else len(few) - 1) - (drop is not None)
        for levels, few, drop in zip(encoder.categories_, rare, dropped, strict=True)
    ]


def _unseen(levels: list[Any]) -> Any:
    """Make up a value that is none of the levels, of their type."""
    known = [level for level in levels if not is_missing_value(level)]
    if all(isinstance(level, str) for level in known) and known:
        return "".join(known)[:64] + "\0unseen"
    return float(max((abs(float(level)) for level in known), default=0.0)) + 1.0
