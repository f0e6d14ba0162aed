"""Pictures of a drift report."""

from typing import Any

import numpy as np

from sklearn_mlknow.drift.report import DriftReport

STABLE, MOVED, BEFORE, NOW = "#9aa0a6", "#b3261e", "#9aa0a6", "#1a73e8"


class DriftDisplay:
    """Draw a drift report.

    Each method draws on ``ax`` or on a figure of its own, and returns the Axes.

    Parameters
    ----------
    report : DriftReport
        What `DriftMonitor.report` returned.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.drift import DriftDisplay, DriftMonitor
    >>> rng = np.random.default_rng(0)
    >>> report = DriftMonitor().fit(rng.normal(size=(500, 2))).report(rng.normal(1, size=(500, 2)))
    >>> DriftDisplay(report).psi().get_xlabel()
    'population stability index'
    """

    def __init__(self, report: DriftReport) -> None:
        self.report = report

    def psi(self, *, ax: Any = None, max_display: int = 20) -> Any:
        """Draw how far each column has moved, drifted ones in red, with the threshold as a line."""
        ax = _axes(ax, height=0.4 * min(len(self.report.columns), max_display) + 1.2)
        order = np.argsort([-one.psi for one in self.report.details], kind="stable")[:max_display][::-1]
        names = [self.report.columns[place] for place in order]
        moved = set(self.report.drifted)
        colors = [MOVED if name in moved else STABLE for name in names]
        ax.barh(range(len(names)), [self.report.details[place].psi for place in order], color=colors)
        ax.set_yticks(range(len(names)), [_plain(name) for name in names])
        ax.axvline(self.report.min_psi, color="black", linewidth=1, linestyle=":")
        ax.set_xlabel("population stability index")
        ax.set_title(f"{len(moved)} of {len(self.report.columns)} columns have drifted")
        return ax

    def column(self, name: str, *, ax: Any = None) -> Any:
        """Draw the shares of the bins of one column, before and now."""
        if name not in self.report.columns:
            raise ValueError(f"DriftDisplay: the report has no column {name!r}; it has {list(self.report.columns)}.")
        one = self.report.details[self.report.columns.index(name)]
        ax = _axes(ax, height=3.5)
        places = np.arange(len(one.labels))
        ax.bar(places - 0.2, one.reference, width=0.4, color=BEFORE, label="reference")
        ax.bar(places + 0.2, one.current, width=0.4, color=NOW, label="now")
        ax.set_xticks(places, [_plain(label) for label in one.labels], rotation=45, ha="right")
        ax.set_ylabel("share of rows")
        ax.set_title(f"{_plain(name)}: PSI {one.psi:.3f}")
        ax.legend()
        return ax


def _axes(ax: Any, height: float) -> Any:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(7, height), layout="constrained")[1]


def _plain(text: str) -> str:
    """Write a name without matplotlib's mathematics."""
    return str(text).replace("$", r"\$")
