"""Which names of a file are followed, and to what.

A file names types and functions; a name is looked up only when it is on a list that is in the program, when it is an
estimator of scikit-learn, or when the caller trusts it.
"""

import re
import types
from collections.abc import Collection
from importlib import import_module
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_mlknow.persistence.library_types import CALLED_TYPES, LIBRARY_TYPES
from sklearn_mlknow.persistence.neighbour_checks import NEIGHBOUR_TYPES
from sklearn_mlknow.persistence.own_types import OWN_TYPES
from sklearn_mlknow.persistence.tree_nodes import TREE_TYPES

LISTED = frozenset({*OWN_TYPES, *LIBRARY_TYPES, *CALLED_TYPES, *TREE_TYPES, *NEIGHBOUR_TYPES})
NEVER = ("torch", "skorch")  # their own state is a pickle in disguise
# packages of scikit-learn whose estimators are numbers and arithmetic; not its tests, experiments and externals
ESTIMATORS = re.compile(
    r"sklearn\.(calibration|cluster|compose|covariance|cross_decomposition|decomposition|discriminant_analysis|dummy"
    r"|ensemble|feature_extraction|feature_selection|frozen|gaussian_process|impute|isotonic|kernel_approximation"
    r"|kernel_ridge|linear_model|manifold|mixture|model_selection|multiclass|multioutput|naive_bayes|neighbors"
    r"|neural_network|pipeline|preprocessing|random_projection|semi_supervised|svm|tree)(\.(?!tests\b)\w+)*"
)
# what may be held as a type, without an instance of it
PLAIN_TYPES = frozenset(
    {f"builtins.{one.__name__}" for one in (bool, int, float, complex, str, bytes, list, tuple, dict, set, object)}
    | {f"numpy.{one.__name__}" for one in {*np.sctypeDict.values(), np.ndarray}}
)


def name_of(thing: Any) -> str:
    """Name a type or a function in full, for instance ``builtins.int``.

    Examples
    --------
    >>> name_of(dict), name_of(np.log1p), name_of(np.float64)
    ('builtins.dict', 'numpy.log1p', 'numpy.float64')
    """
    if isinstance(thing, np.ufunc):
        is_of_numpy = getattr(np, thing.__name__, None) is thing
        return f"{'numpy' if is_of_numpy else 'scipy.special'}.{thing.__name__}"
    return f"{thing.__module__}.{thing.__qualname__}"


def resolve(name: str) -> Any:
    """Look up what a full name means; the module is imported if it is not there.

    Raises
    ------
    LookupError
        There is no such thing, or it is known by another name.
    """
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(import_module(module), attribute)
        if name_of(found) != name:
            raise AttributeError(f"{name!r} is {name_of(found)!r}")
    except (ImportError, AttributeError, ValueError) as error:
        raise LookupError(f"there is no {name!r} here ({error})") from error
    return found


def unknown_among(names: Collection[str], trusted: Collection[str]) -> list[str]:
    """Tell which names are neither listed nor trusted, sorted."""
    return sorted(name for name in names if not _is_known(name) and (name not in trusted or _is_never(name)))


def _is_known(name: str) -> bool:
    return name in LISTED or name in PLAIN_TYPES or _is_estimator(name) or _is_ufunc(name)


def _is_never(name: str) -> bool:
    return name.split(".")[0] in NEVER


def _is_estimator(name: str) -> bool:
    module = name.rpartition(".")[0]
    if not ESTIMATORS.fullmatch(module):
        return False
    try:
        found = resolve(name)
    except LookupError:
        return False
    return isinstance(found, type) and issubclass(found, BaseEstimator)


def _is_ufunc(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    if module == "numpy":
        return isinstance(getattr(np, attribute, None), np.ufunc)
    if module != "scipy.special":
        return False
    import scipy.special

    return isinstance(getattr(scipy.special, attribute, None), np.ufunc)


def is_function(one: Any) -> bool:
    """Tell whether an object is found again by its name alone: a type, or a function of a module."""
    if isinstance(one, types.MethodType):
        return False
    return isinstance(one, type | np.ufunc) or (callable(one) and hasattr(one, "__qualname__"))
