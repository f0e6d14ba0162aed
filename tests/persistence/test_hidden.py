"""What a file could hide from the checks: numbers behind a mask, objects in odd places, names that Python asks."""

from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.binning import EqualWidthBinner
from sklearn_mlknow.persistence import ModelFileError
from sklearn_mlknow.persistence.object_graph import objects_in
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes
from tests.persistence.hostile import LIMIT

X = np.random.default_rng(0).normal(size=(40, 2))
Y = (X[:, 0] > 0).astype(int)


def masked(array):
    """The same array; no index of it shows."""
    mask = np.zeros(array.shape, dtype=[(name, bool) for name in array.dtype.names] if array.dtype.names else bool)
    return np.ma.MaskedArray(array, mask)


def with_sparse_rows():
    matrix = sparse.csr_matrix(X)
    matrix.indices = masked(matrix.indices)
    scaler = StandardScaler().fit(X)
    scaler.rows_ = matrix
    return scaler


def with_masked_nodes():
    boosting = HistGradientBoostingClassifier(max_iter=1, min_samples_leaf=5).fit(X, Y)
    tree = boosting._predictors[0][0]
    tree.nodes = masked(tree.nodes)
    return boosting


def with_masked_classes():
    neighbours = KNeighborsClassifier().fit(X, Y)
    neighbours._y = masked(neighbours._y)
    return neighbours


def with_masked_edges():
    binner = EqualWidthBinner().fit(X)
    binner._padded_edges = masked(binner._padded_edges)
    return binner


def with_an_answer_of_its_own():
    scaler = StandardScaler().fit(X)
    scaler.__dict__["__sklearn_is_fitted__"] = list
    return scaler


@pytest.mark.parametrize(
    "make",
    [with_sparse_rows, with_masked_nodes, with_masked_classes, with_masked_edges, with_an_answer_of_its_own],
)
def test_it_is_refused(make):
    with pytest.raises((ModelFileError, TypeError), match="load: "):
        from_bytes(to_bytes(make()), (), LIMIT)


class Slotted:
    __slots__ = ("inner",)


def test_the_walk_sees_every_place():
    hidden = [SimpleNamespace(place=place) for place in range(4)]
    slotted = Slotted()
    slotted.inner = hidden[0]
    holes = np.ma.MaskedArray(np.array([hidden[1], None], dtype=object), [True, False])
    factory = defaultdict(hidden[2].__class__, a=1)
    factory.default_factory = SimpleNamespace(place=3).__init__
    walked = list(objects_in([slotted, holes, slice(hidden[3], None), factory]))
    assert all(
        any(one is each for each in walked) for one in (hidden[0], hidden[1], hidden[3], factory.default_factory)
    )
