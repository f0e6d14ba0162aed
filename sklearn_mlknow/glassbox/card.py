"""The lines of a scorecard: bins of every column, the evidence of each bin, and its points."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.binning import OptimalBinner

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]


def fit_binners(
    X: Any, y: Any, weights: Matrix | None, shapes: dict[Any, list[int]], max_bins: int, min_bin_share: float
) -> list[OptimalBinner]:
    """Fit one binner for each shape that is asked of some columns.

    Parameters
    ----------
    X : array-like or frame of shape (n_rows, n_columns)
    y : array-like of shape (n_rows,)
    weights : ndarray of shape (n_rows,) or None
    shapes : dict of shape to list of int
        Positions of its columns.
    max_bins : int
    min_bin_share : float

    Returns
    -------
    list of OptimalBinner
        In the order of ``shapes``.
    """
    return [
        OptimalBinner(
            max_bins,
            monotonic=shape,
            min_bin_share=min_bin_share,
            target_type="class",
            encode="woe",
            columns=places,
            remainder="drop",
        )
        .set_output(transform="default")
        .fit(X, y, weights)
        for shape, places in shapes.items()
    ]


def evidence_of(X: Any, binners: list[OptimalBinner], places: list[list[int]]) -> Matrix:
    """Weight of evidence of every value, (n_rows, n_columns); ``places`` are the columns of each binner."""
    parts = [np.asarray(binner.transform(X), dtype=np.float64) for binner in binners]
    evidence = np.empty((len(parts[0]), sum(map(len, places))))
    for own, part in zip(places, parts):
        evidence[:, own] = part
    return evidence


def point_table(binners: list[OptimalBinner], points_of: dict[str, float], base: float) -> "pd.DataFrame":
    """Write the lines of a card.

    Parameters
    ----------
    binners : list of OptimalBinner
    points_of : dict of str to float
        Points for a unit of evidence of each column, in the order of the columns.
    base : float
        Points that everyone gets.

    Returns
    -------
    DataFrame
        One row a bin: column, interval, count, share, event_rate, woe, points; the first row is the base.
    """
    import pandas as pd

    table = pd.concat([binner.bin_table() for binner in binners], ignore_index=True)
    table["points"] = table["woe"] * table["column"].map(points_of).astype(float)
    order = table["column"].map({name: place for place, name in enumerate(points_of)})
    table = table.iloc[np.argsort(order.to_numpy(), kind="stable")]
    table = table[["column", "interval", "count", "share", "event_rate", "woe", "points"]]
    first = pd.DataFrame({"column": ["base"], "interval": [""], "points": [base]})
    return pd.concat([first.reindex(columns=table.columns).astype(table.dtypes.to_dict()), table], ignore_index=True)
