"""Save an estimator to one file and load it again, without pickle."""

import copy
import sys
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow.persistence.archive import ModelFileError, limit_of, pack, unpack
from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.persistence.file_versions import differing_versions, versions_here
from sklearn_mlknow.persistence.neighbour_checks import NEIGHBOUR_TYPES
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes, to_table
from sklearn_mlknow.persistence.state_summary import check_summary, summarise_state
from sklearn_mlknow.persistence.tree_nodes import TREE_TYPES

PAYLOAD = "model.table"


def save(estimator: Any, path: str | PathLike[str]) -> None:
    """Write a fitted estimator or Pipeline to one file, whole or not at all.

    The file (customary suffix ``.mlk``) is a zip with a manifest of versions, lengths and SHA-256 and a payload of
    arrays and plain values. Nets are written as their arrays. What was written is read back and must give the same
    bytes before it replaces anything. Cost: four copies of the model in memory.

    Parameters
    ----------
    estimator : estimator
        Fitted: ours, scikit-learn's, or a Pipeline of them.
    path : str or path-like
        An existing file is replaced only when the new one is complete on the disk.

    Raises
    ------
    TypeError
        It is no estimator, holds something that only pickle could write (callbacks, lambdas, raw torch objects), or
        would not come back as it is.
    sklearn.exceptions.NotFittedError
        It is not fitted.
    OSError
        The file cannot be written; an earlier file is as it was.

    See Also
    --------
    load : The way back.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_mlknow.persistence import load, save
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "scaler.mlk"
    >>> save(StandardScaler().fit([[0.0], [2.0]]), path)
    >>> load(path).transform([[4.0]])
    array([[3.]])
    """
    if not isinstance(estimator, BaseEstimator):
        raise TypeError(f"save: needs a scikit-learn estimator, got {type(estimator).__name__}.")
    check_is_fitted(estimator)
    facts = {
        "written_by": versions_here(),
        "estimator": f"{type(estimator).__module__}.{type(estimator).__qualname__}",
        "state": summarise_state(estimator),
    }
    table = to_table(estimator)
    payload = table.to_bytes()
    data = pack({PAYLOAD: payload}, facts, table.weight(sys.maxsize))
    _check_written(estimator, data, payload, table.names())
    write_atomically(Path(path), data)


def _check_written(estimator: Any, data: bytes, payload: bytes, names: set[str]) -> None:
    """Read what was written, by every limit of `load`; what is built must be written in the same bytes.

    Some classes hand a copy less than they hold, such as scikit-learn's Bunch; what is built is then as a copy is.
    """
    who = type(estimator).__name__
    try:
        again = to_bytes(_read(data, {*names, *TREE_TYPES, *NEIGHBOUR_TYPES}, sys.maxsize))
    except (ModelFileError, TypeError) as error:
        raise TypeError(f"save: {who} would not be loaded again ({error}).") from error
    if again != payload and again != to_bytes(copy.deepcopy(estimator)):
        raise TypeError(f"save: {who} holds something that comes back otherwise than it was; it is not saved.")


def load(path: str | PathLike[str], *, trusted: Iterable[str] = (), max_bytes: int = 2**31) -> Any:
    """Read an estimator that `save` wrote, running no code from the file.

    Every length and hash is checked before anything is built, sizes are counted while inflating, and only types on a
    list are built: scikit-learn's, ours, and those you name. There is no other loader to fall back to. A hash
    detects accidents; it does not prove who wrote the file.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : iterable of str, default=()
        Full names of further types that may be built, such as ``"my_package.MyTransformer"``. Trusting a type means
        trusting its ``__setstate__``.
    max_bytes : int, default=2**31
        Most bytes the contents may take when inflated.

    Returns
    -------
    estimator
        The fitted estimator.

    Raises
    ------
    ModelFileError
        The file is damaged, too large, of another format, or holds a type that is not trusted. It is a ValueError.
    FileNotFoundError
        There is no such file.

    See Also
    --------
    save : Writes such a file.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from sklearn.preprocessing import MinMaxScaler
    >>> from sklearn_mlknow.persistence import load, save
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "scaler.mlk"
    >>> save(MinMaxScaler().fit([[0.0], [2.0]]), path)
    >>> type(load(path)).__name__
    'MinMaxScaler'
    """
    source = Path(path)
    trusted = trusted if isinstance(trusted, str) else list(trusted)
    if isinstance(trusted, str) or not all(isinstance(name, str) for name in trusted):
        raise TypeError("load: trusted must be a list of full type names.")
    if source.exists() and not source.is_file():
        raise ModelFileError(f"load: {source.name!r} is not a regular file.")
    if source.stat().st_size > max_bytes:
        raise ModelFileError(f"load: the file is larger than max_bytes={max_bytes}.")
    return _read(source.read_bytes(), set(trusted), max_bytes)


def _read(data: bytes, trusted: set[str], max_bytes: int) -> Any:
    limit = limit_of(data, max_bytes)
    members, manifest = unpack(data, limit)
    if set(members) != {PAYLOAD}:
        raise ModelFileError("load: the file does not hold one model; it is damaged.")
    try:
        estimator = from_bytes(members[PAYLOAD], trusted, limit)
        check_summary(estimator, manifest.get("state"))
    except ModelFileError as error:
        others = differing_versions(manifest)
        if not others:
            raise
        raise ModelFileError(
            f"{error} It was written by other versions, {others}: load it with those, or fit the model again here."
        ) from error
    return estimator
