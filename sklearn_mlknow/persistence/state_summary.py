"""What an estimator consists of, in words for the manifest: which attributes, of which kinds and shapes.

A payload that was exchanged, or that another version of a library builds otherwise, is noticed by it, and the refusal
can say what differs.
"""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_mlknow.persistence.archive import ModelFileError
from sklearn_mlknow.persistence.object_graph import objects_in

NETS = "sklearn_mlknow.neural.engine"  # a file holds a net as arrays of its estimator
MOST_ENTRIES = 2_000  # beyond, a forest's worth, only the estimator itself is told


def summarise_state(estimator: Any) -> dict[str, list[str]]:
    """Describe every estimator within an estimator, equal ones once.

    Returns
    -------
    dict of str to list of str
        Class -> sorted descriptions of its instances: ``attribute: kind`` lines.

    Examples
    --------
    >>> from sklearn.preprocessing import MaxAbsScaler
    >>> "max_abs_: float64 (1,)" in summarise_state(MaxAbsScaler().fit([[1.0], [2.0]]))["MaxAbsScaler"][0]
    True
    """
    found: dict[str, set[str]] = {}
    for one in objects_in(estimator):
        if isinstance(one, BaseEstimator) and type(one).__module__ != NETS:
            found.setdefault(type(one).__name__, set()).add(_describe(one))
    if sum(map(len, found.values())) > MOST_ENTRIES:
        found = {type(estimator).__name__: {_describe(estimator)}}
    return {name: sorted(lines) for name, lines in sorted(found.items())}


def check_summary(estimator: Any, written: Any) -> None:
    """Compare what was built with what the manifest says.

    Raises
    ------
    ModelFileError
        Names the first attribute that is missing, more, or of another kind or shape.
    """
    built = summarise_state(estimator)
    if built == written:
        return
    if not isinstance(written, dict):
        raise ModelFileError("load: the manifest does not describe the model; the file is damaged.")
    for name in sorted({*built, *written}):
        ours, theirs = (_parts(one.get(name, ())) for one in (built, written))
        missing, more = sorted(theirs - ours), sorted(ours - theirs)
        if missing or more:
            fact = f"lacks {missing[0]!r}" if missing else f"has {more[0]!r}"
            raise ModelFileError(f"load: the {name} in the file {fact}, unlike its manifest; the file is damaged.")
    raise ModelFileError("load: the model in the file is not the one that its manifest describes; the file is damaged.")


def _parts(lines: Any) -> set[str]:
    return {part for line in lines for part in str(line).split("; ")}


def _describe(one: Any) -> str:
    held = one.__getstate__()  # what a file holds of it
    return "; ".join(f"{name}: {_kind(value)}" for name, value in sorted(held.items()))


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype.name} {value.shape}"
    return type(value).__name__
