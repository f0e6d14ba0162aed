from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, ttest_ind

from sklearn_mlknow.formulas.information import information_value, mutual_information
from sklearn_mlknow.formulas.optimal_cuts import SmallBins, best_segments, gains, optimal_cuts


def of_events(weight, events, *rest):
    """Small bins of two classes."""
    weight, events = np.array(weight, dtype=float), np.array(events, dtype=float)
    return SmallBins("binary", weight, np.column_stack([events, weight - events]), np.zeros(len(weight)), *rest)


SHAPES = [None, "increasing", "decreasing", "peak", "valley", "auto"]


def random_bins(kind, n, seed):
    """Small bins with the rows they summarise: (bins, list of targets a small bin)."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        size = rng.integers(1, 14)
        if kind == "number":
            rows.append(rng.normal(rng.normal(0, 2), 1.0, size).round(2))
        else:
            rows.append(rng.choice(3, size) if kind == "class" else (rng.random(size) < rng.random() ** 2).astype(int))
    weight = np.array([float(len(part)) for part in rows])
    squares = np.zeros(n)
    if kind == "class":
        sums = np.array([np.bincount(part, minlength=3) for part in rows], dtype=float)
    elif kind == "binary":
        sums = np.array([[part.sum(), len(part) - part.sum()] for part in rows], dtype=float)
    else:
        sums = np.array([[part.sum()] for part in rows], dtype=float)
        squares = np.array([(part**2).sum() for part in rows], dtype=float)
    return SmallBins(kind, weight, sums, squares), rows


def slow_score(kind, parts, least_expected=5):
    """Score of a partition from its rows, or None if it is not allowed."""
    if kind == "number":
        everything = np.concatenate(parts)
        inside = sum(((part - part.mean()) ** 2).sum() for part in parts)
        return ((everything - everything.mean()) ** 2).sum() - inside
    if kind == "class":
        return float(mutual_information(np.array([np.bincount(part, minlength=3) for part in parts])))
    events = np.array([part.sum() for part in parts])
    others = np.array([len(part) for part in parts]) - events
    rate = events.sum() / (events + others).sum()
    for e, o in zip(events, others):
        if (e == 0 and o * rate < least_expected) or (o == 0 and e * (1 - rate) < least_expected):
            return None
    return float(information_value(events, others).sum())


def follows(shape, levels):
    steps = np.sign(np.diff(levels))
    rise = [step for step in steps if step]
    return {
        None: True,
        "increasing": all(step > 0 for step in rise),
        "decreasing": all(step < 0 for step in rise),
        "peak": rise == sorted(rise, reverse=True),
        "valley": rise == sorted(rise),
        "auto": rise in (sorted(rise), sorted(rise, reverse=True)),
    }[shape]


def p_value(kind, left, right):
    if kind == "number":
        if len(left) < 2 or len(right) < 2:
            return 1.0
        if left.var() == right.var() == 0:
            return float(left.mean() == right.mean())
        return ttest_ind(left, right, equal_var=False).pvalue
    table = np.array([np.bincount(left, minlength=3), np.bincount(right, minlength=3)])
    table = table[:, table.sum(0) > 0]
    return chi2_contingency(table, correction=False).pvalue if table.shape[1] > 1 else 1.0


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(["binary", "class", "number"]),
    n=st.integers(1, 7),
    shape=st.sampled_from(SHAPES),
    max_bins=st.integers(1, 5),
    min_weight=st.sampled_from([0, 5]),
    max_p_value=st.sampled_from([None, 0.2]),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_other_partition_scores_more(kind, n, shape, max_bins, min_weight, max_p_value, seed):
    bins, rows = random_bins(kind, n, seed)
    shape = None if kind == "class" else shape

    def judge(cuts, least_expected):
        parts = [np.concatenate(rows[i:j]) for i, j in zip(cuts, cuts[1:])]
        fits = follows(shape, [part.mean() for part in parts]) and all(len(part) >= min_weight for part in parts)
        if max_p_value is not None:
            fits &= all(p_value(kind, a, b) <= max_p_value for a, b in zip(parts, parts[1:]))
        return slow_score(kind, parts, least_expected) if fits else None

    def best(least_expected):
        partitions = [
            [0, *inner, n] for n_cuts in range(min(max_bins, n)) for inner in combinations(range(1, n), n_cuts)
        ]
        judged = [(judge(cuts, least_expected), cuts) for cuts in partitions]
        return max((one for one in judged if one[0] is not None), key=lambda one: one[0], default=(0.0, [0, n]))

    least_expected = 5
    score, expected = best(least_expected)
    if kind == "binary" and len(expected) == 2:  # pure bins are allowed where there would be one bin otherwise
        least_expected = 0
        score, expected = best(least_expected)
    cuts = optimal_cuts(bins, max_bins, shape, min_weight, max_p_value)
    if expected == [0, n]:
        assert cuts.tolist() == [0, n]
    else:
        assert judge(cuts.tolist(), least_expected) == pytest.approx(score, abs=1e-9)
    assert cuts.tolist() == optimal_cuts(bins, max_bins, shape, min_weight, max_p_value, is_large=True).tolist()


@pytest.mark.parametrize("kind", ["binary", "class", "number"])
def test_gains_of_segments_add_up_to_the_score(kind):
    bins, rows = random_bins(kind, 5, seed=3)
    gain, _, weight = gains(bins)
    assert gain[0, 2] + gain[2, 5] == pytest.approx(
        slow_score(kind, [np.concatenate(rows[:2]), np.concatenate(rows[2:])])
    )
    assert weight[1, 4] == sum(map(len, rows[1:4]))


def test_rows_outside_count_in_the_information_value():
    bins = of_events([10, 10], [2, 6], 5.0, np.array([4.0, 1.0]))
    gain, _, _ = gains(bins)
    expected = information_value([2, 6, 4], [8, 4, 1])
    assert [gain[0, 1], gain[1, 2]] == pytest.approx(expected[:2])


def test_ties_go_to_fewer_bins():
    # equal rates side by side: joining them loses nothing
    bins = of_events([10] * 4, [2, 2, 6, 6])
    for shape in SHAPES:
        assert optimal_cuts(bins, 4, shape).tolist() == ([0, 4] if shape == "decreasing" else [0, 2, 4])


def test_ties_go_to_the_left():
    # cutting after the first or before the last bin is worth the same
    gain = np.full((4, 4), -np.inf)
    gain[0, 3], gain[0, 1], gain[1, 3], gain[0, 2], gain[2, 3] = 0, 1, 2, 2, 1
    assert best_segments(gain, np.zeros((4, 4)), max_segments=2).tolist() == [0, 1, 3]


def test_a_column_that_separates_the_classes_is_cut_between_them():
    bins = of_events([5] * 4, [0, 0, 5, 5])
    for shape in (None, "increasing", "peak", "auto"):
        assert optimal_cuts(bins, 4, shape).tolist() == [0, 2, 4]


def test_a_pure_bin_must_mean_something():
    # 12 rows at an overall rate of one half: six events are expected and none is there
    bins = of_events([12, 40, 12], [0, 20, 12])
    assert optimal_cuts(bins, 3, "increasing").tolist() == [0, 1, 2, 3]
    few = of_events([8, 40, 40, 8], [0, 15, 25, 8])
    assert optimal_cuts(few, 4, "increasing").tolist() == [0, 2, 4]


def test_one_class_gives_one_bin():
    bins = of_events([4] * 3, [0] * 3)
    assert optimal_cuts(bins).tolist() == [0, 3]


def test_fractional_weights_do_not_make_a_pure_bin_look_mixed():
    weight = np.array([0.1, 0.2, 0.7, 0.3, 0.6, 0.1]) * 40
    events = np.where(np.arange(6) < 3, 0.0, weight * 0.7)
    gain, _, _ = gains(SmallBins("binary", weight, np.column_stack([events, weight - events]), np.zeros(6)))
    rate = events.sum() / weight.sum()
    for i, j in combinations(range(4), 2):
        inside = weight[i:j].sum()
        evidence = np.log(rate / (inside + 1 - rate)) - np.log(events.sum() / (weight - events).sum())
        if np.isfinite(gain[i, j]):
            assert gain[i, j] == pytest.approx(-inside / (weight - events).sum() * evidence)


@pytest.mark.parametrize("kind", ["class", "number"])
def test_scaling_the_weights_changes_nothing(kind):
    bins, _ = random_bins(kind, 7, seed=5)
    scaled = bins._replace(weight=bins.weight * 8, sums=bins.sums * 8, squares=bins.squares * 8)
    assert optimal_cuts(bins, 4).tolist() == optimal_cuts(scaled, 4).tolist()
