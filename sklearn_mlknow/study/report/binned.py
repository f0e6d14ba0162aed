"""A column as a few bins with labels: what the pictures of bins and the mutual information are both made of."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.words import number

if TYPE_CHECKING:
    import pandas as pd

N_BINS = 10
MOST_LEVELS = 10


@dataclass(frozen=True)
class BinnedColumn:
    """Codes of a column and what each code means.

    Attributes
    ----------
    name : str
        The column.
    codes : ndarray of shape (n_rows,)
        Bin of each row.
    labels : tuple of str
        Interval, levels or "missing"; one a bin.
    edges : tuple of float
        Inner edges; empty for a category.
    has_missing : bool
        Whether the last bin holds the missing values.
    """

    name: str
    codes: NDArray[np.int64]
    labels: tuple[str, ...]
    edges: tuple[float, ...]
    has_missing: bool

    @property
    def n_bins(self) -> int:
        """Number of bins, that of the missing values included."""
        return len(self.labels)

    def table(self, y_codes: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
        """Count rows by bin and class; (n_bins, n_classes)."""
        flat = self.codes * n_classes + y_codes
        return np.bincount(flat, minlength=self.n_bins * n_classes).reshape(self.n_bins, n_classes)


def bin_columns(X: "pd.DataFrame") -> list[BinnedColumn]:
    """Bin numbers at equal frequency, with a bin of their own for missing values; keep the commonest categories.

    Parameters
    ----------
    X : DataFrame
        Columns of float64 or category.

    Returns
    -------
    binned : list of BinnedColumn
        In the order of the columns.
    """
    from sklearn_mlknow.binning import EqualFrequencyBinner

    numbers = [name for name in X if X[name].dtype.kind == "f"]
    edges = dict(zip(numbers, EqualFrequencyBinner(n_bins=N_BINS).fit(X[numbers]).bin_edges_)) if numbers else {}
    return [_number(X[name], edges[name][1:-1]) if name in edges else _category(X[name]) for name in X]


def _number(column: "pd.Series[Any]", edges: NDArray[np.float64]) -> BinnedColumn:
    values = column.to_numpy(dtype=np.float64)
    codes = np.searchsorted(edges, values, side="right")
    codes[np.isnan(values)] = len(edges) + 1
    return _binned(column, codes, _intervals(edges), tuple(map(float, edges)))


def _category(column: "pd.Series[Any]") -> BinnedColumn:
    sizes = column.value_counts()
    sizes = sizes[sizes > 0]
    kept = sizes.index[:MOST_LEVELS] if len(sizes) > MOST_LEVELS + 1 else sizes.index
    labels = [str(level) for level in kept]
    if len(kept) < len(sizes):
        labels.append(f"{len(sizes) - len(kept)} others")
    place = {level: min(code, len(kept)) for code, level in enumerate(sizes.index)}
    codes = np.array([place.get(value, len(labels)) for value in column.astype(object)], dtype=np.int64)
    return _binned(column, codes, tuple(labels), ())


def _binned(
    column: "pd.Series[Any]", codes: NDArray[np.int64], labels: tuple[str, ...], edges: tuple[float, ...]
) -> BinnedColumn:
    has_missing = bool((codes == len(labels)).any())
    return BinnedColumn(str(column.name), codes, (*labels, "missing") if has_missing else labels, edges, has_missing)


def _intervals(edges: NDArray[np.float64]) -> tuple[str, ...]:
    if len(edges) == 0:
        return ("all",)
    written = [number(edge, 4) for edge in edges]
    inner = [f"[{left}, {right})" for left, right in zip(written, written[1:])]
    return (f"< {written[0]}", *inner, f"≥ {written[-1]}")
