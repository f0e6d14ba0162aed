"""Fits side by side, as in joblib; what a fit would itself share out it then does alone.

Units are many and alike, so sharing them keeps all workers busy; a ColumnTransformer that shares out its columns from

"""

from collections.abc import Callable, Iterable
from typing import Any

from joblib import Parallel, delayed, effective_n_jobs, parallel_config


def side_by_side(function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], n_jobs: int | None) -> list[Any]:
    """Call a function with each tuple of arguments.

    Parameters
    ----------
    function : callable
        Of a module, so that other processes find it.
    arguments : iterable of tuple
    n_jobs : int or None
        As in joblib; whatever backend is active is used.

    Returns
    -------
    list
        One result a tuple, in their order.

    Examples
    --------
    >>> side_by_side(divmod, [(7, 2), (9, 4)], n_jobs=None)
    [(3, 1), (2, 1)]
    """
    if effective_n_jobs(n_jobs) == 1:
        return [function(*each) for each in arguments]
    return list(Parallel(n_jobs=n_jobs)(delayed(_alone)(function, each) for each in arguments))


def _alone(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    with parallel_config(backend="sequential"):
        return function(*arguments)
