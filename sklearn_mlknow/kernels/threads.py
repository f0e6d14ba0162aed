"""Share one loop among the processors: kernels hold no interpreter lock, so plain threads are enough."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

LEAST_WORK = 100_000  # values below which starting threads costs more than it saves


def n_threads() -> int:
    """Return the number of threads to use: our processors, or fewer if ``OMP_NUM_THREADS`` says so."""
    n_processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(n_processors, int(limit))) if limit.isdigit() else n_processors


def slices(n_items: int, multiple: int = 1) -> list[tuple[int, int]]:
    """Cut ``n_items`` into one (start, stop) a thread; every start is a multiple of ``multiple``."""
    n_blocks = -(-n_items // multiple)
    n_parts = max(1, min(n_threads(), n_blocks))
    starts = [multiple * (part * n_blocks // n_parts) for part in range(n_parts)]
    return list(zip(starts, [*starts[1:], n_items], strict=True))


def each(function: Callable[[Item], Answer], items: Sequence[Item], n_values: int) -> list[Answer]:
    """Return ``[function(item) for item in items]``, worked out in threads when all items together hold many values."""
    n_workers = min(n_threads(), len(items))
    if n_workers <= 1 or n_values < LEAST_WORK:
        return [function(item) for item in items]
    with ThreadPoolExecutor(n_workers) as pool:
        return list(pool.map(function, items))
