"""A progress bar of model rows whose total follows what the errors say is still needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


class Progress:
    """Counts model rows, and forecasts how many are to come.

    Parameters
    ----------
    bar : tqdm or None
        None counts nothing.
    n_rows : int
        Rows to explain.
    rows_each : int
        Model rows of each, when nothing stops early.
    """

    def __init__(self, bar: Any, n_rows: int, rows_each: int) -> None:
        self.bar = bar
        self.later = n_rows
        self.expected = float(rows_each)

    def tick(self, n: int) -> None:
        """Count model rows."""
        if self.bar is not None:
            self.bar.update(n)

    def start(self, n_rows: int) -> None:
        """Begin with some of the rows."""
        self.later -= n_rows

    def forecast(self, ratio: np.ndarray, sizes: np.ndarray, level: int) -> None:
        """Foresee at which level rows will stop: errors fall with the root of the pairs played.

        Parameters
        ----------
        ratio : ndarray of shape (n_rows,)
            Of each row's error to the tolerance, after the level.
        sizes : ndarray of int, shape (n_levels,)
            Model rows of each level.
        level : int
        """
        if self.bar is None:
            return
        needed = np.searchsorted(sizes, sizes[level] * ratio**2)
        stop = np.where(ratio <= 1.0, level, np.clip(needed, level + 1, len(sizes) - 1))
        if level == 0:
            self.expected = float(sizes[stop].mean())
        self.bar.total = int(self.bar.n + (sizes[stop] - sizes[level]).sum() + self.later * self.expected)
        self.bar.refresh()


@contextmanager
def show_progress(n_rows: int, rows_each: int, verbose: int) -> Iterator[Progress]:
    """Show a bar, or nothing when ``verbose`` is 0."""
    if not verbose:
        yield Progress(None, n_rows, rows_each)
        return
    from tqdm.auto import tqdm

    with tqdm(total=n_rows * rows_each, unit=" model rows", unit_scale=True, desc="explaining") as bar:
        yield Progress(bar, n_rows, rows_each)
