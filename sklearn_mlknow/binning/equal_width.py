"""Bins of equal width: cut the range of a column, or the number line, into equal parts."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import InvalidParameter, who
from sklearn_mlknow._shell.parameters import Integer, Real
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.binning import seen
from sklearn_mlknow.binning.binner import BINNER_RULES, Binner
from sklearn_mlknow.binning.column_reading import Columns, each_column_of
from sklearn_mlknow.binning.seen import FreshlySeen, Seen
from sklearn_mlknow.binning.special import missing_weight, special_weights, without_special
from sklearn_mlknow.formulas.edges import edges_of_width, equal_width_edges
from sklearn_mlknow.formulas.smoothing import midpoints
from sklearn_mlknow.kernels import extent
from sklearn_mlknow.summaries.values import MOST_VALUES, Values


class EqualWidthBinner(Binner):
    """Put numbers into bins of equal width.

    Use it where distances matter: grid-like readings, histograms, ages by decade. Outliers stretch the bins; then
    :class:`EqualFrequencyBinner` is better. Costs one pass for the minimum and the maximum, O(n).

    Parameters
    ----------
    n_bins : int, default=None
        Bins between the smallest and the largest value; None means 10, unless ``width`` is given.
    width : float, default=None
        Width of a bin, in units of the column, instead of ``n_bins``.
    origin : float, default=None
        With ``width``: any one edge, such as 0 for edges at whole multiples; None begins at the smallest value.
    encode : str, default="ordinal"
        How a bin is written: "ordinal", its number; "onehot" (sparse) or "onehot-dense", one column a bin; "mean",
        "median" or "boundary", the mean, median or nearer end of its values; "midpoint", its middle; "interval", its
        interval as text; "ple", the piecewise-linear encoding, one column a bin; or "woe", its weight of evidence for a
        target of two classes, cross-fitted in ``fit_transform``.
    handle_missing : {"bin", "propagate", "error"}, default="bin"
        Missing values get a bin of their own after the last one, stay missing (in one-hot: no column is 1), or are an
        error. Smoothing has no number for a missing bin, so missing stays NaN there. The bin is there even when
        ``fit`` saw no missing value, so the width of the output never depends on it.
    special : dict of str to list of float, default=None
        Values of columns that mean something else, such as ``{"income": [-999]}``: each gets a bin of its own, after
        that of missing values, and does not move the edges.
    columns : list of str or int, callable or None, default=None
        Columns to bin; None takes every column of numbers.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.
    dtype : dtype or "compact", default=None
        Of the output: None is int64 for codes (float64 with ``handle_missing="propagate"``) and float64 otherwise;
        "compact" is the smallest for codes and one-hot, float32 otherwise.

    Attributes
    ----------
    bin_edges_ : list of ndarray of shape (n_bins + 1,)
        Edges of every column; bins are left-closed and the outer edges infinite.
    n_bins_ : ndarray of shape (n_columns,)
        Bins of every column, not counting those of missing and special values.
    bin_weights_ : list of ndarray
        Rows, or their weight, in every bin, then missing, then each special value. After ``partial_fit`` and ``merge``
        on more than 200 000 distinct values, within ``rank_error_``.
    bin_targets_ : list of ndarray or of Moments, or None
        Weight of each class, or moments of the numbers, of y in every bin, when ``fit`` was given y.
    target_classes_ : ndarray or None
        Classes of ``bin_targets_``.
    rank_error_ : ndarray of shape (n_columns,)
        Worst error of a rank that a later ``partial_fit`` or ``merge`` has taken over; edges are always exact.
    columns_ : list of str
        Columns that are binned.
    summaries_ : list
        What was seen of every column, for ``partial_fit`` and ``merge``.
    n_features_in_ : int
        Number of columns of ``fit``.
    feature_names_in_ : ndarray of str
        Their names, when they have some.

    Raises
    ------
    ValueError
        A column holds infinity, or missing values with ``handle_missing="error"``; both ``n_bins`` and ``width``.

    See Also
    --------
    EqualFrequencyBinner : Bins that hold equally many rows.
    FixedBinner : Bins that are given.

    References
    ----------
    Han, Kamber and Pei, "Data mining: concepts and techniques", section 3.2.2 (binning and smoothing) and 3.5.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.binning import EqualWidthBinner
    >>> X = np.array([[12], [28], [0], [16], [4], [18], [16], [26], [24]])
    >>> binner = EqualWidthBinner(width=10, origin=0).fit(X)
    >>> binner.bin_edges_[0]
    array([-inf,  10.,  20.,  inf])
    >>> binner.transform(X).ravel()
    array([1, 2, 0, 1, 0, 1, 1, 2, 2])
    """

    _rules = {
        "n_bins": [Integer(1), None],
        "width": [Real(0, closed="neither"), None],
        "origin": [Real(), None],
        **BINNER_RULES,
    }

    def __init__(
        self,
        n_bins: int | None = None,
        *,
        width: float | None = None,
        origin: float | None = None,
        encode: str = "ordinal",
        handle_missing: str = "bin",
        special: Any = None,
        columns: Any = None,
        remainder: str = "passthrough",
        dtype: Any = None,
    ) -> None:
        self.n_bins = n_bins
        self.width = width
        self.origin = origin
        self.encode = encode
        self.handle_missing = handle_missing
        self.special = special
        self.columns = columns
        self.remainder = remainder
        self.dtype = dtype

    def _cut(self, column: Seen, name: str) -> np.ndarray:
        low, high = column.values.minimum, column.values.maximum
        if self.width is None:
            if self.origin is not None:
                raise InvalidParameter(f"{who(self)}: origin has a meaning only with width; give width too.")
            return equal_width_edges(low, high, 10 if self.n_bins is None else self.n_bins)
        if self.n_bins is not None:
            raise InvalidParameter(f"{who(self)}: both n_bins and width are given; choose one.")
        try:
            return edges_of_width(low, high, self.width, self.origin)
        except ValueError as error:
            raise ValueError(f"{who(self)}: column {name!r}: {error}; choose a larger width.") from error

    def _see(
        self, columns: Columns, special: list[np.ndarray], target: Target | None, weights: np.ndarray | None
    ) -> list[Seen]:
        if target is not None or self.encode in ("mean", "median", "boundary"):
            return super()._see(columns, special, target, weights)
        found = see_rows(without_special(columns, special), special_weights(columns, special, weights), weights)
        for i, (raw, codes) in enumerate(zip(each_column_of(columns), special, strict=True)):
            if len(codes):
                rows = found[i].values._replace(missing=missing_weight(raw, weights))
                found[i] = found[i]._replace(values=rows)
        return found

    def _conclude(self, summaries: list[Seen]) -> None:
        if not isinstance(summaries, FreshlySeen) or summaries[0].values.in_order:
            super()._conclude(summaries)
            return
        self._learn(summaries)
        pairs = zip(summaries, self._bins, self.bin_weights_, strict=True)
        self.summaries_ = [
            seen.in_row_order(column)
            if len(column.values.values) <= MOST_VALUES
            else seen.coarse(column, weights[: bins.n_bins], midpoints(bins.inner_edges, bins.low, bins.high))
            for column, bins, weights in pairs
        ]


def see_rows(columns: Columns, special: list[np.ndarray], weights: np.ndarray | None) -> FreshlySeen:
    """Find minimum and maximum of every column in one pass; sorting is left to the merge that needs it.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns) or list of arrays
        Special values made missing.
    special : list of n_columns arrays of shape (n_special,)
        Weight of each special value.
    weights : ndarray of shape (n_rows,) or None

    Returns
    -------
    FreshlySeen
    """
    if weights is not None:
        counts = weights > 0
        columns = columns[counts] if isinstance(columns, np.ndarray) else [column[counts] for column in columns]
        weights = weights[counts]
    low, high, n_missing = extent(columns)
    found = []
    for i, column in enumerate(each_column_of(columns)):
        missing = float(n_missing[i] if weights is None else weights[np.isnan(column)].sum() if n_missing[i] else 0)
        summary = Values(column, weights, missing, 0.0, low[i] + 0.0, high[i] + 0.0, in_order=False)
        found.append(Seen(summary, special[i]))
    return FreshlySeen(found, columns, weights)
