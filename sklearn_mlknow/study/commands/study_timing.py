"""How long fits take on a table, measured on a part of it, and what of the studies then fits into the time."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from sklearn_mlknow.study.base_pipeline import base_pipeline
from sklearn_mlknow.study.families import families
from sklearn_mlknow.study.report.cleaning import CleanTable
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.sampling import sample
from sklearn_mlknow.study.report.words import number
from sklearn_mlknow.study.rows import Rows
from sklearn_mlknow.study.time_plan import Cost, TimePlan, cost_between, plan_time

FAMILY = {"net": "deep learning", "linear": "statistical", "boosting": "machine learning"}
FIRST, FEW, MORE = 100, 500, 2000  # rows of the fits: one that loads what is needed, and two that are timed
PROBE = 0.04  # of the time, for the last of them
HURRY = 20.0  # seconds; below, a network is only trained when it is what is to be improved
OTHERS = 1.3  # times the network: all families, beside the model that was measured


def plan_studies(
    table: CleanTable, name: str, n_tried: int, given: float, left: Callable[[], float], seed: int
) -> TimePlan:
    """Measure the model, and the network as the dearest family, and plan.

    Parameters
    ----------
    table : CleanTable
    name : {"net", "linear", "boosting"}
        The model to improve.
    n_tried : int
        Techniques.
    given : float
        Seconds for everything.
    left : callable
        Those that are left.
    seed : int

    Returns
    -------
    TimePlan

    Raises
    ------
    ReportError
        The time is too short for any study of techniques.
    """
    models = families(table.task.is_classification, seed)
    model = cost_of(models[FAMILY[name]], table, seed, PROBE * given)
    kinds: Cost | None = model.times(OTHERS)
    if name != "net":
        kinds = None
        if given > HURRY:
            kinds = cost_of(models["deep learning"], table, seed, PROBE * given).times(OTHERS).plus(model)
    plan = plan_time(left(), len(table.X), n_tried, model, kinds) if left() > 0 else None
    if plan is None:
        remedy = "more --time" if name == "linear" else "more --time, or --model linear, which is quick"
        raise ReportError(f"{number(given)} s are too few for this table; give {remedy}.")
    return plan


def cost_of(model: Any, table: CleanTable, seed: int, most: float) -> Cost:
    """Time a model on few rows, and on more where that takes no more than some seconds."""
    pipeline = base_pipeline(model)

    def seconds(n_rows: int) -> tuple[float, int]:
        few = sample(table, n_rows, seed)
        start = perf_counter()
        Rows(few.X, few.y.to_numpy(), weights=few.weights).fit(pipeline)
        return perf_counter() - start, len(few.X)

    seconds(FIRST)
    took, n_few = seconds(FEW)
    if len(table.X) < MORE or took * MORE / FEW > most:  # two timings near each other make no line
        return Cost(0.0, took / n_few)
    took_more, n_more = seconds(MORE)
    return cost_between((took, took_more), (n_few, n_more))
