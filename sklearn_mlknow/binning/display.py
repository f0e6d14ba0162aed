"""A picture of bins: how many rows each holds, and the target over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow._shell.errors import some

if TYPE_CHECKING:
    import pandas as pd

BAR, APART, RATE, INK, FAINT = "#b9c7d3", "#e3e6ea", "#c2523c", "#2b2b2b", "#b9bdc3"
MOST_ACROSS = 3
LONGEST_TEXT = 22
MOST_LETTERS = 45  # that fit side by side below an Axes


class BinningDisplay:
    """Draw the bins of fitted columns: bars of rows, and over them the event rate or mean of the target.

    Use `from_estimator`; the constructor takes a table, such as one of other rows.

    Parameters
    ----------
    table : DataFrame
        What ``bin_table`` of a binner returned.

    Attributes
    ----------
    figure_ : matplotlib Figure
        The figure, after `plot`.
    axes_ : ndarray of matplotlib Axes, shape (n_columns,)
        One Axes a column, after `plot`.

    See Also
    --------
    OptimalBinner : Bins with a target worth drawing.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.binning import BinningDisplay, EqualWidthBinner
    >>> X = np.array([[1.0], [2.0], [3.0], [8.0]])
    >>> display = BinningDisplay.from_estimator(EqualWidthBinner(2).fit(X, [0, 0, 1, 1]))
    >>> [text.get_text() for text in display.axes_[0].get_xticklabels()]
    ['(-inf, 4.5)', '[4.5, inf)']
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    @classmethod
    def from_estimator(cls, estimator: Any, *, columns: Any = None, axes: Any = None) -> BinningDisplay:
        """Draw the bins of a fitted binner.

        Parameters
        ----------
        estimator : binner
            Fitted; with y, if the target is to be drawn.
        columns : list of str, default=None
            Columns to draw; None draws all.
        axes : matplotlib Axes, list of them or None, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        BinningDisplay
        """
        check_is_fitted(estimator)
        return cls(estimator.bin_table()).plot(columns=columns, axes=axes)

    def plot(self, *, columns: Any = None, axes: Any = None) -> BinningDisplay:
        """Draw the table.

        Parameters
        ----------
        columns : list of str, default=None
            Columns to draw; None draws all.
        axes : matplotlib Axes, list of them or None, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        BinningDisplay

        Raises
        ------
        ValueError
            A column is not in the table, or there are more columns than axes.
        """
        known = list(dict.fromkeys(self.table["column"]))
        wanted = known if columns is None else [columns] if isinstance(columns, str) else list(columns)
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise ValueError(
                f"BinningDisplay: columns names {some(unknown)}, which is not binned; it has {some(known)}."
            )
        self.axes_ = _axes(axes, len(wanted))
        for ax, name in zip(self.axes_, wanted, strict=True):
            _draw(ax, name, self.table[self.table["column"] == name])
        self.figure_ = self.axes_[0].figure
        return self


def _draw(ax: Any, name: str, rows: pd.DataFrame) -> None:
    """Draw one column; the bins of missing and special values stand apart, and only where they hold rows."""
    rows = rows[rows["interval"].str.startswith(("(", "[", "{")) | (rows["count"] > 0)]
    is_apart = ~rows["interval"].str.startswith(("(", "[", "{")).to_numpy(dtype=bool)
    places = np.arange(len(rows)) + 0.4 * is_apart
    ax.bar(places, rows["count"], width=0.86, color=np.where(is_apart, APART, BAR), zorder=1)
    labels = [_plain(text) for text in rows["interval"]]
    is_crowded = len(rows) * max(map(len, labels)) > MOST_LETTERS
    ax.set_xticks(places, labels, rotation=35 if is_crowded else 0, ha="right" if is_crowded else "center")
    ax.set_ylabel("rows", color=INK)
    ax.set_title(_plain(name), color=INK, loc="left")
    ax.margins(x=0.02)
    ax.set_ylim(0, max(rows["count"].max(), 1e-12) * 1.2)
    _quieten(ax, ("top", "right", "left"))
    lines = _lines_of(rows)
    if not lines:
        return
    over = ax.twinx()
    for i, (label, values) in enumerate(lines.items()):
        color = RATE if len(lines) == 1 else f"C{i}"
        over.plot(places[~is_apart], values[~is_apart], "-", color=color, linewidth=1.6)
        over.plot(places, values, "o", color=color, markersize=5, label=_plain(label))
    over.set_ylabel(
        next(iter(lines)) if len(lines) == 1 else "share of each class", color=RATE if len(lines) == 1 else INK
    )
    if "mean" not in lines:
        over.set_ylim(0, 1.2 * max(np.nanmax(values, initial=1e-12) for values in lines.values()))
        over.set_yticks([tick for tick in over.get_yticks() if tick <= 1])
    if len(lines) > 1:
        over.legend(frameon=False, fontsize=8, loc="upper center", ncols=min(len(lines), 4))
    _quieten(over, ("top", "left", "right"))


def _lines_of(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Name what is drawn over the bars: the event rate, the mean, or the share of each class."""
    if "event_rate" in rows and rows["event_rate"].notna().any():
        return {"event rate": rows["event_rate"].to_numpy()}
    if "mean" in rows and rows["mean"].notna().any():
        return {"mean": rows["mean"].to_numpy()}
    shares = [name for name in map(str, rows) if name.startswith("share_") and rows[name].notna().any()]
    return {name.removeprefix("share_"): rows[name].to_numpy() for name in shares}


def _axes(axes: Any, n_columns: int) -> np.ndarray:
    if axes is not None:
        given = np.atleast_1d(np.asarray(axes, dtype=object)).ravel()
        if len(given) < n_columns:
            raise ValueError(f"BinningDisplay: {n_columns} columns need {n_columns} axes, got {len(given)}.")
        return given[:n_columns]
    import matplotlib.pyplot as plt

    across = min(n_columns, MOST_ACROSS)
    down = -(-n_columns // across)
    figure = plt.figure(figsize=(5.2 * across, 3.6 * down))
    figure.set_layout_engine("constrained", wspace=0.06, hspace=0.06)
    return np.array([figure.add_subplot(down, across, i + 1) for i in range(n_columns)], dtype=object)


def _quieten(ax: Any, sides: tuple[str, ...]) -> None:
    for side in sides:
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    ax.tick_params(length=0, labelsize=9, labelcolor=INK)


def _plain(text: Any) -> str:
    """Write a text shortly and without matplotlib's mathematics."""
    plain = str(text)
    if len(plain) > LONGEST_TEXT:
        plain = f"{plain[: LONGEST_TEXT // 2]}…{plain[-LONGEST_TEXT // 2 :]}"
    return plain.replace("$", r"\$")
