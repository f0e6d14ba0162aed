"""SHAP values of the whole pipeline on the original columns, brought into one shape."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_mlknow.study.report.context import Attributions
from sklearn_mlknow.study.report.task import Task

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 80
N_BACKGROUND = 32
BUDGET = 2048  # model rows for each explained row: exact for up to 6 columns, 32 pairs of coalitions beyond


def attribute(
    estimator: Any,
    task: Task,
    target: str,
    X_train: "pd.DataFrame",
    X_test: "pd.DataFrame",
    random_state: int,
    verbose: int,
) -> Attributions:
    """Explain some test rows: every class of several, the second of two classes, or the number.

    Costs at most ``MOST_ROWS * BUDGET`` model rows, whatever the size of the table.
    """
    from sklearn_mlknow.explain import ShapExplainer

    rng = np.random.default_rng(random_state)
    rows = np.sort(rng.permutation(len(X_test))[:MOST_ROWS])
    explainer = ShapExplainer(
        estimator,
        background=N_BACKGROUND,
        budget=BUDGET,
        output=task.classes[1] if task.kind == "binary" else "auto",
        random_state=random_state,
        verbose=verbose,
    )
    found = explainer.fit(X_train).explain(X_test.iloc[rows])
    shape = (len(rows), len(found.names), -1)
    outputs = task.classes if task.kind == "multiclass" else (task.classes[1],) if task.classes else (target,)
    order = [found.output_names.index(name) for name in outputs] if task.kind == "multiclass" else [0]
    return Attributions(
        rows=rows,
        names=found.names,
        outputs=outputs,
        values=found.values.reshape(shape)[:, :, order],
        standard_errors=found.standard_errors.reshape(shape)[:, :, order],
        base_values=np.asarray(found.base_values).reshape(len(rows), -1)[0, order],
        budget=int(found.audit.model_rows_each),
        is_exact=not found.standard_errors.any(),  # a budget that covers all coalitions plays them all
    )
