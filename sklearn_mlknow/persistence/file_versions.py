"""Which versions wrote a file, which are here, and what to do when they cannot read each other.

The format is one whole number: how the file is laid out. It rises when a file of the old layout can no longer be read,
and only then. The versions of the libraries stand beside it, for the day on which a class holds something else.
"""

import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import sklearn_mlknow

FORMAT = 2
LIBRARIES = ("scikit-learn", "numpy", "scipy", "torch")
MOST_CHARACTERS = 40  # of a version that a file claims


def versions_here() -> dict[str, str]:
    """Name the versions that write a file now."""
    ours = {"sklearn_mlknow": sklearn_mlknow.__version__, "python": platform.python_version()}
    return ours | {name: version(name) for name in LIBRARIES}


def format_fault(manifest: dict[str, Any]) -> str:
    """Say why a file of another format is not read, and what to do; nothing when it is of ours.

    Examples
    --------
    >>> format_fault({"format": 2})
    ''
    >>> print(format_fault({"format": 0, "written_by": {"sklearn_mlknow": "0.0.9"}}))
    the file has format 0 (written by sklearn_mlknow 0.0.9), this version reads format 2; load it with the version that
    wrote it, or fit the model again and save it here.
    """
    found = manifest.get("format")
    if found == FORMAT and not isinstance(found, bool):
        return ""
    writer = _versions_of(manifest).get("sklearn_mlknow")
    by = f" (written by sklearn_mlknow {writer})" if writer else ""
    told = str(found)[:MOST_CHARACTERS] if isinstance(found, int | float | str) else "none"
    return (
        f"the file has format {told}{by}, this version reads format {FORMAT}; load it with the version that wrote it, "
        "or fit the model again and save it here."
    )


def differing_versions(manifest: dict[str, Any]) -> str:
    """Tell which versions differ between the file and here, for instance ``numpy 1.26 (here 2.4)``."""
    here = versions_here()

    def told() -> Iterator[str]:
        for name, theirs in _versions_of(manifest).items():
            if name in here and name != "python" and theirs != here[name]:
                yield f"{name} {theirs} (here {here[name]})"

    return ", ".join(told())


def _versions_of(manifest: dict[str, Any]) -> dict[str, str]:
    """What a manifest claims, cut to what a version may look like."""
    claimed = manifest.get("written_by")
    pairs = claimed.items() if isinstance(claimed, dict) else ()
    return {name: found[:MOST_CHARACTERS] for name, found in pairs if isinstance(found, str)}
