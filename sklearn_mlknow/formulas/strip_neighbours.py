"""Distance of each point of the plane to its k-th neighbour: sorted into strips, within each strip along them."""

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled


def neighbour_distances(
    axes: tuple[np.ndarray, np.ndarray], orders: tuple[np.ndarray, np.ndarray], n_neighbors: int
) -> np.ndarray:
    """Distance (the larger of the two differences) of each point of the plane to its k-th neighbour, by strips.

    The strips cut the axis on which they are wider in the median, so that few lie within a neighbour's distance.
    """
    n_rows = len(axes[0])
    width = max(8, int(np.sqrt(n_rows)))
    n_strips = -(-n_rows // width)
    lows = [axis[order][::width] for axis, order in zip(axes, orders)]
    highs = [axis[np.append(order[width - 1 :: width], order[-1])[:n_strips]] for axis, order in zip(axes, orders)]
    cut = int(np.argmax([np.median(high - low) for low, high in zip(lows, highs)]))
    padded = np.full(n_strips * width, np.inf)
    padded[:n_rows] = axes[1 - cut][orders[cut]]
    inside = np.argsort(padded.reshape(n_strips, width), axis=1) + (np.arange(n_strips) * width)[:, None]
    order = orders[cut][inside.ravel()[:n_rows]]  # the padding sorts to the end of the last strip
    distances = np.empty(n_rows)
    distances[order] = distances_in_strips(
        axes[cut][order], axes[1 - cut][order], lows[cut], highs[cut], width, n_neighbors
    )
    return distances


def neighbour_distances_by_tree(axes: tuple[np.ndarray, np.ndarray], n_neighbors: int) -> np.ndarray:
    """The same distances without compiled code."""
    from scipy.spatial import cKDTree

    points = np.column_stack(axes)
    return np.asarray(cKDTree(points).query(points, n_neighbors + 1, p=np.inf)[0][:, -1])


@Compiled
def distances_in_strips(xs, ys, low, high, width, n_neighbors):  # type: ignore[no-untyped-def]
    """Distance of each point to its k-th neighbour; points stand strip by strip, sorted by ``ys`` within each.

    ``low`` and ``high`` are the ends of the strips in ``xs``.
    """
    n, n_strips = len(xs), len(low)
    out = np.empty(n)
    best = np.empty(n_neighbors)
    for i in range(n):
        x, y = xs[i], ys[i]
        best[:] = np.inf
        own = i // width
        for side in range(2):
            strip = own - side  # first the own strip and those after it, then those before it
            while 0 <= strip < n_strips:
                gap = 0.0
                if strip > own:
                    gap = low[strip] - x
                elif strip < own:
                    gap = x - high[strip]
                if gap >= best[n_neighbors - 1]:
                    break
                begin, end = strip * width, min(n, (strip + 1) * width)
                if strip == own:
                    up, down = i + 1, i - 1
                else:
                    left, right = begin, end
                    while left < right:
                        middle = (left + right) // 2
                        if ys[middle] < y:
                            left = middle + 1
                        else:
                            right = middle
                    up, down = left, left - 1
                for direction in range(2):
                    j = up if direction == 0 else down
                    while begin <= j < end:
                        dy = abs(ys[j] - y)
                        if dy >= best[n_neighbors - 1]:
                            break
                        distance = max(dy, abs(xs[j] - x))
                        if distance < best[n_neighbors - 1]:
                            place = n_neighbors - 1
                            while place > 0 and best[place - 1] > distance:
                                best[place] = best[place - 1]
                                place -= 1
                            best[place] = distance
                        j += 1 if direction == 0 else -1
                strip += 1 if side == 0 else -1
        out[i] = best[n_neighbors - 1]
    return out
