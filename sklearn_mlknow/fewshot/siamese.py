"""Siamese networks: twins that learn which pairs of rows match.

Sources: Koch, Zemel and Salakhutdinov, *Siamese Neural Networks for One-shot Image Recognition*, ICML 2015; the
contrastive loss of Hadsell, Chopra and LeCun, *Dimensionality Reduction by Learning an Invariant Mapping*, CVPR 2006;
hard pairs as in Schroff et al., *FaceNet*, CVPR 2015.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow._shell.parameters import Integer, Real
from sklearn_mlknow.fewshot.batches import ClassBatch
from sklearn_mlknow.fewshot.learner import RULES, FewShotLearner
from sklearn_mlknow.fewshot.losses import contrastive_loss
from sklearn_mlknow.fewshot.support import CHUNK
from sklearn_mlknow.formulas.similarity import similarity_of, squared_distances

SMALLEST = 1e-300  # keeps the logarithm of no votes finite
HARD_FROM = 0.5  # share of training after which pairs are hard


def votes(distances: np.ndarray, codes: np.ndarray, n_classes: int, n_neighbors: int, weigh: Any) -> np.ndarray:
    """Add up the similarity of the nearest support rows, class by class.

    Rows as near as the last of the ``n_neighbors`` vote too, so the order of the support is of no account.

    Parameters
    ----------
    distances : ndarray of shape (n_rows, n_support)
    codes : ndarray of int64, shape (n_support,)
    n_classes, n_neighbors : int
    weigh : callable
        Maps distances to similarities.

    Returns
    -------
    ndarray of shape (n_rows, n_classes)

    Examples
    --------
    >>> votes(np.array([[0.0, 1.0, 1.0, 3.0]]), np.array([0, 1, 1, 0]), 2, 2, lambda d: 1 / (1 + d)).tolist()
    [[1.0, 1.0]]
    """
    place = min(n_neighbors, distances.shape[1]) - 1
    last = np.partition(distances, place, axis=1)[:, [place]]
    weights = np.where(distances <= last, weigh(distances), 0.0)  # (n_rows, n_support)
    return weights @ (codes[:, None] == np.arange(n_classes))


class SiameseClassifier(FewShotLearner):
    """Classify by the most similar examples, by a similarity that was learned from pairs.

    Use it when the question is "are these two the same?": `similarity` is a calibrated probability of a match,
    ``match_threshold_`` says from when on to call it one, and classes may be as varied as they like, since the best
    examples decide. Where the classes are compact, `PrototypeClassifier` needs fewer examples. Training costs
    ``n_steps`` passes over ``n_way * n_rows`` rows; an answer costs one pass and one distance a support row.

    Parameters
    ----------
    encoder : "auto" or torch.nn.Module, default="auto"
        Maps inputs to embeddings. "auto": a line plus a two-layer net on scaled and coded columns, four blocks of
        convolutions for images. A module is copied, never changed, and gets float32 inputs (n_rows, n_inputs).
    image_shape : tuple of int, default=None
        Height, width and, for colours, channels of images that are given as rows of pixels; None for tables.
    n_components : int, default=64
        Length of an embedding; only with ``encoder="auto"``.
    margin : float, default=1.0
        Distance that rows of two classes should keep; random rows start about 1.4 apart.
    n_neighbors : int, default=5
        Support rows that decide, the most similar ones, each by its similarity; with one example a class, the nearest.
    metric : {"euclidean", "cosine"}, default="euclidean"
        Squared Euclidean distance of embeddings, or of embeddings scaled to length one.
    n_way : int, default=32
        Classes a training step, at most; more than will be told apart later helps.
    n_rows : int, default=8
        Rows a class and step; all pairs of them are drawn together.
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
    .. [1] G. Koch, R. Zemel and R. Salakhutdinov, "Siamese Neural Networks for One-shot Image Recognition", 2015.
    .. [2] R. Hadsell, S. Chopra and Y. LeCun, "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn_mlknow.fewshot import SiameseClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> learner = SiameseClassifier(n_steps=100, random_state=0).fit(X[y < 7], y[y < 7])
    >>> eights, nines = X[y == 8], X[y == 9]
    >>> same = learner.similarity(eights[:30], eights[30:60]).mean()
    >>> other = learner.similarity(eights[:30], nines[:30]).mean()
    >>> bool(same > other)
    True
    """

    _rules = {name: rules for name, rules in RULES.items() if name not in ("n_shot", "n_query")} | {
        "margin": [Real(0, closed="neither")],
        "n_neighbors": [Integer(1)],
        "n_rows": [Integer(2)],
    }

    def __init__(
        self,
        encoder: Any = "auto",
        *,
        image_shape: Any = None,
        n_components: int = 64,
        margin: float = 1.0,
        n_neighbors: int = 5,
        metric: str = "euclidean",
        n_way: int = 32,
        n_rows: int = 8,
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
        self.image_shape = image_shape
        self.n_components = n_components
        self.margin = margin
        self.n_neighbors = n_neighbors
        self.metric = metric
        self.n_way = n_way
        self.n_rows = n_rows
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
        n_way, n_rows, n_inputs = batch.x.shape
        z = self._normalised(module.encoder(batch.x.view(-1, n_inputs)).float()).view(n_way, n_rows, -1)
        with torch.autocast("cpu", enabled=False):
            z = z * (module.log_scale / 2).exp() / 10**0.5
            hard = progress >= HARD_FROM
            return contrastive_loss(z, batch.rows, batch.task, self.margin, hard, generator)

    def _shots(self) -> int:
        return 1

    def _rows_per_class(self) -> int:
        return self.n_rows

    def _take_support(self) -> None:
        self.support_embeddings_ = self.support_

    def _evidence(self, represented: np.ndarray) -> np.ndarray:
        def weigh(distances: np.ndarray) -> np.ndarray:
            return similarity_of(distances, self.similarity_slope_, self.similarity_offset_)

        parts = []
        for start in range(0, len(represented), CHUNK):
            distances = squared_distances(represented[start : start + CHUNK], self.support_)
            parts.append(votes(distances, self.support_codes_, len(self.classes_), self.n_neighbors, weigh))
        return np.log(np.maximum(np.concatenate(parts), SMALLEST))
