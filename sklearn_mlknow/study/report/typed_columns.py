"""The columns of a raw table, read as they were when a model learned from them."""

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow.study.report.cleaning import as_days, as_numbers

if TYPE_CHECKING:
    import pandas as pd


class TypedColumns(TransformerMixin, BaseEstimator):
    """Read a raw table as a cleaned one: numbers, dates as days, and everything else as texts.

    The first step of a model that ``mlknow report --save`` writes, so that it takes later tables as they come from a
    file. It is fitted on what :func:`~sklearn_mlknow.study.report.cleaning.clean` returns.

    Attributes
    ----------
    numbers_, categories_ : list of str
        Names of the columns of each kind.
    feature_names_in_ : ndarray of str
        All of them, in order.
    n_features_in_ : int
        How many they are.
    """

    def fit(self, X: "pd.DataFrame", y: Any = None) -> Self:
        """Note the kinds of the columns of a cleaned table."""
        self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        self.numbers_ = [str(name) for name in X.columns if X[name].dtype.kind == "f"]
        self.categories_ = [str(name) for name in X.columns if X[name].dtype.kind != "f"]
        return self

    def transform(self, X: "pd.DataFrame") -> "pd.DataFrame":
        """Read the columns by name; those it does not know go."""
        import pandas as pd

        check_is_fitted(self)
        missing = [name for name in self.feature_names_in_ if name not in X.columns]
        if missing:
            raise ValueError(f"the table lacks columns that the model needs: {', '.join(map(repr, missing[:8]))}.")
        numbers = set(self.numbers_)
        read = {name: (_number if name in numbers else _text)(X[name]) for name in self.feature_names_in_}
        return pd.DataFrame(read, index=X.index)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns, which stay."""
        check_is_fitted(self)
        return self.feature_names_in_


def _number(column: "pd.Series[Any]") -> "pd.Series[Any]":
    from pandas.api import types

    if types.is_numeric_dtype(column):
        values = column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    elif column.isna().all():
        values = np.full(len(column), np.nan)
    else:
        notes: list[str] = []
        read = as_days(column)
        read = as_numbers(column, notes) if read is None else read
        if read is None:
            raise ValueError(f"column {column.name!r} holds texts, but numbers or dates when the model learned.")
        for note in notes:
            warnings.warn(f"TypedColumns: {note}", UserWarning, stacklevel=4)
        values = read.to_numpy(dtype=np.float64)
    return type(column)(np.where(np.isinf(values), np.nan, values), index=column.index, name=column.name)


def _text(column: "pd.Series[Any]") -> "pd.Series[Any]":
    texts = column.astype(object).where(column.notna(), None).map(str, na_action="ignore")
    return texts.astype("category")
