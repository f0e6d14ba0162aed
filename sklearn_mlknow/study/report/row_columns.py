"""Columns of a raw table that are no columns to learn from: what rows belong to, and how much each counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.study.report.errors import ReportError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RowColumns:
    """Names of such columns.

    Attributes
    ----------
    groups, weight : str or None
    """

    groups: str | None = None
    weight: str | None = None

    @property
    def names(self) -> list[str]:
        """Those that there are."""
        return [name for name in (self.groups, self.weight) if name is not None]

    def read(self, frame: "pd.DataFrame") -> dict[str, Any]:
        """Read ``groups`` (texts) and ``sample_weight`` (numbers), each None where there is no such column.

        Raises
        ------
        ReportError
            A value is missing, a weight is no number or below zero, or there is one group only.
        """
        groups = None if self.groups is None else _groups(frame[self.groups])
        return {"groups": groups, "sample_weight": None if self.weight is None else _weights(frame[self.weight])}

    def refuse(self, frame: "pd.DataFrame", target: str) -> None:
        """Refuse names that the table does not have, and the target.

        Raises
        ------
        ReportError
        """
        for option, name in (("--groups", self.groups), ("--weight", self.weight)):
            if name is not None and name not in frame.columns:
                raise ReportError(f"the table has no column {name!r} for {option}.")
            if name == target:
                raise ReportError(f"{option} {name!r} is the target; name another column.")
        if len(set(self.names)) < len(self.names):
            raise ReportError(f"{self.groups!r} is given as --groups and as --weight; name two columns.")

    def notes(self) -> list[str]:
        """What the reader should know."""
        told = []
        if self.groups is not None:
            told.append(f"Rows with the same {self.groups!r} belong together: never in training and test rows at once.")
        if self.weight is not None:
            told.append(f"Rows count as {self.weight!r} says, in training and in scores; counts are of rows.")
        return told


def _groups(column: "pd.Series[Any]") -> np.ndarray:
    if column.isna().any():
        raise ReportError(f"--groups {column.name!r} is missing in {int(column.isna().sum())} rows; fill it first.")
    if column.nunique() < 2:
        raise ReportError(f"--groups {column.name!r} is the same in every row; name another column.")
    return column.astype(str).to_numpy(dtype=object)


def _weights(column: "pd.Series[Any]") -> np.ndarray:
    try:
        weights = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ReportError(f"--weight {column.name!r} holds texts; name a column of numbers.") from error
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise ReportError(f"--weight {column.name!r} must hold a number of 0 or more in every row, and not only zeros.")
    return weights
