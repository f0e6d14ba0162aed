"""``mlknow drift``: has a table moved away from another? For people, for cron and for CI."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn_mlknow.drift import DriftMonitor, DriftReport
from sklearn_mlknow.study.commands.terminal import faults_of_input, put, put_json, teller
from sklearn_mlknow.study.report import ReportError, read_table_file, write
from sklearn_mlknow.study.report.cleaning import FEWEST_ROWS, as_numbers, counts_rows
from sklearn_mlknow.study.report.drift import render_drift
from sklearn_mlknow.study.report.page import refuse_folder
from sklearn_mlknow.study.report.words import count

if TYPE_CHECKING:
    import pandas as pd


def run(options: argparse.Namespace) -> int:
    """Compare two tables; 1 where a column has drifted, else 0."""
    say, folder = teller(options.quiet), Path(options.out)
    refuse_folder(folder)
    paths = Path(options.reference), Path(options.current)
    say("reading the tables")
    told: list[str] = []
    reference, current = (with_numbers(read_table_file(path), path.name, told) for path in paths)
    columns, notes = comparable(reference, current, paths[1].name)
    notes = (*notes, *told)
    reference, current = reference[columns], current[columns]
    say(f"comparing {count(len(columns), 'column')}")
    monitor = DriftMonitor(alpha=options.alpha, min_psi=options.min_psi)
    asked: dict[str, Any] = {"adversarial": True, "X_reference": reference} if options.adversarial else {}
    with faults_of_input():
        report = monitor.fit(reference).report(current, **asked)
    page = write(render_drift(report, (paths[0].name, paths[1].name), notes), folder)
    if options.json:
        put_json(as_json(report, notes, page))
    else:
        put("\n".join([report.to_text(), *notes, "", str(page)]))
    return int(report.is_drift)


def with_numbers(frame: "pd.DataFrame", name: str, notes: list[str]) -> "pd.DataFrame":
    """Read the columns as numbers that only a few bad cells have made texts, and note which."""
    told: list[str] = []
    read = {column: as_numbers(frame[column], told) for column in frame.columns}
    notes.extend(f"{name}: {note}" for note in told)
    return frame.assign(**{column: numbers for column, numbers in read.items() if numbers is not None})


def comparable(reference: "pd.DataFrame", current: "pd.DataFrame", name: str) -> tuple[list[str], tuple[str, ...]]:
    """Choose the columns that can be compared, and note which are left out.

    Parameters
    ----------
    reference, current : DataFrame
        As read.
    name : str
        Of the current table, for the error.

    Returns
    -------
    columns : list of str
        In the order of the reference.
    notes : tuple of str
        Columns that only the current table has, that name or number the rows (they differ in any two tables), and
        times.

    Raises
    ------
    ReportError
        The current table lacks a column, or nothing is left.
    """
    from pandas.api.types import is_datetime64_any_dtype, is_timedelta64_dtype

    missing = [column for column in reference.columns if column not in current.columns]
    if missing:
        raise ReportError(f"{name!r} lacks {count(len(missing), 'column')} of the reference: {_some(missing)}.")
    notes, kept = [], []
    extra = [column for column in current.columns if column not in reference.columns]
    if extra:
        notes.append(f"Not in the reference, so not compared: {_some(extra)}.")
    for column in reference.columns:
        if names_rows(reference[column]):
            notes.append(f"Column {column!r} is not compared: it names or numbers the rows.")
        elif any(
            test(t[column]) for t in (reference, current) for test in (is_datetime64_any_dtype, is_timedelta64_dtype)
        ):
            notes.append(f"Column {column!r} is not compared: it holds times.")
        else:
            kept.append(column)
    if not kept:
        raise ReportError("the reference has no column that can be compared; all of them name rows or hold times.")
    return kept, tuple(notes)


def names_rows(column: "pd.Series[Any]") -> bool:
    """Tell whether a column counts the rows up or down, or holds another text in every row."""
    from pandas.api import types

    if len(column) <= FEWEST_ROWS or column.isna().any() or types.is_bool_dtype(column):
        return False
    if types.is_integer_dtype(column):
        return counts_rows(column)
    if types.is_numeric_dtype(column) or types.is_datetime64_any_dtype(column):
        return False
    return bool(column.astype(str).is_unique)


def as_json(report: DriftReport, notes: tuple[str, ...], page: Path) -> dict[str, Any]:
    """Return the verdict, a record a column, and where the page is."""
    told = report.adversarial
    return {
        "page": str(page),
        "is_drift": report.is_drift,
        "can_tell": report.can_tell,
        "drifted": report.drifted,
        "verdict": report.verdict,
        "alpha": report.alpha,
        "min_psi": report.min_psi,
        "n_reference": report.n_reference,
        "n_current": report.n_current,
        "columns": report.to_frame().to_dict("records"),
        "adversarial": told and {"auc": told.auc, "low": told.low, "high": told.high, "columns": told.columns},
        "notes": notes,
    }


def _some(names: list[str], most: int = 8) -> str:
    listed = ", ".join(repr(name) for name in names[:most])
    return f"{listed} and {len(names) - most} more" if len(names) > most else listed
