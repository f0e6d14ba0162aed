"""The dynamic program over neighbouring segments: which chain of segments ``[0, …), …, […, n)`` has the most points.

A state is the last segment ``[i, j)``, the number of segments so far and, for chains that may turn once, the phase
before or after the turn. Points are integers, so equal chains tie exactly and both ways of running the loop, with
numba and with numpy, find the same chain.
"""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.kernels.compiling import Compiled

IMPOSSIBLE = -(2**62)
NO_PAIRS = np.ones((1, 1, 1), dtype=bool)
NO_LEVELS = np.zeros((1, 1))


def best_chain(
    points: NDArray[np.int64],
    level: NDArray[np.float64] | None,
    may_turn: bool,
    is_apart: NDArray[np.bool_] | None,
    max_segments: int,
    is_large: bool,
) -> tuple[int, NDArray[np.int64]]:
    """Find the chain of at most ``max_segments`` segments from 0 to n with the most points.

    Ties go to fewer segments, then to the chain whose last cut lies further left, then the one before it, and so on.

    Parameters
    ----------
    points : ndarray of int64, shape (n + 1, n + 1)
        Of the segment ``[i, j)``; `IMPOSSIBLE` where it is not allowed.
    level : ndarray of shape (n + 1, n + 1) or None
        Levels of neighbouring segments must not fall; after the turn they must not rise. None: any order.
    may_turn : bool
        Whether the order of levels may turn once.
    is_apart : ndarray of bool, shape (n + 1, n + 1, n + 1), or None
        Whether ``[h, i)`` and ``[i, j)`` may be neighbours. None: always.
    max_segments : int
    is_large : bool
        Whether the whole job is large enough to load compiled code. Changes the time, never the answer.

    Returns
    -------
    score : int
        Points of the chain; `IMPOSSIBLE` when there is none.
    cuts : ndarray of int64, shape (n_segments + 1,)
        From 0 to n.

    Examples
    --------
    >>> points = np.full((4, 4), IMPOSSIBLE)
    >>> points[0, 1], points[1, 3], points[0, 3] = 2, 3, 4
    >>> best_chain(points, None, False, None, 3, False)
    (5, array([0, 1, 3]))
    """
    n = len(points) - 1
    shape = (1 + may_turn, n + 1, n + 1, max(1, min(max_segments, n)))
    total = np.full(shape, IMPOSSIBLE)  # (n_phases, i, j, n_segments - 1)
    origin = np.zeros(shape, dtype=np.int16)  # start of the segment before
    total[0, 0, :, 0] = points[0]
    fill = fill_states if is_large else fill_states_with_numpy
    fill(
        points,
        NO_LEVELS if level is None else np.ascontiguousarray(level),
        NO_PAIRS if is_apart is None else is_apart,
        level is not None,
        is_apart is not None,
        total,
        origin,
    )
    return trace(total, origin)


def trace(total: NDArray[np.int64], origin: NDArray[np.int16]) -> tuple[int, NDArray[np.int64]]:
    """Follow the best chain back from n to 0."""
    n = total.shape[1] - 1
    last = total[:, :, n]  # (n_phases, i, n_segments - 1)
    k = int(last.max(axis=(0, 1)).argmax())
    i = int(last[:, :, k].max(axis=0).argmax())
    phase = int(last[:, i, k].argmax())
    score = int(last[phase, i, k])
    if score == IMPOSSIBLE:
        return IMPOSSIBLE, np.array([0, n])
    cuts, j = [n, i], n
    while k > 0:
        h = int(origin[phase, i, j, k])
        k -= 1
        phase = int(total[: phase + 1, h, i, k].argmax())  # the turn may lie here
        i, j = h, i
        cuts.append(i)
    return score, np.array(cuts[::-1])


def fill_states_with_numpy(
    points: NDArray[np.int64],
    level: NDArray[np.float64],
    is_apart: NDArray[np.bool_],
    is_ordered: bool,
    has_pairs: bool,
    total: NDArray[np.int64],
    origin: NDArray[np.int16],
) -> None:
    """The same states without compiled code, for small jobs."""
    n_phases, n_ends, _, n_most = total.shape
    for i in range(1, n_ends - 1):
        barred = np.zeros((i, n_ends - i - 1), dtype=bool)  # (h, j)
        if has_pairs:
            barred |= ~is_apart[:i, i, i + 1 :]
        for phase in range(n_phases):
            before = total[: phase + 1, :i, i, : n_most - 1].max(axis=0)  # (h, k)
            closed = barred
            if is_ordered:
                left, right = level[:i, i, None], level[None, i, i + 1 :]  # (h, 1), (1, j)
                closed = barred | (left > right if phase == 0 else left < right)
            chains = np.where(closed[:, :, None], IMPOSSIBLE, before[:, None, :])  # (h, j, k)
            start = chains.argmax(axis=0)  # (j, k)
            value = np.take_along_axis(chains, start[None], axis=0)[0]
            here = points[i, i + 1 :, None]  # (j, 1)
            is_open = (value != IMPOSSIBLE) & (here != IMPOSSIBLE)
            total[phase, i, i + 1 :, 1:] = np.where(is_open, value + np.where(is_open, here, 0), IMPOSSIBLE)
            origin[phase, i, i + 1 :, 1:] = start


@Compiled
def fill_states(points, level, is_apart, is_ordered, has_pairs, total, origin):  # type: ignore[no-untyped-def]
    """For every last segment ``[i, j)`` and number of segments: the best chain before it, and where that one starts."""
    n_phases, n_ends, _, n_most = total.shape
    for i in range(1, n_ends - 1):
        for phase in range(n_phases):
            for h in range(i):
                best = total[0, h, i]
                if phase == 1:
                    best = np.maximum(best, total[1, h, i])
                for j in range(i + 1, n_ends):
                    if points[i, j] == IMPOSSIBLE or (has_pairs and not is_apart[h, i, j]):
                        continue
                    if is_ordered and (
                        (phase == 0 and level[h, i] > level[i, j]) or (phase == 1 and level[h, i] < level[i, j])
                    ):
                        continue
                    here = points[i, j]
                    for k in range(n_most - 1):
                        if best[k] != IMPOSSIBLE and best[k] + here > total[phase, i, j, k + 1]:
                            total[phase, i, j, k + 1] = best[k] + here
                            origin[phase, i, j, k + 1] = h
