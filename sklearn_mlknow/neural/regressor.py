"""A net that estimates numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow.neural.number_face import NumberFace


class NeuralRegressor(NumberFace):
    """Estimate one or several numbers from the rows of a mixed table.

    The net learns the target in standard units by squared error, and never answers outside the range that it was
    trained on. Use it where the relation is smooth and many columns act together; a boosted tree trains faster.
    Training costs O(epochs x rows x members x weights), prediction needs numpy only.

    Parameters
    ----------
    hidden_units : "auto" or sequence of int, default="auto"
        Width of each hidden layer; "auto" is (128, 128), (64, 64) below 300 rows, (128,) for images.
    activation : {"relu", "leaky_relu", "elu", "selu", "silu", "gelu", "mish", "tanh", "sigmoid"}, default="silu"
        The non-linearity of every hidden layer.
    weight_init : {"auto", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "lecun_normal", \
            "orthogonal", "data"}, default="data"
        How weights start. "auto" takes Xavier for tanh and sigmoid, He for the ReLU family; "data" scales each unit to
        unit variance on training rows.
    dropout : float, default=0.05
        Share of hidden units left out in each step, in [0, 1), to the next 1/256.
    batch_norm : bool, default=False
        Normalise hidden units over each batch.
    numeric_embedding : {"ple", "periodic"} or None, default="ple"
        What joins the scaled value of each number: "ple" piecewise-linear shares of its bins, "periodic" learned waves.
    n_members : "auto" or int, default="auto"
        Nets trained side by side on different folds and averaged; "auto" is 8, and 2 for images.
    optimizer : {"adamw", "adam", "sgd"}, default="adamw"
        Rule that moves the weights. The two Adams take the same steps with a memory for squared gradients of twenty
        steps ("adamw") or of a thousand ("adam"); "sgd" has Nesterov's momentum. Weights decay apart from all of them.
    learning_rate : "auto" or float, default="auto"
        Step size at the top of the schedule, in the neural-tangent parametrisation; "auto" suits the optimiser.
    weight_decay : float, default=0.02
        Pull of weights towards zero: each step shrinks them by this share of the learning rate.
    batch_size : "auto" or int, default="auto"
        Rows per member and step; "auto" is 64, 128 or 256 by the number of rows.
    max_epochs : "auto" or int, default="auto"
        Passes over the rows at most.
    max_time : float or None, default=None
        Seconds for training; the schedule is shortened so that it ends on time, after one step at least. The clock runs
        from the first step: what comes before, reading the table, and after it is not in them.
    early_stopping : bool, default=True
        Hold rows out, watch them and stop where they say so.
    patience : int or None, default=10
        Epochs without a better score before the net returns to its best and the learning rate starts to fall to zero;
        None keeps it up for two thirds of ``max_epochs``.
    validation_fraction : "auto" or float, default="auto"
        Share of rows held out. "auto": each member holds out its own fold, so that every row is used; with one member
        0.2.
    restore_best : bool, default=True
        Return to the weights of the best epoch.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of images given as rows of pixels: three convolutions stand before
        the hidden layers.
    pretrained : fitted net of ours or None, default=None
        Weights are taken over by column name and level; inside ``clone`` wrap it in scikit-learn's FrozenEstimator.
        The architecture is then the source's.
        Where 50 rows or more are held out, nothing is frozen and no callback listens, the same net is trained from
        scratch too. Both answer together, unless one alone loses a twentieth less; ``max_time`` is shared by both.
    freeze : "body", sequence of int or None, default=None
        Hidden layers that do not learn; 1 is the first, "body" is all. Their batch norm keeps its running mean and
        variance.
    layer_decay : float, default=1.0
        Factor on the learning rate from each layer to the one below it, in (0, 1].
    warm_start : bool, default=False
        Start a second ``fit`` from the weights of the first.
    callbacks : list of skorch callbacks or None, default=None
        Told of every batch and epoch. Learning rates that they set, as ``LRScheduler`` does, are multiplied by the
        warm-up and the fall of the net's own schedule, and go on from each ``partial_fit`` to the next.
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
    init_report_ : DataFrame
        Each hidden layer before the first step: spread, dead units, gradient, and what to change.
    transfer_report_ : TransferReport
        Columns matched, new and dropped, and which net stays; only with ``pretrained``.
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
        activation: str = "silu",
        weight_init: str = "data",
        dropout: float = 0.05,
        batch_norm: bool = False,
        numeric_embedding: str | None = "ple",
        n_members: str | int = "auto",
        optimizer: str = "adamw",
        learning_rate: str | float = "auto",
        weight_decay: float = 0.02,
        batch_size: str | int = "auto",
        max_epochs: str | int = "auto",
        max_time: float | None = None,
        early_stopping: bool = True,
        patience: int | None = 10,
        validation_fraction: str | float = "auto",
        restore_best: bool = True,
        image_shape: Sequence[int] | None = None,
        pretrained: Any = None,
        freeze: str | Sequence[int] | None = None,
        layer_decay: float = 1.0,
        warm_start: bool = False,
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
        self.image_shape = image_shape
        self.pretrained = pretrained
        self.freeze = freeze
        self.layer_decay = layer_decay
        self.warm_start = warm_start
        self.callbacks = callbacks
        self.device = device
        self.verbose = verbose
        self.random_state = random_state
