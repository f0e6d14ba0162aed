"""The studies of a report: is the table sound, what would more rows bring, which technique helps; within a given time.

They run on a quick model, the better of the linear one and the boosted trees, so that many fits fit in the time. What a
fit costs is known from the baselines; from it follows how many rows are taken.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.report.checking import check_table
from sklearn_mlknow.study.report.cleaning import NO_ROW_COLUMNS, CleanTable
from sklearn_mlknow.study.report.halves import FITS, Halves, compare_halves
from sklearn_mlknow.study.report.models import kinds_of
from sklearn_mlknow.study.report.row_columns import RowColumns
from sklearn_mlknow.study.report.sampling import most_folds, sample
from sklearn_mlknow.study.report.words import count
from sklearn_mlknow.study.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

    from sklearn_mlknow.study.data_check import DataCheck
    from sklearn_mlknow.study.data_size_study import DataSizeStudy
    from sklearn_mlknow.study.technique_study import TechniqueStudy

FAMILY = {"Linear model": "statistical", "Boosted trees": "machine learning"}
FEWEST_ROWS = 500
FOLDS, REPEATS = 5, 2
FEWEST_FOLDS = 4  # with fewer the intervals are wider than any gain
SIZES, FEWEST_SPLITS, MOST_SPLITS = 5, 3, 6
SHARE = 0.6  # of the time, for techniques
DEARER = 1.5  # a technique costs more than the model alone
HALVES, FEWEST_OF_HALVES = 0.06, 60  # of the time, and rows, for the order of the rows
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
    are_all_sized, are_all_tried : bool
        Whether all rows were taken, for what more of them bring and for techniques.
    notes : tuple of str
        What was left out, for the reader.
    halves : Halves or None
        Whether the order of the rows matters.
    """

    model: str
    check: "DataCheck | None"
    size: "DataSizeStudy | None"
    techniques: "TechniqueStudy | None"
    are_all_sized: bool
    are_all_tried: bool
    notes: tuple[str, ...]
    halves: Halves | None = None

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
    row_columns: RowColumns = NO_ROW_COLUMNS,
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
    row_columns : RowColumns, default=none
        What rows belong to and how much they count.

    Returns
    -------
    Studies
    """
    from sklearn.base import clone

    from sklearn_mlknow.study.data_size_study import DataSizeStudy
    from sklearn_mlknow.study.families import families
    from sklearn_mlknow.study.technique_study import TechniqueStudy

    notes: list[str] = []
    made: dict[str, Any] = {"check": None, "size": None, "techniques": None, "halves": None}

    @contextmanager
    def may_fail(what: str) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError) as error:
            notes.append(f"Not studied: {what}. {' '.join(str(error).split())}")

    say("checking the table")
    with may_fail("whether the table is sound"):
        looked_at = int(0.25 * budget / (FOREST * frame.shape[1]))
        made["check"] = check_table(frame, target, table.task.is_classification, random_state, looked_at, row_columns)
    quick = families(table.task.is_classification, random_state)[FAMILY[model]]
    kinds = [len(names) for names in kinds_of(table.X)]
    n_rows = rows_in_time(budget, len(table.X), seconds_a_row, techniques_for(*kinds))
    few = sample(table, n_rows, random_state)
    n_splits = splits_in_time(0.4 * budget, len(table.X), seconds_a_row)
    sized = table if n_splits >= FEWEST_SPLITS else few
    say(f"what would more rows bring: studying {count(len(sized.X), 'row')}")
    with may_fail("what more rows bring"):
        repeats = max(n_splits, FEWEST_SPLITS)
        size = DataSizeStudy(clone(quick), n_sizes=SIZES, repeats=repeats, random_state=random_state)
        made["size"] = size.fit(sized.X, sized.y.to_numpy(), **sized.counted)
    if table.groups is None:
        say("does the order of the rows matter?")
        with may_fail("whether the order of the rows matters"):
            part = sample(table, int(HALVES * budget / FITS / max(seconds_a_row, 1e-9)), random_state)
            if len(part.X) >= FEWEST_OF_HALVES:
                rows = Rows(part.X, part.y.to_numpy(), weights=part.weights)
                made["halves"] = compare_halves(base_pipeline(quick), rows, random_state)
    say(f"which technique on the side of the data helps: studying {count(len(few.X), 'row')}")
    with may_fail("which technique helps"):
        made["techniques"] = TechniqueStudy(
            clone(quick),
            techniques="data",
            cv=most_folds(few, FOLDS),
            repeats=REPEATS,
            stack=False,
            time_budget=SHARE * budget,
            verbose=verbose,
            random_state=random_state,
        ).fit(few.X, few.y.to_numpy(), **few.counted)
    if made["techniques"] is not None and (n_folds := len(made["techniques"].base_scores_)) < FEWEST_FOLDS:
        made["techniques"] = None
        notes.append(
            f"Not shown: which technique helps. In the time given {count(n_folds, 'fold')} could be run, and so few "
            "tell nothing; give the studies more time."
        )
    return Studies(
        model,
        **made,
        are_all_sized=len(sized.X) == len(table.X),
        are_all_tried=len(few.X) == len(table.X),
        notes=tuple(notes),
    )


def techniques_for(n_numbers: int, n_categories: int) -> int:
    """Count, roughly, the techniques on the side of the data that apply."""
    return (9 if n_numbers else 0) + (2 if n_categories else 0) + (1 if n_numbers and n_categories else 0) + 2


def splits_in_time(budget: float, n_rows: int, seconds_a_row: float) -> int:
    """Tell how many splits of all rows a learning curve can have in a time; six at most.

    Examples
    --------
    >>> splits_in_time(8.0, 300, 1e-4), splits_in_time(8.0, 20_000, 5e-5), splits_in_time(8.0, 10**6, 5e-5)
    (6, 3, 0)
    """
    return min(int(budget / max(0.5 * SIZES * n_rows * seconds_a_row, 1e-9)), MOST_SPLITS)


def rows_in_time(budget: float, n_rows: int, seconds_a_row: float, n_techniques: int) -> int:
    """Tell on how many rows techniques can be tried in a time.

    All of them, where five folds fit; else as many as ten folds have time for, since two or three folds tell nothing
    however many rows they have. 500 at least, or all of a smaller table.

    Examples
    --------
    >>> rows_in_time(20.0, 300, 1e-4, 12), rows_in_time(20.0, 100_000, 1e-4, 12), rows_in_time(130.0, 9000, 1e-4, 12)
    (300, 615, 4000)
    >>> rows_in_time(130.0, 8000, 1e-4, 12)
    8000
    """
    one_fold = DEARER * (n_techniques + 1) * max(seconds_a_row, 1e-9)
    if FOLDS * one_fold * n_rows <= SHARE * budget:
        return n_rows
    return min(n_rows, max(int(SHARE * budget / (FOLDS * REPEATS * one_fold)), FEWEST_ROWS))
