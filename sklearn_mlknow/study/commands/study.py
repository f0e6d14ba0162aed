"""``mlknow study``: what would make a model better on this table, the model or the data? Within a given time."""

import argparse
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from threadpoolctl import threadpool_limits

from sklearn_mlknow.study import DataSizeStudy, ModelFamilyStudy, StudyReport, TechniqueStudy
from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.catalogue import techniques
from sklearn_mlknow.study.commands.terminal import faults_of_input, put, put_json, teller
from sklearn_mlknow.study.families import families
from sklearn_mlknow.study.report import ReportError, read_table_file
from sklearn_mlknow.study.report.checking import check_table
from sklearn_mlknow.study.report.cleaning import CleanTable, clean
from sklearn_mlknow.study.report.models import kinds_of
from sklearn_mlknow.study.report.page import refuse_folder
from sklearn_mlknow.study.report.sampling import sample
from sklearn_mlknow.study.report.words import count, number
from sklearn_mlknow.study.technique import Facts, is_net
from sklearn_mlknow.study.time_plan import TimePlan, plan_time

if TYPE_CHECKING:
    import pandas as pd

FAMILY = {"net": "deep learning", "linear": "statistical", "boosting": "machine learning"}
SMALL = 10_000  # rows; below, a second thread waits longer than it works
PROBED_ROWS = 500


def run(options: argparse.Namespace) -> int:
    """Run the studies that the options ask for."""
    begun, say, path = perf_counter(), teller(options.quiet), Path(options.table)
    folder = Path(options.out)
    refuse_folder(folder)
    frame = read_table_file(path)
    table = clean(frame, options.target, options.task)
    model = families(table.task.is_classification, options.random_state)[FAMILY[options.model]]
    n_tried = applicable(model, table, options.techniques)
    if not n_tried:
        raise ReportError(
            f"no technique of the {options.techniques} side applies to --model {options.model} on this table; "
            "leave --techniques out."
        )
    with warnings.catch_warnings(), threadpool_limits(1 if len(table.X) < SMALL else None):
        warnings.simplefilter("ignore", UserWarning)  # what folds of few rows say of each other
        report = _study(options, begun, say, frame, table, model, n_tried)
    page = report.save(folder)
    if options.json:
        put_json({"page": str(page), **report.to_dict()})
    else:
        put("\n".join([*_gains(report), "", *report.sentences, *report.notes, "", str(page)]))
    return 0


def applicable(model: Any, table: CleanTable, names: str) -> int:
    """Count the techniques that apply to a model and a table."""
    numbers, categories = kinds_of(table.X)
    facts = Facts(table.task.kind, len(table.X), tuple(numbers), tuple(categories), 0)
    base = base_pipeline(model)
    tried = [one for one in techniques(names) if is_net(base) or not one.trains_a_net]
    return sum(technique.change(base, facts) is not None for technique in tried)


def _study(
    options: argparse.Namespace,
    begun: float,
    say: Callable[[str], object],
    frame: "pd.DataFrame",
    table: CleanTable,
    model: Any,
    n_tried: int,
) -> StudyReport:
    seed, seconds, notes = options.random_state, {}, []
    found: dict[str, Any] = {}

    @contextmanager
    def stage(key: str, words: str) -> Iterator[None]:
        say(words)
        start = perf_counter()
        try:
            yield
        except (ValueError, TypeError) as error:
            notes.append(f"Not shown: {words}. {' '.join(str(error).split())}")
        seconds[key] = perf_counter() - start

    with stage("check", "checking the table"):
        found["data_check"] = check_table(frame, options.target, table.task.is_classification, seed)
    with faults_of_input():
        say("measuring how long a fit takes")
        plan = _plan(options, table, model, n_tried, begun)
    table = sample(table, plan.n_rows, seed)
    X, y = table.X, table.y.to_numpy()
    rarest = int(table.y.value_counts().min()) if table.task.is_classification else len(y)
    with stage("families", "comparing rules, statistics, machine learning and deep learning"):
        study = ModelFamilyStudy(cv=min(plan.family_folds, rarest), random_state=seed)
        found["families"] = study.fit(X, y)
    with stage("size", "measuring what more rows bring"):
        size = DataSizeStudy(clone(model), repeats=plan.size_repeats, random_state=seed)
        found["data_size"] = size.fit(X, y)
    say(f"trying {count(n_tried, 'technique')}, one at a time")
    start = perf_counter()
    left = max(options.time - (start - begun), 1.0)
    with faults_of_input():
        found["techniques"] = TechniqueStudy(
            clone(model),
            techniques=options.techniques,
            cv=min(5, rarest),
            stack=False,
            time_budget=left,
            verbose=0 if options.quiet else 1,
            random_state=seed,
        ).fit(X, y)
    seconds["techniques"] = perf_counter() - start
    return StudyReport(
        options.target,
        Path(options.table).name,
        **found,
        family=FAMILY[options.model],
        notes=(*table.notes, *notes),
        seconds=seconds,
    )


def _plan(options: argparse.Namespace, table: CleanTable, model: Any, n_tried: int, begun: float) -> TimePlan:
    """Fit the network and the model on a few rows, and plan what is left of the time."""
    net = families(table.task.is_classification, options.random_state)["deep learning"]
    few = sample(table, PROBED_ROWS, options.random_state)
    took = {}
    for key, one in (("net", net), (options.model, model)):
        if key not in took:
            fit = base_pipeline(one).fit
            fit(few.X, few.y.to_numpy())  # what is loaded and compiled once
            start = perf_counter()
            fit(few.X, few.y.to_numpy())
            took[key] = perf_counter() - start
    left = options.time - (perf_counter() - begun)
    plan = plan_time(left, len(table.X), n_tried, took["net"], took[options.model], len(few.X)) if left > 0 else None
    if plan is None:
        raise ReportError(
            f"{number(options.time)} s are too few for this table; give more --time, or --model linear, which is quick."
        )
    return plan


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
