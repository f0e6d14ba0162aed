"""Rows a part at a time: as all at once, in the memory of one part."""

import tracemalloc

import numpy as np
import pytest

from sklearn_mlknow.neural import AttentionClassifier, HybridClassifier, NeuralClassifier, hidden_representation
from sklearn_mlknow.neural.inputs import encode
from sklearn_mlknow.neural.parts import encode_for_training, mean_of_rows
from sklearn_mlknow.neural.predictor import CHUNK
from tests.neural.data import encoded, mixed

N_COLUMNS = 20
SMALL = {"hidden_units": (4,), "n_members": 1, "max_epochs": 1, "random_state": 0}


@pytest.fixture(scope="module")
def wide():
    X = np.random.default_rng(0).normal(size=(5 * CHUNK, N_COLUMNS))
    return NeuralClassifier(**SMALL).fit(X[:500], (X[:500, 0] > 0).astype(int)), X


def peak(ask, *args):
    tracemalloc.start()
    try:
        ask(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_parts_have_the_bits_of_the_whole(wide):
    net, X = wide
    x = encoded(net, X)
    np.testing.assert_array_equal(net._output(X), net.predictor_.output(x))
    np.testing.assert_array_equal(encode_for_training(net._columns(X), net.inputs_), x.astype(np.float32))
    np.testing.assert_array_equal(hidden_representation(net, X), net.predictor_.hidden(x, 1)[0])
    weight = np.random.default_rng(1).random(len(x))
    np.testing.assert_allclose(mean_of_rows(x, weight), np.average(x, axis=0, weights=weight), rtol=1e-12)


@pytest.mark.parametrize("make", [AttentionClassifier, HybridClassifier])
def test_other_nets_answer_in_parts_alike(make):
    X, y = mixed(CHUNK + 200)
    net = make(max_epochs=1, n_members=1, random_state=0).fit(X[:100], y[:100])
    np.testing.assert_allclose(
        net.predict_proba(X), np.vstack([net.predict_proba(X[:CHUNK]), net.predict_proba(X[CHUNK:])]), rtol=1e-9
    )


def test_answers_take_the_memory_of_one_part(wide):
    net, X = wide
    for ask in (net.predict_proba, lambda rows: hidden_representation(net, rows)):
        ask(X[:10])
        more = peak(ask, X) - peak(ask, X[:CHUNK])
        assert more < 4 * (X.nbytes - X[:CHUNK].nbytes)  # the inputs of these rows take 20 times as much as the rows
    assert encoded(net, X[:1]).shape[1] > 20 * N_COLUMNS


def test_training_inputs_stand_once_and_in_single_precision(wide):
    net, X = wide
    columns = net._columns(X)
    whole = encode(columns, net.inputs_).nbytes
    one = encode(columns[:CHUNK], net.inputs_).nbytes
    assert peak(encode_for_training, columns, net.inputs_) < whole / 2 + 5 * one
