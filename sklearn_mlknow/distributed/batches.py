"""Fit an estimator from batches that never are in memory together."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from sklearn_mlknow.distributed.checkpoint import Checkpoint, Progress, fingerprint
from sklearn_mlknow.distributed.merge_tree import MergeTree
from sklearn_mlknow.distributed.passes import Batch, Pass, State
from sklearn_mlknow.distributed.plans import plan
from sklearn_mlknow.distributed.sources import open_source
from sklearn_mlknow.persistence.archive import ModelFileError


def fit_batches(
    estimator: Any,
    batches: Any,
    y: str | None = None,
    sample_weight: str | None = None,
    *,
    checkpoint: Any = None,
) -> Any:
    """Fit an estimator, a Pipeline or a ColumnTransformer from batches, one in memory at a time.

    Use it for tables larger than memory. What merges (binners, encoders, builders) is equal to ``fit`` on all rows
    together as long as its summaries are exact (200 000 distinct values or 10 000 levels a column) and within the
    reported ``rank_error_`` beyond; what only has ``partial_fit`` sees the batches in order. A Pipeline takes one pass
    for each step that learns; a ColumnTransformer one for all its branches. Steps behind a cross-fitted encoder see its
    ``transform``, as in prediction: the folds of ``fit_transform`` need all rows at once.

    Parameters
    ----------
    estimator : estimator
        Fitted in place when all passes are done; as it was before if anything fails.
    batches : path, iterable or callable
        Arrays, frames, or tuples (X, y) or (X, y, sample_weight); a folder of parquet or csv files (or one file); or
        a function that returns a new iterator over batches for every pass.
    y : str, default=None
        Name of the target's column in every batch.
    sample_weight : str, default=None
        Name of the weights' column in every batch.
    checkpoint : path-like, default=None
        File that follows the fit. Killed and started again with the same file and batches, the fit goes on where it
        was and ends equal to the last bit; the file is deleted at the end. Writing takes at most a tenth of the time.

    Returns
    -------
    estimator
        The same object, fitted.

    Raises
    ------
    TypeError
        A step can be fitted neither by merging nor by ``partial_fit``.
    ValueError
        No rows, a one-way iterator where several passes are needed, or a checkpoint of another fit.

    See Also
    --------
    fit_dask : The same from a Dask DataFrame.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_mlknow.distributed import fit_batches
    >>> rows = np.arange(12.0).reshape(6, 2)
    >>> fit_batches(StandardScaler(), [rows[:4], rows[4:]]).mean_
    array([5., 6.])
    """
    source = open_source(batches, y, sample_weight)
    first, first_look = _peek(source())
    looks = chain([first_look], iter(source, None))
    follower = Checkpoint(checkpoint, estimator)
    progress = follower.read()
    steps = plan(estimator, first)
    done = list(progress.finished)
    state: State | None = None
    while True:
        try:
            one = steps.send(state)  # type: ignore[arg-type]
        except StopIteration as stop:
            fitted = stop.value
            break
        if done:
            state = done.pop(0)
        else:
            state = run_pass(one, looks, progress, follower)
    vars(estimator).update(vars(fitted))
    follower.remove()
    return estimator


def run_pass(one: Pass, looks: Iterator[Any], progress: Progress, follower: Checkpoint) -> State:
    """Look at all batches once, from where the progress stands."""
    tree = MergeTree(lambda left, right: merge_states(one, left, right), progress.branches)
    batches = next(looks)
    if progress.n_batches:
        last = next(islice(batches, progress.n_batches - 1, None), None)
        if last is None or fingerprint(last) != progress.last_batch:
            raise ModelFileError(
                f"fit_batches: checkpoint {follower.path} is of other batches; delete it or name another file."
            )
    batch = None
    for batch in batches:
        before = tree.branches[-1][1] if one.is_sequential and tree.branches else None
        state = before if batch.is_empty else one.summarise(batch, before)
        if one.is_sequential:
            tree.branches = [(1, state)]
        else:
            tree.push(None if batch.is_empty else state)
        progress.n_batches += 1
        progress.branches = tree.branches
        follower.write(progress, batch)
    whole = tree.whole()
    progress.finished.append(whole)
    progress.n_batches, progress.branches, progress.last_batch = 0, [], ""
    follower.write(progress, None)
    return whole


def merge_states(one: Pass, left: State | None, right: State | None) -> State | None:
    """Merge two states of a pass; an empty batch has none."""
    if left is None or right is None:
        return right if left is None else left
    return one.merge(left, right)


def _peek(batches: Iterator[Batch]) -> tuple[Batch, Iterator[Batch]]:
    """Look at the first batch with rows without losing any."""
    seen = []
    for batch in batches:
        seen.append(batch)
        if not batch.is_empty:
            return batch, chain(seen, batches)
    raise ValueError("fit_batches: there are no rows in the batches.")
