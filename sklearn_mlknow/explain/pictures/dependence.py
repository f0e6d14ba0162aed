"""The general effect of a column: its attributions against its values, and the mean prediction when it alone is set."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.pictures.canvas import (
    FAINT,
    INK,
    NEUTRAL,
    RAISES,
    make_axes,
    of_output,
    quieten,
    shorten,
    value_label,
    write_value,
)
from sklearn_mlknow.explain.questions import general_effect, output_position, player_position

_MOST_LEVELS = 12


def draw_dependence(explanation: Explanation, player: Any = None, ax: Any = None, output: Any = None) -> Any:
    """Draw one dot a row, with its 95 % interval, and a line through the mean predictions, less the base value.

    Parameters
    ----------
    explanation : Explanation
    player : str, int or None, default=None
        None takes the most important column.
    ax : Axes or None, default=None
        None makes a figure.
    output : str, int or None, default=None
        Of several outputs, which; None takes the last.

    Returns
    -------
    Axes
    """
    position = output_position(explanation, output)
    values = of_output(explanation, explanation.values, position)
    place = int(np.abs(values).mean(axis=0).argmax()) if player is None else player_position(explanation, player)
    effect = values[:, place]
    half = 1.96 * of_output(explanation, explanation.standard_errors, position)[:, place]
    base = float(of_output(explanation, explanation.base_values, position)[0])
    general = general_effect(explanation, place, position)
    ax = make_axes(ax, 5.6, 3.8)
    ax.axhline(0, color=FAINT, linewidth=1)
    across, labels = _positions(explanation.data[:, place])
    line, _ = _positions(general["data"].to_numpy(dtype=object), labels)
    jitter = 0.0 if labels is None else np.linspace(-0.25, 0.25, len(across))[np.argsort(np.argsort(effect))]
    ax.vlines(across + jitter, effect - half, effect + half, color=NEUTRAL, alpha=0.35, linewidth=1)
    ax.scatter(across + jitter, effect, s=14, color=NEUTRAL, alpha=0.7, linewidth=0, label="this row's effect")
    mean = general["prediction"].to_numpy() - base
    if labels is None:
        known = ~np.isnan(line)
        ax.plot(line[known], mean[known], color=RAISES, linewidth=1.8, label="effect when it alone is set")
        ax.fill_between(
            line[known],
            general["low"].to_numpy()[known] - base,
            general["high"].to_numpy()[known] - base,
            color=RAISES,
            alpha=0.15,
            linewidth=0,
        )
    else:
        ax.scatter(line, mean, s=120, marker="_", color=RAISES, linewidth=2.2, label="effect when it alone is set")
        ax.set_xticks(
            np.arange(len(labels)), [shorten(label, 14) for label in labels], rotation=0 if len(labels) < 6 else 40
        )
    ax.set_xlabel(shorten(explanation.names[place], 40), fontsize=9, color=INK)
    ax.set_ylabel(value_label(explanation, position), fontsize=9, color=INK)
    ax.legend(frameon=False, fontsize=8)
    quieten(ax, grid="y")
    return ax


def _positions(column: np.ndarray, labels: list[str] | None = None) -> tuple[np.ndarray, list[str] | None]:
    """Place values on an axis: numbers as they are, anything else by its label."""
    import pandas as pd

    series = pd.Series(column)
    numbers = pd.to_numeric(series, errors="coerce")
    if labels is None and numbers.notna().sum() == series.notna().sum() and numbers.nunique() > 2:
        return numbers.to_numpy(dtype=np.float64), None
    texts = [write_value(value) for value in column]
    if labels is None:
        counts = pd.Series(texts).value_counts()
        labels = sorted(counts.index[:_MOST_LEVELS]) + (["others"] if len(counts) > _MOST_LEVELS else [])
    found = [labels.index(text) if text in labels else len(labels) - 1 for text in texts]
    return np.array(found, dtype=np.float64), labels
