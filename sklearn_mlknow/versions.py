"""What a report of a bug should say about the machine: versions, read without importing the libraries."""

import os
import platform
import sys
from importlib import metadata

EXTRAS = ("dask", "onnx")  # of use at run time; the others serve contributors


def show_versions() -> None:
    """Print the versions of Python, of this package and of what it stands on, to paste into a report of a bug.

    No library is imported for it, so it works and stays quick where one of them is broken. It names no path and no
    user.

    Examples
    --------
    >>> from sklearn_mlknow import show_versions
    >>> show_versions()
    sklearn_mlknow: ...
    python: ...
    """
    sys.stdout.write("\n".join(f"{name}: {version}" for name, version in versions().items()) + "\n")


def versions() -> dict[str, str]:
    """Collect names and versions.

    Returns
    -------
    dict of str to str
        This package, Python, system, cores and thread limits, then the dependencies; "missing" where a required one is
        not installed. Optional ones are listed where they are installed.
    """
    from sklearn_mlknow import __version__

    limits = [f"{name}={os.environ[name]}" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS") if name in os.environ]
    found = {
        "sklearn_mlknow": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": ", ".join([str(os.cpu_count()), *limits]),
    }
    for name, is_optional in _dependencies():
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            if not is_optional:
                found[name] = "missing"
    return found


def _dependencies() -> list[tuple[str, bool]]:
    """Return the name of each dependency, and whether it is optional; none when the package is not installed."""
    try:
        requirements = metadata.requires("sklearn-mlknow") or []
    except metadata.PackageNotFoundError:
        return []
    names = []
    for requirement in requirements:
        name = requirement.partition(";")[0]
        for sign in "[<>=!~ ":
            name = name.partition(sign)[0]
        extra = requirement.partition("extra ==")[2].strip().strip("'\"")
        if not extra or extra in EXTRAS:
            names.append((name, bool(extra)))
    return names
