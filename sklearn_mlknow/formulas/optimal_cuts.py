"""The best way to join neighbouring small bins into few large ones, exactly.

Information value, mutual information and explained squares add over segments, and the constraints touch one segment
(its size) or two neighbours (their order, their difference). So the best partition that ends with the segment
``[i, j)`` needs only the best partitions that end at ``i``: a dynamic program of O(n_bins n^3) steps for n small
bins, without a solver or a seed. An order of levels with one turn (peak, valley) is a chain of two phases.

References: Fisher, "On grouping for maximum homogeneity" (1958); Navas-Palencia, "Optimal binning: mathematical
programming formulation" (2020) for the constraints, which that paper gives to a mixed-integer solver.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from sklearn_mlknow.formulas.two_samples import chi_square_p_value, welch_p_value
from sklearn_mlknow.kernels.segment_dp import IMPOSSIBLE, best_chain

LEAST_EXPECTED = 5.0  # rows that a class must be expected to have in a bin before its absence means something (Cochran)
GRID = 2**40  # gains become whole multiples of 1 / GRID, so that equal partitions tie exactly


class SmallBins(NamedTuple):
    """Neighbouring small bins crossed with a target.

    ``kind`` names the target: "binary" (sums are of events and of the others), "class" (of each class) or "number"
    (of the target, squares of its square). ``rest`` is what lies outside, such as the missing bin.
    """

    kind: str
    weight: np.ndarray  # (n,)
    sums: np.ndarray  # (n, n_outputs)
    squares: np.ndarray  # (n,), zeros but for numbers
    rest_weight: float = 0.0
    rest_sums: np.ndarray | float = 0.0  # (n_outputs,)


def optimal_cuts(
    bins: SmallBins,
    max_bins: int = 8,
    shape: str | None = "auto",
    min_weight: float = 0.0,
    max_p_value: float | None = None,
    is_large: bool = False,
) -> np.ndarray:
    """Join small bins into the partition with the largest gain.

    Parameters
    ----------
    bins : SmallBins
    max_bins : int, default=8
    shape : {"auto", "increasing", "decreasing", "peak", "valley", None}, default="auto"
        Order of event rates or means; "auto" takes the best of the four. Classes beyond two have no order: any shape
        then means None.
    min_weight : float, default=0
        Least weight of a bin.
    max_p_value : float, default=None
        Neighbouring bins must differ with at most this p-value: chi-square test for classes, Welch's test for means.
    is_large : bool, default=False
        Whether to load compiled code; the answer is the same.

    Returns
    -------
    array of shape (n_bins + 1,)
        Cuts between small bins, from 0 to n.

    Examples
    --------
    >>> bins = SmallBins("binary", np.full(4, 10.0), np.array([[1.0, 9], [1, 9], [5, 5], [9, 1]]), np.zeros(4))
    >>> optimal_cuts(bins, max_bins=2).tolist()
    [0, 2, 4]
    """
    is_apart = None if max_p_value is None else pairs_apart(bins, max_p_value)
    order = None if bins.kind == "class" else shape
    gain, level, weight = gains(bins)
    is_heavy = weight >= min_weight * (1 - 1e-12)
    cuts = best_segments(np.where(is_heavy, gain, -np.inf), level, order, is_apart, max_bins, is_large)
    if len(cuts) > 2 or bins.kind != "binary":
        return cuts
    gain, _, _ = gains(bins, least_expected=0.0)  # a column that separates a few rows
    return best_segments(np.where(is_heavy, gain, -np.inf), level, order, is_apart, max_bins, is_large)


def best_segments(
    gain: np.ndarray,
    level: np.ndarray,
    shape: str | None = None,
    is_apart: np.ndarray | None = None,
    max_segments: int = 8,
    is_large: bool = False,
) -> np.ndarray:
    """Cut ``0 … n`` into segments with the largest total gain, ``-inf`` marking segments that are not allowed.

    Ties go to fewer segments, then to cuts further left. One segment when nothing else is allowed.

    Parameters
    ----------
    gain, level : arrays of shape (n + 1, n + 1)
    shape, is_apart, max_segments, is_large
        As in `optimal_cuts`; ``is_apart`` has shape (n + 1, n + 1, n + 1).

    Returns
    -------
    array of shape (n_segments + 1,)
    """
    n = len(gain) - 1
    is_allowed = np.isfinite(gain)
    finite = np.where(is_allowed, gain, 0.0)
    scale = float(np.abs(finite).max(initial=0.0)) or 1.0
    points = np.where(is_allowed, np.rint(finite / scale * GRID).astype(np.int64), IMPOSSIBLE)
    may_turn = shape in ("auto", "peak", "valley")
    signs = {"auto": (1.0, -1.0), "decreasing": (-1.0,), "valley": (-1.0,)}.get(shape or "", (1.0,))
    best, cuts = IMPOSSIBLE, np.array([0, n])
    for sign in signs:
        signed = None if shape is None else sign * level
        score, found = best_chain(points, signed, may_turn, is_apart, max_segments, is_large)
        if score > best or (score == best and len(found) < len(cuts)):
            best, cuts = score, found
    return cuts


def gains(bins: SmallBins, least_expected: float = LEAST_EXPECTED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gain, level and weight of every segment ``[i, j)``: three arrays of shape (n + 1, n + 1).

    The gain is the segment's term of the information value (binary), of the mutual information in nats (class), or
    of the explained sum of squares (number). A binary segment without events (or non-events) is allowed where at least
    ``least_expected`` of them would be expected; its term is smoothed as in `information_value`.
    """
    weight, sums = between(bins.weight), between(bins.sums)  # (n + 1, n + 1), (n + 1, n + 1, n_outputs)
    all_weight = bins.weight.sum() + bins.rest_weight
    all_sums = bins.sums.sum(axis=0) + bins.rest_sums  # (n_outputs,)
    is_used = weight > 0
    safe = np.where(is_used, weight, 1.0)
    level = sums[..., 0] / safe
    if bins.kind == "class":
        ratio = np.divide(sums, safe[..., None] * (all_sums / all_weight), out=np.ones_like(sums), where=sums > 0)
        gain = xlogy(sums, ratio).sum(axis=-1) / all_weight
        return np.where(is_used, gain, -np.inf), level, weight
    if bins.kind == "number":
        gain = (sums[..., 0] - safe * (all_sums[0] / all_weight)) ** 2 / safe
        return np.where(is_used, gain, -np.inf), level, weight
    all_events, all_others = all_sums
    if all_events <= 0 or all_others <= 0:
        return np.where(is_used, 0.0, -np.inf), level, weight
    rate = all_events / all_weight
    events, others = sums[..., 0], sums[..., 1]  # each from its own sums, so that none is exactly 0
    is_pure = is_used & ((events <= 0) | (others <= 0))
    smoothed_events = np.where(is_pure, events + rate, np.where(is_used, events, 1.0))
    smoothed_others = np.where(is_pure, others + 1 - rate, np.where(is_used, others, 1.0))
    evidence = np.log(smoothed_events) - np.log(smoothed_others) - (np.log(all_events) - np.log(all_others))
    gain = (events / all_events - others / all_others) * evidence
    expected = weight * np.where(events <= 0, rate, 1 - rate)
    return np.where(is_used & (~is_pure | (expected >= least_expected)), gain, -np.inf), level, weight


def pairs_apart(bins: SmallBins, max_p_value: float) -> np.ndarray:
    """Whether the neighbours ``[h, i)`` and ``[i, j)`` differ significantly: (n + 1, n + 1, n + 1)."""
    weight, sums, squares = between(bins.weight), between(bins.sums), between(bins.squares)
    n = len(bins.weight)
    is_apart = np.zeros((n + 1, n + 1, n + 1), dtype=bool)
    for i in range(1, n):
        left, right = (slice(0, i), i, None), (None, i, slice(i + 1, n + 1))  # (h, 1), (1, j)
        if bins.kind == "number":
            p = welch_p_value(
                weight[left], sums[..., 0][left], squares[left], weight[right], sums[..., 0][right], squares[right]
            )
        else:
            p = chi_square_p_value(sums[:i, i][:, None], sums[i, i + 1 :][None])
        is_apart[:i, i, i + 1 :] = p <= max_p_value
    return is_apart


def between(amounts: np.ndarray) -> np.ndarray:
    """Sum of every segment ``[i, j)``: (n, …) -> (n + 1, n + 1, …); meaningless where ``j < i``."""
    cumulative = np.concatenate([np.zeros((1, *amounts.shape[1:])), np.cumsum(amounts, axis=0)])
    return cumulative[None, :] - cumulative[:, None]
