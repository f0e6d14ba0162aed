"""Judging a few-shot learner the way it will be used, beside what needs no learning to compare.

Source: Vinyals et al., *Matching Networks for One Shot Learning*, NeurIPS 2016, section 4; the baselines follow Chen et
al., *A Closer Look at Few-shot Classification*, ICLR 2019, who show that many papers are not far above them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted, column_or_1d

from sklearn_mlknow.fewshot.episodes import EpisodeSampler
from sklearn_mlknow.fewshot.prototype import class_means
from sklearn_mlknow.fewshot.support import SupportClassifier
from sklearn_mlknow.formulas.similarity import squared_distances

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class EpisodeResult:
    """What a learner and its baselines reach over many episodes.

    Parameters
    ----------
    accuracy : float
        Mean over episodes of the share of queries that are named rightly.
    half_width : float
        Half of its 95 % interval, from the spread over episodes.
    accuracies : ndarray of shape (n_episodes,)
        The share of each episode.
    baselines : dict of str -> float
        Mean accuracy of "nearest mean" and "logistic regression" on the inputs as they are (pixels, or scaled and coded
        columns), over the first ``n_baseline_episodes`` of the same episodes.
    n_way, n_shot : int
        What the episodes were like.

    Examples
    --------
    >>> import numpy as np
    >>> EpisodeResult(0.9, 0.01, np.array([0.8, 1.0]), {"nearest mean": 0.7}, 5, 1).to_frame().method.tolist()
    ['learner', 'nearest mean']
    """

    accuracy: float
    half_width: float
    accuracies: np.ndarray
    baselines: dict[str, float]
    n_way: int
    n_shot: int

    def to_frame(self) -> Any:
        """Return a table of names, accuracies and half widths.

        Returns
        -------
        pandas.DataFrame
            One row a method; no half width for the baselines.
        """
        import pandas as pd

        rows = [{"method": "learner", "accuracy": self.accuracy, "half_width": self.half_width}]
        rows += [{"method": name, "accuracy": value, "half_width": np.nan} for name, value in self.baselines.items()]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        title = f"{self.n_way}-way {self.n_shot}-shot, {len(self.accuracies)} episodes"
        return f"<p>{title}</p>" + self.to_frame().to_html(index=False, float_format="%.3f")


def nearest_mean(support: np.ndarray, codes: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Name each query by the nearest class mean: (n_queries,) codes."""
    return squared_distances(query, class_means(support, codes, int(codes.max()) + 1)).argmin(axis=1)


def logistic_regression(support: np.ndarray, codes: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Name each query by a logistic regression on the support: (n_queries,) codes."""
    return LogisticRegression(max_iter=200).fit(support, codes).predict(query)


BASELINES: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "nearest mean": nearest_mean,
    "logistic regression": logistic_regression,
}


def evaluate_episodes(
    classifier: SupportClassifier,
    X: Any,
    y: Any,
    n_way: int = 5,
    n_shot: int = 1,
    *,
    n_query: int = 15,
    n_episodes: int = 1000,
    tasks: Any = None,
    n_baseline_episodes: int = 100,
    random_state: Any = None,
) -> EpisodeResult:
    """Measure how well a learner tells new classes apart from a few examples of each.

    Each episode draws classes, takes some rows of each as support and asks for others. Rows are embedded once, so an
    episode costs a few distances (for `MetaLearningClassifier`: its gradient steps). The classes must be none that
    the learner was trained on.

    Parameters
    ----------
    classifier : PrototypeClassifier, SiameseClassifier or MetaLearningClassifier
        Fitted.
    X : array-like or frame of shape (n_rows, n_columns)
        The columns of ``fit``, rows of other classes.
    y : array-like of shape (n_rows,)
        Their classes.
    n_way : int, default=5
        Classes an episode.
    n_shot : int, default=1
        Support rows a class.
    n_query : int, default=15
        Query rows a class.
    n_episodes : int, default=1000
        The half width of the interval falls with its root.
    tasks : array-like of shape (n_rows,), default=None
        Tasks, such as alphabets: an episode takes all its classes from one.
    n_baseline_episodes : int, default=100
        Episodes the baselines are measured on; 0 leaves them out.
    random_state : int, RandomState instance or None, default=None
        Seed of the episodes.

    Returns
    -------
    EpisodeResult
        ``accuracy``, ``half_width``, ``accuracies``, ``baselines``.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn_mlknow.fewshot import PrototypeClassifier, evaluate_episodes
    >>> X, y = load_digits(return_X_y=True)
    >>> learner = PrototypeClassifier(n_steps=100, random_state=0).fit(X[y < 6], y[y < 6])
    >>> new = y >= 6
    >>> result = evaluate_episodes(learner, X[new], y[new], n_way=4, n_episodes=50, random_state=0)
    >>> result.accuracy > 0.6
    True
    >>> sorted(result.baselines)
    ['logistic regression', 'nearest mean']
    """
    check_is_fitted(classifier)
    flat = column_or_1d(y)
    inputs = classifier._read(X)
    represented = classifier._represent_inputs(inputs)
    sampler = EpisodeSampler(n_way, n_shot, n_query, n_episodes, random_state)
    codes = np.repeat(np.arange(n_way), n_shot)
    accuracies = np.empty(n_episodes)
    of_baselines: dict[str, list[float]] = {name: [] for name in BASELINES} if n_baseline_episodes else {}
    for episode, (support, query) in enumerate(sampler.split(inputs, flat, tasks)):
        classes = flat[support][::n_shot]
        judge = classifier._copy_with(represented[support], codes, classes)
        asked = flat[query]
        accuracies[episode] = np.mean(classes[judge._evidence(represented[query]).argmax(axis=1)] == asked)
        if episode < n_baseline_episodes:
            for name, answer in BASELINES.items():
                named = classes[answer(inputs[support], codes, inputs[query])]
                of_baselines[name].append(float(np.mean(named == asked)))
    half_width = NORMAL_95 * accuracies.std(ddof=1) / np.sqrt(n_episodes) if n_episodes > 1 else float("nan")
    return EpisodeResult(
        float(accuracies.mean()),
        float(half_width),
        accuracies,
        {name: float(np.mean(values)) for name, values in of_baselines.items()},
        n_way,
        n_shot,
    )
