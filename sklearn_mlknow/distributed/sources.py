"""Where batches come from: a list, a function, or a folder of parquet or csv files."""

from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from sklearn_mlknow.distributed.passes import Batch

ROWS_OF_A_BATCH = 131_072  # of a folder; a few megabytes a column, whatever the files hold


def open_source(source: Any, y: str | None, sample_weight: str | None) -> Callable[[], Iterator[Batch]]:
    """Make a function that starts a new look at all batches.

    Parameters
    ----------
    source : path, callable or iterable
        See `fit_batches`.
    y, sample_weight : str or None
        Names of columns to take out of each frame.

    Returns
    -------
    callable
        Each call returns an iterator over batches, in the same order; an iterator that is spent after one look raises
        at the second.

    Raises
    ------
    TypeError
        The source is a table, not batches of one, or a batch is no table.
    """
    if isinstance(source, str | PathLike):
        folder = Path(source)
        return lambda: (split_off(frame, y, sample_weight) for frame in read_folder(folder))
    if hasattr(source, "shape"):
        raise TypeError(
            f"fit_batches: got one {type(source).__name__} instead of batches; call fit, or pass a list of parts."
        )
    looks = 0

    def look() -> Iterator[Batch]:
        nonlocal looks
        looks += 1
        fresh = source() if callable(source) else iter(source)
        if looks > 1 and fresh is source:
            raise ValueError(
                "fit_batches: this estimator needs several passes, but the batches are an iterator that is spent after "
                "one; pass a list, a folder, or a function that returns a new iterator."
            )
        return (split_off(item, y, sample_weight) for item in fresh)

    return look


def split_off(item: Any, y: str | None, sample_weight: str | None) -> Batch:
    """Turn X, (X, y), (X, y, sample_weight) or a frame that holds them into a batch."""
    batch = Batch(*item) if isinstance(item, tuple) else Batch(item)
    if not hasattr(batch.X, "shape"):
        raise TypeError(
            f"fit_batches: a batch is a {type(batch.X).__name__}; pass arrays, frames or tuples (X, y, sample_weight)."
        )
    taken = {}
    for role, name in (("y", y), ("sample_weight", sample_weight)):
        if name is not None:
            if not hasattr(batch.X, "columns") or name not in list(batch.X.columns):
                raise ValueError(f"fit_batches: {role}={name!r} is not a column of every batch.")
            taken[role] = batch.X[name]
    if not taken:
        return batch
    names = [name for name in (y, sample_weight) if name is not None]
    X = batch.X.drop(columns=names) if hasattr(batch.X, "iloc") else batch.X.drop(names)
    return Batch(X, taken.get("y", batch.y), taken.get("sample_weight", batch.sample_weight))


def read_folder(folder: Path) -> Iterator[Any]:
    """Read the parquet or csv files of a folder (or one file) as pandas frames, in the order of their names.

    Raises
    ------
    FileNotFoundError
        No such folder, or no parquet or csv file in it.
    ImportError
        pyarrow is missing.
    """
    try:
        import pyarrow as pa
        import pyarrow.dataset
    except ImportError as error:
        raise ImportError(
            "fit_batches needs pyarrow to read files; install it with: pip install 'sklearn-mlknow[dask]'"
        ) from error
    if not folder.exists():
        raise FileNotFoundError(f"fit_batches: there is no {folder}.")
    inside = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    for suffix in (".parquet", ".csv"):
        files = [path for path in inside if path.suffix == suffix]
        if files:
            data = pa.dataset.dataset([str(path) for path in files], format=suffix[1:])
            # the default reads 16 batches of 4 files ahead, which is what the memory was to be saved for
            for part in data.to_batches(batch_size=ROWS_OF_A_BATCH, batch_readahead=1, fragment_readahead=1):
                yield pa.Table.from_batches([part]).to_pandas()
            return
    raise FileNotFoundError(f"fit_batches: {folder} holds no .parquet and no .csv file.")
