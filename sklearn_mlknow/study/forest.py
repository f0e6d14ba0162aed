"""A forest picture: each technique's gain with its interval, model side and data side apart."""

from typing import Any

SIDE_COLORS = {"model": "#3b6fb6", "data": "#c06a2b"}
HELPS, UNSURE = 1.0, 0.45  # opacity of what is clear and what is not


def forest(results: Any, ax: Any = None) -> Any:
    """Draw the results of a technique study.

    Parameters
    ----------
    results : DataFrame
        ``technique, side, gain, low, high``.
    ax : matplotlib Axes, default=None
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib Axes
    """
    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(8, 1.2 + 0.32 * (len(results) + 2)), layout="constrained")
    ordered = results.sort_values(["side", "gain"], ascending=[True, True]).reset_index(drop=True)
    height, ticks, names = 0.0, [], []
    for side, group in ordered.groupby("side", sort=True):
        for row in group.itertuples():
            opacity = HELPS if row.low > 0 or row.high < 0 else UNSURE
            ax.plot([row.low, row.high], [height, height], color=SIDE_COLORS[side], alpha=opacity, linewidth=2)
            ax.plot([row.gain], [height], "o", color=SIDE_COLORS[side], alpha=opacity, markersize=6)
            ticks.append(height)
            names.append(row.technique)
            height += 1
        ax.text(
            1.0, height - 0.6, f"{side} side", transform=ax.get_yaxis_transform(), ha="right", color=SIDE_COLORS[side]
        )
        height += 0.8
    ax.axvline(0, color="0.4", linewidth=1)
    ax.set_yticks(ticks, names)
    ax.set_xlabel("gain in score over the Pipeline as it is (95 % intervals for all together)")
    for edge in ("top", "right", "left"):
        ax.spines[edge].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax
