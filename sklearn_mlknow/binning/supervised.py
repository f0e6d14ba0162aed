"""A column beside a target: the mergeable fact that supervised bins are learned from."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.binning.seen import ClassWeights, Seen
from sklearn_mlknow.binning.special import special_places
from sklearn_mlknow.formulas.information import information_value, mutual_information
from sklearn_mlknow.summaries import crossed, moments
from sklearn_mlknow.summaries.categories import Categories
from sklearn_mlknow.summaries.crossed import Crossed
from sklearn_mlknow.summaries.moments import Moments
from sklearn_mlknow.summaries.values import Values


class Supervised(NamedTuple):
    """A column crossed with a target.

    Attributes
    ----------
    column : Crossed
        Values or levels, special values left out.
    special : ndarray of shape (n_special, n_classes), or Moments of shape (n_special,)
        The target at each special value.
    classes : ndarray of shape (n_classes,) or None
        Sorted; None when the target is a number.
    """

    column: Crossed
    special: np.ndarray | Moments
    classes: np.ndarray | None


def see_numbers(column: np.ndarray, special: np.ndarray, target: Target, weights: np.ndarray | None) -> Supervised:
    """Cross a numeric column with a target.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
    special : ndarray of shape (n_special,)
        Values that get bins of their own, sorted.
    target : Target
    weights : ndarray of shape (n_rows,) or None

    Returns
    -------
    Supervised
    """
    n_classes = target.n_classes if target.is_class else None
    places = special_places(column, special)
    is_special = places >= 0
    at_special = _target_at(places[is_special], len(special), target, is_special, weights)
    if is_special.any():
        column, values = column[~is_special], target.values[~is_special]
        weights = None if weights is None else weights[~is_special]
    else:
        values = target.values
    return Supervised(crossed.cross_values(column, values, n_classes, weights), at_special, target.classes)


def see_levels(codes: np.ndarray, levels: np.ndarray, target: Target, weights: np.ndarray | None) -> Supervised:
    """Cross a factorised column with a target."""
    n_classes = target.n_classes if target.is_class else None
    by_level = crossed.cross_categories(codes, levels, target.values, n_classes, weights)
    nothing = np.zeros((0, target.n_classes)) if target.is_class else moments.empty(0)
    return Supervised(by_level, nothing, target.classes)


def merge(ours: Supervised, theirs: Supervised) -> Supervised:
    """Merge what was seen of two sets of rows of a column, within the caps.

    Raises
    ------
    TypeError
        One target is a number, the other names classes.
    """
    ours, theirs = as_levels_if_blank(ours, theirs), as_levels_if_blank(theirs, ours)
    if ours.classes is None or theirs.classes is None:
        both = crossed.merge(ours.column, theirs.column)
        assert isinstance(ours.special, Moments)
        assert isinstance(theirs.special, Moments)
        return Supervised(both, moments.merge(ours.special, theirs.special), None)
    classes = np.union1d(ours.classes, theirs.classes)
    a, b = with_classes(ours, classes), with_classes(theirs, classes)
    assert isinstance(a.special, np.ndarray)
    assert isinstance(b.special, np.ndarray)
    return Supervised(crossed.merge(a.column, b.column), a.special + b.special, classes)


def as_levels_if_blank(seen: Supervised, other: Supervised) -> Supervised:
    """Read a column that is missing throughout as categorical, where it is categorical elsewhere."""
    column = seen.column.column
    if not isinstance(column, Values) or len(column.values) or isinstance(other.column.column, Values):
        return seen
    blank = Categories(np.empty(0, dtype=object), np.empty(0), missing=column.missing)
    return seen._replace(column=Crossed(blank, seen.column.target))


def with_classes(seen: Supervised, classes: np.ndarray) -> Supervised:
    """Give the weights a column for each of more classes."""
    assert seen.classes is not None
    place = np.searchsorted(classes, seen.classes)

    def spread(weights: np.ndarray | Moments) -> np.ndarray:
        assert isinstance(weights, np.ndarray)
        out = np.zeros((len(weights), len(classes)))
        out[:, place] = weights
        return out

    return Supervised(seen.column._replace(target=spread(seen.column.target)), spread(seen.special), classes)


def kept(seen: Supervised) -> Supervised:
    """Shrink what was seen to what later merges need."""
    return seen._replace(column=crossed.kept(seen.column))


def as_seen(seen: Supervised) -> Seen:
    """What unsupervised bins would have seen of the column."""
    assert isinstance(seen.column.column, Values)
    if isinstance(seen.special, Moments):
        return Seen(seen.column.column, seen.special.weight)
    assert seen.classes is not None
    return Seen(seen.column.column, seen.special.sum(axis=1), ClassWeights(seen.classes, seen.column, seen.special))


def target_in_bins(seen: Supervised, inner_edges: np.ndarray) -> np.ndarray | Moments:
    """Target in every bin, then of the missing and at each special value.

    Parameters
    ----------
    seen : Supervised
        Of numbers.
    inner_edges : ndarray of shape (n_bins - 1,)

    Returns
    -------
    ndarray of shape (n_bins + 1 + n_special, n_classes), or Moments of shape (n_bins + 1 + n_special,)
    """
    assert isinstance(seen.column.column, Values)
    n_bins = len(inner_edges) + 1
    values, n_bins = seen.column.column.values, len(inner_edges) + 1
    cuts = np.concatenate([[0], np.searchsorted(values, inner_edges), [len(values)]])  # (n_bins + 1,)
    if isinstance(seen.special, Moments):
        place = np.append(np.repeat(np.arange(n_bins), np.diff(cuts)), [n_bins, n_bins])
        by_bin = crossed.gather(seen.column.target, place, n_bins + 1)
        return Moments(*(np.concatenate(pair) for pair in zip(by_bin, seen.special, strict=True)))
    weights = seen.column.target
    assert isinstance(weights, np.ndarray)
    ranges = [*pairwise(cuts), (len(values), len(weights))]
    inside = [[column[start:stop].sum() for column in weights.T] for start, stop in ranges]
    return np.vstack([inside, seen.special])


def score(target: np.ndarray | Moments) -> float:
    """What bins tell: information value (two classes), mutual information in nats, or share of explained squares.

    Parameters
    ----------
    target : ndarray of shape (n_bins, n_classes), or Moments of shape (n_bins,)

    Returns
    -------
    float
    """
    if isinstance(target, Moments):
        filled = target.weight > 0
        weight, mean, deviation = target.weight[filled], target.mean[filled], target.deviation[filled]
        unit = float(moments.power_of_two(np.abs(np.concatenate([mean, deviation])).max(initial=0.0)))
        mean, deviation = mean / unit, deviation / unit
        off = mean - (weight * mean).sum() / max(weight.sum(), 1e-300)
        between, within = (weight * off**2).sum(), (weight * deviation**2).sum()
        return float(between / (between + within)) if between else 0.0
    if target.shape[1] > 2:
        return float(mutual_information(target))
    events = target[:, 1:].sum(axis=1)
    return float(information_value(events, target.sum(axis=1) - events).sum())


def _target_at(
    codes: np.ndarray, n_codes: int, target: Target, rows: np.ndarray, weights: np.ndarray | None
) -> np.ndarray | Moments:
    """Target of the chosen rows at each code."""
    values, weights = target.values[rows], None if weights is None else weights[rows]
    if not target.is_class:
        return moments.summarise_groups(codes, n_codes, values, weights)
    cells = np.bincount(codes * target.n_classes + values, weights, minlength=n_codes * target.n_classes)
    return cells.reshape(n_codes, target.n_classes).astype(np.float64)
