"""A fitted model that goes on learning: what came before the last step stays as it is, the last step is continued."""

import copy
from typing import Any

import numpy as np

from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.study.report.errors import ReportError


def continued(model: Any, X: Any, y: np.ndarray) -> Any:
    """Continue the training of a copy of a model on more rows.

    Earlier steps keep what they have learned, since the last one has learned to read it; only a drift reference takes
    the rows in. Our nets start from their own weights (transfer from themselves) and stop early; a net of which the
    rows lack a class, and any other estimator that can, takes one pass by ``partial_fit``.

    Parameters
    ----------
    model : fitted estimator or Pipeline
        It is left as it is.
    X : DataFrame
        The rows.
    y : ndarray of shape (n_rows,)
        Their targets, in the model's own terms.

    Returns
    -------
    estimator
        Another one, fitted.

    Raises
    ------
    ReportError
        The last step can only learn from all rows at once.
    """
    after = copy.deepcopy(model)
    *front, (_, last) = getattr(after, "steps", [("model", after)])
    if not hasattr(last, "partial_fit"):
        raise ReportError(
            f"{type(last).__name__} learns from all rows at once, it has no partial_fit; train a new model instead."
        )
    for _, step in front:
        if isinstance(step, DriftMonitor):
            step.partial_fit(X)
        if step is not None and step != "passthrough":
            X = step.transform(X)
    knows_all = not hasattr(last, "classes_") or set(np.unique(y).tolist()) == set(last.classes_.tolist())
    if hasattr(last, "net_") and "warm_start" in last.get_params() and knows_all:
        before = last.get_params()["warm_start"]
        last.set_params(warm_start=True).fit(X, y)
        last.set_params(warm_start=before)
    else:
        last.partial_fit(X, y)
    return after
