"""Parts of texts as columns, by a regular expression with named groups."""

import re
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Boolean, InstanceOf, Integer, OneOf
from sklearn_mlknow._shell.table import Table, choose_columns
from sklearn_mlknow.features.builder import FeatureBuilder
from sklearn_mlknow.features.safe_pattern import MOST_CHARACTERS, PatternError, read_pattern

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def found_parts(levels: np.ndarray, pattern: re.Pattern[str]) -> dict[str, list[str | None]]:
    """Search texts.

    Parameters
    ----------
    levels : ndarray of object, shape (n_levels,)
        Texts, or numbers, which are written out.
    pattern : re.Pattern

    Returns
    -------
    dict of str to list of length n_levels
        What each named group holds; None where it holds nothing.
    """
    matches = [pattern.search(text_of(level)[:MOST_CHARACTERS]) for level in levels.tolist()]
    return {group: [match[group] if match else None for match in matches] for group in pattern.groupindex}


def text_of(level: Any) -> str:
    """Write a level out; bytes are read as UTF-8."""
    return level.decode("utf-8", "replace") if isinstance(level, bytes) else str(level)


class PatternFeatures(FeatureBuilder):
    r"""Take texts apart by a regular expression: each named group becomes a column.

    ``PatternFeatures("cabin", r"(?P<deck>[A-Z])(?P<number>\d+)")`` turns ``"C85"`` into deck ``"C"`` and number 85. A
    group whose finds in fit are all numbers becomes a column of numbers, any other a column of texts; where nothing is
    found it is missing. Each distinct text is searched once, in its first 256 characters. Patterns that could run away
    are refused, so that no text, however hostile, takes longer than a few seconds (ordinary ones: a microsecond).

    Parameters
    ----------
    column : str or int
        The column of texts; numbers are written out.
    pattern : str
        Regular expression with at least one named group; without backreferences, look-around and flags.
    keep_inputs : bool, default=True
        Whether the column of texts stays in the output.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    types_ : dict of str to {"number", "text"}
        What each group holds.
    pattern_ : str
        The pattern of fit.
    matched_ : float
        Share of the distinct texts of fit in which the pattern was found.
    columns_ : list of str
        Name of the column it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Raises
    ------
    ValueError
        In ``fit``: the pattern is wrong or could run away; the message points at the character.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"cabin": ["C85", "E46", None]})
    >>> builder = PatternFeatures("cabin", r"(?P<deck>[A-Z])(?P<number>\d+)").set_output(transform="pandas")
    >>> builder.fit_transform(X)["cabin_number"].tolist()
    [85.0, 46.0, nan]
    """

    _rules = {
        "column": [InstanceOf(str), Integer()],
        "pattern": [InstanceOf(str)],
        "keep_inputs": [Boolean()],
        "remainder": [OneOf("passthrough", "drop")],
    }

    def __init__(self, column: Any, pattern: str, *, keep_inputs: bool = True, remainder: str = "passthrough") -> None:
        self.column = column
        self.pattern = pattern
        self.keep_inputs = keep_inputs
        self.remainder = remainder

    def _choose(self, table: Table) -> list[int]:
        return choose_columns(table, self.column, ("category", "number"))

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        try:
            compiled = read_pattern(self.pattern)
        except PatternError as error:
            raise ValueError(f"{who(self)}: pattern: {error}") from error
        self.pattern_ = self.pattern  # as text, so that a loaded estimator checks it again
        _, levels = table.factorised(self._indices[0])
        found = found_parts(levels, compiled)
        self.types_ = {group: type_of(parts) for group, parts in found.items()}
        n_found = sum(any(parts[i] is not None for parts in found.values()) for i in range(len(levels)))
        self.matched_ = n_found / max(len(levels), 1)

    def _build(self, table: Table) -> Any:
        codes, levels = table.factorised(self._indices[0])
        built = []
        for group, parts in found_parts(levels, read_pattern(self.pattern_)).items():
            if self.types_[group] == "number":
                numbers = [float(part) if part and NUMBER.fullmatch(part) else np.nan for part in parts]
                built.append(np.array([*numbers, np.nan])[codes])
            else:
                built.append(np.array([*parts, None], dtype=object)[codes])
        return built

    def _built_names(self) -> list[str]:
        return [f"{self.columns_[0]}_{group}" for group in self.types_]


def type_of(parts: list[str | None]) -> str:
    """Tell whether what a group holds is numbers, as far as it holds anything."""
    known = [part for part in parts if part]
    return "number" if known and all(NUMBER.fullmatch(part) for part in known) else "text"
