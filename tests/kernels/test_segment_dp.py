from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sklearn_mlknow.kernels.segment_dp import IMPOSSIBLE, best_chain


def every_chain(n, max_segments):
    """All cuts of 0 … n into at most max_segments segments, fewest first, leftmost last cuts first."""
    for n_segments in range(1, max_segments + 1):
        inner = sorted(combinations(range(1, n), n_segments - 1), key=lambda cuts: cuts[::-1])
        yield from ([0, *cuts, n] for cuts in inner)


def is_ordered(levels, may_turn):
    def rises(part):
        return all(a <= b for a, b in zip(part, part[1:]))

    turns = range(len(levels)) if may_turn else [len(levels) - 1]
    return any(rises(levels[: turn + 1]) and rises(levels[turn:][::-1]) for turn in turns)


def slow_best_chain(points, level, may_turn, is_apart, max_segments):
    best, chosen = IMPOSSIBLE, None
    for cuts in every_chain(len(points) - 1, max_segments):
        segments = list(zip(cuts, cuts[1:]))
        if any(points[segment] == IMPOSSIBLE for segment in segments):
            continue
        if level is not None and not is_ordered([level[segment] for segment in segments], may_turn):
            continue
        if is_apart is not None and not all(is_apart[h, i, j] for (h, i), (_, j) in zip(segments, segments[1:])):
            continue
        score = sum(int(points[segment]) for segment in segments)
        if score > best:
            best, chosen = score, cuts
    return best, chosen or [0, len(points) - 1]


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(1, 7),
    max_segments=st.integers(1, 8),
    ordered=st.booleans(),
    may_turn=st.booleans(),
    paired=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
    n_points=st.sampled_from([3, 1000]),
)
def test_the_chain_is_the_best_of_all_chains(n, max_segments, ordered, may_turn, paired, seed, n_points):
    rng = np.random.default_rng(seed)
    points = rng.integers(-n_points, n_points, (n + 1, n + 1))
    points[rng.random((n + 1, n + 1)) < 0.2] = IMPOSSIBLE
    level = rng.integers(0, 4, (n + 1, n + 1)).astype(float) if ordered else None
    is_apart = rng.random((n + 1, n + 1, n + 1)) < 0.7 if paired else None
    may_turn = may_turn and ordered
    expected_score, expected_cuts = slow_best_chain(points, level, may_turn, is_apart, min(max_segments, n))
    for is_large in (False, True):
        score, cuts = best_chain(points, level, may_turn, is_apart, max_segments, is_large)
        assert score == expected_score
        if not may_turn:
            assert cuts.tolist() == expected_cuts
        else:
            assert len(cuts) == len(expected_cuts)


@pytest.mark.parametrize("may_turn", [False, True])
def test_both_ways_of_running_the_loop_find_the_same_chain(may_turn):
    rng = np.random.default_rng(0)
    points = rng.integers(0, 20, (31, 31))  # many ties
    level = rng.integers(0, 5, (31, 31)).astype(float)
    with_numpy = best_chain(points, level, may_turn, None, 6, False)
    compiled = best_chain(points, level, may_turn, None, 6, True)
    assert with_numpy[0] == compiled[0]
    assert with_numpy[1].tolist() == compiled[1].tolist()


def test_no_chain_is_one_segment_without_points():
    points = np.full((4, 4), IMPOSSIBLE)
    assert best_chain(points, None, False, None, 3, False) == (IMPOSSIBLE, pytest.approx([0, 3]))
