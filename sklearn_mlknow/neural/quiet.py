"""Torch under known settings, and left as it was found, whatever other threads do at the same time.

Torch keeps the number of threads once for each thread and once for threads that are yet to come; the default dtype is
one for the whole process.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import torch

_LOCK = threading.Lock()
_dtype_found: list[torch.dtype] = []  # one entry for each of those who need single precision at the moment


@contextlib.contextmanager
def quiet_torch() -> Iterator[None]:
    """Train under known settings and leave torch as it was found.

    One thread: the products of small nets are too short to share, threads that wait for each other cost more than they
    bring, and the same bits come out whatever the number of cores or of jobs beside this one.
    """
    n_threads = torch.get_num_threads()
    with single_precision(), no_autocast(), torch.inference_mode(False), torch.enable_grad():
        _set_own_threads(1)
        try:
            yield
        finally:
            _set_own_threads(n_threads)


@contextlib.contextmanager
def single_precision() -> Iterator[None]:
    """Make new tensors single; the last one to leave restores what the first one found."""
    with _LOCK:
        _dtype_found.append(_dtype_found[0] if _dtype_found else torch.get_default_dtype())
        torch.set_default_dtype(torch.float32)
    try:
        yield
    finally:
        with _LOCK:
            dtype = _dtype_found.pop()
            if not _dtype_found:
                torch.set_default_dtype(dtype)


@contextlib.contextmanager
def no_autocast() -> Iterator[None]:
    """Compute in the precision of the tensors, whatever mixed precision the caller has on."""
    with contextlib.ExitStack() as stack:
        for device in ("cpu", "cuda", "mps"):
            if torch.is_autocast_enabled(device):
                stack.enter_context(torch.autocast(device, enabled=False))
        yield


def _set_own_threads(n_threads: int) -> None:
    """Set the number for this thread, and leave the one that threads to come start with."""
    with _LOCK, ThreadPoolExecutor(1) as newcomer:
        common = newcomer.submit(torch.get_num_threads).result()
        torch.set_num_threads(n_threads)
        newcomer.submit(torch.set_num_threads, common).result()
