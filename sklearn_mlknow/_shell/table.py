"""A table at the door: any accepted input, validated once, then read column by column without copying the table.

Accepted are numpy arrays, nested lists, pandas, polars and pyarrow tables (frames through narwhals). Columns of arrays
are called ``x0, x1, …``.
"""

import sys
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from sklearn_mlknow._shell.column_reading import (
    factorise,
    factorise_polars,
    kind_of_array,
    kind_of_objects,
    numbers_of_objects,
    plain_numbers,
)
from sklearn_mlknow._shell.errors import some, who


class Table:
    """Named columns of a validated input.

    Attributes
    ----------
    native : ndarray or frame
        The input; lists have become an array.
    names : list of str
        One a column.
    kinds : list of {"number", "category", "time", "other"}
        One a column, by dtype. Booleans are numbers.
    n_rows, n_columns : int
    """

    def __init__(self, speaker: str, native: Any, names: list[str], kinds: list[str], n_rows: int) -> None:
        self.speaker = speaker
        self.native = native
        self.names = names
        self.kinds = kinds
        self.n_rows = n_rows

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.names)

    @property
    def is_frame(self) -> bool:
        """Whether the input is a frame, so that its columns have dtypes of their own."""
        return not isinstance(self.native, np.ndarray)

    def column(self, index: int) -> Any:
        """Return a column as the input holds it: a view of an array, or a Series."""
        return self.native[:, index]

    def number(self, index: int) -> np.ndarray:
        """Return a numeric column as a 1-D array; a view where possible, so never write to it."""
        column = self.native[:, index]
        if column.dtype.kind == "O":
            return numbers_of_objects(self.speaker, self.names[index], column)
        return plain_numbers(column)

    def factorised(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return codes (-1 for missing) and the sorted levels that occur."""
        return factorise(self.native[:, index])


def holds_nothing(table: Table, index: int) -> bool:
    """Tell whether a column holds no value at all, so that its dtype says nothing about its kind."""
    return bool((table.factorised(index)[0] < 0).all())


class FrameTable(Table):
    """A table whose input is a pandas, polars or pyarrow frame."""

    def __init__(
        self, speaker: str, native: Any, frame: Any, names: list[str], kinds: list[str], columns: list[Any]
    ) -> None:
        super().__init__(speaker, native, names, kinds, frame.shape[0])
        self.frame = frame  # the narwhals view of it
        self._columns = columns  # of that view, taken once: taking one costs more than reading it

    def column(self, index: int) -> Any:
        """Return a column as the input holds it: a Series of its library."""
        return self._columns[index].to_native()

    def number(self, index: int) -> np.ndarray:
        """Return a numeric column as a 1-D array; a view where possible, so never write to it."""
        series = self._columns[index]
        values = series.to_numpy()
        if values.dtype.kind == "O":
            return numbers_of_objects(self.speaker, self.names[index], values)
        return plain_numbers(values)

    def factorised(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return codes (-1 for missing) and the sorted levels that occur."""
        native = self.column(index)
        if type(native).__module__.startswith("polars") and self.kinds[index] == "category":
            return factorise_polars(native) if str(native.dtype) != "Object" else factorise(native.to_numpy())
        return factorise(native if type(native).__module__.startswith("pandas") else self._columns[index].to_numpy())


def read_table(estimator: Any, X: Any, *, reset: bool) -> Table:
    """Validate an input once and hand out its columns.

    Parameters
    ----------
    estimator : estimator
        Speaks in the errors; ``n_features_in_`` and ``feature_names_in_`` are written to it when ``reset``.
    X : array-like or frame of shape (n_rows, n_columns)
    reset : bool
        True in ``fit``; False where the columns must be those of ``fit``, in the same order.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        Not two-dimensional, empty, complex, masked, duplicate names, or other columns than in ``fit``.
    TypeError
        Sparse, lazy or distributed input, or values that are neither numbers, texts nor times.
    """
    speaker = who(estimator)
    if type(X) is np.ndarray and X.dtype.kind in "fiub" and X.ndim == 2 and X.dtype.isnative:
        if not reset and X.shape[0] and X.shape[1] == estimator.n_features_in_ and not _has_names(estimator):
            return Table(speaker, X, generated_names(X.shape[1]), ["number"] * X.shape[1], X.shape[0])
        frame = None
    else:
        _refuse_by_type(speaker, X)
        _refuse_duplicates(speaker, X)
        frame = _as_frame(X)
        if frame is None:
            X = _as_array(speaker, X)
    n_rows, n_columns = X.shape
    if n_columns == 0:
        raise ValueError(
            f"{speaker}: 0 feature(s) (shape=({n_rows}, 0)) while a minimum of 1 is required; pass at least one column."
        )
    if n_rows == 0:
        raise ValueError(
            f"{speaker}: Found array with 0 sample(s) (shape=(0, {n_columns})) while a minimum of 1 is required; "
            "pass at least one row."
        )
    validate_data(estimator, X, reset=reset, skip_check_array=True)
    if frame is not None:
        names = [str(name) for name in frame.columns]
        if not all(isinstance(name, str) for name in frame.columns):
            names = generated_names(n_columns)
        columns = list(frame.iter_columns())
        kinds = [_kind_of_series(speaker, name, column) for name, column in zip(names, columns)]
        return FrameTable(speaker, X, frame, names, kinds, columns)
    names = generated_names(n_columns)
    if X.dtype.kind == "O":
        kinds = [kind_of_objects(speaker, name, X[:, i]) for i, name in enumerate(names)]
    else:
        kinds = [kind_of_array(X.dtype)] * n_columns
    return Table(speaker, X, names, kinds, n_rows)


def generated_names(n_columns: int) -> list[str]:
    """Name the columns of an array: ``x0, x1, …``."""
    return [f"x{i}" for i in range(n_columns)]


def choose_columns(table: Table, columns: Any, kinds: tuple[str, ...]) -> list[int]:
    """Find which columns a technique works on.

    Parameters
    ----------
    table : Table
    columns : list of str or int, str, int, callable or None
        Names or positions; a callable gets the input and returns them, as in scikit-learn's ``make_column_selector``;
        None takes every column of the right kind.
    kinds : tuple of str
        The kinds that the technique can work on.

    Returns
    -------
    list of int
        Positions, in the order of the table.

    Raises
    ------
    ValueError
        A name is unknown or given twice, a named column is of the wrong kind, or no column is of the right kind.
    """
    if columns is None:
        chosen = [i for i, kind in enumerate(table.kinds) if kind in kinds]
        if not chosen:
            held = ", ".join(f"{name!r} ({kind})" for name, kind in list(zip(table.names, table.kinds))[:5])
            raise ValueError(
                f"{table.speaker}: no column is of kind {' or '.join(kinds)}; the table holds {held}. "
                "Dtype decides: text that looks like numbers must be converted first."
            )
        return chosen
    wanted: Any = columns(table.native) if isinstance(columns, Callable) else columns  # type: ignore[arg-type]
    wanted = [wanted] if isinstance(wanted, str | int) else list(wanted)
    positions = [_position(table, column) for column in wanted]
    if len(set(positions)) < len(positions):
        raise ValueError(f"{table.speaker}: columns names a column twice: {some(wanted)}; name each once.")
    if not positions:
        raise ValueError(f"{table.speaker}: columns is empty; name at least one column or pass None for all.")
    for position in positions:
        if table.kinds[position] not in kinds:
            raise ValueError(
                f"{table.speaker}: column {table.names[position]!r} is of kind {table.kinds[position]}, "
                f"but this works on {' or '.join(kinds)}; convert it or leave it out of columns."
            )
    return sorted(positions)


def check_kinds_of_fit(table: Table, kinds: Sequence[str]) -> None:
    """Refuse a column that has become of another kind since ``fit``; one that holds nothing is of any kind.

    Codes of a category may come as plain numbers.

    Raises
    ------
    ValueError
        Names the first such column.
    """
    for index, (now, before) in enumerate(zip(table.kinds, kinds, strict=True)):
        if now == before or (before, now) == ("category", "number"):
            continue
        if not holds_nothing(table, index):
            raise ValueError(
                f"{table.speaker}: column {table.names[index]!r} is of kind {now} but was of kind {before} in fit; "
                "convert it back."
            )
        table.kinds[index] = before


def _position(table: Table, column: Hashable) -> int:
    if isinstance(column, int | np.integer) and not isinstance(column, bool):
        if -table.n_columns <= column < table.n_columns:
            return int(column) % table.n_columns
    elif column in table.names:
        return table.names.index(str(column))
    raise ValueError(f"{table.speaker}: columns names {column!r}, which X has not; it has {some(table.names)}.")


def _has_names(estimator: Any) -> bool:
    return hasattr(estimator, "feature_names_in_")


def _refuse_by_type(speaker: str, X: Any) -> None:
    """Refuse what would otherwise be converted silently or fail obscurely."""
    if isinstance(X, np.ma.MaskedArray):
        raise TypeError(f"{speaker}: X is a masked array, whose mask would be lost; pass X.filled(numpy.nan).")
    if "scipy.sparse" in sys.modules and sys.modules["scipy.sparse"].issparse(X):
        raise TypeError(f"{speaker}: sparse data is not supported; pass X.toarray() if it fits in memory.")
    module = type(X).__module__.split(".")[0]
    if type(X).__name__ == "LazyFrame":
        raise TypeError(f"{speaker}: X is a LazyFrame; pass X.collect().")
    if module.startswith("dask"):
        raise TypeError(f"{speaker}: X is a Dask collection; use sklearn_mlknow.distributed.fit_dask or X.compute().")
    if module == "torch":
        raise TypeError(f"{speaker}: X is a torch tensor; pass X.detach().cpu().numpy().")


def _as_frame(X: Any) -> Any | None:
    """View a frame through narwhals; None for anything else."""
    if isinstance(X, np.ndarray | list | tuple):
        return None
    import narwhals as nw

    return nw.from_native(X, eager_only=True) if nw.dependencies.is_into_dataframe(X) else None


def _as_array(speaker: str, X: Any) -> np.ndarray:
    try:
        array = np.asarray(X)
        if array.dtype.kind in "US" and not hasattr(X, "dtype"):
            array = np.asarray(X, dtype=object)  # numpy would have turned the numbers beside the texts into texts
    except ValueError as error:
        raise ValueError(f"{speaker}: X cannot be read as a table, its rows differ in length; {error}") from error
    if array.dtype.kind == "c":
        raise ValueError(f"{speaker}: Complex data not supported; pass real and imaginary parts as two columns.")
    if array.dtype.kind == "V":
        raise ValueError(f"{speaker}: X is a record array; pass it as a DataFrame.")
    if array.ndim != 2:
        raise ValueError(
            f"{speaker}: Expected 2D array, got {array.ndim}D array instead. Reshape your data either using "
            "array.reshape(-1, 1) if it has a single column or array.reshape(1, -1) if it is a single row."
        )
    return array


def _refuse_duplicates(speaker: str, X: Any) -> None:
    names = getattr(X, "column_names", getattr(X, "columns", None))  # pyarrow calls them column_names
    if isinstance(X, np.ndarray) or names is None or callable(names):
        return
    counts = Counter(map(str, names))
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise ValueError(f"{speaker}: duplicate column names {some(repeated)}; rename them first.")


def _kind_of_series(speaker: str, name: str, series: Any) -> str:
    import narwhals as nw

    dtype, native_dtype = series.dtype, str(getattr(series.to_native(), "dtype", ""))
    if "Sparse" in native_dtype:
        raise TypeError(f"{speaker}: column {name!r} is sparse; use .sparse.to_dense() first.")
    if "complex" in native_dtype:
        raise ValueError(f"{speaker}: Complex data not supported; column {name!r} is complex.")
    if native_dtype == "object" or dtype == nw.Object:
        return kind_of_objects(speaker, name, series.to_numpy())
    if dtype.is_numeric() or dtype == nw.Boolean:
        return "number"
    if dtype.is_temporal():
        return "time"
    return "category" if dtype in (nw.String, nw.Categorical, nw.Enum) else "other"
