"""Train, test and real data side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn_mlknow.drift.monitor import DriftMonitor
from sklearn_mlknow.drift.report import DriftReport

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class DistributionComparison:
    """Three tables compared two by two.

    Parameters
    ----------
    reports : dict of str to DriftReport
        ``"train_test"``, and with real data ``"train_real"`` and ``"test_real"``.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.drift import compare_distributions
    >>> rng = np.random.default_rng(0)
    >>> train, test, real = (rng.normal(mean, size=(500, 1)) for mean in (0, 0, 1))
    >>> compare_distributions(train, test, real).drifted
    {'train_test': [], 'train_real': ['x0'], 'test_real': ['x0']}
    """

    reports: dict[str, DriftReport]

    @property
    def drifted(self) -> dict[str, list[str]]:
        """Columns that have drifted between each two tables."""
        return {pair: report.drifted for pair, report in self.reports.items()}

    @property
    def is_drift(self) -> bool:
        """Whether any column has drifted between any two tables."""
        return any(report.is_drift for report in self.reports.values())

    def to_frame(self) -> "pd.DataFrame":
        """Put the comparison into a table.

        Returns
        -------
        DataFrame
            One row a column; for each two tables PSI, corrected p-value and verdict.
        """
        import pandas as pd

        parts = []
        for pair, report in self.reports.items():
            frame = report.to_frame().set_index("column")[["psi", "p_value", "is_drift"]]
            parts.append(frame.set_axis([f"{name}_{pair}" for name in frame.columns], axis=1))
        return pd.concat(parts, axis=1).reset_index()

    def to_text(self) -> str:
        """Write all reports for a terminal.

        Returns
        -------
        str
        """
        return "\n\n".join(f"{title(pair)}: {report.to_text()}" for pair, report in self.reports.items())

    def _repr_html_(self) -> str:
        return "".join(f"<h3>{title(pair)}</h3>{report.to_html()}" for pair, report in self.reports.items())


def title(pair: str) -> str:
    """Write ``train_test`` as ``Train against test``."""
    return pair.replace("_", " against ").capitalize()


def compare_distributions(
    train: Any, test: Any, real: Any = None, *, columns: Any = None, adversarial: bool = False, **thresholds: Any
) -> DistributionComparison:
    """Compare the columns of training, test and real data.

    Train against test tells whether the split is fair; train and test against real tells whether what was measured will
    hold.

    Parameters
    ----------
    train, test : array-like or frame of shape (n_rows, n_columns)
        Tables of the same columns.
    real : array-like or frame, default=None
        Rows as they come in use.
    columns : list of str or int, callable or None, default=None
        Columns to compare; None takes every column of numbers or categories.
    adversarial : bool, default=False
        Whether a classifier is also asked to tell each two tables apart.
    **thresholds : float
        ``reference_bins``, ``alpha``, ``min_psi`` of `DriftMonitor`.

    Returns
    -------
    DistributionComparison
        A report for each two tables.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> comparison = compare_distributions(rng.normal(size=(500, 2)), rng.normal(size=(500, 2)))
    >>> comparison.is_drift
    False
    """
    tables = {"train": train, "test": test} | ({} if real is None else {"real": real})
    reports = {}
    for before, after in (("train", "test"), ("train", "real"), ("test", "real")):
        if after in tables:
            monitor = DriftMonitor(columns=columns, **thresholds).fit(tables[before])
            rows = {"adversarial": True, "X_reference": tables[before]} if adversarial else {}
            reports[f"{before}_{after}"] = monitor.report(tables[after], **rows)
    return DistributionComparison(reports)
