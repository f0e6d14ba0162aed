"""What a selector found: scores, who stays, and why; and the table a person reads."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Verdict:
    """Scores and mask of all columns, with the reasons.

    Attributes
    ----------
    scores : ndarray of shape (n_columns,)
        Larger is better.
    mask : ndarray of bool, shape (n_columns,)
        Who stays.
    reasons : list of str
        One short sentence a column.
    facts : dict of str -> ndarray of shape (n_columns,)
        Further columns of the report, such as p-values.
    order : ndarray of int, shape (n_kept,), or None
        Positions of those who stay, the first first; None goes by score.
    """

    scores: NDArray[np.float64]
    mask: NDArray[np.bool_]
    reasons: list[str]
    facts: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    order: NDArray[np.int64] | None = None

    def to_frame(self, names: list[str]) -> "pd.DataFrame":
        """Return one row a column: column, score, rank, is_kept, the facts, reason; the kept first, the best first."""
        import pandas as pd

        order = np.lexsort((-self.scores, ~self.mask))
        if self.order is not None:
            order[: len(self.order)] = self.order
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(1, len(order) + 1)
        columns = {"column": names, "score": self.scores, "rank": rank, "is_kept": self.mask, **self.facts}
        return pd.DataFrame({**columns, "reason": self.reasons}).iloc[order].reset_index(drop=True)
