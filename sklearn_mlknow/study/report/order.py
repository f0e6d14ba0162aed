"""Does the table change along its rows, and are the test rows like the training rows?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sklearn_mlknow.drift import DriftMonitor, DriftReport

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Alike:
    """Two comparisons of parts of one table.

    Attributes
    ----------
    test : DriftReport
        The test rows against the training rows.
    later : DriftReport
        The second half of the table, in its order, against the first.
    """

    test: DriftReport
    later: DriftReport


def compare_parts(X: "pd.DataFrame", X_train: "pd.DataFrame", X_test: "pd.DataFrame") -> Alike:
    """Compare test with training rows, and the second half of a table with the first."""
    half = len(X) // 2
    return Alike(
        DriftMonitor().fit(X_train).report(X_test),
        DriftMonitor().fit(X.iloc[:half]).report(X.iloc[half:]),
    )
