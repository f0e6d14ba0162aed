"""The bins of one column."""

from typing import NamedTuple

import numpy as np


class Bins(NamedTuple):
    """The bins of one column.

    Attributes
    ----------
    inner_edges : ndarray of shape (n_bins - 1,)
    special : ndarray of shape (n_special,)
        Special values, sorted.
    low, high : float
        Smallest and largest value seen; NaN when there was none.
    """

    inner_edges: np.ndarray
    special: np.ndarray
    low: float
    high: float

    @property
    def n_bins(self) -> int:
        """Number of bins, without those of missing and special values."""
        return len(self.inner_edges) + 1

    @property
    def n_codes(self) -> int:
        """Number of codes: bins, missing and special values."""
        return self.n_bins + 1 + len(self.special)
