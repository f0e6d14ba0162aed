"""Which scale suits a distribution? Candidates in increasing complexity, each judged on the quantiles of a summary.

The judge is the correlation of the transformed quantiles with those of the normal law (Filliben, "The probability plot
correlation coefficient test for normality", 1975); the simplest candidate that is straight enough is taken. The power
is Yeo & Johnson, "A new family of power transformations to improve normality or symmetry" (2000).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from sklearn_mlknow.features.quantiles import quantiles
from sklearn_mlknow.summaries import Values

METHODS = ("standard", "robust", "log", "yeo-johnson", "quantile-normal")
STRAIGHT = 0.985  # correlation from which a distribution counts as normal enough
FAR = 5.0  # robust standard deviations from which a value is an outlier
SHARES = (np.arange(199) + 0.5) / 199
NORMAL = ndtri(SHARES)
KNOTS = np.linspace(0, 1, 501)
LARGEST = np.finfo(np.float64).max
ENDS = 1e-4  # the outermost shares of the quantile map: values beyond are ±3.72


class Shape(NamedTuple):
    """How one column is transformed: ``(f(x) - center) / scale`` with f of the method."""

    method: str
    power: float  # of Yeo-Johnson
    center: float
    scale: float  # 0 for a constant column
    knots: np.ndarray  # quantiles of the quantile map, else empty
    before: float  # straightness of the column as it is
    after: float
    why: str


def yeo_johnson(column: np.ndarray, power: float) -> np.ndarray:
    """Yeo-Johnson's power of a column, for values of either sign."""
    out = np.empty_like(column, dtype=np.float64)
    with np.errstate(all="ignore"):
        up = column >= 0
        high = np.log1p(np.where(up, column, 0.0))
        low = np.log1p(np.where(up, 0.0, -column))
        out = np.where(up, high if abs(power) < 1e-8 else np.expm1(power * high) / power, 0.0)
        rest = 2 - power
        out = np.where(up, out, -(low if abs(rest) < 1e-8 else np.expm1(rest * low) / rest))
    return np.where(np.isnan(column), np.nan, out)


def straightness(points: np.ndarray, part: slice = slice(None)) -> float:
    """Correlation of quantiles with those of the normal law; 0 where it is not defined."""
    low, high = points[part][0], points[part][-1]
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        return 0.0
    unit = (points[part] / 2 - low / 4 - high / 4) / (high / 4 - low / 4)  # within ±1, and no difference overflows
    return float(np.corrcoef(unit, NORMAL[part])[0, 1]) if np.isfinite(unit).all() else 0.0


def best_power(points: np.ndarray) -> float:
    """Power at which the quantiles are straightest."""
    return float(minimize_scalar(lambda power: -straightness(yeo_johnson(points, power)), bounds=(-4, 6)).x)


def choose_shape(summary: Values, methods: tuple[str, ...]) -> Shape:
    """Choose how to transform a column, and say why.

    Parameters
    ----------
    summary : Values
    methods : tuple of str
        The candidates, of `METHODS`.

    Returns
    -------
    Shape
    """
    nothing = np.empty(0)
    if len(summary.values) == 0 or summary.minimum == summary.maximum:
        middle = summary.minimum if len(summary.values) else 0.0
        return Shape("constant", 1.0, middle, 0.0, nothing, 0.0, 0.0, "it holds a single value")
    points = quantiles(summary, SHARES)  # (199,)
    before = straightness(points)
    low, middle, high = quantiles(summary, np.array([0.25, 0.5, 0.75]))
    with np.errstate(over="ignore"):
        width = (high - low) / 1.349 if high > low else (summary.maximum / 2 - summary.minimum / 2)
        reach = max(summary.maximum - middle, middle - summary.minimum) / width
    inner = slice(10, 189)  # the middle nine tenths
    candidates: dict[str, Callable[[], tuple[float, float, str]]] = {
        "standard": lambda: (
            before if reach <= FAR else 0.0,
            1.0,
            f"it is close to normal, its furthest value {reach:.1f} standard deviations away",
        ),
        "robust": lambda: (
            straightness(points, inner),
            1.0,
            f"its middle is close to normal and outliers reach {reach:.1f} standard deviations",
        ),
        "log": lambda: (
            straightness(np.log(points)) if summary.minimum > 0 else 0.0,
            0.0,
            "it is positive and close to log-normal",
        ),
        "yeo-johnson": lambda: (
            straightness(yeo_johnson(points, power)),
            power,
            f"a power of {power:.2f} brings it close to normal",
        ),
        "quantile-normal": lambda: (1.0, 1.0, "no simpler scale brings it close to normal"),
    }
    power = best_power(points) if "yeo-johnson" in methods else 1.0
    judged = {method: candidates[method]() for method in METHODS if method in methods}
    method = next((name for name, (straight, *_) in judged.items() if straight >= STRAIGHT), None)
    if method is None:
        method = max(judged, key=lambda name: judged[name][0])
        judged[method] = (*judged[method][:2], "none of the methods brings it close to normal; this comes closest")
    after, power, why = judged[method]
    return finished(Shape(method, power, 0.0, 1.0, nothing, before, after, why), summary, float(middle), float(width))


def finished(shape: Shape, summary: Values, middle: float, width: float) -> Shape:
    """Fill in center, scale and knots of a chosen method."""
    if shape.method == "quantile-normal":
        return shape._replace(knots=quantiles(summary, KNOTS))
    if shape.method == "robust":
        return shape._replace(center=middle, scale=width)
    values = bent(summary.values, shape)
    weights = np.ones(len(values)) if summary.weights is None else summary.weights
    unit = np.abs(values).max() or 1.0
    center = (weights @ (values / unit)) / weights.sum()
    scale = np.sqrt(weights @ (values / unit - center) ** 2 / weights.sum())
    return shape._replace(center=float(center * unit), scale=float(scale * unit))


def bent(column: np.ndarray, shape: Shape) -> np.ndarray:
    """Apply the curve of a method; a value outside its domain is missing."""
    if shape.method == "log":
        return np.log(np.where(column > 0, column, np.nan))
    return yeo_johnson(column, shape.power) if shape.method == "yeo-johnson" else column


def reshape(column: np.ndarray, shape: Shape) -> np.ndarray:
    """Transform a column.

    Parameters
    ----------
    column : ndarray of float64, shape (n_rows,)
        NaN stays NaN.
    shape : Shape

    Returns
    -------
    ndarray of float64, shape (n_rows,)
    """
    if shape.method == "constant":
        return column * 0.0
    if shape.method == "quantile-normal":
        # ties share the middle of their ranks: map from both sides and average
        up = np.interp(column, shape.knots, KNOTS)
        down = -np.interp(-column, -shape.knots[::-1], -KNOTS[::-1])
        shares = np.where(np.isnan(column), np.nan, np.clip((up + down) / 2, ENDS, 1 - ENDS))
        return ndtri(shares)
    curved = bent(column, shape)
    with np.errstate(over="ignore"):
        out = (curved - shape.center) / shape.scale
        is_far = np.isinf(out)
        if is_far.any():  # the difference overflows, maybe; the answer is at most the largest double
            out[is_far] = np.clip(curved[is_far] / shape.scale - shape.center / shape.scale, -LARGEST, LARGEST)
    return out
