"""Everything that sections may show: the table, the trained models, their scores and the explanation."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.explained import Array, Explained
from sklearn_mlknow.study.report.order import Alike
from sklearn_mlknow.study.report.scores import Metric
from sklearn_mlknow.study.report.studying import Studies
from sklearn_mlknow.study.report.task import Task

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Model:
    """A trained model and what it did on the test rows.

    Attributes
    ----------
    name, what : str
        Its name and one line on what it is.
    estimator : object
        The fitted estimator.
    prediction : ndarray of shape (n_test, n_classes) or (n_test,)
        Probabilities in the order of the task's classes, or numbers.
    scores : dict
        Score by name of the metric.
    resampled : ndarray of shape (n_resamples,)
        The first metric on resamples of the test rows, the same rows for all models.
    fit_seconds, predict_seconds : float
        Wall time of ``fit``, and of predicting the test rows.
    kilobytes : float
        Size when pickled.
    """

    name: str
    what: str
    estimator: Any
    prediction: Array
    scores: dict[str, float]
    resampled: Array
    fit_seconds: float
    predict_seconds: float
    kilobytes: float


@dataclass(frozen=True)
class Context:
    """What the sections of a report are made of.

    Attributes
    ----------
    source, target : str
        Name of the table and of the column to predict.
    task : Task
        What is asked.
    notes : tuple of str
        What was changed in the table.
    X_train, X_test : DataFrame
        Columns of float64 or category.
    y_train, y_test : Series
        Names of classes (texts) or numbers.
    models : tuple of Model
        Ours first, then the baselines.
    metrics : tuple of Metric
        The scores; the first leads.
    history : dict of str to ndarray
        ``train`` and ``valid`` loss by epoch.
    best_epoch : int
        Position of the epoch that was kept.
    explained : Explained or None
        The explanation of ours; None where it failed.
    alike : Alike
        Test against training rows, later against earlier rows.
    studies : Studies or None
        What more rows and other techniques would bring; None when nothing was studied.
    dropped : tuple of str
        Columns that the selector left out before the network.
    random_state : int
        The seed of everything.
    seconds : dict of str to float
        Wall time by stage.
    weights_test, groups_test : ndarray of shape (n_test,) or None
        How much each test row counts, and what it belongs to.
    failures : dict of str to str
        Parts that could not be made, and why.
    """

    source: str
    target: str
    task: Task
    notes: tuple[str, ...]
    X_train: "pd.DataFrame"
    X_test: "pd.DataFrame"
    y_train: "pd.Series[Any]"
    y_test: "pd.Series[Any]"
    models: tuple[Model, ...]
    metrics: tuple[Metric, ...]
    history: dict[str, Array]
    best_epoch: int
    explained: Explained | None
    alike: Alike
    studies: Studies | None
    dropped: tuple[str, ...]
    random_state: int
    seconds: dict[str, float]
    weights_test: Array | None = None
    groups_test: "NDArray[Any] | None" = None
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def ours(self) -> Model:
        """The pipeline of the report."""
        return self.models[0]

    @property
    def codes_train(self) -> NDArray[np.int64]:
        """Class of each training row as its position in ``task.classes``."""
        return codes_of(self.y_train, self.task)

    @property
    def codes_test(self) -> NDArray[np.int64]:
        """Class of each test row as its position in ``task.classes``."""
        return codes_of(self.y_test, self.task)


def codes_of(y: "pd.Series[Any]", task: Task) -> NDArray[np.int64]:
    """Return the position of each class in ``task.classes``."""
    place = {name: code for code, name in enumerate(task.classes)}
    return np.array([place[name] for name in y], dtype=np.int64)
