"""A net on boosted trees that tells classes apart: the trees answer first, the net adds to it, only if that helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sklearn_mlknow._shell.parameters import Boolean, Dictionary, OneOf
from sklearn_mlknow.neural.calibrate import find_sharpness
from sklearn_mlknow.neural.class_face import ClassFace
from sklearn_mlknow.neural.hybrid_net import HYBRID_RULES, HybridNet
from sklearn_mlknow.neural.preparing import Task
from sklearn_mlknow.neural.tree_offset import class_logits, fit_class_trees


class HybridClassifier(HybridNet, ClassFace):  # type: ignore[misc]
    """Classify the rows of a mixed table with a net on top of boosted trees.

    Boosted trees answer first, a small ensemble of nets learns what to add; where held-out rows say that the trees do
    not help, the net stays alone. Often the most accurate single estimator on tables of a thousand rows and more, at
    the cost of both: two nets and six sets of trees.

    Parameters
    ----------
    hidden_units : "auto" or sequence of int, default="auto"
        Width of each hidden layer; "auto" is (128, 128), (64, 64) below 300 rows.
    activation : {"relu", "leaky_relu", "elu", "selu", "silu", "gelu", "mish", "tanh", "sigmoid"}, default="silu"
        The non-linearity of every hidden layer.
    dropout : float, default=0.2
        Share of hidden units left out in each step, in [0, 1), to the next 1/256.
    numeric_embedding : {"ple", "periodic"} or None, default="ple"
        What joins the scaled value of each number: "ple" piecewise-linear shares of its bins, "periodic" learned waves.
    n_members : "auto" or int, default="auto"
        Nets trained side by side on different folds and averaged; "auto" is 8.
    n_folds : int, default=5
        Folds in which the trees answer rows that they were not trained on.
    learning_rate : "auto" or float, default="auto"
        Step size before it falls to zero.
    weight_decay : float, default=0.02
        Pull of weights towards zero.
    batch_size : "auto" or int, default="auto"
        Rows per member and step; "auto" goes by the number of rows.
    max_epochs : "auto" or int, default="auto"
        Passes over the rows at most.
    max_time : float or None, default=None
        Seconds for the training of each of the two nets, counted from its first step; the schedule is shortened so that
        it ends on time, after one step at least. Reading the table and training the trees is not in them.
    patience : int or None, default=10
        Epochs without a better score before the learning rate starts to fall to zero.
    class_weight : dict, "balanced" or None, default=None
        Factor on the weight of each class's rows; "balanced" makes all classes weigh the same.
    calibrate : bool, default=True
        Scale the logits by one factor found on held-out rows.
    device : {"cpu", "cuda", "mps"}, default="cpu"
        Where to train the nets.
    verbose : int, default=0
        1 shows a progress bar.
    random_state : int, RandomState or None, default=None
        Fixes every bit of the result.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    trees_ : fitted HistGradientBoosting estimator, or a list of them
        Trained on all rows.
    scores_ : dict of str -> float
        Held-out loss of the net alone and of the net on trees.
    choice_ : {"net", "net on trees"}
        What is used.
    net_ : skorch.NeuralNet
        The net that is used.
    history_ : dict of str -> ndarray of shape (n_iter_,)
        Its losses.
    n_iter_ : int
        Epochs that it ran.
    best_epoch_ : int
        Epoch whose weights are used.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of columns.

    See Also
    --------
    NeuralClassifier : The net alone.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import HybridClassifier
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> hybrid = HybridClassifier(max_epochs=10, random_state=0).fit(X, (X[:, 0] > 0).astype(int))
    >>> bool(hybrid.score(X, (X[:, 0] > 0).astype(int)) > 0.9)
    True
    """

    _rules = {**HYBRID_RULES, "class_weight": [Dictionary(), OneOf("balanced"), None], "calibrate": [Boolean()]}

    def __init__(
        self,
        *,
        hidden_units: str | Sequence[int] = "auto",
        activation: str = "silu",
        dropout: float = 0.2,
        numeric_embedding: str | None = "ple",
        n_members: str | int = "auto",
        n_folds: int = 5,
        learning_rate: str | float = "auto",
        weight_decay: float = 0.02,
        batch_size: str | int = "auto",
        max_epochs: str | int = "auto",
        max_time: float | None = None,
        patience: int | None = 10,
        class_weight: Mapping[Any, float] | str | None = None,
        calibrate: bool = True,
        device: str = "cpu",
        verbose: int = 0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_units = hidden_units
        self.activation = activation
        self.dropout = dropout
        self.numeric_embedding = numeric_embedding
        self.n_members = n_members
        self.n_folds = n_folds
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_time = max_time
        self.patience = patience
        self.class_weight = class_weight
        self.calibrate = calibrate
        self.device = device
        self.verbose = verbose
        self.random_state = random_state

    def _read_task(self, y: Any, n_rows: int, weight: np.ndarray | None) -> Task:
        task = super()._read_task(y, n_rows, weight)
        if self._is_multilabel:
            raise ValueError(f"{type(self).__name__}: y holds several labels a row; use NeuralClassifier for those.")
        return task

    def __sklearn_tags__(self) -> Any:
        """State that rows have one class each."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = False
        return tags

    def _fit_trees(self, columns: np.ndarray, y: np.ndarray, weight: np.ndarray, seed: int) -> Any:
        return fit_class_trees(columns, y, weight, self._is_categorical(), seed)

    def _tree_output(self, trees: Any, columns: np.ndarray) -> np.ndarray:
        return class_logits(trees, columns, len(self.classes_))

    def _find_scale(self, output: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
        return find_sharpness(output, y, weight)
