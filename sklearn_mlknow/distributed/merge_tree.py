"""One binary tree over ordered states: neighbours merge first, whoever computes them.

Floating-point sums depend on their order, and so do capped summaries. The tree fixes the order by position alone:
states 0 and 1 merge, 2 and 3 merge, then the two pairs, and so on; what is left over at the end joins on the right.
"""

from collections.abc import Callable, Sequence
from typing import Any


class MergeTree:
    """The tree for states that arrive one after the other; it holds about log2(n) of them.

    Parameters
    ----------
    merge : callable
        ``merge(left, right)`` of two states.
    branches : list of (size, state), optional
        Where an earlier tree stopped.
    """

    def __init__(self, merge: Callable[[Any, Any], Any], branches: Sequence[tuple[int, Any]] = ()) -> None:
        self.merge = merge
        self.branches = list(branches)

    def push(self, state: Any) -> None:
        """Take in the next state, merging while two branches are equally large, as a binary counter carries."""
        size = 1
        while self.branches and self.branches[-1][0] == size:
            _, left = self.branches.pop()
            state, size = self.merge(left, state), 2 * size
        self.branches.append((size, state))

    def whole(self) -> Any:
        """Merge what is left, from the right."""
        _, state = self.branches[-1]
        for _, left in self.branches[-2::-1]:
            state = self.merge(left, state)
        return state


def merge_level_by_level(states: Sequence[Any], merge: Callable[[Any, Any], Any]) -> Any:
    """Build the same tree from all states at once, level by level, so that each level can run side by side.

    Parameters
    ----------
    states : sequence, not empty
        In order.
    merge : callable
        ``merge(left, right)`` of two states, or of two promises of states.

    Returns
    -------
    state

    Examples
    --------
    >>> merge_level_by_level("abcde", "({} {})".format)
    '(((a b) (c d)) e)'
    """
    level = list(states)
    while len(level) > 1:
        pairs = [merge(left, right) for left, right in zip(level[::2], level[1::2])]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]
