"""From a raw table to everything that the page shows: split, train, compare, explain."""

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.folds import draw_folds
from sklearn_mlknow.study.judging import bytes_of
from sklearn_mlknow.study.report.attributing import attribute, some_rows
from sklearn_mlknow.study.report.cleaning import NO_ROW_COLUMNS, CleanTable, clean
from sklearn_mlknow.study.report.context import Array, Context, Model, codes_of
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.failing import may_fail
from sklearn_mlknow.study.report.models import baselines, pipeline
from sklearn_mlknow.study.report.order import compare_parts
from sklearn_mlknow.study.report.row_columns import RowColumns
from sklearn_mlknow.study.report.scores import metrics_for, resampled_scores, resampled_weights
from sklearn_mlknow.study.report.studying import FAMILY, study_table
from sklearn_mlknow.study.rows import Rows, weight_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

Rows64 = NDArray[np.int64]
TEST_SHARE = 0.25
SMALL = 10_000  # rows; below, a second thread waits longer than it works


def make_context(
    frame: "pd.DataFrame",
    target: str,
    *,
    source: str = "table",
    task: str = "auto",
    random_state: int = 0,
    verbose: int = 0,
    studies: float = 30.0,
    say: "Callable[[str], object]" = lambda words: None,
    row_columns: RowColumns = NO_ROW_COLUMNS,
) -> Context:
    """Train the pipeline of the report and its baselines on 75 % of the rows, and judge and explain it on the others.

    Parameters
    ----------
    frame : DataFrame
        The raw table; not modified.
    target : str
        Name of the column to predict.
    source : str, default="table"
        How the page calls the table.
    task : {"auto", "classification", "regression"}, default="auto"
        The task, if the user knows better than :func:`find_task`.
    random_state : int, default=0
        Fixes the split, the training and the explanation.
    verbose : int, default=0
        1 shows progress bars.
    studies : float, default=30.0
        Seconds for what more rows and other techniques would bring; 0 leaves that out.
    say : callable, default=nothing
        Told in a few words what comes next.
    row_columns : RowColumns, default=none
        What rows belong to, so that they stay together, and how much they count.

    Returns
    -------
    context : Context
        What the sections are made of.

    Raises
    ------
    ReportError
        If the table does not allow a report.
    """
    from threadpoolctl import threadpool_limits

    table = clean(frame, target, task, row_columns)
    for_fit, for_test = split(table, random_state)
    X_train, X_test = table.X.iloc[for_fit], table.X.iloc[for_test]
    y_train, y_test = table.y.iloc[for_fit], table.y.iloc[for_test]
    seconds: dict[str, float] = {}
    judge = _Judge(table, for_fit, for_test, random_state)

    start = perf_counter()
    say("training the network")
    ours = judge.train(
        "Neural network", "scaled, selected, then our network", pipeline(table.task, X_train, random_state, verbose)
    )
    seconds["network"] = perf_counter() - start

    start = perf_counter()
    say("training the baselines")
    with threadpool_limits(1 if len(X_train) < SMALL else None):
        others = [
            judge.train(name, what, model)
            for name, (what, model) in baselines(table.task, X_train, random_state).items()
        ]
    seconds["baselines"] = perf_counter() - start

    explained, start = None, perf_counter()
    failures: dict[str, str] = {}
    say("explaining the network on the original columns")
    with threadpool_limits(1), may_fail("the explanation", failures):  # small matrix products: one thread is faster
        explained = attribute(
            ours.estimator,
            X_test,
            X_train,
            classes=table.task.classes,
            target=target,
            kind_of_row="test row",
            rows=some_rows(len(X_test), random_state),
            random_state=random_state,
            verbose=verbose,
        )
    seconds["explanation"] = perf_counter() - start

    studied, start = None, perf_counter()
    if studies > 0:
        quick = quicker(others, "log loss" if table.task.is_classification else "RMSE")
        with threadpool_limits(1 if len(X_train) < SMALL else None), may_fail("the studies", failures):
            studied = study_table(
                frame,
                target,
                table,
                quick.name,
                quick.fit_seconds / len(X_train),
                studies,
                random_state,
                verbose,
                say,
                row_columns,
            )
        seconds["studies"] = perf_counter() - start

    net, selector = ours.estimator[-1], ours.estimator[-2]
    names = selector.feature_names_in_
    train = np.asarray(net.history_["train_loss"], dtype=np.float64)
    return Context(
        source=source,
        target=target,
        task=table.task,
        notes=table.notes,
        X_train=X_train,
        X_test=X_test,
        y_train=y_train,
        y_test=y_test,
        models=(ours, *others),
        metrics=judge.metrics,
        history={
            "train": train,
            "valid": np.asarray(net.history_.get("valid_loss", np.full(len(train), np.nan)), dtype=np.float64),
        },
        best_epoch=int(net.best_epoch_),
        explained=explained,
        alike=compare_parts(table.X, X_train, X_test),
        studies=studied,
        dropped=tuple(str(name) for name, is_kept in zip(names, selector.get_support()) if not is_kept),
        random_state=random_state,
        seconds=seconds,
        weights_test=None if table.weights is None else table.weights[for_test],
        groups_test=None if table.groups is None else table.groups[for_test],
        failures=failures,
    )


def split(table: CleanTable, random_state: int) -> tuple[Rows64, Rows64]:
    """Draw the training and the test rows: classes in equal shares, groups whole."""
    from sklearn.model_selection import train_test_split

    rows = np.arange(len(table.X))
    if table.groups is None:
        stratify = table.y if table.task.is_classification else None
        train, test = train_test_split(rows, test_size=TEST_SHARE, random_state=random_state, stratify=stratify)
        return train, test
    parted = Rows(table.X, table.y.to_numpy(), np.unique(table.groups, return_inverse=True)[1])
    try:
        folds = draw_folds(table, parted, table.task.is_classification, round(1 / TEST_SHARE), random_state)
    except ValueError as error:
        raise ReportError(str(error).partition(": ")[2]) from error
    return folds[0]


def quicker(baselines: list[Model], loss: str) -> Model:
    """Choose the one of smaller loss of the two models on which studies are quick: the linear one and the trees."""
    return min((model for model in baselines if model.name in FAMILY), key=lambda model: model.scores[loss])


class _Judge:
    """Trains models on the same rows and scores them on the same others."""

    def __init__(self, table: CleanTable, train: Rows64, test: Rows64, random_state: int) -> None:
        self.task, self.metrics = table.task, metrics_for(table.task)
        self.X_train, self.X_test, self.y_train = table.X.iloc[train], table.X.iloc[test], table.y.iloc[train]
        is_class, y_test = table.task.is_classification, table.y.iloc[test]
        self.truth: Array = (
            codes_of(y_test, table.task).astype(np.float64) if is_class else y_test.to_numpy(dtype=np.float64)
        )
        groups = None if table.groups is None else table.groups[test]
        self.fit_weights = None if table.weights is None else table.weights[train]
        self.weights = np.ones(len(test)) if table.weights is None else table.weights[test]
        self.resamples = self.weights * resampled_weights(self.truth, is_class, random_state, groups)

    def train(self, name: str, what: str, estimator: Any) -> Model:
        """Fit a model, predict the test rows and score."""
        start = perf_counter()
        taken = [] if self.fit_weights is None else weight_parameters(estimator)
        estimator.fit(self.X_train, self.y_train, **dict.fromkeys(taken, self.fit_weights))
        fit_seconds = perf_counter() - start
        start = perf_counter()
        prediction = self._predict(estimator)
        predict_seconds = perf_counter() - start
        return Model(
            name=name,
            what=what,
            estimator=estimator,
            prediction=prediction,
            scores={metric.name: metric.function(self.truth, prediction, self.weights) for metric in self.metrics},
            resampled=resampled_scores(self.metrics[0], self.truth, prediction, self.resamples),
            fit_seconds=fit_seconds,
            predict_seconds=predict_seconds,
            kilobytes=bytes_of(estimator) / 1000,
        )

    def _predict(self, estimator: Any) -> Array:
        if not self.task.is_classification:
            return np.asarray(estimator.predict(self.X_test), dtype=np.float64)
        order = [list(estimator.classes_).index(name) for name in self.task.classes]
        return np.asarray(estimator.predict_proba(self.X_test), dtype=np.float64)[:, order]
