"""An estimator as bytes that hold numbers and names, never code.

An estimator is written as a table of what it is made of (`node_table`), and built from it by what is in the program.
A type is built on loading only when its full name is on a list: scikit-learn's estimators, ours (`OWN_TYPES`), and what
the caller trusts. No torch or skorch type is ever on it: skorch's own state is a pickle in disguise, so our nets hand
out plain arrays instead.
"""

from collections.abc import Iterable
from typing import Any

from sklearn_mlknow.persistence.archive import ModelFileError
from sklearn_mlknow.persistence.building import build_table
from sklearn_mlknow.persistence.known_names import NEVER, unknown_among
from sklearn_mlknow.persistence.neighbour_checks import NEIGHBOUR_TYPES, check_neighbours
from sklearn_mlknow.persistence.node_table import NodeTable, read_table
from sklearn_mlknow.persistence.object_graph import objects_in
from sklearn_mlknow.persistence.own_types import OWN_TYPES
from sklearn_mlknow.persistence.state_checks import check_states
from sklearn_mlknow.persistence.tree_checks import check_trees
from sklearn_mlknow.persistence.tree_nodes import TREE_TYPES
from sklearn_mlknow.persistence.writing import write_table


def to_table(estimator: Any) -> NodeTable:
    """Write an estimator as a table.

    Raises
    ------
    TypeError
        Some attribute is neither an array nor a plain value nor an object of a known type.
    """
    who = type(estimator).__name__
    try:
        table = write_table(estimator)
    except RecursionError:
        raise TypeError(f"save: {who} is nested too deeply to be saved.") from None
    except TypeError as error:
        raise TypeError(f"save: {who} holds {error}.") from error
    forbidden = [name for name in table.names() if name.split(".")[0] in NEVER]
    forbidden += [name for name in table.names() if name.startswith("sklearn_mlknow.") and name not in OWN_TYPES]
    if forbidden:
        raise TypeError(
            f"save: {who} holds {', '.join(sorted(forbidden))}, which cannot be restored without running code; "
            "use fitted nets of ours instead."
        )
    return table


def to_bytes(estimator: Any) -> bytes:
    """Write an estimator; see `to_table`."""
    return to_table(estimator).to_bytes()


def from_bytes(data: bytes, trusted: Iterable[str], max_bytes: int, *, is_under_way: bool = False) -> Any:
    """Build the estimator again; nothing in the bytes is executed.

    Parameters
    ----------
    data : bytes
    trusted : iterable of str
        Full names of further types that may be built.
    max_bytes : int
        Most bytes that what is built may take.
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
    trusted = set(trusted)
    table = read_table(data, max_bytes)
    unknown = unknown_among(table.names(), trusted)
    if unknown:
        raise ModelFileError(
            f"load: the file holds the types {', '.join(unknown)}, which are not trusted; if you wrote the "
            "file yourself and know them, name them in trusted=."
        )
    try:
        estimator = build_table(table, trusted)
    except ModelFileError:
        raise
    except Exception as error:  # whatever a class says of a state that is not its own
        raise ModelFileError(f"load: the payload does not fit its types ({type(error).__name__}: {error}).") from error
    try:
        check_states(objects_in(estimator), is_under_way)
        if not trusted.intersection(TREE_TYPES):
            check_trees(objects_in(estimator))
        if not trusted.intersection(NEIGHBOUR_TYPES):
            check_neighbours(objects_in(estimator))
    except ModelFileError:
        raise
    except Exception as error:  # whatever an attribute that is not what its class says makes of a look at it
        raise ModelFileError(
            f"load: a state in the file is not what its class says ({type(error).__name__}: {error}); the file is "
            "damaged or hostile."
        ) from error
    return estimator
