"""What all pictures share: colours, an Axes to draw on, short labels, quiet frames."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation

RAISES = "#c2523c"  # pushes the prediction up
LOWERS = "#2f6d9e"  # pushes it down
NEUTRAL = "#4d6a82"
INK = "#2b2b2b"
FAINT = "#b9bdc3"


def make_axes(ax: Any, width: float, height: float) -> Any:
    """Return the given Axes, or a new one of a size in inches."""
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.figure(figsize=(width, height), layout="constrained").add_subplot()


def quieten(ax: Any, grid: str | None = "x") -> None:
    """Leave only the axis lines that carry meaning."""
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    ax.tick_params(axis="both", length=0, labelsize=9, labelcolor=INK)
    if grid:
        ax.grid(axis=grid, color="#e6e8eb", linewidth=0.8)
        ax.set_axisbelow(True)


def shorten(text: object, limit: int = 28) -> str:
    """Cut a label in its middle, so that both its ends can be read."""
    label = str(text)
    if len(label) <= limit:
        return label
    head = (limit - 1) // 2
    return f"{label[:head]}…{label[-(limit - 1 - head) :]}"


def write_value(value: Any) -> str:
    """Write a column's value the way a person would."""
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return "missing"
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return f"{value:,.0f}" if float(value).is_integer() and abs(float(value)) < 1e9 else f"{value:.4g}"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    return shorten(value, 20)


def column_shades(column: np.ndarray) -> np.ndarray:
    """Rank a column's values to [0, 1] for colouring; NaN where there is nothing to rank.

    Numbers, booleans and times by their order; anything else by nothing, since its order would mean nothing.
    """
    import pandas as pd

    series = pd.Series(column)
    numbers = pd.to_numeric(series, errors="coerce")
    if numbers.notna().sum() < series.notna().sum():
        times = pd.Series([value.timestamp() if hasattr(value, "timestamp") else np.nan for value in column])
        if times.notna().sum() < series.notna().sum():
            return np.full(len(column), np.nan)
        numbers = times
    ranks = numbers.rank(method="average")
    span = ranks.max() - ranks.min()
    if not span > 0:
        return np.where(numbers.isna(), np.nan, 0.5)
    return ((ranks - ranks.min()) / span).to_numpy(dtype=np.float64)


def shade_colours() -> Any:
    """Return the colours from low to high values, readable with any colour vision."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("low to high", ["#2f6d9e", "#8fa7bd", "#d9b8a8", "#c2523c"])


def of_output(explanation: Explanation, array: np.ndarray, position: int) -> np.ndarray:
    """Take one output of an array that follows ``values`` or ``base_values``."""
    return array[..., position] if explanation.n_outputs > 1 else array


def value_label(explanation: Explanation, position: int) -> str:
    """Name the unit of the values: the output that they add up to."""
    name = explanation.output_names[position]
    return "effect on the prediction" if name == "prediction" else f"effect on the output {shorten(name)!r}"
