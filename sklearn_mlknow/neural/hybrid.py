"""A net on boosted trees: the trees answer first, the net learns what to add, and only if that helps.

The trees' answers on training rows come from folds that they were not trained on, so the net sees them as they will be
on new rows. Two nets are trained, one from zero and one from the trees' answers as an offset; the one with the better
loss on held-out rows stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.utils import check_random_state

from sklearn_mlknow._shell.parameters import Boolean, Dictionary, Integer, OneOf, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow.neural.calibrate import find_sharpness
from sklearn_mlknow.neural.class_face import ClassFace
from sklearn_mlknow.neural.estimator import RULES
from sklearn_mlknow.neural.inputs import encode, read_columns, recode
from sklearn_mlknow.neural.number_face import NumberFace
from sklearn_mlknow.neural.preparing import Task
from sklearn_mlknow.neural.recipe import MIN_HELD_OUT_ROWS, choose_plan
from sklearn_mlknow.neural.session import as_rows, train_net
from sklearn_mlknow.neural.splitting import assign_folds

SHARED = (
    "hidden_units", "activation", "dropout", "numeric_embedding", "n_members", "learning_rate", "weight_decay",
    "batch_size", "max_epochs", "max_time", "patience", "device", "verbose", "random_state",
)  # fmt: skip
HYBRID_RULES: dict[str, list[Any]] = {"n_folds": [Integer(2)], **{name: RULES[name] for name in SHARED}}
HALF_RATE = 0.5  # the net on an offset has less to learn
FEW_ROWS = 20  # as many classes as that are no sign of a number


def for_trees(columns: np.ndarray) -> np.ndarray:
    """Make columns such as scikit-learn's trees take them.

    Columns that hold no value at all become a constant, which splits nothing; means of two values must not overflow.
    """
    largest = np.finfo(np.float64).max / 2
    return np.clip(np.where(np.isnan(columns).all(axis=0), 0.0, columns), -largest, largest)


def tame(weight: np.ndarray) -> np.ndarray:
    """Divide weights that single precision cannot sum by their mean."""
    mean = weight.mean()
    return weight if 1e-9 < mean < 1e9 else weight / mean


class HybridNet:
    """What the two hybrids share: trees out of fold, two nets, one choice."""

    early_stopping = True  # held-out rows choose between the two nets
    validation_fraction = "auto"
    restore_best = True
    callbacks = None
    weight_init = "data"

    @restores_on_failure
    def fit(self: Any, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> Any:
        """Train the trees, both nets, and keep the better one.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            Numbers, categories, dates; missing values are welcome.
        y : array-like of shape (n_rows,)
            Classes or numbers.
        sample_weight : array-like of shape (n_rows,) or None, default=None
            Weight 2 equals the row twice, weight 0 the row removed.
        groups : array-like of shape (n_rows,) or None, default=None
            Rows of one group are held out together.

        Returns
        -------
        estimator
            Itself.
        """
        check_parameters(self)
        rows = self._read_rows(X, y, sample_weight, groups)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        plan = choose_plan(self, rows, self._task_loss, self._n_outputs, None)
        x = self._learn_inputs(rows, plan, None)  # (n_rows, n_inputs)
        target, weight = self._prepare_target(rows.y, rows.weight)
        self.input_means_ = weight @ x / weight.sum()
        self.trees_, starts = None, {"net": None}
        if len(x) >= MIN_HELD_OUT_ROWS:
            columns = self._tree_columns(recode(rows.columns, rows.levels, self.inputs_))
            folds = assign_folds(self.n_folds, rows.strata, rows.groups, len(x), np.random.default_rng(seed))
            starts["net on trees"], self._scale = self._out_of_fold(columns, target, weight, folds, seed)
            self.trees_ = self._fit_trees(columns, target, weight, seed)
        weight = None if (weight == weight[0]).all() else weight / weight.mean()
        members, held_out = self._hold_out(rows, x, target, weight, plan, seed, None, None)
        trained = {}
        for name, start in starts.items():
            out = held_out and replace(held_out, offset=start)
            own = plan if start is None else replace(plan, learning_rate=plan.learning_rate * HALF_RATE)
            tensors = as_rows(x, target, weight, members, plan.device, start)
            trained[name] = train_net(lambda a, b: self._make_net(plan, a, b), None, tensors, out, own, seed), out
        self.scores_ = {name: one.score for name, (one, _) in trained.items()}
        self.choice_ = min(self.scores_, key=self.scores_.__getitem__)
        self._uses_trees = self.choice_ == "net on trees"
        for name, (one, _) in trained.items():
            if name != self.choice_ and one.watch is not None:
                one.watch.forget()
        self._settle(*trained[self.choice_], plan)
        return self

    @property
    def partial_fit(self) -> Any:
        """Absent: trees learn from all rows at once."""
        raise AttributeError(
            f"{type(self).__name__} has no partial_fit, since its trees learn from all rows at once; use "
            "NeuralClassifier or NeuralRegressor for rows that come in parts."
        )

    def _tree_columns(self: Any, columns: np.ndarray) -> np.ndarray:
        """Return columns as trees take them: missing levels are NaN."""
        columns = columns.copy()
        for i in self.inputs_.levels:
            columns[columns[:, i] < 0, i] = np.nan
        return columns

    def _is_categorical(self: Any) -> np.ndarray | None:
        chosen = np.array([i in self.inputs_.levels for i in range(len(self.inputs_.names))])
        return chosen if chosen.any() else None

    def _output(self: Any, X: Any) -> np.ndarray:
        """Return what each member says of new rows, on top of the trees: (n_members, n_rows, n_outputs)."""
        columns, _ = read_columns(self._read_again(X), self.inputs_.levels)
        output = self.predictor_.output(encode(columns, self.inputs_))
        if self._uses_trees:
            output = output + self._tree_output(self.trees_, self._tree_columns(columns)) * self._scale
        return output


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
        Share of hidden units left out in each step, in [0, 1).
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
        Seconds for the training of each net; the schedule is shortened so that it ends on time.
    patience : int or None, default=10
        Epochs without a better score before the learning rate starts to fall to zero.
    class_weight : dict, "balanced" or None, default=None
        Factor on the weight of each class's rows.
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

    def _tree_output(self, trees: Any, columns: np.ndarray) -> np.ndarray:
        """Return the trees' logits: (n_rows, n_classes)."""
        if trees is None:
            return np.zeros((len(columns), len(self.classes_)))
        raw = np.zeros((len(columns), len(self.classes_)))
        decision = trees.decision_function(columns)
        if decision.ndim == 1:
            raw[:, trees.classes_[1]] = decision
        else:
            raw[:, trees.classes_] = decision
            missing = np.setdiff1d(np.arange(len(self.classes_)), trees.classes_)
            raw[:, missing] = decision.min(axis=1, keepdims=True)
        return raw

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
        n_classes = len(np.unique(y))
        if n_classes < 2 or (n_classes > len(y) / 2 and len(y) > FEW_ROWS):  # nearly a class a row: nothing to split by
            return None
        trees = HistGradientBoostingClassifier(
            categorical_features=self._is_categorical(), early_stopping=False, random_state=seed
        )
        return trees.fit(for_trees(columns), y, sample_weight=tame(weight))

    def _out_of_fold(
        self, columns: np.ndarray, y: np.ndarray, weight: np.ndarray, folds: np.ndarray, seed: int
    ) -> tuple[np.ndarray, float]:
        raw = np.zeros((len(y), len(self.classes_)))
        for fold in range(int(folds.max()) + 1):
            out = folds == fold
            trees = self._fit_trees(columns[~out], y[~out], weight[~out], seed)
            raw[out] = self._tree_output(trees, columns[out])
        scale = find_sharpness(raw, y, weight)
        return raw * scale, scale


class HybridRegressor(HybridNet, NumberFace):  # type: ignore[misc]
    """Estimate numbers with a net on top of boosted trees.

    Boosted trees answer first, a small ensemble of nets learns what to add; where held-out rows say that the trees do
    not help, the net stays alone. Often the most accurate single estimator on tables of a thousand rows and more, at
    the cost of both: two nets and six sets of trees.

    Parameters
    ----------
    hidden_units : "auto" or sequence of int, default="auto"
        Width of each hidden layer; "auto" is (128, 128), (64, 64) below 300 rows.
    activation : {"relu", "leaky_relu", "elu", "selu", "silu", "gelu", "mish", "tanh", "sigmoid"}, default="silu"
        The non-linearity of every hidden layer.
    dropout : float, default=0.05
        Share of hidden units left out in each step, in [0, 1).
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
        Seconds for the training of each net; the schedule is shortened so that it ends on time.
    patience : int or None, default=10
        Epochs without a better score before the learning rate starts to fall to zero.
    device : {"cpu", "cuda", "mps"}, default="cpu"
        Where to train the nets.
    verbose : int, default=0
        1 shows a progress bar.
    random_state : int, RandomState or None, default=None
        Fixes every bit of the result.

    Attributes
    ----------
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
    NeuralRegressor : The net alone.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import HybridRegressor
    >>> X = np.random.default_rng(0).uniform(-2, 2, (300, 2))
    >>> y = np.sin(X[:, 0]) + X[:, 1]
    >>> bool(HybridRegressor(max_epochs=20, random_state=0).fit(X, y).score(X, y) > 0.9)
    True
    """

    _rules = HYBRID_RULES

    def __init__(
        self,
        *,
        hidden_units: str | Sequence[int] = "auto",
        activation: str = "silu",
        dropout: float = 0.05,
        numeric_embedding: str | None = "ple",
        n_members: str | int = "auto",
        n_folds: int = 5,
        learning_rate: str | float = "auto",
        weight_decay: float = 0.02,
        batch_size: str | int = "auto",
        max_epochs: str | int = "auto",
        max_time: float | None = None,
        patience: int | None = 10,
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
        self.device = device
        self.verbose = verbose
        self.random_state = random_state

    def _tree_output(self, trees: Any, columns: np.ndarray) -> np.ndarray:
        """Return the trees' estimates in standard units: (n_rows, n_outputs)."""
        return np.column_stack([tree.predict(columns) for tree in trees])

    def _fit_trees(self, columns: np.ndarray, y: np.ndarray, weight: np.ndarray, seed: int) -> Any:
        return [
            HistGradientBoostingRegressor(
                categorical_features=self._is_categorical(), early_stopping=False, random_state=seed
            ).fit(for_trees(columns), output, sample_weight=tame(weight))
            for output in y.T
        ]

    def _out_of_fold(
        self, columns: np.ndarray, y: np.ndarray, weight: np.ndarray, folds: np.ndarray, seed: int
    ) -> tuple[np.ndarray, float]:
        estimate = np.zeros(y.shape)
        for fold in range(int(folds.max()) + 1):
            out = folds == fold
            trees = self._fit_trees(columns[~out], y[~out], weight[~out], seed)
            estimate[out] = self._tree_output(trees, columns[out])
        return estimate, 1.0
