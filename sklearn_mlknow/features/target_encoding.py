"""The shell of encoders that write a statistic of y into a category: exact in fit, cross-fitted in fit_transform."""

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer
from sklearn_mlknow._shell.cross_fitting import folds_without_target
from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import HasMethods, Integer, OneOf, Real
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import Target, read_target, read_weights
from sklearn_mlknow.features import target_tables
from sklearn_mlknow.features.target_tables import TargetTable
from sklearn_mlknow.features.vocabulary import known_codes, place_of, refuse_missing, refuse_unknown
from sklearn_mlknow.summaries import Moments

ENCODER_RULES: dict[str, list[Any]] = {
    "smoothing": [Real(0, closed="left"), OneOf("auto")],
    "cv": [Integer(2), HasMethods(("split",)), HasMethods(("__iter__",))],
    "handle_missing": [OneOf("bin", "propagate", "error")],
    "handle_unknown": [OneOf("rare", "missing", "error")],
    **COLUMN_RULES,
}


class TargetEncoding(ColumnwiseTransformer):
    """Shell of `TargetMeanEncoder` and `WeightOfEvidenceEncoder`; a subclass states `_encode`.

    Attributes
    ----------
    columns_ : list of str
        Names of the columns it works on.
    """

    _kinds = ("category",)
    _named_kinds = ("category", "number")
    _target: ClassVar[str | None] = "class"

    cv: Any
    handle_missing: str
    handle_unknown: str

    @abstractmethod
    def _encode(self, target: np.ndarray | Moments) -> np.ndarray:
        """Encode each key, given the target at each key: (n_keys, n_outputs). A key without rows is unknown."""

    @restores_on_failure
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, groups: Any = None) -> Self:
        """Learn the encoding of each level from all rows.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The target.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.
        groups : array-like of shape (n_rows,), default=None
            Only for ``fit_transform``, where rows of one group share a fold; here so that it can be routed.

        Returns
        -------
        self
        """
        return super().fit(X, y, sample_weight)

    @restores_on_failure
    def fit_transform(self, X: Any, y: Any = None, sample_weight: Any = None, groups: Any = None) -> Any:
        """Learn from all rows, and encode each row by the rows outside its fold.

        No row sees its own target: flip its label, and its own values stay bit by bit. ``fit(X, y).transform(X)``
        would leak y into training rows and answers differently on purpose.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The target.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.
        groups : array-like of shape (n_rows,), default=None
            Rows of one group share a fold.

        Returns
        -------
        ndarray or frame
            What ``set_output`` asked for; columns stay in their places.
        """
        self.fit(X, y, sample_weight, groups)
        table = read_table(self, X, reset=False)
        folds = folds_without_target(self, table.n_rows, self.cv, groups)
        weights = read_weights(self, sample_weight, table.n_rows)
        target = target_tables.with_weight(read_target(self, y, table.n_rows, str(self._target)), weights)
        applied = {}
        for place, index in enumerate(self._indices):
            keys = known_codes(table, index, self._places[place])
            n_keys = len(self._places[place]) + 2
            parts = target_tables.without_each_fold(keys, n_keys, folds, target, weights)
            encoded = np.stack([self._conclude_keys(part) for part in parts])  # (n_folds, n_keys, n_outputs)
            applied[index] = self._shape(encoded[folds, keys])
        return self._arrange(table, applied)

    def _summarise(self, table: Table, index: int, target: Target | None, weights: Any) -> TargetTable:
        codes, levels = table.factorised(index)
        if self.handle_missing == "error":
            refuse_missing(table, index, codes)
        assert target is not None
        return target_tables.tabulate(codes, levels, target_tables.with_weight(target, weights), weights)

    def _merge(self, ours: TargetTable, theirs: TargetTable) -> TargetTable:
        try:
            return target_tables.merge(ours, theirs)
        except ValueError as error:
            raise ValueError(f"{who(self)}: {error}") from error

    def _learn(self, summaries: list[TargetTable]) -> None:
        self.classes_ = summaries[0].classes
        self._places = [place_of(target_tables.levels_of(summary)) for summary in summaries]
        self.encodings_ = [self._conclude_keys(summary.crossed.target) for summary in summaries]

    def _conclude_keys(self, target: np.ndarray | Moments) -> np.ndarray:
        """Encode all levels, then what stands for unseen and for missing values: (n_levels + 2, n_outputs)."""
        encoded = self._encode(target)
        encoded[-2] = self._encode_nothing(target)
        if self.handle_missing == "propagate":
            encoded[-1] = np.nan
        if self.handle_unknown == "missing":
            encoded[-2] = encoded[-1]
        return encoded

    @abstractmethod
    def _encode_nothing(self, target: np.ndarray | Moments) -> np.ndarray:
        """Encode a level of which nothing is known: (n_outputs,)."""

    def _apply(self, table: Table, index: int, place: int) -> np.ndarray:
        places = self._places[place]
        if self.handle_unknown == "error":
            refuse_unknown(table, index, places)
        codes = known_codes(table, index, places)
        if self.handle_missing == "error":
            refuse_missing(table, index, np.where(codes > len(places), -1, codes))
        return self._shape(self.encodings_[place][codes])

    def _shape(self, encoded: np.ndarray) -> np.ndarray:
        return encoded[:, 0] if encoded.shape[1] == 1 else encoded

    def _outputs(self, of_classes: np.ndarray) -> np.ndarray:
        """Keep the last of two classes, or all of more: (n_keys, n_outputs)."""
        return of_classes[:, -1:].copy() if of_classes.shape[1] <= 2 else of_classes

    def _names_of(self, name: str, place: int) -> list[str]:
        if self.classes_ is None or len(self.classes_) <= 2:
            return [name]
        return [f"{name}_{label}" for label in self.classes_]
