"""A picture of a selection: how much each column scored, and which stayed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    import pandas as pd

KEPT, GONE, INK, QUIET = "#3d6b8e", "#d5d9de", "#2b2b2b", "#8b9096"
LONGEST_NAME, LONGEST_REASON = 28, 60


class SelectionDisplay:
    """Draw the scores of a selector's columns, the kept ones in colour, each with the reason beside it.

    Use `from_estimator`; the constructor takes a report.

    Parameters
    ----------
    report : DataFrame
        ``report_`` of a selector: columns column, score, is_kept, reason, kept ones first.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn, after `plot`.
    figure_ : matplotlib Figure
        The figure, after `plot`.

    Examples
    --------
    >>> from sklearn_mlknow.datasets import load_penguins
    >>> from sklearn_mlknow.selection import MutualInformationSelector, SelectionDisplay
    >>> X, y = load_penguins(return_X_y=True, as_frame=True)
    >>> display = SelectionDisplay.from_estimator(MutualInformationSelector(2).fit(X, y))
    >>> display.ax_.get_yticklabels()[0].get_text()
    'flipper_length_mm'
    """

    def __init__(self, report: pd.DataFrame) -> None:
        self.report = report

    @classmethod
    def from_estimator(cls, estimator: Any, *, max_columns: int = 30, ax: Any = None) -> SelectionDisplay:
        """Draw what a fitted selector found.

        Parameters
        ----------
        estimator : selector
            Fitted.
        max_columns : int, default=30
            Columns drawn at most: kept ones first, then the best of the others.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        SelectionDisplay
        """
        check_is_fitted(estimator)
        return cls(estimator.report_).plot(max_columns=max_columns, ax=ax)

    def plot(self, *, max_columns: int = 30, ax: Any = None) -> SelectionDisplay:
        """Draw the report.

        Parameters
        ----------
        max_columns : int, default=30
            Columns drawn at most.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        SelectionDisplay
        """
        rows = self.report.head(max_columns)
        if ax is None:
            from matplotlib import pyplot

            _, ax = pyplot.subplots(figsize=(9.0, 1.3 + 0.3 * len(rows)), layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        scores = rows["score"].to_numpy(dtype=float)
        finite = np.where(np.isfinite(scores), scores, np.nanmax(np.where(np.isfinite(scores), scores, 0.0)))
        colours = [KEPT if kept else GONE for kept in rows["is_kept"]]
        places = np.arange(len(rows))
        ax.barh(places, finite, height=0.66, color=colours)
        ax.axvline(0.0, color=INK, linewidth=0.8)
        ax.set_yticks(places, [clip(str(name), LONGEST_NAME) for name in rows["column"]])
        ax.set_ylim(len(rows) - 0.5, -0.5)
        low, high = min(float(finite.min()), 0.0), max(float(finite.max()), 0.0)
        span = (high - low) or 1.0
        ax.set_xlim(low - 0.02 * span, high + 0.9 * span)
        for place, (score, reason, kept) in enumerate(zip(finite, rows["reason"], rows["is_kept"])):
            colour = INK if kept else QUIET
            at = max(float(score), 0.0) + 0.02 * span
            ax.text(at, place, clip(str(reason), LONGEST_REASON), va="center", fontsize=8.5, color=colour)
        n_kept, n_hidden = int(self.report["is_kept"].sum()), len(self.report) - len(rows)
        hidden = f", {n_hidden} more not drawn" if n_hidden else ""
        ax.set_title(f"{n_kept} of {len(self.report)} columns stay{hidden}", loc="left", fontsize=11)
        ticks = [tick for tick in ax.get_xticks() if low - 1e-9 <= tick <= high + 1e-9]
        ax.set_xticks(ticks)
        ax.set_xlabel("score", loc="left")
        ax.tick_params(length=0)
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        return self


def clip(text: str, longest: int) -> str:
    """Shorten a text that is too long to draw.

    Examples
    --------
    >>> clip("flipper", 5)
    'flip…'
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"
