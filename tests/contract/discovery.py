"""One list of all public names, found by walking the folders' ``__all__``: nothing new can forget to be tested."""

import importlib
import inspect
import pkgutil
from types import ModuleType

from sklearn.base import BaseEstimator

import sklearn_mlknow


def public_folders() -> list[ModuleType]:
    """Import every folder whose name does not start with an underscore."""
    found = pkgutil.iter_modules(sklearn_mlknow.__path__)
    return [
        importlib.import_module(f"sklearn_mlknow.{folder.name}")
        for folder in found
        if folder.ispkg and not folder.name.startswith("_")
    ]


def public_objects() -> dict[str, object]:
    """Map the public path of each name in an ``__all__`` to the object."""
    return {
        f"{folder.__name__}.{name}": getattr(folder, name)
        for folder in public_folders()
        for name in getattr(folder, "__all__", [])
    }


def public_estimators() -> list[type]:
    """Return every public class that fits and then transforms or predicts, sorted by name.

    Monitors and studies, which fit and then report, have no answer on new rows to hold promises about.
    """
    classes = {
        thing
        for thing in public_objects().values()
        if inspect.isclass(thing)
        and issubclass(thing, BaseEstimator)
        and (hasattr(thing, "transform") or hasattr(thing, "predict"))
    }
    return sorted(classes, key=lambda cls: cls.__name__)
