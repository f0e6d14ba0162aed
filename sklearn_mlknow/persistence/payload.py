"""An estimator as bytes that hold numbers and names, never code.

skops writes a tree of types and arrays. A type is built on loading only when its full name is on a list: scikit-learn's
own (skops knows them), ours (`OWN_TYPES`), and what the caller trusts. No torch or skorch type is ever on it: skorch's
own state is a pickle in disguise, so our nets hand out plain arrays instead.
"""

import io
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from sklearn_mlknow.persistence.archive import ModelFileError, parse_json, read_zip
from sklearn_mlknow.persistence.library_types import LIBRARY_TYPES
from sklearn_mlknow.persistence.neighbour_checks import NEIGHBOUR_TYPES, check_neighbours
from sklearn_mlknow.persistence.object_graph import objects_in
from sklearn_mlknow.persistence.own_types import OWN_TYPES
from sklearn_mlknow.persistence.plain_frames import with_frames, without_frames
from sklearn_mlknow.persistence.state_checks import check_states
from sklearn_mlknow.persistence.tree_checks import check_trees
from sklearn_mlknow.persistence.tree_nodes import TREE_TYPES

SCHEMA = "schema.json"


def to_bytes(estimator: Any) -> bytes:
    """Write an estimator.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    bytes

    Raises
    ------
    TypeError
        Some attribute is neither an array nor a plain value nor an object of a known type.
    """
    io_ = _skops()
    try:
        data = io_.dumps(without_frames(estimator))
        types = io_.get_untrusted_types(data=data)
    except Exception as error:
        raise TypeError(
            f"save: {type(estimator).__name__} holds something that cannot be written without pickle ({error}); "
            "remove callbacks, lambdas and third-party objects first."
        ) from error
    # a raw net would need pickle to come back, a lambda has no name to come back by
    forbidden = [name for name in types if name.split(".")[0] in ("torch", "skorch") or "<" in name]
    forbidden += [name for name in types if name.startswith("sklearn_mlknow.") and name not in OWN_TYPES]
    if forbidden:
        raise TypeError(
            f"save: {type(estimator).__name__} holds {', '.join(forbidden)}, which cannot be restored without "
            "running code; use named functions and fitted nets of ours instead."
        )
    return bytes(data)


def from_bytes(data: bytes, trusted: Iterable[str], max_bytes: int, *, is_under_way: bool = False) -> Any:
    """Build the estimator again; nothing in the bytes is executed.

    Parameters
    ----------
    data : bytes
    trusted : iterable of str
        Full names of further types that may be built.
    max_bytes : int
        Most bytes all arrays together may hold.
    is_under_way : bool, default=False
        The state of a fit that goes on: estimators may have summaries and have learned nothing from them yet.

    Returns
    -------
    estimator

    Raises
    ------
    ModelFileError
        Damaged, too large, or a type that is not trusted.
    """
    io_ = _skops()
    contents = read_zip(data, max_bytes)
    if SCHEMA not in contents:
        raise ModelFileError("load: the payload has no schema; the file is damaged.")
    parse_json(contents[SCHEMA])
    for name, content in contents.items():
        if name.endswith(".npy"):
            _check_array(name, content)
    trusted = set(trusted)
    allowed = {*OWN_TYPES, *LIBRARY_TYPES, *TREE_TYPES, *NEIGHBOUR_TYPES, *trusted}
    try:
        unknown = set(io_.get_untrusted_types(data=data)) - allowed
    except Exception as error:
        raise ModelFileError(f"load: the payload cannot be read ({error}).") from error
    if unknown:
        raise ModelFileError(
            f"load: the file holds the types {', '.join(sorted(unknown))}, which are not trusted; if you wrote the "
            "file yourself and know them, name them in trusted=."
        )
    try:
        estimator = io_.loads(data, trusted=sorted(allowed))
    except Exception as error:
        raise ModelFileError(f"load: the payload does not fit its types ({type(error).__name__}: {error}).") from error
    try:
        check_states(objects_in(estimator), is_under_way)
        if not trusted.intersection(TREE_TYPES):
            check_trees(objects_in(estimator))
        if not trusted.intersection(NEIGHBOUR_TYPES):
            check_neighbours(objects_in(estimator))
        return with_frames(estimator)
    except ModelFileError:
        raise
    except Exception as error:  # whatever an attribute that is not what its class says makes of a look at it
        raise ModelFileError(
            f"load: a state in the file is not what its class says ({type(error).__name__}: {error}); the file is "
            "damaged or hostile."
        ) from error


def _check_array(name: str, content: bytes) -> None:
    """Hold an array's header against its bytes before anything is allocated for it."""
    try:
        stream = io.BytesIO(content)
        version = np.lib.format.read_magic(stream)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, dtype = read_header(stream)
    except Exception as error:  # what a parser says of any bytes: from ValueError to tokenize.TokenError
        raise ModelFileError(f"load: array {name!r} has no readable header ({error}).") from error
    if dtype.hasobject:
        raise ModelFileError(f"load: array {name!r} holds Python objects, which only pickle could read.")
    if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ModelFileError(f"load: array {name!r} claims the shape {shape}, which its bytes do not fill.")


def _skops() -> Any:
    try:
        import skops.io
    except ImportError as error:
        raise ImportError(
            "save and load need skops; install it with: pip install 'sklearn-mlknow[persistence]'"
        ) from error
    return skops.io
