"""Which columns matter: mean absolute values as bars, with 95 % intervals and ranks, ties shown as ties."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.pictures.canvas import FAINT, INK, NEUTRAL, make_axes, quieten, shorten
from sklearn_mlknow.explain.questions import output_position, which_matter_most


def draw_bar(explanation: Explanation, ax: Any = None, output: Any = None, max_display: int = 15) -> Any:
    """Draw the importance of each column.

    Parameters
    ----------
    explanation : Explanation
    ax : Axes or None, default=None
        None makes a figure.
    output : str, int or None, default=None
        Of several outputs, which; None adds them all up as parts of each bar.
    max_display : int, default=15
        Bars; the smallest columns are added up in the last one.

    Returns
    -------
    Axes
    """
    table = which_matter_most(explanation)
    stacked = explanation.n_outputs > 1 and output is None
    if stacked:
        totals = table.groupby("player", sort=False)["importance"].sum().sort_values(ascending=False)
        players = list(totals.index)
    else:
        table = table[table["output"] == explanation.output_names[output_position(explanation, output)]]
        players = list(table["player"])
    shown = players if len(players) <= max_display else players[: max_display - 1]
    rest = players[len(shown) :]
    places = np.arange(len(shown) + bool(rest))[::-1]
    ax = make_axes(ax, 6.4, 0.9 + 0.33 * len(places))
    by_player = dict(iter(table.groupby("player", sort=False)))
    labels = [shorten(name) for name in shown] + ([f"{len(rest)} others together"] if rest else [])
    if stacked:
        from matplotlib import colormaps

        colours = colormaps["cividis"](np.linspace(0.15, 0.9, explanation.n_outputs))
        left = np.zeros(len(places))
        for position, name in enumerate(explanation.output_names):
            one = table[table["output"] == name].set_index("player")["importance"]
            lengths = np.array([one[player] for player in shown] + ([one[rest].sum()] if rest else []))
            ax.barh(places, lengths, left=left, color=colours[position], label=shorten(name), height=0.66)
            left += lengths
        errors = table.assign(square=table["standard_error"] ** 2).groupby("player")["square"].sum() ** 0.5
        for place, player, end in zip(places, shown, left):
            half = 1.96 * errors[player]
            ax.plot([end - half, end + half], [place, place], color=INK, linewidth=1.2, solid_capstyle="butt")
        ax.legend(frameon=False, fontsize=9, loc="lower right", title="output", title_fontsize=9)
    else:
        rows = [by_player[name].iloc[0] for name in shown]
        lengths = np.array(
            [row["importance"] for row in rows] + ([table["importance"].tail(len(rest)).sum()] if rest else [])
        )
        ax.barh(places, lengths, color=[NEUTRAL] * len(shown) + [FAINT] * bool(rest), height=0.66)
        for place, row in zip(places, rows):
            ax.plot([row["low"], row["high"]], [place, place], color=INK, linewidth=1.2, solid_capstyle="butt")
            ranks = (
                f"{row['rank_low']}" if row["rank_low"] == row["rank_high"] else f"{row['rank_low']}–{row['rank_high']}"
            )
            ax.annotate(
                f"#{ranks}",
                (row["high"], place),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color="#7a7f87",
            )
        ax.margins(x=0.1)
    ax.set_yticks(places, labels)
    ax.set_ylim(-0.6, len(places) - 0.4)
    ax.set_xlim(left=0)
    ax.set_xlabel(
        "mean size of the effect; line: 95 %" + ("" if stacked else ", #: rank"),
        fontsize=9,
        color=INK,
    )
    quieten(ax)
    return ax
