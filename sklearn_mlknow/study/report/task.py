"""What is asked of the model: one of two classes, one of several, or a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn_mlknow.study.report.errors import ReportError

if TYPE_CHECKING:
    import pandas as pd

MANY_VALUES = 20  # whole numbers with more distinct values are amounts, not names of classes
MOST_CLASSES = 100


@dataclass(frozen=True)
class Task:
    """The task that a target sets.

    Attributes
    ----------
    kind : {"binary", "multiclass", "regression"}
        The kind of task.
    classes : tuple of str
        Names of the classes, numbers in the order of their size; the last of two is the one that is looked for.
        Empty for a regression.
    """

    kind: str
    classes: tuple[str, ...] = ()

    @property
    def is_classification(self) -> bool:
        """Whether classes are asked for."""
        return self.kind != "regression"


def find_task(target: "pd.Series[Any]", wanted: str = "auto") -> Task:
    """Find the task from the values of the target.

    Texts, categories and truth values are classes; so are whole numbers with at most 20 distinct values that fill no
    more than half of the rows. Everything else is a number to predict.

    Parameters
    ----------
    target : Series
        The target without missing values.
    wanted : {"auto", "classification", "regression"}, default="auto"
        What the user says it is.

    Returns
    -------
    task : Task
        Its kind and classes.

    Raises
    ------
    ReportError
        If the target takes one value only, or cannot be what is wanted.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    name, n_values = target.name, target.nunique()
    if n_values < 2:
        raise ReportError(f"the target {name!r} is {target.iloc[0]!s:.40} in every row; it needs two different values.")
    is_number = is_numeric_dtype(target) and not is_bool_dtype(target)
    if wanted == "regression" and not is_number:
        raise ReportError(f"the target {name!r} holds texts, so it is no regression; leave --task out.")
    if wanted == "auto":
        is_class = not is_number or n_values == 2 or _are_few_whole_numbers(target, n_values)
        wanted = "classification" if is_class else "regression"
    if wanted == "regression":
        return Task("regression")
    if n_values > MOST_CLASSES:
        remedy = "use --task regression" if is_number else "choose another target"
        raise ReportError(f"the target {name!r} has {n_values} classes, more than {MOST_CLASSES}; {remedy}.")
    names = class_names(target)
    order = sorted(target.unique(), key=lambda value: (value if is_number else 0, str(value)))
    return classification(dict.fromkeys(names[target == value].iloc[0] for value in order))


def classification(classes: Iterable[str]) -> Task:
    """Return the task of telling classes apart."""
    listed = tuple(classes)
    return Task("binary" if len(listed) == 2 else "multiclass", listed)


def class_names(target: "pd.Series[Any]") -> "pd.Series[Any]":
    """Write classes as texts: whole numbers without a decimal point, everything else as Python does."""
    is_whole_float = target.dtype.kind == "f" and bool((target % 1 == 0).all())
    return (target.astype("int64") if is_whole_float else target).astype(object).map(str)


def _are_few_whole_numbers(target: "pd.Series[Any]", n_values: int) -> bool:
    return bool(n_values <= min(MANY_VALUES, len(target) / 2) and (target % 1 == 0).all())
