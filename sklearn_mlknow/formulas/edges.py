"""Inner edges of unsupervised bins: of equal width and of equal frequency.

There are no absolute tolerances, so a column that spans 1e-300 is binned like one that spans 1e300; sums and middles
are taken so that ±1e308 does not overflow. An edge always separates two values of the column: it lies above the one and
at or below the other, even where the middle between them is no floating-point number.

References: Han, Kamber and Pei, "Data mining: concepts and techniques", section 3.5 (binning); Hyndman and Fan, "Sample
quantiles in statistical packages" (1996), definition 2, which the middle between two ranks is.
"""

import heapq
import math
from itertools import pairwise

import numpy as np

from sklearn_mlknow.summaries.values import Values

MOST_BINS = 100_000


def equal_width_edges(low: float, high: float, n_bins: int) -> np.ndarray:
    """Cut ``[low, high]`` into ``n_bins`` of equal width.

    Parameters
    ----------
    low, high : float
        Smallest and largest value; NaN when there are none.
    n_bins : int

    Returns
    -------
    ndarray of shape (n_edges,)
        Inner edges, strictly increasing. Fewer than ``n_bins - 1`` where fewer numbers lie in between, none when
        ``low`` equals ``high``.

    Examples
    --------
    >>> equal_width_edges(0, 30, 3)
    array([10., 20.])
    """
    if not low < high:
        return np.empty(0)
    exponent = math.frexp(max(abs(low), abs(high)))[1] + 32  # so that the products below cannot overflow
    part = np.arange(1, n_bins)
    scaled = np.ldexp(low, -exponent) * (n_bins - part) + np.ldexp(high, -exponent) * part
    return between(np.ldexp(scaled / n_bins, exponent), low, high)


def edges_of_width(low: float, high: float, width: float, origin: float | None = None) -> np.ndarray:
    """Cut at ``origin + k * width`` for all whole ``k`` that fall inside ``(low, high]``.

    Parameters
    ----------
    low, high : float
        Smallest and largest value; NaN when there are none.
    width : float
        Width of a bin, above 0.
    origin : float, default=None
        Any one edge of the grid; ``low`` by default, so that the first bin is as wide as the others.

    Returns
    -------
    ndarray of shape (n_edges,)

    Raises
    ------
    ValueError
        More than 100 000 bins.

    Examples
    --------
    >>> edges_of_width(0, 28, width=10, origin=0)
    array([10., 20.])
    """
    if not low < high:
        return np.empty(0)
    start = float(low if origin is None else origin)
    first, last = low / width - start / width, high / width - start / width
    if not last - first <= MOST_BINS:
        raise ValueError(f"bins of width {width:g} over [{low:g}, {high:g}] would be more than {MOST_BINS}")
    steps = np.arange(math.floor(first), math.floor(last) + 2)
    exponent = math.frexp(max(abs(low), abs(high), abs(start)))[1] + 2  # so that the products below cannot overflow
    scaled = np.ldexp(start, -exponent) + steps * np.ldexp(width, -exponent)
    return between(np.ldexp(scaled[scaled <= np.ldexp(high, -exponent)], exponent), low, high)


def between(edges: np.ndarray, low: float, high: float) -> np.ndarray:
    """Keep the edges in ``(low, high]``, each once."""
    return np.unique(edges[(edges > low) & (edges <= high)])


def equal_frequency_edges(summary: Values, n_bins: int, ties: str = "spread") -> np.ndarray:
    """Cut where the ranks ``i * n // n_bins`` lie: in the middle between the two neighbouring values.

    Parameters
    ----------
    summary : Values
        Weighted values; whole weights act as repeated rows.
    n_bins : int
        Bins wanted.
    ties : {"spread", "merge"}, default="spread"
        What to do where equal values reach over a rank. "spread" cuts at the nearer end of their run, then halves the
        heaviest bins until there are ``n_bins`` or all distinct values are apart. "merge" takes the quantiles as they
        are and drops equal ones, as scikit-learn does, so there may be far fewer bins.

    Returns
    -------
    ndarray of shape (n_edges,)

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.summaries.values import summarise
    >>> equal_frequency_edges(summarise(np.array([12, 28, 0, 16, 4, 18, 16, 26, 24])), 3)
    array([14., 21.])
    >>> equal_frequency_edges(summarise(np.array([0] * 8 + [1, 2])), 3)
    array([0.5, 1.5])
    """
    values, up_to = summary.values, None if summary.weights is None else summary.cumulative()
    if len(values) == 0:
        return np.empty(0)
    targets = target_ranks(summary, n_bins)
    if ties == "merge":
        return merged_edges(values, up_to, *targets)
    nearest = {nearest_cut(values, up_to, rank, 0, len(values)) for rank in targets[0]}
    cuts = halve_heaviest(values, up_to, sorted(cut for cut in nearest if cut is not None), n_bins)
    return np.array([middle(float(values[cut - 1]), float(values[cut])) for cut in cuts])


def target_ranks(summary: Values, n_bins: int) -> tuple[list[float], list[bool]]:
    """Ranks ``i * total / n_bins``, rounded down while weights are whole; and whether each lies on a whole row."""
    total = summary.total
    is_whole = summary.weights is None or bool(np.all(summary.weights == np.floor(summary.weights)))
    if is_whole and total < 2**53:
        return [float(i * int(total) // n_bins) for i in range(1, n_bins)], [
            i * int(total) % n_bins == 0 for i in range(1, n_bins)
        ]
    return [i * (total / n_bins) for i in range(1, n_bins)], [True] * (n_bins - 1)


def weight_before(up_to: np.ndarray | None, index: int) -> float:
    """Weight of the values before ``index``."""
    return float(index) if up_to is None else float(up_to[index - 1]) if index else 0.0


def index_at(up_to: np.ndarray | None, rank: float, n_values: int) -> int:
    """Index of the value that has exactly ``rank``, or that the rank runs through."""
    index = int(rank) if up_to is None else int(np.searchsorted(up_to, rank, side="right"))
    return min(index, n_values - 1)


def nearest_cut(values: np.ndarray, up_to: np.ndarray | None, rank: float, start: int, stop: int) -> int | None:
    """Index in ``(start, stop)`` nearest to a rank at which a new value begins; the lower of two as near."""
    value = values[index_at(up_to, rank, len(values))]
    ends = (int(np.searchsorted(values, value, side=side)) for side in ("left", "right"))
    cuts = [cut for cut in ends if start < cut < stop]
    return min(cuts, key=lambda cut: abs(weight_before(up_to, cut) - rank), default=None)


def halve_heaviest(values: np.ndarray, up_to: np.ndarray | None, cuts: list[int], n_bins: int) -> list[int]:
    """Add cuts, each time in the middle of the heaviest bin that holds two values, up to ``n_bins`` bins."""
    bounds = [0, *cuts, len(values)]

    def entry(start: int, stop: int) -> tuple[float, int, int]:
        return weight_before(up_to, start) - weight_before(up_to, stop), start, stop

    bins = [entry(start, stop) for start, stop in pairwise(bounds) if values[start] < values[stop - 1]]
    heapq.heapify(bins)
    while bins and len(cuts) < n_bins - 1:
        _, start, stop = heapq.heappop(bins)
        halfway = (weight_before(up_to, start) + weight_before(up_to, stop)) / 2
        cut = nearest_cut(values, up_to, halfway, start, stop)
        if cut is None:  # the weights of these values are too small beside the others to be told apart
            continue
        cuts = [*cuts, cut]
        for half in ((start, cut), (cut, stop)):
            if values[half[0]] < values[half[1] - 1]:
                heapq.heappush(bins, entry(*half))
    return sorted(cuts)


def merged_edges(values: np.ndarray, up_to: np.ndarray | None, ranks: list[float], on_a_row: list[bool]) -> np.ndarray:
    """Quantiles as scikit-learn takes them (averaged inverse of the distribution), each once, none at the ends."""
    edges = []
    for rank, is_on_a_row in zip(ranks, on_a_row, strict=True):
        index = index_at(up_to, rank, len(values))
        is_boundary = is_on_a_row and index > 0 and weight_before(up_to, index) == rank
        value = float(values[index])
        edges.append(middle(float(values[index - 1]), value) if is_boundary else value)
    inside = np.array(edges, dtype=np.float64)
    return np.unique(inside[(inside > values[0]) & (inside < values[-1])])


def middle(left: float, right: float) -> float:
    """Middle between two values, without overflow: above ``left`` if they differ, and at most ``right``."""
    half = (left + right) / 2 if abs(left) < 1e307 and abs(right) < 1e307 else left / 2 + right / 2
    return half if half > left else right
