"""Write one reference page a folder from its ``__all__``: a new public name cannot be forgotten."""

import importlib
import pkgutil
from pathlib import Path

import sklearn_mlknow


def public_folders() -> list[str]:
    """Return the folders that have public names."""
    names = [found.name for found in pkgutil.iter_modules(sklearn_mlknow.__path__) if found.ispkg]
    return [name for name in sorted(names) if not name.startswith("_") and _names(name)]


def write_reference_pages(folder: Path) -> None:
    """Write ``folder/NAME.rst`` for each folder of the package; pages that did not change are left alone."""
    folder.mkdir(exist_ok=True)
    for name in public_folders():
        _write(folder / f"{name}.rst", _page(name))


def _names(folder: str) -> list[str]:
    return list(getattr(importlib.import_module(f"sklearn_mlknow.{folder}"), "__all__", []))


def _page(folder: str) -> str:
    module = f"sklearn_mlknow.{folder}"
    lines = [folder, "=" * len(folder), "", f".. automodule:: {module}", "   :no-members:", ""]
    for name in _names(folder):
        is_class = isinstance(getattr(importlib.import_module(module), name), type)
        lines += [name, "-" * len(name), "", f".. auto{'class' if is_class else 'function'}:: {module}.{name}"]
        lines += ["   :members:", ""] if is_class else [""]
    return "\n".join(lines)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
