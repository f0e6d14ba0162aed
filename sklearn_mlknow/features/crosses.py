"""Crossed categories: what two columns say together, as one category."""

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Integer, OneOf
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.builder import BUILDER_RULES, FeatureBuilder
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.frequency import MIN_FREQUENCY, is_frequent
from sklearn_mlknow.features.quantiles import quantiles
from sklearn_mlknow.features.vocabulary import known_codes, place_of, refuse_missing
from sklearn_mlknow.summaries import values


class Part(NamedTuple):
    """How one column is coded: by its levels, or by the inner edges of its bins; and how each code is written."""

    places: dict[Any, int] | None
    edges: np.ndarray | None
    texts: list[str]  # the last is "missing"


class Cross(NamedTuple):
    """Two or more columns and the code of each combination of theirs: 0 is rare, -1 missing."""

    members: tuple[int, ...]  # places among the columns
    code_of_cell: np.ndarray  # (n_cells,)
    texts: np.ndarray  # (n_codes,) of object


class CrossFeatures(FeatureBuilder):
    """Write for each pair of columns the category they make together, such as ``"Rome & summer"``.

    Linear models and scorecards cannot see that two categories matter only together; this tells them. Numbers are cut
    into bins of equally many rows first. Combinations that occur rarely are folded into "rare", and so is what fit has
    not seen. O(n) a cross.

    Parameters
    ----------
    columns : list of str or int, callable or None, default=None
        Columns to cross; None takes every column of categories. Numbers may be named.
    degree : int, default=2
        How many columns are crossed at a time.
    n_bins : int, default=5
        Bins of a column of numbers.
    min_frequency : int or float, default=0.01
        Least number of rows, or least share of all rows, that a combination needs to stay.
    output : {"text", "code"}, default="text"
        Texts, or whole numbers: 0 for rare, then one for each combination.
    handle_missing : {"bin", "propagate", "error"}, default="bin"
        Missing values are a category of their own, make the cross missing, or are an error.
    keep_inputs : bool, default=True
        Whether the columns it works on stay in the output.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    crosses_ : list of tuple of str
        Columns of each cross.
    columns_ : list of str
        Names of the columns it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"city": ["Rome", "Rome", "Oslo"], "season": ["summer", "winter", "winter"]})
    >>> CrossFeatures().set_output(transform="pandas").fit_transform(X)["city & season"].tolist()
    ['Rome & summer', 'Rome & winter', 'Oslo & winter']
    """

    _kinds = ("category",)
    _named_kinds = ("category", "number")
    _rules = {
        "degree": [Integer(2)],
        "n_bins": [Integer(2)],
        "min_frequency": MIN_FREQUENCY,
        "output": [OneOf("text", "code")],
        "handle_missing": [OneOf("bin", "propagate", "error")],
        **BUILDER_RULES,
    }

    def __init__(
        self,
        columns: Any = None,
        *,
        degree: int = 2,
        n_bins: int = 5,
        min_frequency: float = 0.01,
        output: str = "text",
        handle_missing: str = "bin",
        keep_inputs: bool = True,
        remainder: str = "passthrough",
    ) -> None:
        self.columns = columns
        self.degree = degree
        self.n_bins = n_bins
        self.min_frequency = min_frequency
        self.output = output
        self.handle_missing = handle_missing
        self.keep_inputs = keep_inputs
        self.remainder = remainder

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        self._parts = [self._part_of(table, index) for index in self._indices]
        codes = self._codes(table)
        together = list(combinations(range(len(self._indices)), self.degree))
        self._crosses = [self._cross_of(members, codes) for members in together]
        self.crosses_ = [tuple(self.columns_[place] for place in members) for members in together]

    def _part_of(self, table: Table, index: int) -> Part:
        if table.kinds[index] == "category":
            _, levels = table.factorised(index)
            return Part(place_of(levels), None, [*map(str, levels), "missing"])
        column = finite_number(table, index)
        summary = values.summarise(column)
        cuts = np.unique(quantiles(summary, np.arange(1, self.n_bins) / self.n_bins))
        edges = cuts[cuts > summary.minimum]  # no bin is empty; without values there are no edges
        ends = ["-inf", *(f"{edge:.6g}" for edge in edges), "inf"]
        return Part(None, edges, [*(f"[{low}, {high})" for low, high in zip(ends, ends[1:])), "missing"])

    def _codes(self, table: Table) -> list[np.ndarray]:
        """Code each column: its level or bin, ``n_codes - 1`` for missing, ``n_codes`` for unseen."""
        coded = []
        for index, part in zip(self._indices, self._parts, strict=True):
            n_known = len(part.texts) - 1
            if part.places is not None:
                codes = known_codes(table, index, part.places)
                codes = np.where(codes >= n_known, 2 * n_known + 1 - codes, codes)  # missing before unseen
            else:
                column = finite_number(table, index)
                codes = np.searchsorted(np.asarray(part.edges), column, side="right")
                codes = np.where(np.isnan(column), n_known, codes)
            if self.handle_missing == "error":
                refuse_missing(table, index, np.where(codes == n_known, -1, codes))
            coded.append(codes)
        return coded

    def _cells(self, members: tuple[int, ...], codes: list[np.ndarray]) -> np.ndarray:
        """Number the combinations: (n_rows,)."""
        cells = np.zeros(len(codes[0]), dtype=np.int64)
        for place in members:
            cells = cells * (len(self._parts[place].texts) + 1) + codes[place]
        return cells

    def _cross_of(self, members: tuple[int, ...], codes: list[np.ndarray]) -> Cross:
        widths = [len(self._parts[place].texts) + 1 for place in members]
        n_cells = int(np.prod(np.array(widths, dtype=float)))
        if n_cells > 50_000_000:
            names = " & ".join(self.columns_[place] for place in members)
            raise ValueError(f"{who(self)}: {names} has {n_cells} combinations; fold rare values first.")
        cells = self._cells(members, codes)
        counts = np.bincount(cells, minlength=n_cells)
        parts_of_cell = np.stack(np.unravel_index(np.arange(n_cells), widths), axis=1)  # (n_cells, n_members)
        n_texts = np.array(widths) - 1
        is_missing = (parts_of_cell == n_texts - 1).any(axis=1)
        stays = (counts > 0) & is_frequent(counts, len(cells), self.min_frequency)
        if self.handle_missing == "propagate":
            stays &= ~is_missing
        kept = np.flatnonzero(stays)
        code_of_cell = np.zeros(n_cells, dtype=np.int64)
        if self.handle_missing == "propagate":
            code_of_cell[is_missing] = -1
        code_of_cell[kept] = np.arange(1, len(kept) + 1)
        written = [
            " & ".join(self._parts[place].texts[code] for place, code in zip(members, cell, strict=True))
            for cell in parts_of_cell[kept]
        ]
        return Cross(members, code_of_cell, np.array(["rare", *written, None], dtype=object))

    def _build(self, table: Table) -> Any:
        coded = self._codes(table)
        built = []
        for cross in self._crosses:
            codes = cross.code_of_cell[self._cells(cross.members, coded)]
            if self.output == "text":
                built.append(cross.texts[codes])
            elif self.handle_missing == "propagate":
                built.append(np.where(codes < 0, np.nan, codes))
            else:
                built.append(codes)
        return built

    def _built_names(self) -> list[str]:
        return [" & ".join(names) for names in self.crosses_]
