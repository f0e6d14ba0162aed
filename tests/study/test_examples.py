"""The examples in the studies' docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

from sklearn_mlknow import study

MODULES = [found.name for found in pkgutil.iter_modules(study.__path__, "sklearn_mlknow.study.") if not found.ispkg]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0
