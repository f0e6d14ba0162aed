"""Prototypical networks: each class is the mean of its embedded examples.

Source: Snell, Swersky and Zemel, *Prototypical Networks for Few-shot Learning*, NeurIPS 2017.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from sklearn_mlknow.fewshot.batches import ClassBatch
from sklearn_mlknow.fewshot.encoders import ConvolutionEncoder
from sklearn_mlknow.fewshot.front import Front
from sklearn_mlknow.fewshot.learner import FewShotLearner
from sklearn_mlknow.fewshot.losses import prototype_loss
from sklearn_mlknow.formulas.similarity import similarity_of, squared_distances


def class_means(embedded: np.ndarray, codes: np.ndarray, n_classes: int) -> np.ndarray:
    """Return the mean embedding of each class: (n_rows, n_components) -> (n_classes, n_components)."""
    sums = np.zeros((n_classes, embedded.shape[1]))
    np.add.at(sums, codes, embedded)
    return sums / np.bincount(codes, minlength=n_classes)[:, None]


class PrototypeClassifier(FewShotLearner):
    """Classify by the nearest class mean in a space that was learned for comparing.

    Use it when new classes turn up with a handful of examples each and there are other, better known classes to learn
    from: `fit` learns on those what makes two rows alike, `with_support` then takes new classes without training. The
    first of the three learners to try. With the classes fixed and many examples each, an ordinary classifier does
    better. Training costs ``n_steps`` passes over ``n_way * (n_shot + n_query)`` rows; an answer costs one pass and
    one distance a class.

    Parameters
    ----------
    encoder : "auto" or torch.nn.Module, default="auto"
        Maps inputs to embeddings. "auto": a line plus a two-layer net on scaled and coded columns, four blocks of
        convolutions for images. A module is copied, never changed, and gets float32 inputs (n_rows, n_inputs).
    image_shape : tuple of int, default=None
        Height, width and, for colours, channels of images that are given as rows of pixels; None for tables.
    n_components : int, default=64
        Length of an embedding; only with ``encoder="auto"``.
    metric : {"euclidean", "cosine"}, default="euclidean"
        Squared Euclidean distance of embeddings, or of embeddings scaled to length one.
    n_way : int, default=32
        Classes a training step, at most; more than will be told apart later helps.
    n_shot : int, default=1
        Support rows a class in training; best what will be used later.
    n_query : int, default=7
        Further rows a class and step. All ``n_shot + n_query`` rows take turns as support.
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
        A row whose similarity to the nearest prototype is lower gets ``reject_label``; "match" takes
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
    prototypes_ : ndarray of shape (n_classes, n_components)
        Mean embedding of each class.
    support_embeddings_ : ndarray of shape (n_support, n_components)
        Embedded support, in the order in which it was given.
    support_codes_ : ndarray of int64, shape (n_support,)
        Position in ``classes_`` of each support row.
    support_counts_ : ndarray of int64, shape (n_classes,)
        Support rows a class.
    scale_ : float
        Log-odds a unit of squared distance.
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
    .. [1] J. Snell, K. Swersky and R. Zemel, "Prototypical Networks for Few-shot Learning", NeurIPS 2017.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn_mlknow.fewshot import PrototypeClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> known, new = y < 7, y >= 7
    >>> learner = PrototypeClassifier(n_steps=100, random_state=0).fit(X[known], y[known])
    >>> judge = learner.with_support(X[new][:10], y[new][:10])  # ten examples in all, no training
    >>> judge.classes_
    array([7, 8, 9])
    >>> judge.score(X[new][10:], y[new][10:]) > 0.7
    True
    """

    def __init__(
        self,
        encoder: Any = "auto",
        *,
        image_shape: Any = None,
        n_components: int = 64,
        metric: str = "euclidean",
        n_way: int = 32,
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
        self.image_shape = image_shape
        self.n_components = n_components
        self.metric = metric
        self.n_way = n_way
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

    @classmethod
    def pretrained(cls, name: str = "omniglot", *, reject_below: Any = None, reject_label: Any = None) -> Self:
        """Return a learner that was trained before and ships with the package; give it classes by `with_support`.

        To train it further on classes of your own, pass its ``encoder_`` as ``encoder``.

        Parameters
        ----------
        name : {"omniglot"}, default="omniglot"
            "omniglot": drawn characters, images of 28 x 28 pixels as rows, ink 1 on paper 0.
        reject_below : float, "match" or None, default=None
            As for the class.
        reject_label : object, default=None
            As for the class.

        Returns
        -------
        PrototypeClassifier
            Without classes yet.

        Examples
        --------
        >>> import numpy as np
        >>> from sklearn_mlknow.fewshot import PrototypeClassifier
        >>> bar, ring = np.zeros((28, 28)), np.zeros((28, 28))
        >>> bar[4:24, 13:15] = 1
        >>> ring[6:22, 6:22] = 1
        >>> ring[8:20, 8:20] = 0
        >>> reader = PrototypeClassifier.pretrained("omniglot")
        >>> reader = reader.with_support([bar.ravel(), ring.ravel()], ["bar", "ring"])
        >>> reader.predict([np.roll(bar, 3).ravel()]).tolist()
        ['bar']
        """
        if name != "omniglot":
            raise ValueError(f"{cls.__name__}: pretrained knows 'omniglot', got {name!r}.")
        from sklearn_mlknow.datasets import load_omniglot_encoder

        arrays = load_omniglot_encoder()
        n_components = len(arrays["head.bias"])
        learner = cls(
            image_shape=(28, 28),
            n_components=n_components,
            metric="cosine",
            quarter_turns=True,
            augmentation=1.0,
            reject_below=reject_below,
            reject_label=reject_label,
        )
        encoder = ConvolutionEncoder((28, 28), n_components, None)
        weights = {key: torch.from_numpy(value) for key, value in arrays.items() if "." in key}
        encoder.load_state_dict(weights)
        learner.encoder_ = encoder.eval()
        learner.front_ = Front((28, 28), None)
        learner.n_features_in_ = 28 * 28
        learner.history_ = []
        for key in ("scale_", "similarity_slope_", "similarity_offset_", "match_threshold_"):
            setattr(learner, key, float(arrays[key]))
        return learner

    def _loss(self, module: Any, batch: ClassBatch, progress: float, generator: torch.Generator) -> Tensor:
        n_way, n_rows, n_inputs = batch.x.shape
        z = self._normalised(module.encoder(batch.x.view(-1, n_inputs)).float()).view(n_way, n_rows, -1)
        # in float32 whatever the encoder's precision: distances are small differences of large numbers
        with torch.autocast("cpu", enabled=False):
            return prototype_loss(z, batch.rows, batch.task, self._shots_used, module.log_scale.exp())

    def _take_support(self) -> None:
        self.support_embeddings_ = self.support_
        means = class_means(self.support_, self.support_codes_, len(self.classes_))
        if self.metric == "cosine":
            means = nn.functional.normalize(torch.from_numpy(means)).numpy()
        self.prototypes_ = means

    def _evidence(self, represented: np.ndarray) -> np.ndarray:
        return -self.scale_ * squared_distances(represented, self.prototypes_)

    def _likeness(self, X: Any) -> np.ndarray:
        nearest = squared_distances(self.transform(X), self.prototypes_).min(axis=1)
        return similarity_of(nearest, self.similarity_slope_, self.similarity_offset_)
