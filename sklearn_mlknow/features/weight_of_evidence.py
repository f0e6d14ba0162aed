"""Weight-of-evidence encoding: a category becomes how much it moves the log-odds of the event.

Source: Good, *Probability and the Weighing of Evidence* (1950); Siddiqi, *Credit Risk Scorecards* (2006), chapter 6;
with empirical-Bayes smoothing, cross-fitted.
"""

from typing import Any

import numpy as np

from sklearn_mlknow.features.target_encoding import ENCODER_RULES, TargetEncoding
from sklearn_mlknow.features.target_tables import imaginary_rows, level_means
from sklearn_mlknow.formulas.information import weight_of_evidence
from sklearn_mlknow.summaries import Moments


class WeightOfEvidenceEncoder(TargetEncoding):
    """Replace each category by its weight of evidence: the log-odds of the event in it, less the overall log-odds.

    Use it before logistic regression and scorecards, where it is the natural scale: 0 says nothing, +0.7 doubles the
    odds. In ``fit_transform`` every row is encoded by rows outside its fold, in folds that do not depend on y. Two
    classes give one column (evidence for the second class), more classes a column each, one class against the rest.
    O(n).

    Parameters
    ----------
    smoothing : float or "auto", default="auto"
        Imaginary rows with the overall event rate that each level starts with; 0 is the textbook formula, infinite for
        pure levels; "auto" estimates them from how much levels differ, at least 1.
    cv : int or splitter, default=5
        Folds of ``fit_transform``; a splitter must not need y.
    handle_missing : {"bin", "propagate", "error"}, default="bin"
        Missing values are a level of their own, stay missing, or are an error.
    handle_unknown : {"rare", "missing", "error"}, default="rare"
        Values that fit has not seen say nothing (0), are treated as missing, or are an error.
    columns : list of str or int, callable or None, default=None
        Columns to encode; None takes every column of categories. Numbers such as postal codes may be named.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    encodings_ : list of ndarray of shape (n_levels + 2, n_outputs)
        One a column; the last two rows are for unseen and for missing values.
    classes_ : ndarray of shape (n_classes,)
        Classes of y.
    columns_ : list of str
        Names of the columns it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"city": ["Rome"] * 4 + ["Oslo"] * 4})
    >>> encoder = WeightOfEvidenceEncoder(smoothing=0).fit(X, [0, 0, 0, 1, 1, 1, 1, 0])
    >>> encoder.transform(pd.DataFrame({"city": ["Rome", "Oslo", "Bonn"]})).round(4).ravel().tolist()
    [-1.0986, 1.0986, 0.0]
    """

    _rules = ENCODER_RULES

    def __init__(
        self,
        smoothing: float | str = "auto",
        *,
        cv: Any = 5,
        handle_missing: str = "bin",
        handle_unknown: str = "rare",
        columns: Any = None,
        remainder: str = "passthrough",
    ) -> None:
        self.smoothing = smoothing
        self.cv = cv
        self.handle_missing = handle_missing
        self.handle_unknown = handle_unknown
        self.columns = columns
        self.remainder = remainder

    def _encode(self, target: np.ndarray | Moments) -> np.ndarray:
        assert isinstance(target, np.ndarray)
        rows = max(imaginary_rows(*level_means(target)), 1.0) if self.smoothing == "auto" else float(self.smoothing)
        classes = range(target.shape[1]) if target.shape[1] > 2 else [target.shape[1] - 1]
        weight = target.sum(axis=1)
        return np.column_stack([weight_of_evidence(target[:, k], weight - target[:, k], rows) for k in classes])

    def _encode_nothing(self, target: np.ndarray | Moments) -> np.ndarray:
        return np.zeros(1)  # broadcast over the outputs
