"""A fit that fails leaves what was fitted before."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def restores_on_failure(fit: Method) -> Method:
    """Make a fitting method put the earlier attributes back when it raises or is interrupted.

    The copy is shallow: the method must replace fitted attributes, not change them in place.

    Parameters
    ----------
    fit : method
        ``fit``, ``partial_fit`` or ``merge``.

    Returns
    -------
    method
        The same method, with the same signature.
    """

    @wraps(fit)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(self.__dict__)
        try:
            return fit(self, *args, **kwargs)
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise

    return guarded  # type: ignore[return-value]
