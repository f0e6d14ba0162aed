"""Finished runs without training: every section can be drawn in milliseconds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import train_test_split

from sklearn_mlknow.study.report.cleaning import clean
from sklearn_mlknow.study.report.context import Context, Model, codes_of
from sklearn_mlknow.study.report.explained import Effect, Explained
from sklearn_mlknow.study.report.models import baselines
from sklearn_mlknow.study.report.order import compare_parts
from sklearn_mlknow.study.report.scores import metrics_for, resampled_scores, resampled_weights

HOSTILE = "<script>alert('x')</script>&\"\x1b[31m"


def make_frame(kind, n_rows=120, seed=0):
    """A number with missing values, a hostile category, a small integer, and a target of the kind."""
    rng = np.random.default_rng(seed)
    size = rng.normal(size=n_rows)
    frame = pd.DataFrame(
        {
            "size": np.where(rng.random(n_rows) < 0.1, np.nan, size),
            HOSTILE: rng.choice([HOSTILE, "b", "c"], n_rows),
            "count": rng.integers(0, 4, n_rows),
        }
    )
    number = size + 0.3 * rng.normal(size=n_rows)
    if kind == "regression":
        return frame.assign(y=number)
    cuts = [0.0] if kind == "binary" else [-0.5, 0.5]
    names = np.array(["no", "yes"] if kind == "binary" else [HOSTILE, "mid", "top"])
    return frame.assign(y=names[np.digitize(number, cuts)])


def make_effect(column, n_outputs):
    """Made up; with a missing value."""
    is_number = column.dtype.kind == "f"
    values = (-1.0, 0.5, 2.0, float("nan")) if is_number else (HOSTILE, "b", "missing")
    means = np.linspace(0.1, 0.6, len(values))[:, None] * np.linspace(0.5, 1.0, n_outputs)
    return Effect(column.name, values, is_number, means, np.full(means.shape, 0.05))


def make_context(frame, target="y", seed=0, studies=None):
    """Train only the baselines; the linear one stands for the network, its attributions are made up."""
    table = clean(frame, target)
    stratify = table.y if table.task.is_classification else None
    X_train, X_test, y_train, y_test = train_test_split(table.X, table.y, random_state=seed, stratify=stratify)
    task, metrics = table.task, metrics_for(table.task)
    truth = codes_of(y_test, task).astype(float) if task.is_classification else y_test.to_numpy(float)
    resamples = resampled_weights(truth, task.is_classification, seed)
    simpler = baselines(task, X_train, seed)
    simpler["Boosted trees"][1][-1].set_params(max_iter=5)
    models = []
    for name, (what, model) in {"Neural network": ("stand-in", clone(simpler["Linear model"][1])), **simpler}.items():
        model.fit(X_train, y_train)
        if task.is_classification:
            prediction = model.predict_proba(X_test)[:, [list(model.classes_).index(c) for c in task.classes]]
        else:
            prediction = model.predict(X_test)
        scores = {metric.name: metric.function(truth, prediction, np.ones(len(truth))) for metric in metrics}
        resampled = resampled_scores(metrics[0], truth, prediction, resamples)
        models.append(Model(name, what, model, prediction, scores, resampled, 0.5, 0.01, 3.0))
    outputs = task.classes if task.kind == "multiclass" else task.classes[1:] or (target,)
    n_rows = min(12, len(X_test))
    values = np.random.default_rng(seed).normal(size=(n_rows, X_train.shape[1], len(outputs)))
    return Context(
        source="table.csv",
        target=target,
        task=task,
        notes=table.notes,
        X_train=X_train,
        X_test=X_test,
        y_train=y_train,
        y_test=y_test,
        models=tuple(models),
        metrics=metrics,
        history={"train": np.array([1.0, 0.5, 0.3]), "valid": np.array([1.0, 0.6, 0.7])},
        best_epoch=1,
        explained=Explained(
            target=target,
            is_share=task.is_classification,
            kind_of_row="test row",
            rows=np.arange(n_rows),
            X=X_test.iloc[:n_rows],
            names=tuple(X_train.columns),
            outputs=outputs,
            values=values,
            standard_errors=np.abs(values) / 10,
            base_values=np.full(len(outputs), 0.25),
            budget=512,
            is_exact=False,
            effects=tuple(make_effect(X_train[name], len(outputs)) for name in X_train),
        ),
        alike=compare_parts(table.X, X_train, X_test),
        studies=studies,
        dropped=("count",) if "count" in X_train else (),
        random_state=seed,
        seconds={"network": 1.0, "baselines": 2.0},
    )


@pytest.fixture(scope="session", params=["binary", "multiclass", "regression"])
def context(request):
    return make_context(make_frame(request.param))
