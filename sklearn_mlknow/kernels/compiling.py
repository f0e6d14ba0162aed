"""Compile a hot loop on its first use, and only above the size where that pays.

numba takes a third of a second to import and each loop a few tenths more to load from its cache on disk, so numpy does
the work, with the same answers (every kernel is tested on both sides), until a loop has been asked for as many values
as make the loading worth it: the rule for renting or buying skis.
"""

import threading
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

# Measured by benchmarks/binning.py: numpy digitises so many values in a third of a second, about what loading takes.
COLD_CROSSOVER = 8_000_000  # values in all calls so far
WARM_CROSSOVER = 500  # values in this call, once the loop is loaded

one_at_a_time = threading.Lock()


class Compiled:
    """A function that numba compiles when it is first called.

    The machine code is cached on disk beside the source or in the user's cache folder; where neither can be written
    (a read-only install) the function is compiled anew in each process.

    Parameters
    ----------
    function : callable
        A loop that numba understands. It runs without the interpreter's lock, so threads may share the work.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.function = function
        self.machine_code: Callable[..., Any] | None = None
        self.n_values = 0  # asked for while it was not loaded

    def pays_for(self, n_values: int) -> bool:
        """Tell whether this loop beats numpy for ``n_values`` more, loading it included unless it is loaded."""
        if self.machine_code is not None:
            return n_values >= WARM_CROSSOVER
        self.n_values += n_values
        return self.n_values >= COLD_CROSSOVER

    def __call__(self, *arguments: Any) -> Any:
        if self.machine_code is None:
            with one_at_a_time:
                self.machine_code = self.machine_code or compile_loop(self.function)
        return self.machine_code(*arguments)


def compile_loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` with numba, cached on disk where a cache can be written."""
    import numba

    try:
        return numba.njit(nogil=True, cache=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba found no folder to write its cache to
        return numba.njit(nogil=True)(function)  # type: ignore[no-any-return]
