"""The smallest transformer that merges, for tests that are about the way and not the technique."""

import numpy as np

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer


class SubtractMean(ColumnwiseTransformer):
    """Subtract the weighted mean of each column."""

    _rules = COLUMN_RULES

    def __init__(self, columns=None, remainder="passthrough"):
        self.columns = columns
        self.remainder = remainder

    def _summarise(self, table, index, target, weights):
        column = table.number(index)
        weights = np.where(np.isnan(column), 0.0, 1.0 if weights is None else weights)
        return np.array([weights.sum(), (weights * np.nan_to_num(column)).sum()])

    def _merge(self, ours, theirs):
        return ours + theirs

    def _learn(self, summaries):
        self.means_ = np.array([total / weight for weight, total in summaries])

    def _apply(self, table, index, place):
        return table.number(index) - self.means_[place]
