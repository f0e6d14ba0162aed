"""Every public estimator is saved without pickle and answers the same bits when it is loaded, here and elsewhere."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from sklearn_mlknow.persistence import load, save
from tests.contract.data import answer, numbers, same, target
from tests.contract.discovery import public_estimators
from tests.contract.instances import ALTERNATIVES, ARGUMENTS, build

TRUSTED = ["tests.contract.features_instances.NumberColumns"]  # a class that only the tests hold


def digest(array):
    """Name an answer by its bits."""
    array = np.asarray(array)
    content = repr(array.tolist()).encode() if array.dtype.hasobject else np.ascontiguousarray(array).tobytes()
    return hashlib.sha256(repr((array.dtype.str, array.shape)).encode() + content).hexdigest()


@pytest.mark.parametrize("cls", public_estimators(), ids=lambda cls: cls.__name__)
def test_saved_and_loaded(cls, tmp_path):
    X = numbers()
    estimator = build(cls)
    fitted = estimator.fit(X, target(estimator, X))
    save(fitted, tmp_path / "model.mlk")
    loaded = load(tmp_path / "model.mlk", trusted=TRUSTED)
    assert same(answer(loaded, X), answer(fitted, X))
    assert loaded.get_params(deep=False).keys() == fitted.get_params(deep=False).keys()


IN_A_FRESH_PROCESS = """
import json, pathlib, sys
from sklearn_mlknow.persistence import load
from tests.contract.data import answer, numbers
from tests.contract.test_saving import TRUSTED, digest
folder = pathlib.Path(sys.argv[1])
X = numbers()
found = {path.stem: digest(answer(load(path, trusted=TRUSTED), X)) for path in sorted(folder.glob("*.mlk"))}
(folder / "found.json").write_text(json.dumps(found))
"""


def test_every_estimator_in_a_fresh_process(tmp_path):
    X, wanted = numbers(), {}
    for cls in public_estimators():
        estimator = build(cls)
        fitted = estimator.fit(X, target(estimator, X))
        save(fitted, tmp_path / f"{cls.__name__}.mlk")
        wanted[cls.__name__] = digest(answer(fitted, X))
    subprocess.run([sys.executable, "-c", IN_A_FRESH_PROCESS, str(tmp_path)], check=True)
    assert json.loads((tmp_path / "found.json").read_text()) == wanted


@pytest.mark.long
@pytest.mark.parametrize("cls", public_estimators(), ids=lambda cls: cls.__name__)
def test_with_every_parameter(cls, tmp_path):
    X = numbers()
    for parameter, value in ALTERNATIVES.get(cls.__name__, {}).items():
        if getattr(value, "checks_itself", False):
            continue  # no value, but a check of its own
        others = {}
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], dict):
            value, others = value
        arguments = {**ARGUMENTS.get(cls.__name__, {}), **others, parameter: value}
        estimator = cls(**arguments)
        try:
            fitted = estimator.fit(X, target(estimator, X))
            wanted = answer(fitted, X)
        except (TypeError, ValueError, RuntimeError):
            continue  # it needs another table than this one
        try:
            save(fitted, tmp_path / "model.mlk")
        except TypeError as error:
            assert "callbacks" in parameter or "<" in str(error), parameter
            continue
        assert same(answer(load(tmp_path / "model.mlk", trusted=TRUSTED), X), wanted), parameter
