"""Estimators that kill the process they run in."""

import os
import signal
from pathlib import Path

import numpy as np
from sklearn.linear_model import LinearRegression

from sklearn_mlknow._shell.parameters import Anything
from tests.distributed.running_mean import SubtractMean


class DiesOnce(LinearRegression):
    """A line that kills its process at the first fit ever whose first row is 0: not in the first of all folds."""

    def __init__(self, marker=""):
        super().__init__()
        self.marker = marker

    def fit(self, X, y):
        marker = Path(self.marker)
        if np.asarray(X)[0, 0] == 0 and not marker.exists():
            marker.write_text("died")
            os.kill(os.getpid(), signal.SIGKILL)
        return super().fit(X, y)


class DyingMean(SubtractMean):
    """Kills every worker that looks at rows of 30 and above; with marker="" none."""

    _rules = {**SubtractMean._rules, "marker": [Anything()]}

    def __init__(self, marker="", columns=None, remainder="passthrough"):
        super().__init__(columns, remainder)
        self.marker = marker

    def _summarise(self, table, index, target, weights):
        if self.marker and table.number(index).max() > 30:
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._summarise(table, index, target, weights)
