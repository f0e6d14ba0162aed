"""A net that tells classes apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import type_of_target

from sklearn_mlknow._shell.parameters import Boolean, Dictionary, OneOf
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.targets import read_target

from .calibrate import find_sharpness, sigmoid, softmax
from .estimator import RULES, NeuralEstimator, Task, n_target_columns
from .session import HeldOut


class NeuralClassifier(ClassifierMixin, NeuralEstimator):
    """Classify the rows of a mixed table with a small ensemble of nets trained in one.

    Numbers, categories, dates and missing values go in as they are. Use it on tables of a hundred to a million rows
    when accuracy and honest probabilities matter; a boosted tree trains faster. Training costs
    O(epochs x rows x members x weights), prediction needs numpy only.

    Parameters
    ----------
    hidden_units : "auto" or sequence of int, default="auto"
        Width of each hidden layer; "auto" is (128, 128).
    activation : {"relu", "leaky_relu", "elu", "selu", "silu", "gelu", "mish", "tanh", "sigmoid"}, default="relu"
        The non-linearity of every hidden layer.
    weight_init : {"auto", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "lecun_normal", \
            "orthogonal", "data"}, default="data"
        How weights start. "auto" takes Xavier for tanh and sigmoid, He for the ReLU family; "data" scales each unit to
        unit variance on training rows.
    dropout : float, default=0.15
        Share of hidden units left out in each step, in [0, 1).
    batch_norm : bool, default=False
        Normalise hidden units over each batch.
    numeric_embedding : {"ple"} or None, default="ple"
        "ple" adds piecewise-linear shares of each number's bins to its scaled value; None leaves the scaled value.
    n_members : int, default=8
        Nets trained side by side on different folds and averaged.
    optimizer : {"adamw", "adam", "sgd"}, default="adamw"
        Rule that moves the weights.
    learning_rate : "auto" or float, default="auto"
        Step size at the top of the schedule, in the neural-tangent parametrisation; "auto" suits the optimiser.
    weight_decay : float, default=0.02
        Pull of weights towards zero.
    batch_size : "auto" or int, default="auto"
        Rows per member and step; "auto" is 64, 128 or 256 by the number of rows.
    max_epochs : int, default=60
        Passes over the rows; the learning rate falls to zero at the last.
    max_time : float or None, default=None
        Seconds for training; the schedule is shortened so that it ends on time.
    early_stopping : bool, default=True
        Hold rows out, watch them and stop where they say so.
    patience : int or None, default=None
        Epochs without a better score before training stops; None trains to the end of the schedule.
    validation_fraction : "auto" or float, default="auto"
        Share of rows held out. "auto": each member holds out its own fold, so that every row is used; with one member
        0.2.
    restore_best : bool, default=True
        Return to the weights of the best epoch.
    class_weight : dict, "balanced" or None, default=None
        Factor on the weight of each class's rows; "balanced" makes all classes weigh the same.
    calibrate : bool, default=True
        Scale the logits by one factor found on held-out rows.
    callbacks : list of skorch callbacks or None, default=None
        Told of every batch and epoch.
    device : {"cpu", "cuda", "mps"}, default="cpu"
        Where to train; prediction always runs on the CPU.
    verbose : int, default=0
        1 shows a progress bar.
    random_state : int, RandomState or None, default=None
        Fixes every bit of the result.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Classes; for a table of labels, the list of column numbers.
    net_ : skorch.NeuralNet
        The trained net.
    history_ : dict of str -> ndarray of shape (n_iter_,)
        ``train_loss`` and, with held-out rows, ``valid_loss`` of each epoch.
    n_iter_ : int
        Epochs that ran.
    best_epoch_ : int
        Epoch whose weights are used.
    sharpness_ : float
        Factor on the logits; 1 when not calibrated.
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    See Also
    --------
    NeuralRegressor : The same for numbers.

    References
    ----------
    Holzmüller et al. (2024), "Better by default: strong pre-tuned MLPs". Gorishniy et al. (2022), "On embeddings for
    numerical features". Gorishniy et al. (2025), "TabM".

    Examples
    --------
    >>> from sklearn_mlknow.datasets import load_penguins
    >>> from sklearn_mlknow.neural import NeuralClassifier
    >>> X, y = load_penguins(return_X_y=True)
    >>> net = NeuralClassifier(max_epochs=20, random_state=0).fit(X, y)
    >>> bool(net.score(X, y) > 0.95)
    True
    """

    _rules = {**RULES, "class_weight": [Dictionary(), OneOf("balanced"), None], "calibrate": [Boolean()]}

    def __init__(
        self,
        *,
        hidden_units: str | Sequence[int] = "auto",
        activation: str = "relu",
        weight_init: str = "data",
        dropout: float = 0.15,
        batch_norm: bool = False,
        numeric_embedding: str | None = "ple",
        n_members: int = 8,
        optimizer: str = "adamw",
        learning_rate: str | float = "auto",
        weight_decay: float = 0.02,
        batch_size: str | int = "auto",
        max_epochs: int = 60,
        max_time: float | None = None,
        early_stopping: bool = True,
        patience: int | None = None,
        validation_fraction: str | float = "auto",
        restore_best: bool = True,
        class_weight: Mapping[Any, float] | str | None = None,
        calibrate: bool = True,
        callbacks: Sequence[Any] | None = None,
        device: str = "cpu",
        verbose: int = 0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_units = hidden_units
        self.activation = activation
        self.weight_init = weight_init
        self.dropout = dropout
        self.batch_norm = batch_norm
        self.numeric_embedding = numeric_embedding
        self.n_members = n_members
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_time = max_time
        self.early_stopping = early_stopping
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.restore_best = restore_best
        self.class_weight = class_weight
        self.calibrate = calibrate
        self.callbacks = callbacks
        self.device = device
        self.verbose = verbose
        self.random_state = random_state

    @restores_on_failure
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, X_val: Any = None, y_val: Any = None
    ) -> NeuralClassifier:
        """Train the net.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers, categories, dates; missing values are welcome.
        y : array-like of shape (n_rows,) or (n_rows, n_labels)
            Classes; a table of 0 and 1 for rows with several labels.
        sample_weight : array-like of shape (n_rows,) or None, default=None
            Weight 2 equals the row twice.
        groups : array-like of shape (n_rows,) or None, default=None
            Rows of one group are held out together.
        X_val, y_val : array-like, default=None
            Rows to watch instead of held-out ones.

        Returns
        -------
        NeuralClassifier
            Itself.
        """
        self._fit(X, y, sample_weight, groups, X_val, y_val)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            Rows sum to 1; for several labels, the probability of each label.
        """
        logits = self._output(X) * self.sharpness_  # (n_members, n_rows, n_outputs)
        return (sigmoid(logits) if self._is_multilabel else softmax(logits)).mean(axis=0)

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each row.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_labels)
        """
        probability = self.predict_proba(X)
        if self._is_multilabel:
            return (probability > 0.5).astype(np.int64)
        return self.classes_[probability.argmax(axis=1)]

    def _read_task(self, y: Any, n_rows: int, weight: np.ndarray | None) -> Task:
        self.sharpness_ = 1.0
        self._is_multilabel = n_target_columns(y) > 1 and type_of_target(y, input_name="y") == "multilabel-indicator"
        if self._is_multilabel:
            labels = np.asarray(y, dtype=np.float64)  # (n_rows, n_labels)
            if len(labels) != n_rows:
                raise ValueError(f"{type(self).__name__}: y has {len(labels)} rows and X {n_rows}; they must agree.")
            self.classes_ = np.arange(labels.shape[1])
            return Task(labels, "sigmoid", labels.shape[1], None)
        target = read_target(self, y, n_rows, kind="class")
        codes, self.classes_ = target.values, target.classes
        if weight is not None and not (weight > 0).all():  # weight 0 is the row removed, its class too
            present = np.unique(codes[weight > 0])
            codes = np.searchsorted(present, codes).clip(max=len(present) - 1)
            self.classes_ = self.classes_[present]
        return Task(codes, "softmax", len(self.classes_), codes)

    def _prepare_target(self, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self.class_weight is None or self._is_multilabel:
            return y, weight
        if self.class_weight == "balanced":
            of_class = np.bincount(y, weights=weight, minlength=len(self.classes_))
            factors = weight.sum() / (len(self.classes_) * of_class)
        else:
            unknown = set(self.class_weight) - set(self.classes_.tolist())
            if unknown:
                raise ValueError(f"{type(self).__name__}: class_weight names {unknown}, which y has not.")
            factors = np.array([self.class_weight.get(value, 1.0) for value in self.classes_.tolist()])
        return y, weight * factors[y]

    def _wants_held_out(self) -> bool:
        return bool(self.early_stopping or self.calibrate)

    def _learn_from_held_out(self, logits: np.ndarray, index: np.ndarray, held_out: HeldOut) -> None:
        if not self.calibrate:
            return
        is_row = index >= 0  # (n_members, n)
        rows = index[is_row]
        weight = np.ones(len(rows)) if held_out.weight is None else held_out.weight[rows]
        self.sharpness_ = find_sharpness(logits[is_row], held_out.y[rows], weight)

    def _read_validation_target(self, y_val: Any, n_rows: int) -> np.ndarray:
        if self._is_multilabel:
            return np.asarray(y_val, dtype=np.float64)
        target = read_target(self, y_val, n_rows, kind="class")
        position = {value: code for code, value in enumerate(self.classes_.tolist())}
        unknown = set(target.classes.tolist()) - set(position)
        if unknown:
            raise ValueError(f"{type(self).__name__}: y_val holds classes {unknown}, which y has not.")
        return np.array([position[value] for value in target.classes.tolist()], dtype=np.int64)[target.values]

    def __sklearn_tags__(self) -> Any:
        """State that several labels a row are welcome."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
