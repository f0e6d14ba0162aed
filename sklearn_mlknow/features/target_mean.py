"""Target mean encoding: a category becomes the shrunken mean of y in it.

Source: Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes in classification and
prediction problems" (2001), with empirical-Bayes shrinkage, cross-fitted.
"""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.parameters import OneOf
from sklearn_mlknow.features.target_encoding import ENCODER_RULES, TargetEncoding
from sklearn_mlknow.features.target_tables import shrunken_means
from sklearn_mlknow.summaries import Moments


class TargetMeanEncoder(TargetEncoding):
    """Replace each category by the mean of y among its rows, shrunk towards the overall mean.

    Use it for categories of many levels. In ``fit_transform`` every row is encoded by rows outside its fold, in folds
    that do not depend on y, so that the encoding does not leak; ``transform`` uses all rows of ``fit``. Two classes
    give one column (the share of the second class), more classes a column each, numbers one column. O(n).

    Parameters
    ----------
    smoothing : float or "auto", default="auto"
        Imaginary rows at the overall mean that each level starts with; "auto" estimates them from how much levels
        differ (empirical Bayes).
    target_type : {"auto", "class", "number"}, default="auto"
        What y holds; "auto" takes numbers with fractions as numbers and everything else, whole numbers too, as
        classes.
    cv : int or splitter, default=5
        Folds of ``fit_transform``; a splitter must not need y.
    handle_missing : {"bin", "propagate", "error"}, default="bin"
        Missing values are a level of their own, stay missing, or are an error.
    handle_unknown : {"rare", "missing", "error"}, default="rare"
        Values that fit has not seen become the overall mean, are treated as missing, or are an error.
    columns : list of str or int, callable or None, default=None
        Columns to encode; None takes every column of categories. Numbers such as postal codes may be named.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    encodings_ : list of ndarray of shape (n_levels + 2, n_outputs)
        One a column; the last two rows are for unseen and for missing values.
    classes_ : ndarray of shape (n_classes,) or None
        Classes of y; None for numbers.
    columns_ : list of str
        Names of the columns it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"city": ["Rome", "Rome", "Oslo", "Oslo"]})
    >>> encoder = TargetMeanEncoder(smoothing=2.0).fit(X, [0, 1, 1, 1])
    >>> encoder.transform(pd.DataFrame({"city": ["Rome", "Oslo", "Bonn"]})).ravel().tolist()
    [0.625, 0.875, 0.75]
    """

    _rules = {"target_type": [OneOf("auto", "class", "number")], **ENCODER_RULES}

    def __init__(
        self,
        smoothing: float | str = "auto",
        *,
        target_type: str = "auto",
        cv: Any = 5,
        handle_missing: str = "bin",
        handle_unknown: str = "rare",
        columns: Any = None,
        remainder: str = "passthrough",
    ) -> None:
        self.smoothing = smoothing
        self.target_type = target_type
        self.cv = cv
        self.handle_missing = handle_missing
        self.handle_unknown = handle_unknown
        self.columns = columns
        self.remainder = remainder

    @property
    def _target(self) -> str:  # type: ignore[override]
        return "any" if self.target_type == "auto" else self.target_type

    def _encode(self, target: np.ndarray | Moments) -> np.ndarray:
        means = shrunken_means(target, self.smoothing)
        return means if isinstance(target, Moments) else self._outputs(means)

    def _encode_nothing(self, target: np.ndarray | Moments) -> np.ndarray:
        if isinstance(target, Moments):
            total = max(target.weight.sum(), np.finfo(float).tiny)
            return np.array([np.where(target.weight > 0, target.mean, 0.0) @ (target.weight / total)])
        return self._outputs((target.sum(axis=0) / max(target.sum(), np.finfo(float).tiny))[None])[0]
