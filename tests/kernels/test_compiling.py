import subprocess
import sys

import numpy as np
import pytest

from sklearn_mlknow.kernels import compiling, digitise
from sklearn_mlknow.kernels.compiling import Compiled, compile_loop
from sklearn_mlknow.kernels.threads import each, n_threads, slices


def test_a_small_table_loads_no_compiler():
    code = (
        "import sys, numpy as np; from sklearn_mlknow.kernels import digitise; digitise(np.arange(1000.0), [10, 20]);"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_a_place_for_the_cache_it_compiles_all_the_same(monkeypatch):
    import numba

    njit = numba.njit

    def no_locator(*arguments, **options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*arguments, **options)

    monkeypatch.setattr(numba, "njit", no_locator)
    assert compile_loop(lambda x: x + 1)(1) == 2


def test_a_loop_is_loaded_once_enough_was_asked_for():
    loop = Compiled(lambda x: x)
    assert not loop.pays_for(compiling.COLD_CROSSOVER - 2)
    assert not loop.pays_for(1)
    assert loop.pays_for(1)
    assert loop(1) == 1
    assert loop.pays_for(compiling.WARM_CROSSOVER)
    assert not loop.pays_for(compiling.WARM_CROSSOVER - 1)


def test_slices_cover_everything_once(monkeypatch):
    for n_items in (0, 1, 5, 64, 1000):
        for multiple in (1, 3, 320):
            cuts = slices(n_items, multiple)
            assert [i for start, stop in cuts for i in range(start, stop)] == list(range(n_items))
            assert all(start % multiple == 0 for start, _ in cuts)


def test_thread_count_follows_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert n_threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    assert n_threads() >= 1


def test_an_error_in_a_thread_is_raised(side):
    def fail(item):
        raise KeyError(item)

    with pytest.raises(KeyError):
        each(fail, [1, 2], 10)


def test_threads_of_ours_give_the_bits_of_one(monkeypatch):
    column = np.random.default_rng(0).normal(size=300_000)
    expected = np.searchsorted([-1.0, 0.0, 1.0], column, side="right")
    np.testing.assert_array_equal(digitise(column, [-1.0, 0.0, 1.0]), expected)
