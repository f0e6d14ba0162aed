"""What a report of a bug says about the machine."""

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

import sklearn_mlknow
from sklearn_mlknow import show_versions, versions

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]


def test_every_dependency_is_named_with_its_version(capsys):
    show_versions()
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["sklearn_mlknow"] == sklearn_mlknow.__version__
    required = [Requirement(line) for line in metadata.requires("sklearn-mlknow")]
    for requirement in required:
        if requirement.marker is None:
            assert lines[requirement.name] == metadata.version(requirement.name)
    assert {"numpy", "torch", "scikit-learn"} <= set(lines)
    assert lines["dask"] == metadata.version("dask") and "pytest" not in lines and "sphinx" not in lines
    assert not any(str(Path.home()) in line or sys.executable in line for line in lines.values())


def test_extras_of_run_time_exist():
    assert set(versions.EXTRAS) <= set(PROJECT["optional-dependencies"])


def test_a_missing_dependency_is_said_and_a_missing_extra_is_left_out(monkeypatch):
    def version(name, known=metadata.version):
        if name in ("torch", "dask"):
            raise metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(versions.metadata, "version", version)
    found = versions.versions()
    assert found["torch"] == "missing" and "dask" not in found


def test_a_source_tree_that_is_not_installed_still_answers(monkeypatch):
    def requires(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(versions.metadata, "requires", requires)
    assert list(versions.versions()) == ["sklearn_mlknow", "python", "system", "cores"]


def test_nothing_is_imported_for_it():
    code = "import sys, sklearn_mlknow as s; s.show_versions(); print('torch' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False"
