"""The gains of a report on one scale: other kinds of model on the test rows, and what the studies found."""

import numpy as np

from sklearn_mlknow.study import advice, gain
from sklearn_mlknow.study.gain import Gain
from sklearn_mlknow.study.loss_saved import Share, row_losses, share_saved
from sklearn_mlknow.study.report.context import Array, Context, Model


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
    told = advice.advice(gains(context), leaks, has_signal(context))
    halves = None if context.studies is None else context.studies.halves
    if halves is None or not halves.is_clear:
        return told
    return f"{told} What the columns tell of the target changes along the rows: see whether the parts are alike."


def loss_saved(context: Context, first: Model, second: Model, n_comparisons: int = 1) -> Share:
    """Share of the first model's loss that the second saves on the test rows, groups of them together."""
    return share_saved(
        losses(context, first),
        losses(context, second),
        takes_root=not context.task.is_classification,
        weights=context.weights_test,
        groups=context.groups_test,
        n_comparisons=n_comparisons,
    )


def losses(context: Context, model: Model) -> Array:
    """Loss of each test row; (n_test,)."""
    is_class = context.task.is_classification
    return row_losses(
        model.prediction, context.codes_test if is_class else context.y_test.to_numpy(dtype=np.float64), is_class
    )


def _kind(model: Model) -> str:
    article = "the" if model.name.endswith("s") else "a"
    return f"{article} {model.name[0].lower()}{model.name[1:]} instead of the network"
