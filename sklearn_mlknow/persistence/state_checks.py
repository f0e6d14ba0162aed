"""What was built from a file must be what its class says: parameters within their rules, fields of their types, shapes
that agree. A damaged state is refused when it is loaded, not when it is used.
"""

import dataclasses
import types
import typing
from collections.abc import Iterable
from functools import cache, cached_property
from inspect import getattr_static
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell.columnwise import ColumnwiseTransformer
from sklearn_mlknow._shell.errors import InvalidParameter
from sklearn_mlknow._shell.parameters import check_parameters
from sklearn_mlknow.binning.binner import Binner
from sklearn_mlknow.explain.model import Asked
from sklearn_mlknow.features.builder import FeatureBuilder
from sklearn_mlknow.features.groups import GroupFeatures
from sklearn_mlknow.persistence.archive import ModelFileError
from sklearn_mlknow.persistence.library_types import ANSWERING

NUMBERS: dict[Any, tuple[type, ...]] = {
    int: (int, np.integer),
    float: (int, float, np.integer, np.floating),
    bool: (bool, np.bool_),
    str: (str,),
}


def check_states(objects: Iterable[Any], is_under_way: bool = False) -> None:
    """Check every object of ours, and that no object of scikit-learn has its methods exchanged.

    Parameters
    ----------
    objects : iterable
        Everything in a file, as built.
    is_under_way : bool, default=False
        Whether a binner or a table of groups may lack what is learned at the end of a fit.

    Raises
    ------
    ModelFileError
        Names the class and what is wrong with it.
    """
    for one in objects:
        library = type(one).__module__.split(".")[0]
        if library in ("sklearn", "sklearn_mlknow"):
            _check_methods(one)
        if library != "sklearn_mlknow":
            continue
        if dataclasses.is_dataclass(one) or hasattr(one, "_fields"):
            _check_fields(one)
            if isinstance(one, Asked) and one.method not in ANSWERING:
                raise _refused(one, f"asks for {one.method!r}, which is no answer")
        elif isinstance(one, BaseEstimator):
            _check_estimator(one, is_under_way)


def _check_methods(one: Any) -> None:
    """Refuse attributes that would be called in place of a method, which looks at what the next one relies on."""
    for name in getattr(one, "__dict__", ()):
        if name.startswith("__"):
            raise _refused(one, f"holds something as {name}")
        own = getattr_static(type(one), name, None)
        if hasattr(own, "__get__") and not hasattr(own, "__set__") and not isinstance(own, cached_property):
            raise _refused(one, f"holds something else in place of its {name}")


def _check_fields(one: Any) -> None:
    for name, hint in _hints(type(one)).items():  # type: ignore[arg-type]
        if typing.get_origin(hint) is typing.ClassVar:
            continue
        if not hasattr(one, name):
            raise _refused(one, f"lacks {name}")
        value = getattr(one, name)
        if not fits(value, hint):
            raise _refused(one, f"holds a {type(value).__name__} as {name}")


@cache
def _hints(cls: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls)
    except NameError:  # a name that is imported for type checkers only
        return {}


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value is of an annotated type; what is not understood fits.

    Examples
    --------
    >>> fits(np.ones(2), np.ndarray), fits(None, int | None), fits([1, "a"], list[int]), fits(True, int)
    (True, True, False, False)
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return True
    if hint is None or hint is type(None):
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, one) for one in arguments)
    if origin is np.ndarray or hint is np.ndarray:
        return type(value) is np.ndarray  # a masked one shows less than compiled code reads
    if origin in (list, tuple, dict):
        return isinstance(value, origin) and _items_fit(value, origin, arguments)
    if hint in NUMBERS:
        return isinstance(value, NUMBERS[hint]) and (hint is bool or not isinstance(value, bool | np.bool_))
    return not isinstance(hint, type) or hint is object or isinstance(value, hint)


def _items_fit(value: Any, origin: type, arguments: tuple[Any, ...]) -> bool:
    if not arguments:
        return True
    if origin is dict:
        return all(fits(key, arguments[0]) and fits(item, arguments[1]) for key, item in value.items())
    if origin is tuple and arguments[-1] is not Ellipsis:
        return len(value) == len(arguments) and all(map(fits, value, arguments))
    return all(fits(item, arguments[0]) for item in value)


def _check_estimator(one: Any, is_under_way: bool) -> None:
    try:
        one.get_params(deep=False)
        if hasattr(one, "_rules"):
            check_parameters(one)
    except AttributeError as error:
        raise _refused(one, f"lacks a parameter ({error})") from error
    except InvalidParameter as error:
        raise _refused(one, f"breaks a rule ({error})") from error
    n_columns = getattr(one, "n_features_in_", None)
    if n_columns is None:
        return  # not fitted: a parameter of another estimator
    if not fits(n_columns, int) or n_columns < 1:
        raise _refused(one, f"takes {n_columns!r} columns")
    names = getattr(one, "feature_names_in_", None)
    if names is not None and np.shape(names) != (n_columns,):
        raise _refused(one, f"names {np.shape(names)} of its {n_columns} columns")
    if isinstance(one, ColumnwiseTransformer | FeatureBuilder):
        _check_columns(one, n_columns)
    if isinstance(one, Binner) and not (is_under_way and not hasattr(one, "_bins")):
        _check_binner(one)
    if isinstance(one, GroupFeatures) and not (is_under_way and not hasattr(one, "_tables")):
        _check_groups(one)


def _check_columns(one: Any, n_columns: int) -> None:
    indices = getattr(one, "_indices", [-1])
    if not fits(indices, list[int]) or any(not 0 <= index < n_columns for index in indices):
        raise _refused(one, "works on columns that are not there")
    if len(getattr(one, "columns_", ())) != len(indices):
        raise _refused(one, "does not name the columns it works on")


def _check_binner(one: Any) -> None:
    """The compiled loop reads edges and codes side by side: they must be of one width."""
    lacking = [name for name in ("_bins", "_padded_edges", "n_bins_", "bin_edges_") if not hasattr(one, name)]
    if lacking:
        raise _refused(one, f"lacks {', '.join(lacking)}")
    width = len(one._indices)
    edges, n_bins = one._padded_edges, one.n_bins_
    arrays = type(edges) is type(n_bins) is np.ndarray
    if not arrays or edges.dtype != np.float64 or n_bins.dtype.kind != "i":
        raise _refused(one, "holds edges that are no numbers")
    if edges.ndim != 2 or not width == edges.shape[1] == len(n_bins) == len(one._bins) == len(one.bin_edges_):
        raise _refused(one, f"holds edges of shape {edges.shape} for {width} columns")
    for place, bins in enumerate(one._bins):
        inner = np.asarray(bins.inner_edges)
        if inner.ndim != 1 or len(inner) + 1 != n_bins[place] or not (np.diff(inner) > 0).all():
            raise _refused(one, f"holds edges of column {place} that do not increase")
        if not np.array_equal(edges[: len(inner), place], inner) or not np.isnan(edges[len(inner) :, place]).all():
            raise _refused(one, f"holds two different sets of edges of column {place}")


def _check_groups(one: Any) -> None:
    """The compiled loops read tables and ordered values by the number of the group."""
    n_groups = getattr(one, "n_groups_", -1)
    order = getattr(getattr(one, "_index", None), "order", np.empty(0))
    if not fits(n_groups, int) or not np.array_equal(np.sort(order), np.arange(n_groups)):
        raise _refused(one, "holds groups that it does not number")
    for table in getattr(one, "_tables", [None]):
        if type(table) is not np.ndarray or table.dtype != np.float64 or table.shape[:1] != (n_groups + 1,):
            raise _refused(one, f"holds no table of its {n_groups} groups")
        if table.ndim != 2 or table.shape[1] < 2:
            raise _refused(one, f"holds no table of its {n_groups} groups")
    for ordered in one._summary.orders or ():
        starts, n_values = ordered.starts, len(ordered.values)
        is_plain = starts.dtype == np.int64 and ordered.values.dtype == np.float64 and starts.ndim == 1
        within = len(starts) >= n_groups + 1 and starts.min() >= 0 and starts.max() <= n_values
        if not is_plain or not within or len(ordered.up_to) != n_values + 1:
            raise _refused(one, "holds ordered values that its groups do not lie in")


def _refused(one: Any, fact: str) -> ModelFileError:
    return ModelFileError(f"load: a {type(one).__name__} in the file {fact}; the file is damaged or hostile.")
