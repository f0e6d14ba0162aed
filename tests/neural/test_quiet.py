"""Torch is left as it was found, however threads interleave."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.neural.quiet import quiet_torch
from tests.neural.data import mixed, waves


class Actor:
    """A thread of its own that enters and leaves when told."""

    def __init__(self):
        self.pool, self.stack = ThreadPoolExecutor(1), ExitStack()

    def enter(self):
        self.pool.submit(self.stack.enter_context, quiet_torch()).result()

    def leave(self):
        self.pool.submit(self.stack.close).result()

    def n_threads(self):
        return self.pool.submit(torch.get_num_threads).result()


@pytest.fixture
def three_threads_and_doubles():
    n_threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(3)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_num_threads(n_threads)
    torch.set_default_dtype(dtype)


@pytest.mark.parametrize("first_out", [0, 1])
def test_two_threads_leave_torch_as_the_first_one_found_it(three_threads_and_doubles, first_out):
    actors = Actor(), Actor()
    for actor in actors:
        actor.enter()
    assert torch.get_default_dtype() == torch.float32
    assert [actor.n_threads() for actor in actors] == [1, 1]
    assert (torch.get_num_threads(), Actor().n_threads()) == (3, 3)
    actors[first_out].leave()
    assert torch.get_default_dtype() == torch.float32
    assert [actors[first_out].n_threads(), actors[1 - first_out].n_threads()] == [3, 1]
    actors[1 - first_out].leave()
    assert torch.get_default_dtype() == torch.float64
    assert [actors[1 - first_out].n_threads(), torch.get_num_threads(), Actor().n_threads()] == [3, 3, 3]


def test_one_within_another(three_threads_and_doubles):
    with quiet_torch():
        with quiet_torch():
            assert (torch.get_num_threads(), torch.get_default_dtype()) == (1, torch.float32)
        assert (torch.get_num_threads(), torch.get_default_dtype()) == (1, torch.float32)
    assert (torch.get_num_threads(), torch.get_default_dtype()) == (3, torch.float64)


def test_threads_of_their_own_number_keep_it(three_threads_and_doubles):
    actor = Actor()
    actor.pool.submit(torch.set_num_threads, 2).result()
    actor.enter()
    actor.leave()
    assert actor.n_threads() == 2


def test_gradients_are_on_inside_and_off_again():
    with torch.no_grad(), quiet_torch():
        assert torch.is_grad_enabled()
    with torch.inference_mode():
        with quiet_torch():
            assert not torch.is_inference_mode_enabled()
        assert torch.is_inference_mode_enabled()


def test_nets_fitted_side_by_side_have_the_bits_of_nets_fitted_alone():
    (X, y), (Z, t) = mixed(120), waves(120)
    jobs = [
        (NeuralClassifier(max_epochs=6, random_state=0), X, y),
        (NeuralRegressor(max_epochs=6, random_state=0), Z, t),
    ]
    alone = [net.fit(X, y).predict(X) for net, X, y in jobs]
    with ThreadPoolExecutor(2) as pool:
        together = [
            one.result() for one in [pool.submit(lambda net, X, y: net.fit(X, y).predict(X), *job) for job in jobs]
        ]
    for one, other in zip(alone, together):
        np.testing.assert_array_equal(one, other)


def test_eight_threads_ask_one_net():
    X, y = mixed(120)
    net = NeuralClassifier(max_epochs=3, random_state=0).fit(X, y)
    expected = net.predict_proba(X)
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(lambda _: net.predict_proba(X), range(24)):
            np.testing.assert_array_equal(answer, expected)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_the_callers_mixed_precision_does_not_reach_a_net(dtype):
    X, y = mixed(60)
    net = NeuralClassifier(hidden_units=(5,), n_members=1, max_epochs=2, random_state=0)
    expected = net.fit(X, y).predict_proba(X)
    with torch.autocast("cpu", dtype=dtype):
        np.testing.assert_array_equal(net.fit(X, y).predict_proba(X), expected)
        assert torch.is_autocast_enabled("cpu")
