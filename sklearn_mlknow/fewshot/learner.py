"""Learning to compare: what all few-shot learners share in ``fit``.

Batches of base classes go through one encoder; some classes are held out, to stop on and to learn from their pairs what
similarity means between rows of classes that were not trained on.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
import torch
from sklearn.utils import check_random_state
from torch import Tensor, nn

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import (
    Anything,
    Boolean,
    InstanceOf,
    Integer,
    ListOf,
    OneOf,
    RandomState,
    Real,
    check_parameters,
)
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow._shell.targets import read_target
from sklearn_mlknow.fewshot.base_classes import hold_out, read_base_classes
from sklearn_mlknow.fewshot.batches import ClassBatch, ClassBatches
from sklearn_mlknow.fewshot.encoders import ConvolutionEncoder, TableEncoder, folded
from sklearn_mlknow.fewshot.episodes import rows_by_class
from sklearn_mlknow.fewshot.front import learn_front
from sklearn_mlknow.fewshot.losses import prototype_error
from sklearn_mlknow.fewshot.rejection import label_of_rejection
from sklearn_mlknow.fewshot.support import SupportClassifier
from sklearn_mlknow.fewshot.training import Course, quiet_torch, train
from sklearn_mlknow.formulas.similarity import best_threshold, calibrate_similarity, similarity_of, squared_distances

N_PAIR_ROWS = 512  # rows whose pairs calibrate the similarity
N_CHECK_BATCHES = 4
STEPS_PER_CLASS, LEAST_STEPS, MOST_STEPS = 25, 60, 3000
TABLE_NOISE = 0.2  # in units of the spread of a column
LEAST_WATCHED = 5  # classes; fewer tell too little of which state is best
RULES: dict[str, list[Any]] = {
    "encoder": [OneOf("auto"), InstanceOf(nn.Module)],
    "image_shape": [ListOf(Integer(1), 2, 3), None],
    "n_components": [Integer(1)],
    "metric": [OneOf("euclidean", "cosine")],
    "n_way": [Integer(2)],
    "n_shot": [Integer(1)],
    "n_query": [Integer(1)],
    "n_steps": [OneOf("auto"), Integer(1)],
    "learning_rate": [Real(0, closed="neither")],
    "weight_decay": [Real(0)],
    "quarter_turns": [Boolean()],
    "augmentation": [OneOf("auto"), Real(0)],
    "validation_fraction": [Real(0, 1, closed="left")],
    "patience": [Integer(1), None],
    "max_time": [Real(0, closed="neither"), None],
    "precision": [OneOf("float32", "bfloat16")],
    "reject_below": [OneOf("match"), Real(0, 1), None],
    "reject_label": [Anything()],
    "verbose": [Integer(0), Boolean()],
    "random_state": [RandomState()],
}


class Comparer(nn.Module):
    """An encoder and the factor that turns squared distances into log-odds: all that learns."""

    def __init__(self, encoder: nn.Module, scale: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.log_scale = nn.Parameter(torch.tensor(float(np.log(scale)), dtype=torch.float32))


class FewShotLearner(SupportClassifier):
    """Shell of the few-shot learners; a subclass says by what loss it learns and how it weighs classes."""

    _rules: ClassVar[dict[str, list[Any]]] = RULES
    _norm: ClassVar[str] = "batch"

    @abstractmethod
    def _loss(self, module: Any, batch: ClassBatch, progress: float, generator: torch.Generator) -> Tensor:
        """Return the loss of one batch of classes."""

    def _check(self, module: Any, batch: ClassBatch, generator: torch.Generator) -> Tensor:
        """Return what the best state has least of on held-out classes: rows nearer to a wrong prototype."""
        z = self._normalised(module.encoder(batch.x.flatten(0, 1)).float()).view(*batch.x.shape[:2], -1)
        return prototype_error(z, batch.rows, batch.task, self._shots_used)

    @restores_on_failure
    def fit(self, X: Any, y: Any, tasks: Any = None) -> Self:
        """Learn to compare on the classes of y, then take all rows as support.

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            A table, numbers and categories mixed, values may be missing; or images as rows of pixels in [0, 1].
        y : array-like of shape (n_rows,)
            The classes; the more of them, the better it learns to compare.
        tasks : array-like of shape (n_rows,), default=None
            Which task a row belongs to, such as its alphabet. Classes are only compared within their task, and one
            label may mean different things in different tasks.

        Returns
        -------
        self
        """
        check_parameters(self)
        table = read_table(self, X, reset=True)
        target = read_target(self, y, table.n_rows, "class")
        shape = None if self.image_shape is None else tuple(self.image_shape)
        if self.quarter_turns and (shape is None or shape[0] != shape[1]):
            raise ValueError(f"{who(self)}: quarter_turns needs square images; set image_shape, or turn it off.")
        label_of_rejection(self, target.classes)  # refuses a label that is a class
        self.front_, x = learn_front(table, shape)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        base, task = read_base_classes(self, target.values, tasks)
        with quiet_torch(seed):
            self._learn(torch.from_numpy(x), rows_by_class(base), task, np.random.RandomState(seed))
            self._set_support(self._represent_inputs(x), target.values, target.classes)
        return self

    def _learn(self, x: Tensor, members: list[np.ndarray], task: np.ndarray, rng: np.random.RandomState) -> None:
        """Train on most classes, watch the others, learn from those what a match is."""
        trained, held_out = hold_out(len(members), task, self.validation_fraction, rng)
        module = self._make_module(x)
        self.encoder_ = module.encoder
        generator = torch.Generator().manual_seed(int(rng.randint(2**31 - 1)))
        # a class needs a row beyond its support; where too few classes have one, one shot must do
        self._shots_used = self._shots() if sum(len(members[k]) > self._shots() for k in trained) >= 2 else 1
        usable, watched = ([k for k in part if len(members[k]) > self._shots_used] for part in (trained, held_out))
        self.history_ = []
        if len(usable) >= 2:
            batches = self._batches(x, members, task, usable, self._strength())
            check = None
            if len(watched) >= LEAST_WATCHED:
                check = self._checker(module, self._batches(x, members, task, watched, 0.0))
            self.history_ = train(
                module,
                lambda progress: self._loss(module, batches.draw(generator), progress, generator),
                check,
                self._course(len(usable) * batches.n_turns),
            )
        module.eval()
        if isinstance(module.encoder, TableEncoder):
            module.encoder.double()  # so that the last bits of a row's answer do not depend on how many are asked
        elif isinstance(module.encoder, ConvolutionEncoder) and module.encoder.settings["norm"] == "batch":
            self.encoder_ = folded(module.encoder)
        self._keep(module)
        self._calibrate(x, [members[k] for k in (watched if len(watched) >= 2 else trained)], rng)

    def _make_module(self, x: Tensor) -> Any:
        """Build what learns."""
        if isinstance(self.encoder, nn.Module):
            encoder = copy.deepcopy(self.encoder)
        elif self.image_shape is not None:
            encoder = ConvolutionEncoder(tuple(self.image_shape), self.n_components, self._norm)
        else:
            encoder = TableEncoder(x.shape[1], self.n_components)
        # log-odds start at about ten times the distance between random rows
        return Comparer(encoder, 10.0 if self.metric == "cosine" else 10.0 / min(x.shape[1], self.n_components))

    def _keep(self, module: Any) -> None:
        """Keep what the answers need of a trained module besides the encoder."""
        self.scale_ = float(module.log_scale.detach().exp())

    def _course(self, n_classes: int) -> Course:
        n_steps = self.n_steps
        if n_steps == "auto":
            n_steps = int(np.clip(STEPS_PER_CLASS * (n_classes - 1), LEAST_STEPS, MOST_STEPS))
        return Course(
            n_steps,
            self.learning_rate,
            self.weight_decay,
            self.max_time,
            self.patience,
            self.precision,
            int(self.verbose),
        )

    def _strength(self) -> float:
        if self.augmentation == "auto":
            return TABLE_NOISE if self.image_shape is None else 0.0
        return float(self.augmentation)

    def _classes_per_step(self) -> int:
        return int(self.n_way)

    def _shots(self) -> int:
        return int(self.n_shot)

    def _rows_per_class(self) -> int:
        return int(self.n_shot + self.n_query)

    def _batches(
        self, x: Tensor, members: list[np.ndarray], task: np.ndarray, classes: list[int], augmentation: float
    ) -> ClassBatches:
        return ClassBatches(
            x,
            [members[k] for k in classes],
            task[classes],
            self._classes_per_step(),
            self._rows_per_class(),
            self.front_.image_shape,
            self.quarter_turns,
            augmentation,
        )

    def _checker(self, module: Any, batches: ClassBatches) -> Callable[[], float]:
        """Return a function that measures the loss on the same batches of held-out classes each time."""
        generator = torch.Generator().manual_seed(0)
        kept = [batches.draw(generator) for _ in range(N_CHECK_BATCHES)]

        def check() -> float:
            draws = torch.Generator().manual_seed(0)
            return float(np.mean([self._check(module, batch, draws).item() for batch in kept]))

        return check

    def _calibrate(self, x: Tensor, members: list[np.ndarray], rng: np.random.RandomState) -> None:
        """Learn from pairs of rows what a match is."""
        members = [members[k] for k in rng.permutation(len(members))[: N_PAIR_ROWS // 2]]
        members = [rng.permutation(rows)[: max(2, N_PAIR_ROWS // len(members))] for rows in members]
        codes = np.repeat(np.arange(len(members)), [len(rows) for rows in members])
        embedded = self._embed(x[np.concatenate(members)].numpy())
        upper = np.triu_indices(len(codes), 1)
        distances = squared_distances(embedded, embedded)[upper]
        is_match = (codes[:, None] == codes[None, :])[upper]
        if is_match.all() or not is_match.any():  # one class, or one row a class: no two kinds of pairs
            spread = float(distances.mean()) if len(distances) else 1.0
            self.similarity_slope_, self.similarity_offset_, self.match_threshold_ = 1.0 / (spread or 1.0), 1.0, 0.5
            return
        self.similarity_slope_, self.similarity_offset_ = calibrate_similarity(distances, is_match)
        similarities = similarity_of(distances, self.similarity_slope_, self.similarity_offset_)
        self.match_threshold_ = best_threshold(similarities, is_match)
