"""The studies of a report: is the table sound, what would more rows bring, which technique helps; within a given time.

They run on a quick model, the better of the linear one and the boosted trees, so that many fits fit in the time. What a
fit costs is known from the baselines; from it follows how many rows are taken.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn_mlknow.study.report.checking import check_table
from sklearn_mlknow.study.report.cleaning import CleanTable
from sklearn_mlknow.study.report.models import kinds_of
from sklearn_mlknow.study.report.sampling import sample
from sklearn_mlknow.study.report.words import count

if TYPE_CHECKING:
    import pandas as pd

    from sklearn_mlknow.study.data_check import DataCheck
    from sklearn_mlknow.study.data_size_study import DataSizeStudy
    from sklearn_mlknow.study.technique_study import TechniqueStudy

FAMILY = {"Linear model": "statistical", "Boosted trees": "machine learning"}
FEWEST_ROWS = 500
FOLDS, REPEATS = 5, 2
SIZES, SPLITS = 5, 6
DEARER = 1.5  # a technique costs more than the model alone
FOREST = 2e-5  # seconds that the search for doubtful labels takes a row and column


@dataclass(frozen=True)
class Studies:
    """What was studied; None where it could not be.

    Attributes
    ----------
    model : str
        On which model, by its name in the report.
    check : DataCheck or None
    size : DataSizeStudy or None
    techniques : TechniqueStudy or None
    is_all : bool
        Whether all rows were taken.
    notes : tuple of str
        What was left out, for the reader.
    """

    model: str
    check: "DataCheck | None"
    size: "DataSizeStudy | None"
    techniques: "TechniqueStudy | None"
    is_all: bool
    notes: tuple[str, ...]

    @property
    def leaks(self) -> tuple[str, ...]:
        """Columns that give the target away."""
        found = [] if self.check is None else self.check.findings_
        return tuple(finding.column for finding in found if finding.kind == "leaking column")


def study_table(
    frame: "pd.DataFrame",
    target: str,
    table: CleanTable,
    model: str,
    seconds_a_row: float,
    budget: float,
    random_state: int,
    verbose: int = 0,
    say: Callable[[str], object] = lambda words: None,
) -> Studies:
    """Run the studies.

    Parameters
    ----------
    frame : DataFrame
        The raw table, for the check.
    target : str
    table : CleanTable
        For the rest.
    model : {"Linear model", "Boosted trees"}
    seconds_a_row : float
        What a fit of the model takes, a row.
    budget : float
        Seconds for all.
    random_state, verbose : int
    say : callable
        Told what comes next.

    Returns
    -------
    Studies
    """
    from sklearn.base import clone

    from sklearn_mlknow.study.data_size_study import DataSizeStudy
    from sklearn_mlknow.study.families import families
    from sklearn_mlknow.study.technique_study import TechniqueStudy

    notes: list[str] = []
    made: dict[str, Any] = {"check": None, "size": None, "techniques": None}

    @contextmanager
    def may_fail(what: str) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError) as error:
            notes.append(f"Not studied: {what}. {' '.join(str(error).split())}")

    say("checking the table")
    with may_fail("whether the table is sound"):
        looked_at = int(0.25 * budget / (FOREST * frame.shape[1]))
        made["check"] = check_table(frame, target, table.task.is_classification, random_state, looked_at)
    quick = families(table.task.is_classification, random_state)[FAMILY[model]]
    kinds = [len(names) for names in kinds_of(table.X)]
    n_rows = rows_in_time(budget, len(table.X), seconds_a_row, techniques_for(*kinds))
    few = sample(table, n_rows, random_state)
    notes += few.notes[len(table.notes) :]
    rarest = int(few.y.value_counts().min()) if table.task.is_classification else len(few.y)
    say(f"studying {count(len(few.X), 'row')}: what would more rows bring")
    with may_fail("what more rows bring"):
        size = DataSizeStudy(clone(quick), n_sizes=SIZES, repeats=SPLITS, random_state=random_state)
        made["size"] = size.fit(few.X, few.y.to_numpy())
    say("and which technique on the side of the data")
    with may_fail("which technique helps"):
        made["techniques"] = TechniqueStudy(
            clone(quick),
            techniques="data",
            cv=min(FOLDS, rarest),
            repeats=REPEATS,
            stack=False,
            time_budget=0.6 * budget,
            verbose=verbose,
            random_state=random_state,
        ).fit(few.X, few.y.to_numpy())
    return Studies(model, **made, is_all=len(few.X) == len(table.X), notes=tuple(notes))


def techniques_for(n_numbers: int, n_categories: int) -> int:
    """Count, roughly, the techniques on the side of the data that apply."""
    return (9 if n_numbers else 0) + (2 if n_categories else 0) + (1 if n_numbers and n_categories else 0) + 2


def rows_in_time(budget: float, n_rows: int, seconds_a_row: float, n_techniques: int) -> int:
    """Tell how many rows can be studied in a time; 500 at least, or all of a smaller table.

    Examples
    --------
    >>> rows_in_time(20.0, 300, 1e-4, 12), rows_in_time(20.0, 100_000, 1e-4, 12), rows_in_time(1.0, 9000, 1e-3, 12)
    (300, 857, 500)
    """
    fits = FOLDS * REPEATS * DEARER * (n_techniques + 1) + 0.5 * SIZES * SPLITS
    in_time = int(max(0.9 * budget / fits, 0.0) / max(seconds_a_row, 1e-9))
    return min(n_rows, max(in_time, FEWEST_ROWS))
