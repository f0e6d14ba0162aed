"""Which passes over the batches an estimator needs.

A plan is a generator: it yields passes, is sent the merged state of each, and returns the fitted estimator. A
column-wise transformer needs one pass; a Pipeline the passes of its steps, one after the other, each behind the steps
fitted before; a ColumnTransformer the passes of its branches, side by side at one look.
"""

import inspect
from collections.abc import Generator
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from sklearn_mlknow._shell.columnwise import ColumnwiseTransformer
from sklearn_mlknow.distributed.passes import (
    Batch,
    Columns,
    FitMergePass,
    PartialFitPass,
    Pass,
    SeenClasses,
    SideBySide,
    State,
    SummaryPass,
    Through,
    dtypes_of,
)

Plan = Generator[Pass, State, Any]


def plan(estimator: Any, sample: Batch) -> Plan:
    """Plan the fit of an estimator.

    Parameters
    ----------
    estimator : estimator
        It is left as it is; the plan fits a clone.
    sample : Batch
        A few rows, which settle columns and dtypes but not what is learned.

    Yields
    ------
    Pass
        Send its merged state back.

    Returns
    -------
    estimator
        Fitted.

    Raises
    ------
    TypeError
        The estimator, or a step, can neither merge nor go on learning.
    """
    if estimator in (None, "passthrough", "drop"):
        return estimator
    if isinstance(estimator, Pipeline):
        return (yield from _plan_pipeline(estimator, sample))
    if isinstance(estimator, ColumnTransformer):
        return (yield from _plan_column_transformer(estimator, sample))
    if isinstance(estimator, FrozenEstimator):
        return estimator
    if isinstance(estimator, ColumnwiseTransformer):
        opened = clone(estimator)
        opened._open(sample.X)
        (holder,) = yield SummaryPass(opened, dtypes_of(sample.X))
        opened._conclude(holder.summaries_)
        return opened
    if hasattr(estimator, "merge"):
        (fitted,) = yield FitMergePass(estimator)
        return fitted
    if hasattr(estimator, "partial_fit"):
        classes = None
        if is_classifier(estimator) and "classes" in inspect.signature(estimator.partial_fit).parameters:
            (seen,) = yield FitMergePass(SeenClasses())
            classes = seen.classes_
        (fitted,) = yield PartialFitPass(estimator, classes)
        return fitted
    if not get_tags(estimator).requires_fit:
        return clone(estimator).fit(sample.X, sample.y)
    raise TypeError(
        f"{type(estimator).__name__} cannot be fitted from batches: it has neither merge nor partial_fit. Fit it on a "
        "sample first and wrap it in sklearn.frozen.FrozenEstimator, or use a step that can."
    )


def _plan_pipeline(pipeline: Pipeline, sample: Batch) -> Plan:
    fitted_steps: list[tuple[str, Any]] = []
    before: list[Any] = []  # fitted transformers so far
    for place, (name, step) in enumerate(pipeline.steps):
        fitted = yield from _behind(before, plan(step, sample))
        fitted_steps.append((name, fitted))
        is_last = place == len(pipeline.steps) - 1
        if not is_last and fitted not in (None, "passthrough"):
            before = [*before, fitted]
            sample = sample._replace(X=fitted.transform(sample.X))
    done = clone(pipeline)
    done.steps = fitted_steps
    return done


def _plan_column_transformer(whole: ColumnTransformer, sample: Batch) -> Plan:
    names = [name for name, _, _ in whole.transformers]
    branches = [branch for _, branch, _ in whole.transformers]
    positions = [_positions(columns, sample.X) for _, _, columns in whole.transformers]
    if whole.remainder not in ("drop", "passthrough"):
        used = {place for places in positions for place in np.atleast_1d(places)}
        names.append("remainder")
        branches.append(whole.remainder)
        positions.append([place for place in range(sample.X.shape[1]) if place not in used])
    plans = []
    for branch, places in zip(branches, positions, strict=True):
        is_idle = isinstance(branch, str) or np.size(places) == 0
        columns = Columns(places)
        chosen = sample if is_idle else sample._replace(X=columns.transform(sample.X))
        plans.append(_behind([] if is_idle else [columns], plan("drop" if is_idle else branch, chosen)))
    fitted = yield from _side_by_side(plans)
    kept = {
        name: branch if isinstance(done, str) else done
        for name, branch, done in zip(names, branches, fitted, strict=True)
    }
    done = clone(whole)
    done.transformers = [(name, _frozen(kept[name]), columns) for name, _, columns in whole.transformers]
    done.remainder = _frozen(kept.get("remainder", whole.remainder))
    done.fit(sample.X, sample.y)  # settles names and positions; the branches are frozen
    done.transformers_ = [(name, _thawed(branch), columns) for name, branch, columns in done.transformers_]
    unfitted = clone(whole)
    done.transformers, done.remainder = unfitted.transformers, unfitted.remainder
    return done


def _behind(transformers: list[Any], inner: Plan) -> Plan:
    """Put every pass of a plan behind fitted transformers."""
    state = None
    while True:
        try:
            one = inner.send(state)  # type: ignore[arg-type]
        except StopIteration as stop:
            return stop.value
        state = yield Through(transformers, one) if transformers else one


def _side_by_side(plans: list[Plan]) -> Plan:
    """Run several plans with as few passes as possible; return what each returns."""
    waiting: dict[int, Pass] = {}
    fitted: dict[int, Any] = {}

    def advance(i: int, state: Any) -> None:
        try:
            waiting[i] = plans[i].send(state)
        except StopIteration as stop:
            fitted[i] = stop.value

    for i in range(len(plans)):
        advance(i, None)
    while waiting:
        together = [i for i in sorted(waiting) if not waiting[i].is_sequential] or [min(waiting)]
        passes = [waiting.pop(i) for i in together]
        if len(passes) == 1:
            advance(together[0], (yield passes[0]))
        else:
            joint = SideBySide(passes)
            for i, part in zip(together, joint.split((yield joint)), strict=True):
                advance(i, part)
    return [fitted[i] for i in range(len(plans))]


def _positions(columns: Any, X: Any) -> Any:
    """Resolve a column choice of a ColumnTransformer to positions, by letting it choose from a row of positions."""
    columns = columns(X) if callable(columns) else columns
    numbered: Any = np.arange(X.shape[1])[None]  # (1, n_columns)
    if hasattr(X, "columns"):
        import pandas as pd

        numbered = pd.DataFrame(numbered, columns=list(X.columns))
    if np.ndim(columns) == 0 and not isinstance(columns, slice):
        (place,) = _positions([columns], X)
        return place
    if isinstance(columns, list) and not columns:
        return []
    chosen = ColumnTransformer([("chosen", "passthrough", columns)]).set_output(transform="default")
    return [int(place) for place in np.asarray(chosen.fit_transform(numbered))[0]]


def _frozen(branch: Any) -> Any:
    return branch if isinstance(branch, str) else FrozenEstimator(branch)


def _thawed(branch: Any) -> Any:
    return branch.estimator if isinstance(branch, FrozenEstimator) else branch
