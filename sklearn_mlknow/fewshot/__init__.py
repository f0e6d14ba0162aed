"""Learning to compare, learning to learn: classifiers for classes that come with a handful of examples.

The theory of the room. An **encoder** maps rows to **embeddings** in which rows of one class lie together, also rows
of classes it has never seen. It learns that by practice: in each **episode** a few classes are drawn, some rows of each
are the **support**, others are the **queries** to be judged. What it answers from later is only its support: exchanging
the support exchanges the classes, without training. Every query is judged alone; no statistic of the others enters.
"""

from sklearn_mlknow.fewshot.class_split import ClassDisjointSplit
from sklearn_mlknow.fewshot.display import EpisodeDisplay
from sklearn_mlknow.fewshot.episodes import EpisodeSampler
from sklearn_mlknow.fewshot.evaluation import EpisodeResult, evaluate_episodes
from sklearn_mlknow.fewshot.meta_learning import MetaLearningClassifier
from sklearn_mlknow.fewshot.prototype import PrototypeClassifier
from sklearn_mlknow.fewshot.siamese import SiameseClassifier

__all__ = [
    "ClassDisjointSplit",
    "EpisodeDisplay",
    "EpisodeResult",
    "EpisodeSampler",
    "MetaLearningClassifier",
    "PrototypeClassifier",
    "SiameseClassifier",
    "evaluate_episodes",
]
