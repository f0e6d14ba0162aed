"""How much each column of codes helps shallow random trees: the importances of a forest, without the forest.

A tree is grown on a bootstrap sample; each node looks at a few random columns, counts the target by code and cuts
where most squares of the target are explained (for classes: the Gini impurity). Nothing is stored but the explained
squares of each column, divided by those of the whole tree (Breiman, "Random forests", 2001; the conventions of
scikit-learn's forests). Codes need no sorting, which makes these trees several times faster. Always compiled: a forest
of any size pays.
"""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.kernels.compiling import Compiled
from sklearn_mlknow.kernels.threads import each


def forest_importances(
    codes: NDArray[np.uint8],
    target: NDArray[np.float64],
    n_classes: int,
    *,
    n_trees: int,
    max_depth: int,
    seed: int,
) -> NDArray[np.float64]:
    """Mean importance of each column over random trees.

    Parameters
    ----------
    codes : ndarray of uint8, shape (n_columns, n_rows), row-major
        One column of codes a row.
    target : ndarray of shape (n_rows,)
        Class codes as float64, or numbers when ``n_classes`` is 0.
    n_classes : int
    n_trees, max_depth : int
    seed : int
        In ``0 … 2**62``; fixes every tree, whatever the number of threads.

    Returns
    -------
    ndarray of shape (n_columns,)
        Sums to 1 (to 0 when no tree found a cut).

    Examples
    --------
    >>> codes = np.array([[0, 0, 1, 1] * 5, [0, 1, 0, 1] * 5], dtype=np.uint8)
    >>> target = np.array([0.0, 0, 1, 1] * 5)
    >>> bool(np.isclose(forest_importances(codes, target, 2, n_trees=5, max_depth=2, seed=0).sum(), 1.0))
    True
    """
    n_columns = len(codes)
    n_codes = int(codes.max()) + 1
    n_candidates = max(1, int(np.sqrt(n_columns)))
    centred = target if n_classes else target - target.mean()

    def grow(tree: int) -> NDArray[np.float64]:
        return tree_importances(codes, centred, n_classes, n_codes, n_candidates, max_depth, seed + tree * 1_000_003)

    trees = each(grow, range(n_trees), codes.size * n_trees)
    return np.mean(trees, axis=0)


@Compiled
def tree_importances(codes, target, n_classes, n_codes, n_candidates, max_depth, seed):  # type: ignore[no-untyped-def]
    """Explained squares of each column in one random tree, divided by their sum."""
    n_columns, n_rows = codes.shape
    n_outputs = max(n_classes, 1)
    out = np.zeros(n_columns)
    state = np.uint64(seed)
    weight = np.zeros(n_rows)
    for _ in range(n_rows):  # splitmix64 (Steele, Lea and Flood, 2014)
        state += np.uint64(0x9E3779B97F4A7C15)
        mixed = state
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        weight[np.int64((mixed >> np.uint64(33)) % np.uint64(n_rows))] += 1.0
    rows = np.empty(n_rows, np.int64)
    n_used = 0
    for row in range(n_rows):
        if weight[row] > 0:
            rows[n_used] = row
            n_used += 1
    spare = np.empty(n_used, np.int64)
    columns = np.arange(n_columns)
    weights, sums = np.zeros(n_codes), np.zeros((n_codes, n_outputs))
    whole, left = np.zeros(n_outputs), np.zeros(n_outputs)
    n_nodes = 1
    starts = np.zeros(2 * max_depth + 2, np.int64)
    stops, depths = np.zeros_like(starts), np.zeros_like(starts)
    stops[0] = n_used
    while n_nodes > 0:
        n_nodes -= 1
        start, stop, depth = starts[n_nodes], stops[n_nodes], depths[n_nodes]
        total = 0.0
        whole[:] = 0.0
        for place in range(start, stop):
            row = rows[place]
            total += weight[row]
            if n_classes > 0:
                whole[np.int64(target[row])] += weight[row]
            else:
                whole[0] += weight[row] * target[row]
        base = 0.0
        for output in range(n_outputs):
            base += whole[output] * whole[output] / total
        best, best_column, best_code = 1e-9 * total, -1, 0
        n_seen, drawn = 0, 0
        while drawn < n_columns and n_seen < n_candidates:
            state += np.uint64(0x9E3779B97F4A7C15)
            mixed = state
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed ^= mixed >> np.uint64(31)
            other = drawn + np.int64((mixed >> np.uint64(33)) % np.uint64(n_columns - drawn))
            column = columns[other]
            columns[other], columns[drawn] = columns[drawn], column
            drawn += 1
            weights[:] = 0.0
            sums[:] = 0.0
            values = codes[column]
            for place in range(start, stop):
                row = rows[place]
                code = values[row]
                weights[code] += weight[row]
                if n_classes > 0:
                    sums[code, np.int64(target[row])] += weight[row]
                else:
                    sums[code, 0] += weight[row] * target[row]
            left[:] = 0.0
            below = 0.0
            is_constant = True
            for code in range(n_codes - 1):
                if weights[code] == 0.0:
                    continue
                below += weights[code]
                above = total - below
                if above < 0.5:
                    break
                is_constant = False
                explained = -base
                for output in range(n_outputs):
                    left[output] += sums[code, output]
                    right = whole[output] - left[output]
                    explained += left[output] * left[output] / below + right * right / above
                if explained > best:
                    best, best_column, best_code = explained, column, code
            if not is_constant:
                n_seen += 1
        if best_column < 0:
            continue
        out[best_column] += best
        if depth + 1 >= max_depth:
            continue
        values = codes[best_column]
        n_left, n_right = start, 0
        for place in range(start, stop):
            row = rows[place]
            if values[row] <= best_code:
                rows[n_left] = row
                n_left += 1
            else:
                spare[n_right] = row
                n_right += 1
        for place in range(n_right):
            rows[n_left + place] = spare[place]
        for begin, end in ((start, n_left), (n_left, stop)):
            if end - begin > 1:
                starts[n_nodes], stops[n_nodes], depths[n_nodes] = begin, end, depth + 1
                n_nodes += 1
    whole_gain = out.sum()
    return out / whole_gain if whole_gain > 0 else out
