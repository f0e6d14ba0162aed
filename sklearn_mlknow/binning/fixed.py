"""Bins that are given: by law, by habit, or by another table."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import InvalidParameter, some, who
from sklearn_mlknow._shell.parameters import Anything
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.binning.binner import BINNER_RULES, Binner
from sklearn_mlknow.binning.seen import Seen


class FixedBinner(Binner):
    """Put numbers into bins whose edges are given.

    Use it where the limits are known: blood pressure by guideline, age groups of a law, the bins of an earlier
    analysis. Only what is written for a bin (means, evidence, the bin table) is learned from the rows. O(n log n) for
    these, nothing to learn otherwise.

    Parameters
    ----------
    edges : list of float, or dict of str to list of float
        Inner edges, increasing; bins are left-closed, and the first and the last are open towards infinity. One list
        for all columns, or one for each column by name; columns without one pass through.
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
        that of missing values.
    columns : list of str or int, callable or None, default=None
        Columns to bin; None takes every column of numbers, or those that ``edges`` names.
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
        Edges that do not increase or are not finite, an unknown column; a column holds infinity, or missing values with
        ``handle_missing="error"``.

    See Also
    --------
    EqualWidthBinner : Bins as wide as each other.
    EqualFrequencyBinner : Bins that hold equally many rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.binning import FixedBinner
    >>> FixedBinner([18, 65]).fit_transform(np.array([[7], [18], [64], [90], [np.nan]])).ravel()
    array([0, 1, 1, 2, 3])
    """

    _rules = {"edges": [Anything()], **BINNER_RULES}

    def __init__(
        self,
        edges: Any,
        *,
        encode: str = "ordinal",
        handle_missing: str = "bin",
        special: Any = None,
        columns: Any = None,
        remainder: str = "passthrough",
        dtype: Any = None,
    ) -> None:
        self.edges = edges
        self.encode = encode
        self.handle_missing = handle_missing
        self.special = special
        self.columns = columns
        self.remainder = remainder
        self.dtype = dtype

    def _cut(self, column: Seen, name: str) -> np.ndarray:
        given = self.edges.get(name) if isinstance(self.edges, Mapping) else self.edges
        try:
            edges = np.array(given, dtype=np.float64)
        except (TypeError, ValueError):
            edges = np.array(np.nan)
        if edges.ndim != 1 or not np.isfinite(edges).all() or not (np.diff(edges) > 0).all():
            raise InvalidParameter(
                f"{who(self)}: edges of column {name!r} must be finite numbers that increase, got {given!r}."
            )
        return edges

    def _open(self, X: Any) -> Table:
        table = super()._open(X)
        if isinstance(self.edges, Mapping):
            unknown = [name for name in self.edges if name not in table.names]
            if unknown:
                raise InvalidParameter(f"{who(self)}: edges names {some(unknown)}, which the table does not have.")
            chosen = [index for index in self._indices if table.names[index] in self.edges]
            if self.columns is not None and len(chosen) < len(self._indices):
                raise InvalidParameter(f"{who(self)}: columns names a column that edges has no edges for; add them.")
            if not chosen:
                raise InvalidParameter(f"{who(self)}: edges names no column of numbers; name at least one.")
            self._indices = chosen
            self.columns_ = [table.names[index] for index in chosen]
        return table
