"""A net that tells classes apart, and says which columns it looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sklearn_mlknow._shell.parameters import Boolean, Dictionary, OneOf
from sklearn_mlknow.neural.attention_net import ATTENTION_RULES, AttentionNet
from sklearn_mlknow.neural.class_face import ClassFace


class AttentionClassifier(AttentionNet, ClassFace):
    """Classify rows by attention between columns, and show which columns were looked at.

    Each column becomes a token; layers of self-attention let columns read each other. Use it where the question is
    which columns matter for this row; `NeuralClassifier` is more accurate and several times faster. Training costs
    O(epochs x rows x columns squared).

    Parameters
    ----------
    n_token_features : int, default=32
        Width of a token; a multiple of ``n_heads``.
    n_heads : int, default=4
        Attention patterns side by side in a layer.
    n_layers : int, default=2
        Layers of attention.
    dropout : float, default=0.1
        Share of features left out in each step, in [0, 1), to the next 1/256.
    n_members : "auto" or int, default="auto"
        Nets trained side by side on different folds and averaged; "auto" is 2.
    learning_rate : "auto" or float, default="auto"
        Step size before it falls to zero; "auto" is 0.01.
    weight_decay : float, default=0.02
        Pull of weights towards zero.
    batch_size : "auto" or int, default="auto"
        Rows per member and step; "auto" goes by the number of rows.
    max_epochs : "auto" or int, default="auto"
        Passes over the rows at most.
    max_time : float or None, default=None
        Seconds for training; the schedule is shortened so that it ends on time, after one step at least. The clock runs
        from the first step: what comes before, reading the table, and after it is not in them.
    early_stopping : bool, default=True
        Hold rows out and watch them.
    patience : int or None, default=10
        Epochs without a better score before the learning rate starts to fall.
    validation_fraction : "auto" or float, default="auto"
        Share of rows held out; "auto" holds out another fold for each member.
    restore_best : bool, default=True
        Return to the weights of the best epoch.
    class_weight : dict, "balanced" or None, default=None
        Factor on the weight of each class's rows; "balanced" makes all classes weigh the same, in ``partial_fit`` over
        all rows so far. Factors have the mean 1 over those rows.
    calibrate : bool, default=True
        Scale the logits by one factor found on held-out rows.
    callbacks : list of skorch callbacks or None, default=None
        Told of every batch and epoch. Learning rates that they set, as ``LRScheduler`` does, are multiplied by the
        warm-up and the fall of the net's own schedule.
    device : {"cpu", "cuda", "mps"}, default="cpu"
        Where to train.
    verbose : int, default=0
        1 shows a progress bar.
    random_state : int, RandomState or None, default=None
        Fixes every bit of the result.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    net_ : skorch.NeuralNet
        The trained net.
    history_ : dict of str -> ndarray of shape (n_iter_,)
        Losses of each epoch.
    n_iter_ : int
        Epochs that ran.
    best_epoch_ : int
        Epoch whose weights are used.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of columns.

    See Also
    --------
    NeuralClassifier : More accurate, without the map.

    References
    ----------
    Gorishniy et al. (2021), "Revisiting deep learning models for tabular data". Abnar and Zuidema (2020), "Quantifying
    attention flow in transformers".

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import AttentionClassifier
    >>> X = np.random.default_rng(0).normal(size=(300, 3))
    >>> net = AttentionClassifier(max_epochs=20, random_state=0).fit(X, (X[:, 1] > 0).astype(int))
    >>> attention = net.attention_map(X)
    >>> attention.shape, bool(np.allclose(attention.sum(axis=1), 1))
    ((300, 3), True)
    """

    _rules = {**ATTENTION_RULES, "class_weight": [Dictionary(), OneOf("balanced"), None], "calibrate": [Boolean()]}

    def __init__(
        self,
        *,
        n_token_features: int = 32,
        n_heads: int = 4,
        n_layers: int = 2,
        dropout: float = 0.1,
        n_members: str | int = "auto",
        learning_rate: str | float = "auto",
        weight_decay: float = 0.02,
        batch_size: str | int = "auto",
        max_epochs: str | int = "auto",
        max_time: float | None = None,
        early_stopping: bool = True,
        patience: int | None = 10,
        validation_fraction: str | float = "auto",
        restore_best: bool = True,
        class_weight: Mapping[Any, float] | str | None = None,
        calibrate: bool = True,
        callbacks: Sequence[Any] | None = None,
        device: str = "cpu",
        verbose: int = 0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_token_features = n_token_features
        self.n_heads = n_heads
        self.n_layers = n_layers
        self.dropout = dropout
        self.n_members = n_members
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
