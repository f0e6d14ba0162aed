"""Every kernel is tested on both sides of the switch between numpy and the compiled loop."""

import pytest

from sklearn_mlknow.kernels import compiling, threads


@pytest.fixture(params=["numpy", "compiled", "compiled in threads"])
def side(request, monkeypatch):
    crossover = 10**15 if request.param == "numpy" else 0
    monkeypatch.setattr(compiling, "COLD_CROSSOVER", crossover)
    monkeypatch.setattr(compiling, "WARM_CROSSOVER", crossover)
    monkeypatch.setattr(threads, "LEAST_WORK", 0 if "threads" in request.param else 10**15)
    monkeypatch.setattr(threads, "n_threads", lambda: 3 if "threads" in request.param else 1)
    return request.param
