"""How each column acted on one prediction: steps from the base value to the prediction, with error bars."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.pictures.canvas import (
    FAINT,
    INK,
    LOWERS,
    RAISES,
    make_axes,
    of_output,
    quieten,
    shorten,
    write_value,
)
from sklearn_mlknow.explain.questions import output_position


def draw_waterfall(
    explanation: Explanation, row: int = 0, ax: Any = None, output: Any = None, max_display: int = 12
) -> Any:
    """Draw the steps of one row.

    Parameters
    ----------
    explanation : Explanation
    row : int, default=0
        Position of the row.
    ax : Axes or None, default=None
        None makes a figure.
    output : str, int or None, default=None
        Of several outputs, which; None takes the last.
    max_display : int, default=12
        Steps; the smallest columns are added up in one.

    Returns
    -------
    Axes
    """
    if not -len(explanation) <= row < len(explanation):
        raise ValueError(f"Explanation: row must be a position below {len(explanation)}, got {row}.")
    position = output_position(explanation, output)
    values = of_output(explanation, explanation.values, position)[row]
    errors = of_output(explanation, explanation.standard_errors, position)[row]
    base = float(of_output(explanation, explanation.base_values, position)[row])
    prediction = float(of_output(explanation, explanation.predictions, position)[row])
    order = np.argsort(-np.abs(values), kind="stable")
    shown = order if len(order) <= max_display else order[: max_display - 1]
    rest = order[len(shown) :]
    steps = [float(values[player]) for player in shown] + ([float(values[rest].sum())] if len(rest) else [])
    spans = [1.96 * float(errors[player]) for player in shown] + [0.0] * bool(len(rest))
    labels = [
        f"{shorten(explanation.names[player], 22)} = {write_value(explanation.data[row, player])}" for player in shown
    ]
    labels += [f"{len(rest)} others together"] if len(rest) else []
    ax = make_axes(ax, 6.8, 1.3 + 0.36 * len(steps))
    # the largest step is on top, next to the prediction it leads to
    places = np.arange(len(steps))[::-1]
    ends = prediction - np.concatenate([[0.0], np.cumsum(steps)[:-1]])
    starts = ends - steps
    reach = max(ends.max(), starts.max()) - min(ends.min(), starts.min()) or 1.0
    for place, start, end, step, span in zip(places, starts, ends, steps, spans):
        colour = RAISES if step >= 0 else LOWERS
        ax.barh(place, step, left=start, color=colour, height=0.62)
        if span > 0:
            ax.plot([end - span, end + span], [place, place], color=INK, linewidth=1.2, solid_capstyle="butt")
        side = 1 if step >= 0 else -1
        text = f"{step:+.3g}" + (f" ± {span:.1g}" if span > 0 else "")
        outer = max(end, end + span) if side > 0 else min(end, end - span)
        ax.annotate(
            text,
            (outer, place),
            (5 * side, 0),
            textcoords="offset points",
            va="center",
            ha="left" if side > 0 else "right",
            fontsize=8.5,
            color=colour,
        )
        if place > 0:
            ax.plot([start, start], [place - 0.69, place - 0.31], color=FAINT, linewidth=0.8)
    ax.axvline(base, color=FAINT, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.axvline(prediction, color=INK, linewidth=1, linestyle=(0, (1, 2)), zorder=0)
    ax.set_yticks(places, labels)
    ax.set_ylim(-0.7, len(steps) - 0.3)
    left, right = min(starts.min(), ends.min()), max(starts.max(), ends.max())
    ax.set_xlim(left - 0.45 * reach, right + 0.36 * reach)
    quieten(ax)
    name = explanation.output_names[position]
    what = "prediction" if name == "prediction" else f"output {shorten(name)!r}"
    ax.set_title(
        f"row {explanation.row_names[row]}: {what} {prediction:.4g}, base value {base:.4g}",
        fontsize=10,
        color=INK,
        loc="left",
    )
    return ax
