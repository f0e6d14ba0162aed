"""The bins of a column as a table: how many rows each holds, and what it tells about the target.

References: Siddiqi, *Credit Risk Scorecards* (2006), chapter 6 (weight of evidence, information value).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.formulas.information import information_value, weight_of_evidence
from sklearn_mlknow.summaries.moments import Moments

if TYPE_CHECKING:
    import pandas as pd


def bin_table(names: list[str], texts: Iterable[np.ndarray], binner: Any) -> pd.DataFrame:
    """Put the tables of all columns of a fitted binner under each other; see `Binner.bin_table`."""
    import pandas as pd

    targets = binner.bin_targets_ or [None] * len(names)
    rows = [
        table_of_column(name, intervals, weights, target, binner.target_classes_)
        for name, intervals, weights, target in zip(names, texts, binner.bin_weights_, targets, strict=True)
    ]
    return pd.concat([pd.DataFrame(one) for one in rows], ignore_index=True)


def table_of_column(
    name: str,
    intervals: Any,
    weights: np.ndarray,
    target: np.ndarray | Moments | None = None,
    classes: np.ndarray | None = None,
) -> dict[str, Any]:
    """Describe the bins of one column, as the columns of a frame.

    Parameters
    ----------
    name : str
        Of the column.
    intervals : array or list of str
        Text of every bin, the bin of missing values and those of special values among them.
    weights : array of shape (n_bins,)
        Rows (or their weight) in every bin.
    target : array of shape (n_bins, n_classes), Moments of shape (n_bins,) or None
        Weight of each class, or moments of a number, in every bin.
    classes : array of shape (n_classes,), default=None
        Names of the classes.

    Returns
    -------
    dict of str to array of shape (n_bins,)
        ``column``, ``interval``, ``count``, ``share``; with two classes ``events`` (the second class),
        ``event_rate``, ``woe``, ``iv``; with more ``share_<class>`` and ``information`` (nats); with numbers ``mean``
        and ``deviation``.

    Examples
    --------
    >>> table = table_of_column("age", ["(-inf, 30)", "[30, inf)"], np.array([4.0, 4.0]), np.array([[3.0, 1], [1, 3]]))
    >>> table["event_rate"].tolist(), table["iv"].round(3).tolist()
    ([0.25, 0.75], [0.549, 0.549])
    """
    total = weights.sum()
    described: dict[str, Any] = {
        "column": np.full(len(weights), name, dtype=object),
        "interval": np.array(intervals, dtype=object),
        "count": weights,
        "share": weights / total if total else np.zeros(len(weights)),
    }
    if target is None:
        return described
    if isinstance(target, Moments):
        return described | {"mean": target.mean, "deviation": target.deviation}
    in_bin = target.sum(axis=1)
    share = np.divide(target, in_bin[:, None], out=np.full(target.shape, np.nan), where=in_bin[:, None] > 0)
    if target.shape[1] <= 2:
        events = target[:, 1] if target.shape[1] == 2 else np.zeros(len(target))
        return described | {
            "events": events,
            "event_rate": share[:, 1] if target.shape[1] == 2 else np.where(in_bin > 0, 0.0, np.nan),
            "woe": weight_of_evidence(events, in_bin - events),
            "iv": information_value(events, in_bin - events),
        }
    overall = target.sum(axis=0) / max(in_bin.sum(), 1e-300)
    names = [str(one) for one in (classes if classes is not None else range(target.shape[1]))]
    ratio = np.divide(share, overall, out=np.ones(target.shape), where=target > 0)
    shares = {f"share_{label}": share[:, i] for i, label in enumerate(names)}
    return described | shares | {"information": (target * np.log(ratio)).sum(axis=1) / max(in_bin.sum(), 1e-300)}
