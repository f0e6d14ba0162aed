"""All rows at once: one column of the picture a row, rows that were explained alike side by side."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.pictures.canvas import INK, LOWERS, RAISES, make_axes, of_output, shorten, value_label
from sklearn_mlknow.explain.questions import output_position

_MOST_SORTED = 2000


def order_alike(values: np.ndarray) -> np.ndarray:
    """Order rows so that neighbours were explained alike: leaves of a hierarchical clustering.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_players)

    Returns
    -------
    ndarray of int, shape (n_rows,)
    """
    if not 2 < len(values) <= _MOST_SORTED:
        return np.argsort(values.sum(axis=1), kind="stable")
    from scipy.cluster.hierarchy import leaves_list, linkage

    return leaves_list(linkage(values, method="ward", optimal_ordering=len(values) <= 300))


def draw_heatmap(explanation: Explanation, ax: Any = None, output: Any = None, max_display: int = 12) -> Any:
    """Draw the values of all rows.

    Parameters
    ----------
    explanation : Explanation
    ax : Axes or None, default=None
        None makes a figure.
    output : str, int or None, default=None
        Of several outputs, which; None takes the last.
    max_display : int, default=12
        Columns shown, the most important ones.

    Returns
    -------
    Axes
    """
    position = output_position(explanation, output)
    values = of_output(explanation, explanation.values, position)
    players = np.argsort(-np.abs(values).mean(axis=0), kind="stable")[:max_display]
    rows = order_alike(values)
    ax = make_axes(ax, 7.2, 1.3 + 0.3 * len(players))
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("effect", [LOWERS, "#f7f7f7", RAISES])
    reach = float(np.quantile(np.abs(values[:, players]), 0.99)) or 1.0
    picture = ax.imshow(
        values[np.ix_(rows, players)].T, cmap=colours, vmin=-reach, vmax=reach, aspect="auto", interpolation="nearest"
    )
    ax.set_yticks(np.arange(len(players)), [shorten(explanation.names[player]) for player in players], fontsize=9)
    ax.set_xlabel(f"{len(rows)} rows, those explained alike side by side", fontsize=9, color=INK)
    ax.set_xticks([])
    for side in ax.spines.values():
        side.set_visible(False)
    ax.tick_params(length=0, labelcolor=INK)
    bar = ax.figure.colorbar(picture, ax=ax, pad=0.02, fraction=0.04)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=8)
    bar.set_label(value_label(explanation, position), fontsize=8)
    return ax
