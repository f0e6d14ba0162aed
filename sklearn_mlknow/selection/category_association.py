"""How strongly two columns of categories depend on each other.

References: Cramér's V with Bergsma's correction ("A bias-correction for Cramér's V and Tschuprow's T", 2013).
"""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.kernels import joint_histogram


def cramers_v(
    codes: NDArray[np.int64], other: NDArray[np.int64], row_weights: NDArray[np.float64] | None = None
) -> float:
    """Cramér's V of two columns of levels (-1 is missing), corrected for its bias, in [0, 1]."""
    is_present = (codes >= 0) & (other >= 0)
    if not is_present.any():
        return 0.0
    a, b = codes[is_present], other[is_present]
    weights = None if row_weights is None else row_weights[is_present]
    table = joint_histogram(a, b, int(a.max()) + 1, int(b.max()) + 1, weights).astype(float)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    n = table.sum()
    if n <= 1 or min(table.shape) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = ((table - expected) ** 2 / expected).sum() / n
    rows, columns = table.shape
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    fewest = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return float(min(1.0, np.sqrt(phi2 / fewest))) if fewest > 0 else 0.0
