"""``mlknow study``: what would make a model better on this table, the model or the data? Within a given time."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from sklearn_mlknow.study import DataSizeStudy, ModelFamilyStudy, StudyReport, TechniqueStudy
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.catalogue import techniques
from sklearn_mlknow.study.commands.models import load_model
from sklearn_mlknow.study.commands.study_timing import FAMILY, plan_studies
from sklearn_mlknow.study.commands.terminal import faults_of_input, put, put_json, teller
from sklearn_mlknow.study.families import families
from sklearn_mlknow.study.report import ReportError, read_table_file
from sklearn_mlknow.study.report.checking import LABELLED_ROWS, check_table
from sklearn_mlknow.study.report.cleaning import CleanTable, clean
from sklearn_mlknow.study.report.models import kinds_of
from sklearn_mlknow.study.report.page import refuse_folder
from sklearn_mlknow.study.report.row_columns import RowColumns
from sklearn_mlknow.study.report.sampling import most_folds, sample
from sklearn_mlknow.study.report.studying import FOREST
from sklearn_mlknow.study.report.words import count
from sklearn_mlknow.study.technique import Facts, is_net
from sklearn_mlknow.study.time_plan import MOST_FOLDS, more_rows

if TYPE_CHECKING:
    import pandas as pd

WATCHING = ("read", "watch")  # steps of a saved pipeline that read raw tables and watch for drift
SMALL = 10_000  # rows; below, a second thread waits longer than it works
CHECKING = 0.1  # of the time, for doubtful labels
FOLDS = 0.5  # seconds that the folds of that take however few the rows
WRITING = 1.0  # seconds, for the page


def run(options: argparse.Namespace) -> int:
    """Run the studies that the options ask for."""
    begun, say, path = options.begun, teller(options.quiet), Path(options.table)
    folder = Path(options.out)
    refuse_folder(folder)
    pretrained = None if options.pretrained is None else saved_net(Path(options.pretrained), options.model)
    frame = read_table_file(path)
    table = clean(frame, options.target, options.task, RowColumns(options.groups, options.weight))
    model = families(table.task.is_classification, options.random_state)[FAMILY[options.model]]
    n_tried = applicable(model, table, options.techniques, pretrained)
    if not n_tried:
        raise ReportError(
            f"no technique of the {options.techniques} side applies to --model {options.model} on this table; "
            "leave --techniques out."
        )
    with threadpool_limits(1 if len(table.X) < SMALL else None):
        report = _study(options, begun, say, frame, table, model, n_tried, pretrained)
    page = report.save(folder)
    if options.json:
        put_json({"page": str(page), **report.to_dict()})
    else:
        put("\n".join([*_gains(report), "", *report.sentences, *report.notes, "", str(page)]))
    return 0


def saved_net(path: Path, model: str) -> Any:
    """Load the network to start from, with what stands before it; what watches for drift stays behind.

    Raises
    ------
    ReportError
        The file holds no network, or it is not a network that is to be improved.
    """
    if model != "net":
        raise ReportError("--pretrained is for --model net; leave one of them out.")
    loaded = load_model(path)
    steps = [(name, step) for name, step in getattr(loaded, "steps", [("net", loaded)]) if name not in WATCHING]
    if not is_net(Pipeline([("model", steps[-1][1])])):
        raise ReportError(f"{str(path)!r} holds a {type(steps[-1][1]).__name__}, which is no network to start from.")
    return Pipeline(steps)


def applicable(model: Any, table: CleanTable, names: str, pretrained: Any = None) -> int:
    """Count the techniques that apply to a model and a table."""
    numbers, categories = kinds_of(table.X)
    facts = Facts(table.task.kind, len(table.X), tuple(numbers), tuple(categories), 0)
    base = base_pipeline(model)
    tried = [one for one in techniques(names, pretrained) if is_net(base) or not one.trains_a_net]
    return sum(technique.change(base, facts) is not None for technique in tried)


def _study(
    options: argparse.Namespace,
    begun: float,
    say: Callable[[str], object],
    frame: "pd.DataFrame",
    table: CleanTable,
    model: Any,
    n_tried: int,
    pretrained: Any,
) -> StudyReport:
    seed, seconds, notes = options.random_state, {}, list(table.notes)
    found: dict[str, Any] = {}

    def left() -> float:
        return float(options.time - WRITING - (perf_counter() - begun))

    @contextmanager
    def stage(key: str, words: str) -> Iterator[None]:
        say(words)
        start = perf_counter()
        try:
            yield
        except (ValueError, TypeError) as error:
            notes.append(f"Not shown: {words}. {' '.join(str(error).split())}")
        seconds[key] = perf_counter() - start

    def part(n_rows: int, what: str) -> CleanTable:
        few = sample(table, n_rows, seed, what)
        notes.extend(few.notes[len(table.notes) :])
        return few

    with stage("check", "checking the table"):
        looked_at = max(int((CHECKING * options.time - FOLDS) / (FOREST * frame.shape[1])), 0)
        asked = frame, options.target, table.task.is_classification, seed, min(looked_at, LABELLED_ROWS)
        found["data_check"] = check_table(*asked, RowColumns(options.groups, options.weight))
    with faults_of_input():
        say("measuring how long a fit takes")
        plan = plan_studies(table, options.model, n_tried, options.time, left, seed)
    if plan.family_rows:
        with stage("families", "comparing rules, statistics, machine learning and deep learning"):
            few = part(plan.family_rows, "which family of models is best")
            families_ = ModelFamilyStudy(cv=min(plan.family_folds, most_folds(few, MOST_FOLDS)), random_state=seed)
            found["families"] = families_.fit(few.X, few.y.to_numpy(), **few.counted)
    else:
        notes.append("Families of models were not compared: there was no time for it.")
    if plan.size_rows:
        with stage("size", "measuring what more rows bring"):
            few = part(plan.size_rows, "what more rows bring")
            size = DataSizeStudy(clone(model), repeats=plan.size_repeats, random_state=seed)
            found["data_size"] = size.fit(few.X, few.y.to_numpy(), **few.counted)
    else:
        notes.append("What more rows bring was not measured: there was no time for it.")
    start, n_rows = perf_counter(), plan.technique_rows
    while n_rows:
        few = sample(table, n_rows, seed, "which technique helps")
        say(f"trying {count(n_tried, 'technique')} on {count(len(few.X), 'row')}, one at a time")
        begun_again = perf_counter()
        with faults_of_input():
            found["techniques"] = TechniqueStudy(
                clone(model),
                techniques=options.techniques,
                pretrained=pretrained,
                cv=most_folds(few, MOST_FOLDS),
                stack=False,
                time_budget=max(left(), 0.1),
                verbose=0 if options.quiet else 1,
                random_state=seed,
            ).fit(few.X, few.y.to_numpy(), **few.counted)
        n_rows = more_rows(n_rows, perf_counter() - begun_again, left(), len(table.X))
    notes.extend(few.notes[len(table.notes) :])
    seconds["techniques"] = perf_counter() - start
    return StudyReport(
        options.target,
        Path(options.table).name,
        **found,
        family=FAMILY[options.model],
        n_rows=len(table.X),
        notes=tuple(notes),
        seconds=seconds,
    )


def _gains(report: StudyReport) -> list[str]:
    """The gains as lines for a terminal."""
    if report.techniques is None:
        return []
    rows: Any = report.techniques.results_.sort_values(["side", "gain"], ascending=[False, False])
    width = max(map(len, rows["technique"]))
    return [
        f"{row.side:<6}{row.technique:<{width}}{row.gain:>+11.4f}  [{row.low:+.4f}, {row.high:+.4f}]"
        + ("  helps" if row.low > 0 else "  harms" if row.high < 0 else "")
        for row in rows.itertuples()
    ]
