"""Crossed categories: what two columns say together, as one category."""

from itertools import combinations
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import some, who
from sklearn_mlknow._shell.parameters import Integer, OneOf
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.builder import BUILDER_RULES, WeightedBuilder
from sklearn_mlknow.features.crossing import (
    MISSING,
    RARE,
    SEPARATOR,
    Cross,
    Part,
    cells_of,
    codes_of_cells,
    frequent_cells,
    texts_of_bins,
    texts_of_levels,
)
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.frequency import MIN_FREQUENCY
from sklearn_mlknow.features.quantiles import quantiles
from sklearn_mlknow.features.vocabulary import known_codes, place_of, refuse_missing
from sklearn_mlknow.summaries import categories, values


class CrossFeatures(WeightedBuilder):
    """Write for each pair of columns the category they make together, such as ``"Rome & summer"``.

    Linear models and scorecards cannot see that two categories matter only together; this tells them. Numbers are cut
    into bins of equally many rows first. Combinations that occur rarely are folded into "rare", and so is what fit has
    not seen. Texts that would read like something else stand in quotes. O(n log n) a cross.

    Parameters
    ----------
    columns : list of str or int, callable or None, default=None
        Columns to cross; None takes every column of categories. Numbers may be named.
    degree : int, default=2
        How many columns are crossed at a time; there must be as many.
    n_bins : int, default=5
        Bins of a column of numbers.
    min_frequency : int or float, default=0.01
        Least number of rows (or their weight), or least share of all rows, that a combination needs to stay.
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
        if len(self._indices) < self.degree:
            raise ValueError(
                f"{who(self)}: a cross of degree={self.degree} needs as many columns, but there are only "
                f"{some(self.columns_)} (n_features = {table.n_columns}); lower degree or name more columns."
            )
        self._parts = [self._part_of(table, index, weights) for index in self._indices]
        codes = self._codes(table)
        together = list(combinations(range(len(self._indices)), self.degree))
        self._crosses = [self._cross_of(members, codes, weights) for members in together]
        self.crosses_ = [tuple(self.columns_[place] for place in members) for members in together]

    def _part_of(self, table: Table, index: int, weights: np.ndarray | None) -> Part:
        if table.kinds[index] == "category":
            levels = categories.summarise(*table.factorised(index), weights).levels
            return Part(place_of(levels), None, [*texts_of_levels(levels.tolist()), MISSING])
        summary = values.summarise(finite_number(table, index), weights)
        cuts = np.unique(quantiles(summary, np.arange(1, self.n_bins) / self.n_bins))
        edges = cuts[cuts > summary.minimum]  # no bin is empty; without values there are no edges
        return Part(None, edges, [*texts_of_bins(edges), MISSING])

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

    def _widths(self, members: tuple[int, ...]) -> list[int]:
        return [len(self._parts[place].texts) + 1 for place in members]

    def _is_missing(self, members: tuple[int, ...], codes: list[np.ndarray]) -> np.ndarray:
        """Tell whether one of the columns is missing: (n_rows,)."""
        return np.any([codes[place] == len(self._parts[place].texts) - 1 for place in members], axis=0)

    def _cross_of(self, members: tuple[int, ...], codes: list[np.ndarray], weights: np.ndarray | None) -> Cross:
        widths = self._widths(members)
        if np.prod(np.array(widths, dtype=float)) >= 2**63:
            names = SEPARATOR.join(self.columns_[place] for place in members)
            raise ValueError(f"{who(self)}: {names} has too many combinations to number; fold rare values first.")
        cells = cells_of([codes[place] for place in members], widths)
        if self.handle_missing == "propagate":  # missing cells stay among the rows that a share is of
            cells = np.where(self._is_missing(members, codes), -1, cells)
        kept = frequent_cells(cells, weights, self.min_frequency)
        kept = kept[kept >= 0]
        parts = np.stack(np.unravel_index(kept, widths), axis=1)  # (n_kept, n_members)
        written = [
            SEPARATOR.join(self._parts[place].texts[code] for place, code in zip(members, cell, strict=True))
            for cell in parts
        ]
        return Cross(members, kept, np.array([RARE, *written, None], dtype=object))

    def _build(self, table: Table) -> Any:
        coded = self._codes(table)
        built = []
        for cross in self._crosses:
            cells = cells_of([coded[place] for place in cross.members], self._widths(cross.members))
            codes = codes_of_cells(cells, cross.cells)
            if self.handle_missing == "propagate":
                codes = np.where(self._is_missing(cross.members, coded), -1, codes)
            if self.output == "text":
                built.append(cross.texts[codes])
            elif self.handle_missing == "propagate":
                built.append(np.where(codes < 0, np.nan, codes))
            else:
                built.append(codes)
        return built

    def _built_names(self) -> list[str]:
        return [" & ".join(names) for names in self.crosses_]
