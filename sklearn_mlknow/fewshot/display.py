"""The picture of an episode: who was compared with whom, and what came out."""

from __future__ import annotations

from typing import Any

import numpy as np


class EpisodeDisplay:
    """Picture of an episode: a row a query, a column a class, the similarity of each pair.

    With images, the support stands above the columns and each query before its row. The chosen class is framed, in
    green where it is right.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        The classes of the support.
    similarities : ndarray of shape (n_queries, n_classes)
        Similarity of each query to the most similar example of each class, in [0, 1].
    predicted : ndarray of shape (n_queries,)
        What the queries were named.
    expected : ndarray of shape (n_queries,), default=None
        What they are.
    support_images : ndarray of shape (n_classes, height, width), default=None
        One example of each class.
    query_images : ndarray of shape (n_queries, height, width), default=None
        The queries.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes of the picture, after `plot`.
    figure_ : matplotlib Figure
        Its figure, after `plot`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.fewshot import EpisodeDisplay
    >>> picture = EpisodeDisplay(
    ...     np.array(["a", "b"]), np.array([[0.9, 0.2], [0.4, 0.3]]), np.array(["a", "a"]), np.array(["a", "b"])
    ... ).plot()
    >>> picture.ax_.get_xlabel()
    'class of the support'
    """

    def __init__(
        self,
        classes: np.ndarray,
        similarities: np.ndarray,
        predicted: np.ndarray,
        expected: np.ndarray | None = None,
        support_images: np.ndarray | None = None,
        query_images: np.ndarray | None = None,
    ) -> None:
        self.classes = classes
        self.similarities = similarities
        self.predicted = predicted
        self.expected = expected
        self.support_images = support_images
        self.query_images = query_images

    @classmethod
    def from_estimator(cls, classifier: Any, X_support: Any, y_support: Any, X: Any, y: Any = None) -> EpisodeDisplay:
        """Let a fitted learner play an episode and draw it.

        Parameters
        ----------
        classifier : PrototypeClassifier, SiameseClassifier or MetaLearningClassifier
            Fitted.
        X_support : array-like or frame of shape (n_support, n_columns)
            The examples.
        y_support : array-like of shape (n_support,)
            Their classes.
        X : array-like or frame of shape (n_queries, n_columns)
            The queries.
        y : array-like of shape (n_queries,), default=None
            Their classes, where they are known.

        Returns
        -------
        EpisodeDisplay
            Drawn.
        """
        judge = classifier.with_support(X_support, y_support)
        pairs = judge.similarity(X, X_support)  # (n_queries, n_support)
        codes = judge.support_codes_
        similarities = np.column_stack([pairs[:, codes == k].max(axis=1) for k in range(len(judge.classes_))])
        support_images = query_images = None
        if judge.image_shape is not None:
            first = [int(np.argmax(codes == k)) for k in range(len(judge.classes_))]
            support_images = judge._read(X_support)[first].reshape(-1, *judge.image_shape)
            query_images = judge._read(X).reshape(-1, *judge.image_shape)
        expected = None if y is None else np.asarray(y)
        return cls(judge.classes_, similarities, judge.predict(X), expected, support_images, query_images).plot()

    def plot(self, ax: Any = None) -> EpisodeDisplay:
        """Draw the picture.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; a new figure by default.

        Returns
        -------
        EpisodeDisplay
            This one.
        """
        import matplotlib.pyplot as plt
        from matplotlib.patches import Rectangle

        n_queries, n_classes = self.similarities.shape
        if ax is None:
            _, ax = plt.subplots(figsize=(1.6 + 0.7 * n_classes, 1.2 + 0.6 * n_queries), layout="constrained")
        heat = ax.imshow(self.similarities, vmin=0, vmax=1, cmap="Blues", aspect="auto")
        for row in range(n_queries):
            for column in range(n_classes):
                value = self.similarities[row, column]
                ax.text(
                    column, row, f"{value:.2f}", ha="center", va="center", color="white" if value > 0.6 else "black"
                )
            chosen = np.flatnonzero(self.classes == self.predicted[row])
            is_right = self.expected is None or self.expected[row] == self.predicted[row]
            for column in chosen.tolist():
                colour = "tab:green" if is_right else "tab:red"
                ax.add_patch(Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, fill=False, edgecolor=colour, lw=2.5))
        names = self.predicted if self.expected is None else self.expected
        ax.set_xticks(range(n_classes), [str(name) for name in self.classes])
        ax.set_yticks(range(n_queries), [str(name) for name in names])
        ax.set_xlabel("class of the support")
        ax.set_ylabel("query")
        ax.figure.colorbar(heat, ax=ax, label="similarity")
        if self.support_images is not None and self.query_images is not None:
            ax.xaxis.set_ticks_position("top")
            ax.tick_params(axis="both", pad=34, length=0)
            for column, image in enumerate(self.support_images):
                _thumbnail(ax, image, (column, -0.5), (0, 18))
            for row, image in enumerate(self.query_images):
                _thumbnail(ax, image, (-0.5, row), (-18, 0))
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _thumbnail(ax: Any, image: np.ndarray, at: tuple[float, float], offset: tuple[float, float]) -> None:
    """Put a small image beside the axes."""
    from matplotlib.offsetbox import AnnotationBbox, OffsetImage

    small = OffsetImage(image, zoom=30 / max(image.shape[:2]), cmap="gray_r")
    ax.add_artist(
        AnnotationBbox(small, at, xybox=offset, xycoords="data", boxcoords="offset points", frameon=False, pad=0)
    )
