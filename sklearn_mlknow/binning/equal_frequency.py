"""Bins of equal frequency: cut where the ranks are, so that each bin holds as many rows as the next."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import InvalidParameter, who
from sklearn_mlknow._shell.parameters import Integer, OneOf, Real
from sklearn_mlknow.binning.binner import BINNER_RULES, Binner
from sklearn_mlknow.binning.seen import Seen
from sklearn_mlknow.formulas.edges import equal_frequency_edges


class EqualFrequencyBinner(Binner):
    """Put numbers into bins that hold equally many rows.

    Use it for skewed columns and as a first step before anything that counts: every bin has enough rows to say
    something. It forgets distances; where they matter take :class:`EqualWidthBinner`. Ranks are whole numbers and
    nothing is sampled, so the edges need no seed. Costs one sort a column, O(n log n).

    Parameters
    ----------
    n_bins : int, default=None
        Bins wanted; None means 10, unless ``density`` is given. There are fewer where a column has fewer distinct
        values.
    density : float, default=None
        Rows a bin at least, instead of ``n_bins``: as many bins as the column has this many rows.
    ties : {"spread", "merge"}, default="spread"
        What to do where equal values reach over an edge. "spread" cuts at the nearer end of their run, then halves
        the heaviest bins until there are ``n_bins`` (or all distinct values are apart). "merge" takes the quantiles as
        they are and drops equal ones, as scikit-learn does: there may be far fewer bins.
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
        Rows, or their weight, in every bin, then missing, then each special value.
    bin_targets_ : list of ndarray or of Moments, or None
        Weight of each class, or moments of the numbers, of y in every bin, when ``fit`` was given y.
    target_classes_ : ndarray or None
        Classes of ``bin_targets_``.
    rank_error_ : ndarray of shape (n_columns,)
        Worst error of a rank, as a share of the rows; 0 after ``fit``, and until ``partial_fit`` and ``merge`` have
        seen more than 200 000 distinct values.
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
        A column holds infinity, or missing values with ``handle_missing="error"``; both ``n_bins`` and ``density``.

    See Also
    --------
    EqualWidthBinner : Bins as wide as each other.
    FixedBinner : Bins that are given.

    References
    ----------
    Han, Kamber and Pei, "Data mining: concepts and techniques", section 3.2.2 (binning and smoothing) and 3.5.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.binning import EqualFrequencyBinner
    >>> X = np.array([[12], [28], [0], [16], [4], [18], [16], [26], [24]])
    >>> binner = EqualFrequencyBinner(density=3).fit(X)
    >>> binner.bin_edges_[0]
    array([-inf,  14.,  21.,  inf])
    >>> EqualFrequencyBinner(3, encode="median").fit_transform(X).ravel()
    array([ 4., 26.,  4., 16.,  4., 16., 16., 26., 26.])
    """

    _rules = {
        "n_bins": [Integer(1), None],
        "density": [Real(0, closed="neither"), None],
        "ties": [OneOf("spread", "merge")],
        **BINNER_RULES,
    }

    def __init__(
        self,
        n_bins: int | None = None,
        *,
        density: float | None = None,
        ties: str = "spread",
        encode: str = "ordinal",
        handle_missing: str = "bin",
        special: Any = None,
        columns: Any = None,
        remainder: str = "passthrough",
        dtype: Any = None,
    ) -> None:
        self.n_bins = n_bins
        self.density = density
        self.ties = ties
        self.encode = encode
        self.handle_missing = handle_missing
        self.special = special
        self.columns = columns
        self.remainder = remainder
        self.dtype = dtype

    def _cut(self, column: Seen, name: str) -> np.ndarray:
        if self.density is None:
            n_bins = 10 if self.n_bins is None else int(self.n_bins)
        elif self.n_bins is not None:
            raise InvalidParameter(f"{who(self)}: both n_bins and density are given; choose one.")
        else:
            n_bins = max(1, int(min(column.values.total // self.density, len(column.values.values))))
        return equal_frequency_edges(column.values, n_bins, self.ties)
