"""Write a reference page for every public name, from the folders' ``__all__``: a new one cannot be forgotten.

A page shows the docstring and then the examples of the gallery that tell of the name: those whose introduction, the
docstring on top of the file, refers to it; for a function that no introduction tells of, some that import it.
"""

import ast
import functools
import importlib
import pkgutil
import re
from pathlib import Path

import sklearn_mlknow

GALLERY = Path(__file__).parent / "gallery"
MOST_EXAMPLES = 4
ROLE = re.compile(r":(?:class|func):`[~.]*(?:sklearn_mlknow\.\w+\.)?(\w+)`|``(\w+)``")


def public_folders() -> list[str]:
    """Return the folders that have public names."""
    names = [found.name for found in pkgutil.iter_modules(sklearn_mlknow.__path__) if found.ispkg]
    return [name for name in sorted(names) if not name.startswith("_") and names_of(name)]


def names_of(folder: str) -> list[str]:
    """Return the public names of a folder."""
    return list(getattr(importlib.import_module(f"sklearn_mlknow.{folder}"), "__all__", []))


def examples_of(name: str) -> list[str]:
    """Return the examples that tell of a public name, as paths from ``docs``."""
    told = [path for path, names in told_names().items() if name in names]
    return told or [path for path, names in imported_names().items() if name in names][:MOST_EXAMPLES]


@functools.cache
def told_names() -> dict[str, set[str]]:
    """Map every example of the gallery to the names its introduction refers to."""
    told = {}
    for path in sorted(GALLERY.rglob("*.py")):
        introduction = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        found = {one or other for one, other in ROLE.findall(introduction)}
        told[path.relative_to(GALLERY.parent).as_posix()] = found
    return told


@functools.cache
def imported_names() -> dict[str, set[str]]:
    """Map every example of the gallery to the names of ours that it imports."""
    imported = {}
    for path in sorted(GALLERY.rglob("*.py")):
        lines = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)]
        ours = [line for line in lines if (line.module or "").startswith("sklearn_mlknow.")]
        imported[path.relative_to(GALLERY.parent).as_posix()] = {alias.name for line in ours for alias in line.names}
    return imported


def write_reference_pages(folder: Path) -> None:
    """Write ``folder/ROOM.rst`` and ``folder/ROOM/NAME.rst``; pages that did not change are left alone."""
    pages = {folder / "index.rst": _index_page()}
    for room in public_folders():
        pages[folder / f"{room}.rst"] = _room_page(room)
        pages |= {folder / room / f"{name}.rst": _name_page(room, name) for name in names_of(room)}
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
    for path in set(folder.rglob("*.rst")) - set(pages):
        path.unlink()


def _index_page() -> str:
    lines = ["Reference", "=========", "", "Every public name, by the folder that it is imported from.", ""]
    lines += [".. list-table::", "   :widths: 20 80", ""]
    for room in public_folders():
        docstring = importlib.import_module(f"sklearn_mlknow.{room}").__doc__ or ""
        lines += [f"   * - :doc:`{room}`", f"     - {docstring.strip().splitlines()[0]}"]
    return "\n".join([*lines, "", ".. toctree::", "   :hidden:", "", *[f"   {room}" for room in public_folders()], ""])


def _room_page(room: str) -> str:
    module = f"sklearn_mlknow.{room}"
    lines = [room, "=" * len(room), "", f".. automodule:: {module}", "   :no-members:", ""]
    lines += [".. list-table::", "   :widths: 30 70", ""]
    for name in names_of(room):
        docstring = getattr(importlib.import_module(module), name).__doc__ or ""
        lines += [f"   * - :doc:`{name} <{room}/{name}>`", f"     - {docstring.strip().splitlines()[0]}"]
    lines += ["", ".. toctree::", "   :hidden:", "   :maxdepth: 1", ""]
    return "\n".join([*lines, *[f"   {room}/{name}" for name in names_of(room)], ""])


def _name_page(room: str, name: str) -> str:
    module = f"sklearn_mlknow.{room}"
    is_class = isinstance(getattr(importlib.import_module(module), name), type)
    lines = [name, "=" * len(name), "", f".. auto{'class' if is_class else 'function'}:: {module}.{name}"]
    lines += ["   :members:", "   :inherited-members: BaseEstimator, tuple, ValueError", ""] if is_class else [""]
    examples = examples_of(name)
    if examples:
        lines += ["In the gallery", "-" * 14, "", f".. minigallery:: {' '.join(examples)}", ""]
    return "\n".join(lines)
