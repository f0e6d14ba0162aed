"""Meta-learning: a start from which a few gradient steps learn a new task.

Sources: Finn, Abbeel and Levine, *Model-Agnostic Meta-Learning*, ICML 2017; Raghu et al., *Rapid Learning or Feature
Reuse?* (ANIL), ICLR 2020; Nichol, Achiam and Schulman, *On First-Order Meta-Learning Algorithms* (Reptile), 2018;
learned rates, Antoniou et al., *How to Train Your MAML*, ICLR 2019; a last layer that starts equal for all classes, so
that tasks may have any number of them, Ye and Chao, *How to Train Your MAML to Excel in Few-Shot Classification*, 2022.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow._shell.parameters import Integer, OneOf, Real
from sklearn_mlknow.fewshot.adaptation import BIAS, HEAD, MetaLearner, adapt, adapt_heads, head_scores, support_share
from sklearn_mlknow.fewshot.batches import ClassBatch
from sklearn_mlknow.fewshot.learner import RULES, FewShotLearner
from sklearn_mlknow.fewshot.meta_losses import anil_loss, maml_loss, reptile_loss, tasks_of
from sklearn_mlknow.fewshot.support import dtype_of

LOSSES = {"maml": maml_loss, "reptile": reptile_loss}


class MetaLearningClassifier(FewShotLearner):
    """Classify by a net that was trained to be re-trained in a few steps.

    Use it when new tasks differ from the known ones in what matters, so that a fixed space of comparison does not fit
    them all: `with_support` adapts a copy of the net by ``inner_steps`` gradient steps. Where one space fits,
    `PrototypeClassifier` is faster and no worse. Training costs ``n_steps`` steps of ``n_tasks`` tasks, each
    ``inner_steps`` times as much as a plain step ("anil": hardly more than one); an answer costs one pass.

    Parameters
    ----------
    encoder : "auto" or torch.nn.Module, default="auto"
        Maps inputs to embeddings. "auto": a line plus a two-layer net on scaled and coded columns, four blocks of
        convolutions for images. A module is copied, never changed, and gets float32 inputs (n_rows, n_inputs).
    method : {"anil", "maml", "reptile"}, default="anil"
        What a task changes and how the start is learned. "anil": only the last layer adapts; the gradient of the
        adapted loss reaches the encoder. "maml": every weight adapts, with second derivatives. "reptile": every weight
        adapts, and the start moves towards where tasks ended; no second derivatives.
    inner_steps : int, default=5
        Gradient steps that adapt to a support.
    inner_rate : float, default=0.1
        Rate of these steps; "anil" and "maml" learn on from it, one rate a weight.
    image_shape : tuple of int, default=None
        Height, width and, for colours, channels of images that are given as rows of pixels; None for tables.
    n_components : int, default=64
        Length of an embedding; only with ``encoder="auto"``.
    metric : {"euclidean", "cosine"}, default="euclidean"
        Squared Euclidean distance of embeddings, or of embeddings scaled to length one.
    n_way : int, default=5
        Classes a task in training.
    n_tasks : int, default=6
        Tasks of different classes a step, at most.
    n_shot : int, default=1
        Support rows a class in training; best what will be used later.
    n_query : int, default=7
        Further rows a class and step. With "anil" all rows take turns as support.
    n_steps : "auto" or int, default="auto"
        Training steps; "auto" is 25 for each class beyond the first, from 60 to 3000.
    learning_rate : float, default=1e-3
        Highest rate of AdamW; it warms up and falls as half a cosine.
    weight_decay : float, default=1e-2
        Decoupled decay of weights.
    quarter_turns : bool, default=False
        Count each quarter turn of an image class as a class of its own. For square images whose orientation matters.
    augmentation : "auto" or float, default="auto"
        Images: strength of small turns, shears, shifts and bends; 1 is a change of hand, "auto" is 0. Tables: standard
        deviation of noise on the scaled columns; "auto" is 0.2. In training only.
    validation_fraction : float, default=0.1
        Share of the classes (of the tasks, with four or more) that is not trained on, two at least: their pairs
        calibrate the similarity and, with five or more of them, the state that errs least on them is kept. None are
        held out from fewer than 8 classes.
    patience : int or None, default=None
        Checks without improvement (of 20 a training) before it ends; None trains to the end.
    max_time : float or None, default=None
        Seconds for training; the schedule is shortened to end on time.
    precision : {"float32", "bfloat16"}, default="float32"
        Arithmetic of training. bfloat16 is two to three times as fast on processors that know it; answers are always
        computed in float32.
    reject_below : float, "match" or None, default=None
        A row whose similarity to every support row is lower gets ``reject_label``; "match" takes
        ``match_threshold_``.
    reject_label : object, default=None
        Label of unlike rows; None means "unknown" for classes that are texts, -1 for integers, NaN for numbers.
    verbose : int, default=0
        Show a progress bar.
    random_state : int, RandomState instance or None, default=None
        Seed of weights and batches.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Classes of the support.
    encoder_ : torch.nn.Module
        The trained encoder, shared by all copies that `with_support` makes.
    adapted_ : dict of str -> ndarray
        Weights adapted to the support: the last layer's, and those of the encoder unless ``method="anil"``.
    inner_rates_ : dict of str -> float
        Learned rate of each weight that adapts.
    support_embeddings_ : ndarray of shape (n_support, n_components)
        Embedded support, in the order in which it was given.
    support_codes_ : ndarray of int64, shape (n_support,)
        Position in ``classes_`` of each support row.
    support_counts_ : ndarray of int64, shape (n_classes,)
        Support rows a class.
    similarity_slope_, similarity_offset_ : float
        What turns a squared distance into a similarity.
    match_threshold_ : float
        Similarity from which two rows are best called a match.
    history_ : list of dict
        Losses as training went.
    n_features_in_ : int
        Columns of ``fit``.
    feature_names_in_ : ndarray of str
        Their names, where they have names.

    References
    ----------
    .. [1] C. Finn, P. Abbeel and S. Levine, "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks", ICML
       2017.
    .. [2] A. Nichol, J. Achiam and J. Schulman, "On First-Order Meta-Learning Algorithms", 2018.
    .. [3] A. Raghu et al., "Rapid Learning or Feature Reuse?", ICLR 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn_mlknow.fewshot import MetaLearningClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> learner = MetaLearningClassifier(n_way=3, n_steps=100, random_state=0).fit(X[y < 7], y[y < 7])
    >>> new = y >= 7
    >>> judge = learner.with_support(X[new][:12], y[new][:12])  # five gradient steps
    >>> judge.score(X[new][12:], y[new][12:]) > 0.6
    True
    """

    _rules = RULES | {
        "method": [OneOf("anil", "maml", "reptile")],
        "inner_steps": [Integer(1)],
        "inner_rate": [Real(0, closed="neither")],
        "n_tasks": [Integer(1)],
    }
    _norm = "group"  # batch norm would make a row's answer depend on the rows it is adapted with

    def __init__(
        self,
        encoder: Any = "auto",
        *,
        method: str = "anil",
        inner_steps: int = 5,
        inner_rate: float = 0.1,
        image_shape: Any = None,
        n_components: int = 64,
        metric: str = "euclidean",
        n_way: int = 5,
        n_tasks: int = 6,
        n_shot: int = 1,
        n_query: int = 7,
        n_steps: Any = "auto",
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-2,
        quarter_turns: bool = False,
        augmentation: Any = "auto",
        validation_fraction: float = 0.1,
        patience: int | None = None,
        max_time: float | None = None,
        precision: str = "float32",
        reject_below: Any = None,
        reject_label: Any = None,
        verbose: int = 0,
        random_state: Any = None,
    ) -> None:
        self.encoder = encoder
        self.method = method
        self.inner_steps = inner_steps
        self.inner_rate = inner_rate
        self.image_shape = image_shape
        self.n_components = n_components
        self.metric = metric
        self.n_way = n_way
        self.n_tasks = n_tasks
        self.n_shot = n_shot
        self.n_query = n_query
        self.n_steps = n_steps
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.quarter_turns = quarter_turns
        self.augmentation = augmentation
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.max_time = max_time
        self.precision = precision
        self.reject_below = reject_below
        self.reject_label = reject_label
        self.verbose = verbose
        self.random_state = random_state

    def _loss(self, module: Any, batch: ClassBatch, progress: float, generator: torch.Generator) -> Tensor:
        groups = tasks_of(batch.task, self.n_way)
        with torch.enable_grad():
            if self.method == "anil":
                n_way, n_rows, n_inputs = batch.x.shape
                z = self._normalised(module.encoder(batch.x.view(-1, n_inputs)).float()).view(n_way, n_rows, -1)
                with torch.autocast("cpu", enabled=False):
                    return anil_loss(module, z, batch.rows, groups, self._shots_used, self.inner_steps)
            return LOSSES[self.method](module, batch, groups, self._shots_used, self.inner_steps, self._normalised)

    def _check(self, module: Any, batch: ClassBatch, generator: torch.Generator) -> Tensor:
        return self._loss(module, batch, 0.0, generator)

    def _classes_per_step(self) -> int:
        return self.n_way * self.n_tasks

    def _make_module(self, x: Tensor) -> MetaLearner:
        module = super()._make_module(x)
        return MetaLearner(module.encoder, self.inner_rate, self.method)

    def _keep(self, module: MetaLearner) -> None:
        self.inner_rates_ = module.rates()

    def _represent_inputs(self, x: np.ndarray) -> np.ndarray:
        return self._embed(x) if self.method == "anil" else x

    def _take_support(self) -> None:
        x = torch.from_numpy(self.support_).to(dtype_of(self.encoder_))
        codes = torch.from_numpy(self.support_codes_)
        self.support_embeddings_ = self.support_ if self.method == "anil" else self._embed(self.support_)
        n_classes = len(self.classes_)
        share = support_share(codes, n_classes)
        rates = {name: torch.tensor(rate) for name, rate in self.inner_rates_.items()}
        with torch.inference_mode(False):
            if self.method == "anil":
                head, bias = adapt_heads(x[None], codes, share, n_classes, rates, self.inner_steps)
                self.adapted_ = {HEAD: head[0].numpy(force=True), BIAS: bias[0].numpy(force=True)}
            else:
                start = {name: weight.detach() for name, weight in self.encoder_.named_parameters()}
                adapted = adapt(
                    self.encoder_, start, x, codes, share, n_classes, rates, self.inner_steps, self._normalised
                )
                self.adapted_ = {name: weight.numpy(force=True) for name, weight in adapted.items()}

    def _evidence(self, represented: np.ndarray) -> np.ndarray:
        if self.method == "anil":
            return represented.astype(np.float64) @ self.adapted_[HEAD].T + self.adapted_[BIAS]
        x = torch.from_numpy(represented).to(dtype_of(self.encoder_))
        weights = {name: torch.from_numpy(weight) for name, weight in self.adapted_.items()}
        with torch.no_grad():
            return head_scores(self.encoder_, weights, x, self._normalised).double().numpy()
