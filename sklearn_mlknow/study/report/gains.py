"""The gains of a report on one scale: other kinds of model on the test rows, and what the studies found."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from sklearn_mlknow.study import advice, gain
from sklearn_mlknow.study.gain import Gain
from sklearn_mlknow.study.report.context import Array, Context, Model

LEVEL = 0.95
SAME = 1e-9


class Share(NamedTuple):
    """Share of the loss that goes, with its interval."""

    share: float
    low: float
    high: float


def gains(context: Context) -> list[Gain]:
    """Collect what was tried: other kinds of model, more rows, and techniques on the side of the data.

    More rows and techniques count only when they were tried on all rows, and on a model that is not clearly worse than
    the network: what lifts a model of few rows, or one that is behind, need not lift the best.
    """
    others = context.models[2:]
    found = [
        Gain(_kind(other), "model", *loss_saved(context, context.ours, other, n_comparisons=len(others)))
        for other in others
    ]
    studies = context.studies
    if studies is None or not keeps_up(context):
        return found
    if studies.size is not None and studies.are_all_sized:
        of_rows = gain.of_rows(studies.size)
        found.append(of_rows._replace(what=f"{of_rows.what} ({studies.model.lower()})"))
    if studies.techniques is not None and studies.are_all_tried:
        found += [one for one in gain.of_techniques(studies.techniques) if one.share == one.share]
    return found


def keeps_up(context: Context) -> bool:
    """Tell whether the studied model is not clearly behind the network."""
    if context.studies is None:
        return False
    studied = next(model for model in context.models if model.name == context.studies.model)
    return loss_saved(context, studied, context.ours).low <= 0


def has_signal(context: Context) -> bool:
    """Tell whether any model clearly beats the simplest rule."""
    simplest, others = context.models[1], (context.ours, *context.models[2:])
    return any(loss_saved(context, simplest, other, n_comparisons=len(others)).low > 0 for other in others)


def model_or_data(context: Context) -> str:
    """Say in a sentence where to work."""
    leaks = () if context.studies is None else context.studies.leaks
    return advice.advice(gains(context), leaks, has_signal(context))


def loss_saved(context: Context, first: Model, second: Model, n_comparisons: int = 1) -> Share:
    """Share of the first model's loss that the second saves on the test rows.

    The interval is that of a ratio of means over rows, or over groups of rows where there are (the delta method),
    widened for the number of comparisons.
    """
    weights = 1.0 if context.weights_test is None else context.weights_test
    before, after = (weights * losses(context, model) for model in (first, second))
    if not before.sum() > 0:
        return Share(0.0, 0.0, 0.0)
    ratio = float(after.sum() / before.sum())
    residuals = after - ratio * before  # their sum is nought
    if context.groups_test is not None:
        codes = np.unique(context.groups_test, return_inverse=True)[1]
        residuals = np.bincount(codes, residuals).astype(np.float64)
    n = len(residuals)
    error = float(np.sqrt((residuals**2).sum() * n / max(n - 1, 1)) / before.sum())
    if abs(1 - ratio) < SAME and error < SAME:  # rounding of the machine
        return Share(0.0, 0.0, 0.0)
    half = NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * n_comparisons)) * error
    saved = [1 - ratio, 1 - ratio - half, 1 - ratio + half]
    if not context.task.is_classification:  # of the squared error to its root
        saved = [1 - float(np.sqrt(max(1 - one, 0.0))) for one in saved]
    return Share(*(min(one, 1.0) for one in saved))


def losses(context: Context, model: Model) -> Array:
    """Loss of each test row: minus the log of the probability of its class, or the squared error; (n_test,)."""
    if context.task.is_classification:
        of_truth = model.prediction[np.arange(len(context.y_test)), context.codes_test]
        return -np.log(np.clip(of_truth, 1e-15, None))
    return (model.prediction - context.y_test.to_numpy(dtype=np.float64)) ** 2


def _kind(model: Model) -> str:
    article = "the" if model.name.endswith("s") else "a"
    return f"{article} {model.name[0].lower()}{model.name[1:]} instead of the network"
