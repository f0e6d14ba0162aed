"""A folder imports only from folders with a smaller number, and importing the package loads nothing heavy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sklearn_mlknow

ROOT = Path(sklearn_mlknow.__file__).parent
ROOMS = [
    "datasets",
    "kernels",
    "summaries",
    "formulas",
    "_shell",
    "binning",
    "features",
    "drift",
    "neural",
    "extraction",
    "fewshot",
    "explain",
    "selection",
    "glassbox",
    "persistence",
    "distributed",
    "study",
    "cli",
]
HEAVY = ["torch", "numba", "shap", "matplotlib", "pandas", "polars", "skorch", "dask"]
FILES = sorted(path for path in ROOT.rglob("*.py"))


def imported_modules(path):
    """Yield every module a file imports, at any depth of the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively; write the full path"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "sklearn_mlknow" and len(parts) > 1 and parts[1] in ROOMS else None


def test_every_folder_has_a_place_in_the_order():
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert folders <= set(ROOMS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_downwards(path):
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for module in imported_modules(path):
        room = room_of(module)
        assert room is None or room == own or ROOMS.index(room) < ROOMS.index(own), f"{own} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_private_name_of_another_library(path):
    for module in imported_modules(path):
        parts = module.split(".")
        is_ours = parts[0] == "sklearn_mlknow"
        assert is_ours or module.startswith("__") or not any(part.startswith("_") for part in parts), module


def test_import_is_light():
    code = f"import sys, sklearn_mlknow; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
