"""Nets for tables: a torch module, trained by a skorch engine, held by a scikit-learn face.

The theory of the room. A net loses to trees on tables for four reasons, and each has a remedy that costs little:
columns on wild scales (robust scaling and a smooth clip), smooth functions of what steps (piecewise-linear shares of
bins), one unlucky start (members side by side, averaged), and a stopping point that is guessed (each member holds out
its own fold, so all rows vote). A batch is a slice of a tensor, so training runs near the speed of the hardware;
what was learned is folded into a few arrays, so prediction needs numpy alone.

``modules`` knows torch only, ``engine`` and ``watch`` know skorch, the estimators hold the engine as ``net_``.
"""

from sklearn_mlknow.neural.attention_classifier import AttentionClassifier
from sklearn_mlknow.neural.attention_regressor import AttentionRegressor
from sklearn_mlknow.neural.classifier import NeuralClassifier
from sklearn_mlknow.neural.display import TrainingDisplay
from sklearn_mlknow.neural.hybrid_classifier import HybridClassifier
from sklearn_mlknow.neural.hybrid_regressor import HybridRegressor
from sklearn_mlknow.neural.regressor import NeuralRegressor
from sklearn_mlknow.neural.representations import hidden_representation, visualize_feature
from sklearn_mlknow.neural.search_space import search_space

__all__ = [
    "AttentionClassifier",
    "AttentionRegressor",
    "HybridClassifier",
    "HybridRegressor",
    "NeuralClassifier",
    "NeuralRegressor",
    "TrainingDisplay",
    "hidden_representation",
    "search_space",
    "visualize_feature",
]
