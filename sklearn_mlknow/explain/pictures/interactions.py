"""Which columns act together: the strength of each pair as a triangle of squares, blank where within its error."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.pictures.canvas import INK, make_axes, of_output, shorten
from sklearn_mlknow.explain.questions import output_position


def draw_interactions(explanation: Explanation, ax: Any = None, output: Any = None, max_display: int = 12) -> Any:
    """Draw the root mean square interaction of each pair, less what is error.

    Parameters
    ----------
    explanation : Explanation
    ax : Axes or None, default=None
        None makes a figure.
    output : str, int or None, default=None
        Of several outputs, which; None takes the last.
    max_display : int, default=12
        Columns shown, those with the strongest interactions.

    Returns
    -------
    Axes
    """
    if explanation.interactions is None or explanation.pair_errors is None:
        raise ValueError("Explanation: it holds no interactions; explain with a larger budget or fewer rows.")
    position = output_position(explanation, output)
    n_players = len(explanation.names)
    square = np.zeros((n_players, n_players))
    square[np.triu_indices(n_players, 1)] = of_output(explanation, explanation.pair_errors, position) ** 2
    mean = (of_output(explanation, explanation.interactions, position) ** 2).mean(axis=0)
    strength = np.sqrt(np.maximum(mean - square - square.T, 0.0))
    order = np.sort(np.argsort(-strength.sum(axis=1), kind="stable")[:max_display])
    shown = np.tril(strength[np.ix_(order, order)], -1)
    size = 1.6 + 0.42 * len(order)
    ax = make_axes(ax, size + 1.2, size)
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("strength", ["#f4f5f7", "#8fa7bd", "#2f4f6d"])
    picture = ax.imshow(np.ma.masked_where(shown <= 0, shown)[1:, :-1], cmap=colours, vmin=0, aspect="equal")
    labels = [shorten(explanation.names[player], 20) for player in order]
    ax.set_xticks(np.arange(len(order) - 1), labels[:-1], rotation=40, ha="right", rotation_mode="anchor", fontsize=9)
    ax.set_yticks(np.arange(len(order) - 1), labels[1:], fontsize=9)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.tick_params(length=0, labelcolor=INK)
    bar = ax.figure.colorbar(picture, ax=ax, shrink=0.7, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=8)
    bar.set_label("strength of the interaction", fontsize=8)
    return ax
