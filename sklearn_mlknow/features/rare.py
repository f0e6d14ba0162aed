"""Rare categories -> one category."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer
from sklearn_mlknow._shell.parameters import Anything, OneOf
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.frequency import MIN_FREQUENCY, is_frequent
from sklearn_mlknow.features.vocabulary import NAMED_KINDS, known_codes, place_of, refuse_missing, refuse_unknown
from sklearn_mlknow.summaries import Categories, categories


class RareCategoryGrouper(ColumnwiseTransformer):
    """Fold categories that occur too rarely to learn from into one category, "rare".

    Use it before one-hot encoding and embeddings. The dtype stays: a category column stays one, texts stay texts. O(n).

    Parameters
    ----------
    min_frequency : int or float, default=0.01
        Least number of rows, or least share of the rows that are not missing, that a category needs to stay.
    rare_label : str or float, default="rare"
        What rare categories become. In a column of numbers a text cannot stand: there they become missing, unless the
        label is a number.
    handle_missing : {"propagate", "error"}, default="propagate"
        Whether missing values stay missing or are an error.
    handle_unknown : {"rare", "missing", "error"}, default="rare"
        Values that fit has not seen are rare, become missing, or are an error.
    columns : list of str or int, callable or None, default=None
        Columns to work on; None takes every column of categories. Numbers such as postal codes may be named.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.

    Attributes
    ----------
    frequent_ : list of ndarray of object
        One a column: the categories that stay.
    columns_ : list of str
        Names of the columns it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"city": ["Rome", "Rome", "Oslo", "Bonn"]})
    >>> RareCategoryGrouper(min_frequency=2).fit_transform(X).ravel().tolist()
    ['Rome', 'Rome', 'rare', 'rare']
    """

    _kinds = ("category",)
    _named_kinds = NAMED_KINDS
    _rules = {
        "min_frequency": MIN_FREQUENCY,
        "rare_label": [Anything()],
        "handle_missing": [OneOf("propagate", "error")],
        "handle_unknown": [OneOf("rare", "missing", "error")],
        **COLUMN_RULES,
    }

    def __init__(
        self,
        min_frequency: float = 0.01,
        *,
        rare_label: Any = "rare",
        handle_missing: str = "propagate",
        handle_unknown: str = "rare",
        columns: Any = None,
        remainder: str = "passthrough",
    ) -> None:
        self.min_frequency = min_frequency
        self.rare_label = rare_label
        self.handle_missing = handle_missing
        self.handle_unknown = handle_unknown
        self.columns = columns
        self.remainder = remainder

    def _summarise(self, table: Table, index: int, target: Any, weights: Any) -> Categories:
        codes, levels = table.factorised(index)
        if self.handle_missing == "error":
            refuse_missing(table, index, codes)
        return categories.summarise(codes, levels, weights)

    def _merge(self, ours: Categories, theirs: Categories) -> Categories:
        return categories.merge(ours, theirs)

    def _keep(self, summary: Categories) -> Categories:
        return categories.kept(summary)

    def _learn(self, summaries: list[Categories]) -> None:
        self.frequent_ = [one.levels[is_frequent(one.weights, one.total, self.min_frequency)] for one in summaries]
        self._places = [place_of(one.levels) for one in summaries]
        self._labels = [self._labels_of(one, frequent) for one, frequent in zip(summaries, self.frequent_, strict=True)]

    def _labels_of(self, summary: Categories, frequent: np.ndarray) -> np.ndarray:
        """What each level becomes, then what unseen and missing values become: (n_levels + 2,)."""
        stays = set(frequent.tolist())
        labels = [level if level in stays else self.rare_label for level in summary.levels.tolist()]
        unseen = None if self.handle_unknown == "missing" else self.rare_label
        return np.array([*labels, unseen, None], dtype=object)

    def _apply(self, table: Table, index: int, place: int) -> Any:
        places = self._places[place]
        if self.handle_unknown == "error":
            refuse_unknown(table, index, places)
        codes = known_codes(table, index, places)
        if self.handle_missing == "error":
            refuse_missing(table, index, np.where(codes > len(places), -1, codes))
        labels = self._labels[place]
        if table.kinds[index] == "number":
            numbers = [np.nan if label is None or isinstance(label, str) else float(label) for label in labels]
            return np.array(numbers)[codes]
        return like(table.column(index), labels, codes)


def like(column: Any, labels: np.ndarray, codes: np.ndarray) -> Any:
    """Build a column of texts of the same library and dtype as another.

    Parameters
    ----------
    column : ndarray or Series of shape (n_rows,)
    labels : ndarray of object, shape (n_labels,)
        None for missing.
    codes : ndarray of int64, shape (n_rows,)

    Returns
    -------
    ndarray or Series of shape (n_rows,)
    """
    module = type(column).__module__.split(".")[0]
    if module == "pandas":
        import pandas as pd

        if isinstance(column.dtype, pd.CategoricalDtype):
            distinct = list(dict.fromkeys(label for label in labels.tolist() if label is not None))
            position = {label: place for place, label in enumerate(distinct)}
            places = np.array([-1 if label is None else position[label] for label in labels.tolist()])
            kept = [level for level in column.cat.categories if level in position]  # in the order of the column
            ordered = kept + [label for label in distinct if label not in set(kept)]
            values: Any = pd.Categorical.from_codes(places[codes], categories=pd.Index(distinct)).set_categories(
                ordered
            )
            return pd.Series(values, index=column.index)
        return pd.Series(pd.Series(labels, dtype=column.dtype).array.take(codes), index=column.index)
    if module == "polars":
        import polars as pl

        texts = pl.Series(labels.tolist(), dtype=pl.String)[codes.tolist() if len(codes) < 100 else codes]
        return texts if column.dtype == pl.String else texts.cast(pl.Categorical)
    return labels[codes]
