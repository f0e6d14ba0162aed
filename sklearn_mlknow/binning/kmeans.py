"""Bins around the means of an optimal one-dimensional k-means."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.parameters import Integer
from sklearn_mlknow.binning.binner import BINNER_RULES, Binner
from sklearn_mlknow.binning.seen import Seen
from sklearn_mlknow.formulas.kmeans_edges import kmeans_edges
from sklearn_mlknow.kernels.kmeans_dp import add_layer
from sklearn_mlknow.summaries import values

WORK_OF_A_STEP = 100  # of one value in one layer without compiled code, in values that numpy digitises meanwhile


class KMeansBinner(Binner):
    """Bin numbers so that they lie as close to the mean of their bin as can be.

    Use it for columns that fall into clumps, where edges belong into the gaps. The least squares are found exactly by
    dynamic programming, so there are no starting points, no seed, and no worse answer on another run, unlike
    ``KBinsDiscretizer(strategy="kmeans")``. Not for heavy tails: a few far values take most of the bins; there take
    `EqualFrequencyBinner`. Costs O(n_bins n log n) for n distinct values.

    Parameters
    ----------
    n_bins : int, default=10
        Bins a column, 2 or more; a column with fewer distinct values gets a bin for each.
    encode : str, default="ordinal"
        How a bin is written: ``"ordinal"``, ``"onehot"`` (sparse), ``"onehot-dense"``, ``"mean"``, ``"median"``,
        ``"boundary"`` (nearest end), ``"midpoint"``, ``"interval"`` (text), ``"ple"`` (piecewise linear) or ``"woe"``
        (weight of evidence, needs two classes).
    handle_missing : {"bin", "propagate", "error"}, default="bin"
        Missing values get a bin of their own, stay NaN, or are an error.
    special : dict of str to list of float, default=None
        Values of a column, by its name, that get bins of their own, such as ``{"income": [-999]}``.
    columns : list of str or int, callable or None, default=None
        Columns to bin; None takes all numeric ones.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What becomes of the other columns.
    dtype : dtype, "compact" or None, default=None
        Of the output; None gives int64 codes, float64 otherwise; "compact" the smallest that holds the codes.

    Attributes
    ----------
    bin_edges_ : list of ndarray of shape (n_bins + 1,)
        Edges of each column, the outer ones infinite; intervals are left-closed.
    n_bins_ : ndarray of shape (n_columns,)
        Bins of each column, without those of missing and special values.
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
        A column holds infinity, or missing values with ``handle_missing="error"``.

    See Also
    --------
    EqualFrequencyBinner : Bins of as many rows.
    OptimalBinner : Bins that tell most about a target.

    References
    ----------
    Wang and Song, "Ckmeans.1d.dp: optimal k-means clustering in one dimension by dynamic programming" (2011).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.binning import KMeansBinner
    >>> X = np.array([[1.0], [2.0], [2.5], [40.0], [41.0], [90.0]])
    >>> KMeansBinner(n_bins=3).fit_transform(X).ravel()
    array([0, 0, 0, 1, 1, 2])
    """

    _rules = {"n_bins": [Integer(2)], **BINNER_RULES}

    def __init__(
        self,
        n_bins: int = 10,
        *,
        encode: str = "ordinal",
        handle_missing: str = "bin",
        special: dict[str, list[float]] | None = None,
        columns: Any = None,
        remainder: str = "passthrough",
        dtype: Any = None,
    ) -> None:
        self.n_bins = n_bins
        self.encode = encode
        self.handle_missing = handle_missing
        self.special = special
        self.columns = columns
        self.remainder = remainder
        self.dtype = dtype

    def _cut(self, column: Seen, name: str) -> np.ndarray:
        found = values.distinct(values.ordered(column.values))
        is_large = add_layer.pays_for(len(found.values) * self.n_bins * WORK_OF_A_STEP)
        return kmeans_edges(found.values, found.weights_or_ones(), self.n_bins, is_large)
