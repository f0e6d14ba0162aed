"""Fit an estimator on a Dask DataFrame: one task a partition, and the merge tree as tasks."""

from typing import Any

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow.distributed.batches import merge_states
from sklearn_mlknow.distributed.merge_tree import merge_level_by_level
from sklearn_mlknow.distributed.passes import Batch, Pass, State
from sklearn_mlknow.distributed.plans import plan
from sklearn_mlknow.distributed.sources import split_off

SAMPLE_ROWS = 100


def fit_dask(estimator: Any, ddf: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Fit an estimator, a Pipeline or a ColumnTransformer on a Dask DataFrame.

    Every partition is summarised where it lies; only summaries travel. The result is equal, bit by bit, to
    `fit_batches` over the same partitions, whatever the number of workers and whichever of them dies on the way, and
    to ``fit`` while the summaries are exact. Runs on the active ``distributed.Client``, else on Dask's own threads.

    Parameters
    ----------
    estimator : estimator
        Fitted in place when all passes are done.
    ddf : dask.dataframe.DataFrame
        Partitions may be empty.
    y : str or dask Series, default=None
        The target: a column of ``ddf`` or a Series with the same partitions.
    sample_weight : str or dask Series, default=None
        The weights, likewise.

    Returns
    -------
    estimator
        The same object, fitted.

    Raises
    ------
    ImportError
        dask is missing.
    TypeError
        ``ddf`` is no Dask DataFrame, or a step can be fitted neither by merging nor by ``partial_fit``.

    See Also
    --------
    transform_dask : Apply what was fitted.
    fit_batches : The same without Dask.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import pandas as pd
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_mlknow.distributed import fit_dask
    >>> ddf = dd.from_pandas(pd.DataFrame({"a": [1.0, 2.0, 3.0, 6.0]}), npartitions=2)
    >>> fit_dask(StandardScaler(), ddf).mean_
    array([3.])
    """
    dask = import_dask("fit_dask")
    check_dask_frame("fit_dask", ddf)
    names = {role: one for role, one in (("y", y), ("sample_weight", sample_weight)) if isinstance(one, str)}
    frames = ddf.to_delayed()
    series = {
        role: _delayed_series(role, one, len(frames))
        for role, one in (("y", y), ("sample_weight", sample_weight))
        if one is not None and not isinstance(one, str)
    }
    to_batch = dask.delayed(make_batch, pure=False)
    parts = [
        to_batch(frame, names, {role: parts[i] for role, parts in series.items()}) for i, frame in enumerate(frames)
    ]
    sample = _sample(dask, parts)
    steps = plan(estimator, sample)
    state: State | None = None
    while True:
        try:
            one = steps.send(state)  # type: ignore[arg-type]
        except StopIteration as stop:
            vars(estimator).update(vars(stop.value))
            return estimator
        state = run_pass_on_dask(dask, one, parts)


def run_pass_on_dask(dask: Any, one: Pass, parts: list[Any]) -> State:
    """Build the tasks of one pass and wait for the merged state."""
    here = dask.delayed(one, pure=False)
    summarise, merge = dask.delayed(summarise_part, pure=False), dask.delayed(merge_states, pure=False)
    if one.is_sequential:
        state = None
        for part in parts:
            state = summarise(here, part, state)
    else:
        state = merge_level_by_level(
            [summarise(here, part, None) for part in parts], lambda left, right: merge(here, left, right)
        )
    (whole,) = dask.compute(state)
    return whole


def make_batch(frame: Any, names: dict[str, str], series: dict[str, Any]) -> Batch:
    """Turn a partition into a batch."""
    return split_off(Batch(frame, **series), names.get("y"), names.get("sample_weight"))


def summarise_part(one: Pass, batch: Batch, before: State | None) -> State | None:
    """Summarise a partition; an empty one leaves the state as it was."""
    return before if batch.is_empty else one.summarise(batch, before)


def import_dask(speaker: str) -> Any:
    """Import dask or say how to install it."""
    try:
        import dask
        import dask.dataframe
    except ImportError as error:
        raise ImportError(f"{speaker} needs dask; install it with: pip install 'sklearn-mlknow[dask]'") from error
    return dask


def check_dask_frame(speaker: str, ddf: Any) -> None:
    """Refuse what is no Dask DataFrame."""
    if not (hasattr(ddf, "map_partitions") and hasattr(ddf, "columns") and hasattr(ddf, "to_delayed")):
        raise TypeError(
            f"{speaker}: needs a Dask DataFrame, got {who(type(ddf).__name__)}; use fit and transform for tables in "
            "memory, dask.dataframe.from_pandas or read_parquet to make one."
        )


def _delayed_series(role: str, series: Any, n_partitions: int) -> list[Any]:
    parts = series.to_delayed() if hasattr(series, "to_delayed") else []
    if len(parts) != n_partitions:
        raise ValueError(
            f"fit_dask: {role} must be a column name or a Dask Series with the {n_partitions} partitions of ddf."
        )
    return list(parts)


def _sample(dask: Any, parts: list[Any]) -> Batch:
    """Fetch a few rows of the first partition that has any."""
    few = dask.delayed(first_rows, pure=False)
    for part in parts:
        (sample,) = dask.compute(few(part))
        if not sample.is_empty:
            return sample
    raise ValueError("fit_dask: there are no rows in the partitions.")


def first_rows(batch: Batch) -> Batch:
    """Cut a batch to its first rows."""
    return Batch(*(None if part is None else part[:SAMPLE_ROWS] for part in batch))
