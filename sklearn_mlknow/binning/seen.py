"""What a binner has seen of one column: the mergeable fact that its bins are learned from."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.binning.column_reading import Columns, each_column_of
from sklearn_mlknow.binning.special import missing_weight, special_places, special_weights, without_special
from sklearn_mlknow.kernels import each_column
from sklearn_mlknow.summaries import crossed, values
from sklearn_mlknow.summaries.crossed import Crossed
from sklearn_mlknow.summaries.values import Values


class ClassWeights(NamedTuple):
    """The target beside the values of a column, where bins are written by it.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted.
    values : Crossed
        The values crossed with the classes.
    special : ndarray of shape (n_special, n_classes)
        Weight of each class among each special value.
    """

    classes: np.ndarray
    values: Crossed
    special: np.ndarray


class Seen(NamedTuple):
    """Values of a column, weights of its special values and, where bins are written by it, the target.

    Attributes
    ----------
    values : Values
        Without the special values.
    special : ndarray of shape (n_special,)
        Weight of each special value.
    target : ClassWeights or None
    """

    values: Values
    special: np.ndarray
    target: ClassWeights | None = None


class FreshlySeen(list[Seen]):
    """What was seen of every column of a table that is still at hand, as it is in ``fit``.

    Attributes
    ----------
    columns : ndarray of shape (n_rows, n_columns) or list of arrays
        The columns, special values made missing.
    weights : ndarray of shape (n_rows,) or None
    """

    def __init__(self, seen: Iterable[Seen], columns: Columns, weights: np.ndarray | None) -> None:
        super().__init__(seen)
        self.columns = columns
        self.weights = weights


def see_all(
    columns: Columns, special: Sequence[np.ndarray], target: Target | None, weights: np.ndarray | None
) -> FreshlySeen:
    """Summarise every column of a table, exactly, in order of value.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns) or list of arrays
    special : sequence of n_columns arrays
        Special values of every column.
    target : Target or None
        Classes to cross the columns with.
    weights : ndarray of shape (n_rows,) or None

    Returns
    -------
    FreshlySeen
    """
    present = without_special(columns, special)
    by_special = special_weights(columns, special, weights)
    if target is None:
        found = each_column(lambda column: values.summarise(column, weights), present)
        parts = zip(found, each_column_of(columns), special, by_special, strict=True)
        seen = [
            Seen(one._replace(missing=missing_weight(raw, weights)) if len(codes) else one, rows)
            for one, raw, codes, rows in parts
        ]
    else:
        assert target.classes is not None
        seen = []
        for column, raw, codes, rows in zip(
            each_column_of(present), each_column_of(columns), special, by_special, strict=True
        ):
            places = special_places(raw, codes)
            counted = np.flatnonzero(places < 0)
            of_rows = None if weights is None else weights[counted]
            by_value = crossed.cross_values(column[counted], target.values[counted], target.n_classes, of_rows)
            assert isinstance(by_value.column, Values)
            of_special = class_sums(places, len(codes), target, weights)
            seen.append(Seen(by_value.column, rows, ClassWeights(target.classes, by_value, of_special)))
    return FreshlySeen(seen, present, weights)


def class_sums(places: np.ndarray, n_special: int, target: Target, weights: np.ndarray | None) -> np.ndarray:
    """Weight of each class among each special value, of shape (n_special, n_classes)."""
    here = places >= 0
    cells = places[here] * target.n_classes + target.values[here]
    sums = np.bincount(cells, None if weights is None else weights[here], minlength=n_special * target.n_classes)
    return sums.reshape(n_special, target.n_classes).astype(np.float64)


def merge(ours: Seen, theirs: Seen) -> Seen:
    """Merge what was seen of two sets of rows of a column, within the caps."""
    special = ours.special + theirs.special
    if ours.target is None or theirs.target is None:
        return Seen(values.merge(ours.values, theirs.values), special)
    classes = np.union1d(ours.target.classes, theirs.target.classes)
    a, b = (with_classes(one, classes) for one in (ours.target, theirs.target))
    both = crossed.merge(a.values, b.values)
    assert isinstance(both.column, Values)
    return Seen(both.column, special, ClassWeights(classes, both, a.special + b.special))


def with_classes(target: ClassWeights, classes: np.ndarray) -> ClassWeights:
    """Give the weights a column for each of more classes."""
    place = np.searchsorted(classes, target.classes)

    def spread(weights: np.ndarray) -> np.ndarray:
        out = np.zeros((len(weights), len(classes)))
        out[:, place] = weights
        return out

    assert isinstance(target.values.target, np.ndarray)
    by_value = target.values._replace(target=spread(target.values.target))
    return ClassWeights(classes, by_value, spread(target.special))


def kept(seen: Seen) -> Seen:
    """Shrink what was seen to what later merges need."""
    if seen.target is None:
        return seen._replace(values=values.kept(seen.values))
    by_value = crossed.kept(seen.target.values)
    assert isinstance(by_value.column, Values)
    return seen._replace(values=by_value.column, target=seen.target._replace(values=by_value))


def in_row_order(seen: Seen) -> Seen:
    """Copy the rows, unsorted, for a later merge to sort."""
    rows = seen.values
    weights = None if rows.weights is None else rows.weights.copy()
    return seen._replace(values=rows._replace(values=np.array(rows.values, dtype=np.float64), weights=weights))


def coarse(seen: Seen, weights: np.ndarray, middles: np.ndarray) -> Seen:
    """Remember only the weight of each bin, at its middle: for columns too long to be sorted for a later merge.

    Parameters
    ----------
    seen : Seen
        With its values in any order.
    weights, middles : ndarray of shape (n_bins,)
        Weight of each bin, and a value in its middle.

    Returns
    -------
    Seen
        Minimum, maximum and missing weight stay exact; ranks are wrong by up to the heaviest bin.
    """
    filled = weights > 0
    rows = seen.values._replace(values=middles[filled], weights=weights[filled].astype(np.float64), in_order=True)
    return seen._replace(values=rows._replace(error=rows.error + float(weights.max(initial=0.0))))
