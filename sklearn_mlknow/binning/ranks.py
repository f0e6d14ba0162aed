"""Categories as numbers: each level its rank, so that groups of levels are intervals and bins of numbers serve both."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.table import Table


class RankedTable:
    """A table whose categorical columns read as numbers: the ranks of their levels."""

    is_frame = True

    def __init__(self, table: Table, ranks: dict[int, np.ndarray]) -> None:
        self.table = table
        self.ranks = ranks

    def number(self, index: int) -> np.ndarray:
        """Return a column of numbers or ranks."""
        return self.ranks[index] if index in self.ranks else self.table.number(index)


def group_text(levels: list[Any], limit: int = 3) -> str:
    """Write a group of levels: ``{a, b, c and 2 more}``."""
    more = len(levels) - limit
    return "{" + ", ".join(map(str, levels[:limit])) + (f" and {more} more" if more > 0 else "") + "}"
