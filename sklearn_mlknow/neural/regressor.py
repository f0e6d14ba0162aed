"""A net that estimates numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array, check_consistent_length

from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.targets import read_target

from .estimator import NeuralEstimator, Task, n_target_columns
from .session import HeldOut


class NeuralRegressor(RegressorMixin, NeuralEstimator):
    """Estimate one or several numbers from the rows of a mixed table.

    The net learns the target in standard units by squared error, and never answers outside the range that it was
    trained on. Use it where the relation is smooth and many columns act together; a boosted tree trains faster.
    Training costs O(epochs x rows x members x weights), prediction needs numpy only.

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
    dropout : float, default=0.05
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
    net_ : skorch.NeuralNet
        The trained net.
    history_ : dict of str -> ndarray of shape (n_iter_,)
        ``train_loss`` and, with held-out rows, ``valid_loss`` of each epoch, in squared standard units.
    n_iter_ : int
        Epochs that ran.
    best_epoch_ : int
        Epoch whose weights are used.
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    See Also
    --------
    NeuralClassifier : The same for classes.

    References
    ----------
    Holzmüller et al. (2024), "Better by default: strong pre-tuned MLPs". Gorishniy et al. (2022), "On embeddings for
    numerical features". Gorishniy et al. (2025), "TabM".

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import NeuralRegressor
    >>> X = np.random.default_rng(0).uniform(-2, 2, (300, 2))
    >>> y = np.sin(X[:, 0]) + X[:, 1]
    >>> net = NeuralRegressor(random_state=0).fit(X, y)
    >>> bool(net.score(X, y) > 0.95)
    True
    """

    def __init__(
        self,
        *,
        hidden_units: str | Sequence[int] = "auto",
        activation: str = "relu",
        weight_init: str = "data",
        dropout: float = 0.05,
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
        self.callbacks = callbacks
        self.device = device
        self.verbose = verbose
        self.random_state = random_state

    @restores_on_failure
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, X_val: Any = None, y_val: Any = None
    ) -> NeuralRegressor:
        """Train the net.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers, categories, dates; missing values are welcome.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        sample_weight : array-like of shape (n_rows,) or None, default=None
            Weight 2 equals the row twice.
        groups : array-like of shape (n_rows,) or None, default=None
            Rows of one group are held out together.
        X_val, y_val : array-like, default=None
            Rows to watch instead of held-out ones.

        Returns
        -------
        NeuralRegressor
            Itself.
        """
        self._fit(X, y, sample_weight, groups, X_val, y_val)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimate of each row.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_outputs)
        """
        standard = self._output(X).mean(axis=0)
        values = np.clip(standard * self._y_spread + self._y_mean, self._y_low, self._y_high)
        return values[:, 0] if self._is_flat else values

    def _read_task(self, y: Any, n_rows: int, weight: np.ndarray | None) -> Task:
        self._is_flat = n_target_columns(y) < 2
        values = self._read_numbers(y, n_rows)
        return Task(values, "squared", values.shape[1], None)

    def _read_numbers(self, y: Any, n_rows: int) -> np.ndarray:
        if self._is_flat:
            return read_target(self, y, n_rows, kind="number").values[:, None]
        values = check_array(y, input_name="y", estimator=self, dtype=np.float64)
        check_consistent_length(np.empty(n_rows), values)
        return values

    def _prepare_target(self, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        share = weight / weight.sum()
        self._y_mean = share @ y  # (n_outputs,)
        spread = np.sqrt(share @ (y - self._y_mean) ** 2)
        self._y_spread = np.where(spread > 0, spread, 1.0)
        self._y_low, self._y_high = y.min(axis=0), y.max(axis=0)
        return (y - self._y_mean) / self._y_spread, weight

    def _learn_from_held_out(self, output: np.ndarray, index: np.ndarray, held_out: HeldOut) -> None:
        """A squared error needs no calibration."""

    def _read_validation_target(self, y_val: Any, n_rows: int) -> np.ndarray:
        return (self._read_numbers(y_val, n_rows) - self._y_mean) / self._y_spread

    def __sklearn_tags__(self) -> Any:
        """State that several numbers a row are welcome."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags
