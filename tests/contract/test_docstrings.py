"""Every public docstring is complete and its examples run."""

import doctest
import importlib
import inspect
import pkgutil
import re

import pytest
from numpydoc.validate import validate

import sklearn_mlknow
from tests.contract.discovery import public_estimators, public_objects

# numpydoc's rules on content; its rules on typography (blank lines, full stops, capital letters) are left to the eye
REQUIRED = {"GL08", "SS01", "SS05", "PR01", "PR02", "PR04", "PR07", "RT01", "RT03", "EX01", "PR10", "GL02"}
METHOD_REQUIRED = REQUIRED - {"EX01", "RT03"}
MODULES = [
    module.name
    for module in pkgutil.walk_packages(sklearn_mlknow.__path__, "sklearn_mlknow.")
    if not module.name.endswith("__main__")
]


def errors_of(path, required):
    return [(code, text) for code, text in validate(path)["errors"] if code in required]


@pytest.mark.parametrize("path", sorted(public_objects()))
def test_docstring_is_complete(path):
    thing = public_objects()[path]
    if inspect.isclass(thing) and issubclass(thing, tuple):  # a summary: its fields are attributes, not parameters
        assert all(re.search(rf"^ *(\w+, )*{field}\b.* : ", thing.__doc__, re.M) for field in thing._fields)
    elif inspect.isclass(thing) and issubclass(thing, Exception):
        assert thing.__doc__
    elif inspect.isclass(thing) or inspect.isfunction(thing):
        assert errors_of(path, REQUIRED) == []


@pytest.mark.parametrize("cls", public_estimators(), ids=lambda cls: cls.__name__)
def test_methods_are_documented(cls):
    path = next(path for path, thing in public_objects().items() if thing is cls)
    for name, member in inspect.getmembers(cls, inspect.isfunction):
        if not name.startswith("_") and member.__module__.startswith("sklearn_mlknow"):
            assert errors_of(f"{path}.{name}", METHOD_REQUIRED) == [], name


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(name)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    results = doctest.testmod(module, optionflags=flags)
    assert results.failed == 0


@pytest.mark.parametrize("cls", public_estimators(), ids=lambda cls: cls.__name__)
def test_fitted_attributes_are_documented(cls):
    assert "Attributes" in cls.__doc__
    assert "Examples" in cls.__doc__
