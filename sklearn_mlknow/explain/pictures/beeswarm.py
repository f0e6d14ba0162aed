"""How each column acts over all rows: one dot a row, placed by its effect, coloured by its value."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.pictures.canvas import (
    FAINT,
    INK,
    column_shades,
    make_axes,
    of_output,
    quieten,
    shade_colours,
    shorten,
    value_label,
)
from sklearn_mlknow.explain.questions import output_position

_BINS = 90
_MOST_DOTS = 3000


def swarm(positions: np.ndarray, low: float, high: float, half_height: float = 0.4) -> np.ndarray:
    """Spread dots upwards and downwards where they crowd.

    Parameters
    ----------
    positions : ndarray of shape (n,)
    low, high : float
        The extent of the axis.
    half_height : float, default=0.4

    Returns
    -------
    ndarray of shape (n,)
        Offsets within ``[-half_height, half_height]``; the densest place fills it.
    """
    width = (high - low) / _BINS or 1.0
    cell = np.floor((positions - low) / width).astype(np.int64)
    order = np.lexsort((positions, cell))
    _, start, count = np.unique(cell[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(start, count)
    rung = np.where(place % 2, (place + 1) // 2, -(place // 2))
    offsets = np.empty(len(positions))
    offsets[order] = rung * min(half_height / max(1, (count.max() + 1) // 2), 0.09)
    return offsets


def draw_beeswarm(explanation: Explanation, ax: Any = None, output: Any = None, max_display: int = 15) -> Any:
    """Draw a swarm for each of the most important columns.

    Parameters
    ----------
    explanation : Explanation
    ax : Axes or None, default=None
        None makes a figure.
    output : str, int or None, default=None
        Of several outputs, which; None takes the last.
    max_display : int, default=15
        Columns shown.

    Returns
    -------
    Axes
    """
    position = output_position(explanation, output)
    values = of_output(explanation, explanation.values, position)
    rows = np.unique(np.linspace(0, len(values) - 1, min(len(values), _MOST_DOTS)).astype(np.int64))
    order = np.argsort(-np.abs(values).mean(axis=0), kind="stable")[:max_display]
    ax = make_axes(ax, 6.8, 0.9 + 0.38 * len(order))
    low, high = float(values[:, order].min()), float(values[:, order].max())
    colours = shade_colours()
    size = float(np.clip(700 / np.sqrt(len(rows)) / 4, 5, 26))
    ax.axvline(0, color=FAINT, linewidth=1)
    for place, player in enumerate(order[::-1]):
        effect = values[rows, player]
        shades = column_shades(explanation.data[rows, player])
        heights = place + swarm(effect, low, high)
        known = ~np.isnan(shades)
        ax.scatter(effect[~known], heights[~known], s=size, color="#9aa0a8", linewidth=0, alpha=0.85)
        ax.scatter(
            effect[known],
            heights[known],
            s=size,
            c=shades[known],
            cmap=colours,
            vmin=0,
            vmax=1,
            linewidth=0,
            alpha=0.85,
        )
    ax.set_yticks(np.arange(len(order)), [shorten(explanation.names[player]) for player in order[::-1]])
    ax.set_ylim(-0.6, len(order) - 0.4)
    ax.set_xlabel(value_label(explanation, position), fontsize=9, color=INK)
    quieten(ax)
    _colour_key(ax, colours)
    return ax


def _colour_key(ax: Any, colours: Any) -> None:
    """Draw the key of the colours beside the swarm."""
    from matplotlib.cm import ScalarMappable

    bar = ax.figure.colorbar(ScalarMappable(cmap=colours), ax=ax, ticks=[0, 1], aspect=30, pad=0.02, fraction=0.03)
    bar.ax.set_yticklabels(["low", "high"], fontsize=8)
    bar.ax.tick_params(length=0)
    bar.set_label("value of the column (grey: no order)", fontsize=8, labelpad=-8)
    bar.outline.set_visible(False)
