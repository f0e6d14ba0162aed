"""What any page needs to know of a problem to say whether it can be learned, by which score, and what mistakes cost."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.families import SIMPLEST
from sklearn_mlknow.study.report.context import Array, Context
from sklearn_mlknow.study.report.gains import Share, has_signal, loss_saved
from sklearn_mlknow.study.report.task import Task, classification

if TYPE_CHECKING:
    from sklearn_mlknow.study.model_family_study import ModelFamilyStudy


@dataclass(frozen=True)
class Problem:
    """A problem, and how far a model and the simplest rule get.

    Attributes
    ----------
    task : Task
    target : str
        What is predicted.
    model : str
        How sentences call the model that answers.
    judged : str
        How sentences call a row that is judged by.
    truth : ndarray of shape (n_judged,)
        Codes of the classes, or numbers.
    prediction, simplest : ndarray of shape (n_judged, n_classes) or (n_judged,)
        Of the model, and of the simplest rule.
    learned : ndarray of shape (n_learned,)
        Truth of the rows to learn from.
    is_crossed : bool
        Whether each row is judged by models that did not learn from it, and learned from by the others.
    n_columns : int
    saved : tuple of (str, Share)
        Share of the simplest rule's loss that each model saves.
    has_signal : bool
        Whether any of them surely saves something.
    """

    task: Task
    target: str
    model: str
    judged: str
    truth: NDArray[Any]
    prediction: Array
    simplest: Array
    learned: NDArray[Any]
    is_crossed: bool
    n_columns: int
    saved: tuple[tuple[str, Share], ...]
    has_signal: bool


def problem_of(context: Context) -> Problem:
    """Collect what a report knows: the network on the test rows."""
    simplest, others = context.models[1], (context.ours, *context.models[2:])
    is_class = context.task.is_classification
    return Problem(
        task=context.task,
        target=context.target,
        model="the network",
        judged="test row",
        truth=context.codes_test if is_class else context.y_test.to_numpy(dtype=np.float64),
        prediction=context.ours.prediction,
        simplest=simplest.prediction,
        learned=context.codes_train if is_class else context.y_train.to_numpy(dtype=np.float64),
        is_crossed=False,
        n_columns=context.X_train.shape[1],
        saved=tuple((one.name, loss_saved(context, simplest, one, n_comparisons=len(others))) for one in others),
        has_signal=has_signal(context),
    )


def problem_of_families(study: "ModelFamilyStudy", target: str) -> Problem | None:
    """Collect what a comparison of families knows: its best model on the rows that were held out in turn.

    None where there is nothing to hold it against: models of the user's own, or a score that is no loss.
    """
    if not len(study.signal_):
        return None
    rows: Any = study.signal_.itertuples()
    best = next(name for name in study.results_["family"] if name != SIMPLEST)
    truth = study.truth_ if study.classes_ is None else np.searchsorted(study.classes_, study.truth_)
    return Problem(
        task=Task("regression") if study.classes_ is None else classification(map(str, study.classes_)),
        target=target,
        model=f"the {best} model",
        judged="row",
        truth=truth,
        prediction=study.predictions_[best],
        simplest=study.predictions_[SIMPLEST],
        learned=truth,
        is_crossed=True,
        n_columns=study.n_features_in_,
        saved=tuple((row.family, Share(row.share, row.low, row.high)) for row in rows),
        has_signal=bool(study.has_signal_),
    )
