"""The check of a raw table, with the columns that are of no use, where the target is known."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sklearn_mlknow.study.report.cleaning import NO_ROW_COLUMNS, target_column
from sklearn_mlknow.study.report.row_columns import RowColumns
from sklearn_mlknow.study.report.task import class_names

if TYPE_CHECKING:
    import pandas as pd

    from sklearn_mlknow.study.data_check import DataCheck

LABELLED_ROWS = 20_000  # beyond, looking for doubtful labels takes minutes


def check_table(
    frame: "pd.DataFrame",
    target: str,
    is_classification: bool,
    random_state: int,
    labelled_rows: int = LABELLED_ROWS,
    row_columns: RowColumns = NO_ROW_COLUMNS,
) -> "DataCheck":
    """Check a raw table; rows are numbered as in the file.

    Parameters
    ----------
    frame : DataFrame
        The raw table.
    target : str
        Its column to predict.
    is_classification : bool
    random_state : int
    labelled_rows : int, default=20_000
        Labels are looked at in tables of so many rows or fewer.
    row_columns : RowColumns, default=none
        What rows belong to and how much they count.

    Returns
    -------
    DataCheck
        Fitted.
    """
    from sklearn_mlknow.study.data_check import DataCheck

    asked = target_column(frame[target], [])
    is_known = asked.notna().to_numpy()
    y = asked[is_known]
    y = class_names(y) if is_classification else y.astype(np.float64)
    check = DataCheck(labels=len(y) <= labelled_rows, random_state=random_state)
    known = frame.loc[is_known]
    X = known.drop(columns=[target, *row_columns.names]).reset_index(drop=True)
    check.fit(X, y.to_numpy(), **row_columns.read(known))
    places = np.flatnonzero(is_known)
    check.findings_ = [replace(finding, rows=places[finding.rows]) for finding in check.findings_]
    return check
