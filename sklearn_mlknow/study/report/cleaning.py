"""Make a raw table fit for training, and note every step: what is left out, and what is read as what."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.study.number_texts import no_numbers, numbers_in
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.row_columns import RowColumns
from sklearn_mlknow.study.report.task import MANY_VALUES, Task, class_names, classification, find_task
from sklearn_mlknow.study.report.words import count

if TYPE_CHECKING:
    import pandas as pd

FEWEST_OF_A_CLASS = 4  # so that each class has training, validation and test rows
FEWEST_ROWS = 20
SECONDS_A_DAY = 86_400
NO_ROW_COLUMNS = RowColumns()
DATE_LIKE = r"\d{4}-\d{1,2}-\d{1,2}"


@dataclass(frozen=True)
class CleanTable:
    """A table that models can be trained on.

    Attributes
    ----------
    X : DataFrame
        Columns of float64 (NaN where missing) or category; in the order of the raw table.
    y : Series
        The target; no missing values.
    task : Task
        What is asked.
    notes : tuple of str
        What was changed, for the reader of the report.
    groups, weights : ndarray of shape (n_rows,) or None
        What each row belongs to, and how much it counts.
    """

    X: "pd.DataFrame"
    y: "pd.Series[Any]"
    task: Task
    notes: tuple[str, ...]
    groups: np.ndarray | None = None
    weights: np.ndarray | None = None

    @property
    def counted(self) -> dict[str, Any]:
        """Groups and weights as the studies take them."""
        return {"groups": self.groups, "sample_weight": self.weights}

    def take(self, rows: np.ndarray) -> "CleanTable":
        """Return the rows at some positions."""
        groups, weights = (None if part is None else part[rows] for part in (self.groups, self.weights))
        X, y = self.X.iloc[rows].reset_index(drop=True), self.y.iloc[rows].reset_index(drop=True)
        return replace(self, X=X, y=y, groups=groups, weights=weights)


def clean(
    frame: "pd.DataFrame", target: str, wanted: str = "auto", row_columns: RowColumns = NO_ROW_COLUMNS
) -> CleanTable:
    """Split a raw table in columns and target, and leave out what nothing can be learned from.

    Parameters
    ----------
    frame : DataFrame
        The raw table; not modified.
    target : str
        Name of the target's column.
    wanted : {"auto", "classification", "regression"}, default="auto"
        The task, if the user knows better.
    row_columns : RowColumns, default=none
        What rows belong to and how much they count; such columns are not learned from.

    Returns
    -------
    table : CleanTable
        Columns, target, task and notes.

    Raises
    ------
    ReportError
        If no rows, no target or no columns are left.
    """
    import pandas as pd

    if target not in frame.columns:
        raise ReportError(f"the table has no column {target!r}; its columns are {_some(frame.columns)}.")
    row_columns.refuse(frame, target)
    notes = row_columns.notes()
    y = _finite(target_column(frame[target], notes), notes)
    if y.isna().all():
        raise ReportError(f"the target {target!r} is missing in every row; choose another target.")
    if y.isna().any():
        notes.append(f"{count(int(y.isna().sum()), 'row')} without a value of {target!r} are left out.")
    y = y[y.notna()]
    task = find_task(y, wanted)
    if task.is_classification:
        y, task = _without_rare_classes(y, task, notes)
    else:
        y = y.astype(np.float64)
    if len(y) < FEWEST_ROWS:
        raise ReportError(f"the table has {count(len(y), 'row')} with a target; a report needs {FEWEST_ROWS}.")
    counted = row_columns.read(frame.loc[y.index])
    others = [name for name in frame.columns if name not in (target, *row_columns.names)]
    columns = {name: _column(frame.loc[y.index, name], notes) for name in others}
    kept = {name: column for name, column in columns.items() if column is not None}
    if not kept:
        raise ReportError(f"the table has no column beside {target!r} that a model can learn from.")
    X = pd.DataFrame(kept).reset_index(drop=True)
    return CleanTable(X, y.reset_index(drop=True), task, tuple(notes), counted["groups"], counted["sample_weight"])


def target_column(column: "pd.Series[Any]", notes: list[str]) -> "pd.Series[Any]":
    """Return what is to be predicted, as numbers where it is many numbers that few bad cells have made texts."""
    told: list[str] = []
    numbers = as_numbers(column, told)
    if numbers is None or numbers.nunique() <= MANY_VALUES:
        return column
    notes.extend(told)
    return numbers


def _column(column: "pd.Series[Any]", notes: list[str]) -> "pd.Series[Any] | None":
    """Return the column as float64 or category, or None if nothing can be learned from it."""
    import pandas as pd
    from pandas.api import types

    name = column.name
    column = _finite(column, notes)
    try:
        n_values = column.nunique()
    except TypeError:
        notes.append(f"Column {name!r} is left out: it holds lists or other things that are no values.")
        return None
    if n_values < 2:
        fact = "it is missing in every row" if n_values == 0 else "it has the same value in every row"
        notes.append(f"Column {name!r} is left out: {fact}.")
        return None
    if types.is_complex_dtype(column):
        notes.append(f"Column {name!r} is left out: it holds complex numbers.")
        return None
    if types.is_numeric_dtype(column) and not types.is_bool_dtype(column):
        if types.is_integer_dtype(column) and column.notna().all() and counts_rows(column):
            notes.append(f"Column {name!r} is left out: it numbers the rows.")
            return None
        return (
            column.astype("Float64").astype(np.float64)
            if types.is_extension_array_dtype(column)
            else column.astype(np.float64)
        )
    days = as_days(column)
    if days is not None:
        notes.append(f"Column {name!r} holds dates; it is read as days since 1 January 1970.")
        return days
    numbers = as_numbers(column, notes)
    if numbers is not None:
        return numbers
    if n_values > max(50, len(column) / 2):
        notes.append(
            f"Column {name!r} is left out: {n_values:,} different texts in {len(column):,} rows name the rows."
        )
        return None
    texts = column.astype(object).where(column.notna(), None).map(str, na_action="ignore")
    return texts.astype(pd.CategoricalDtype(sorted(texts.dropna().unique())))


def _finite(column: "pd.Series[Any]", notes: list[str]) -> "pd.Series[Any]":
    if column.dtype.kind != "f":
        return column
    is_infinite = np.isinf(column.to_numpy(dtype=np.float64, na_value=np.nan))
    if not is_infinite.any():
        return column
    notes.append(f"Column {column.name!r} holds {count(int(is_infinite.sum()), 'infinity')}, read as missing.")
    return column.mask(is_infinite)


def counts_rows(column: "pd.Series[Any]") -> bool:
    """Tell whether whole numbers count the rows, up or down."""
    steps = np.diff(column.to_numpy(dtype=np.int64))
    return len(column) > FEWEST_ROWS and bool(abs(steps[0]) == 1 and (steps == steps[0]).all())


def as_days(column: "pd.Series[Any]") -> "pd.Series[Any] | None":
    """Return the days since 1970 of dates and of texts that all begin like 2026-11-22; None for other columns."""
    import pandas as pd
    from pandas.api import types

    if types.is_timedelta64_dtype(column):
        return column.dt.total_seconds() / SECONDS_A_DAY
    if not types.is_datetime64_any_dtype(column):
        known = column.dropna().astype(str)
        if not known.str.match(DATE_LIKE).all():
            return None
        try:
            column = pd.to_datetime(column.astype(object), utc=True, format="ISO8601")
        except (ValueError, OverflowError):
            return None
    moments = pd.to_datetime(column, utc=True)
    return (moments - pd.Timestamp(0, tz="UTC")).dt.total_seconds() / SECONDS_A_DAY


def as_numbers(column: "pd.Series[Any]", notes: list[str]) -> "pd.Series[Any] | None":
    """Return numbers that were written as texts, or that a few bad cells have made texts; None for other columns."""
    import pandas as pd
    from pandas.api import types

    is_text = types.is_object_dtype(column.dtype) or isinstance(column.dtype, pd.StringDtype)
    numbers = numbers_in(column) if is_text else None
    if numbers is None:
        return None
    bad = no_numbers(column, numbers)
    if len(bad):
        verb = "is no number and is" if len(bad) == 1 else "are no numbers and are"
        example = f"{_some([column.iloc[bad[0]]])} in row {column.index[bad[0]] + 1:,}"
        told = f"holds numbers; {count(len(bad), 'cell')}, such as {example}, {verb} read as missing."
    else:
        told = "holds numbers written as texts; it is read as numbers."
    notes.append(f"Column {column.name!r} {told}")
    return pd.Series(numbers, index=column.index, name=column.name)


def _without_rare_classes(y: "pd.Series[Any]", task: Task, notes: list[str]) -> "tuple[pd.Series[Any], Task]":
    y = class_names(y)
    sizes = y.value_counts()
    rare = sorted(sizes.index[sizes < FEWEST_OF_A_CLASS])
    if len(sizes) - len(rare) < 2:
        raise ReportError(
            f"the target {y.name!r} has fewer than two classes of {FEWEST_OF_A_CLASS} rows; classes need more rows."
        )
    if rare:
        notes.append(f"Classes of fewer than {FEWEST_OF_A_CLASS} rows are left out: {_some(rare)}.")
    return y[~y.isin(rare)], classification(name for name in task.classes if name not in rare)


def _some(names: Any, most: int = 8) -> str:
    listed = ", ".join(repr(name)[:40] for name in list(names)[:most])
    return f"{listed} and {len(names) - most} more" if len(names) > most else listed
