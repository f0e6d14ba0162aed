"""How far a row is from typical rows: k-means clusters as features.

Source: Lloyd, "Least squares quantization in PCM" (1982), started by Arthur & Vassilvitskii, "k-means++" (2007); the
number of clusters by Rousseeuw, "Silhouettes" (1987); batches by Sculley, "Web-scale k-means clustering" (2010).
"""

from typing import Any, Self

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.metrics import silhouette_score
from sklearn.utils import check_random_state

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.parameters import Integer, OneOf, RandomState, check_parameters
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import read_weights
from sklearn_mlknow.features.builder import BUILDER_RULES, WeightedBuilder
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.smooth_clip import robust_scale, smooth_clip
from sklearn_mlknow.summaries import values

LIMIT = 3.0
SILHOUETTE_ROWS = 2_000
MOST_CLUSTERS = 10


class ClusterFeatures(WeightedBuilder):
    """Write how far each row is from the centres of k-means clusters, or which cluster it belongs to.

    Distances to typical rows give linear models and networks curved borders, and clusters gather rows of a kind.
    Columns are scaled by median and interquartile range and smoothly clipped first, so that no unit and no outlier
    decides; missing values stand at the median. Rows are put in order first, so that it matters neither how they came
    nor whether one came twice or weighs double. O(n log n), and O(n · n_clusters) a round.

    Parameters
    ----------
    n_clusters : int or "auto", default=8
        Number of clusters; "auto" takes the number from 2 to 10 of the best silhouette on at most 2 000 rows.
    output : {"distance", "label", "both", "soft"}, default="distance"
        Distances to all centres, the number of the nearest cluster, both, or shares of membership that sum to one.
    columns : list of str or int, callable or None, default=None
        Columns that rows are compared by; None takes every column of numbers.
    keep_inputs : bool, default=True
        Whether the columns it works on stay in the output.
    remainder : {"passthrough", "drop"}, default="passthrough"
        What happens to the other columns.
    random_state : int, RandomState or None, default=None
        Where the centres start.

    Attributes
    ----------
    centers_ : ndarray of shape (n_clusters, n_columns)
        Centres, of scaled columns.
    spread_ : float
        Mean squared distance of rows to their nearest centre, a column; the width of soft memberships.
    silhouettes_ : dict of int to float
        Silhouette of each number of clusters; only with ``n_clusters="auto"``.
    columns_ : list of str
        Names of the columns it works on.
    feature_names_in_ : ndarray of str
        Names of the columns of ``fit``; only when they have names.
    n_features_in_ : int
        Number of columns of ``fit``.

    Notes
    -----
    ``partial_fit`` goes on with mini-batch k-means; the first batch settles scale and number of clusters.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [0.1], [5.0], [5.1]])
    >>> ClusterFeatures(2, output="label", keep_inputs=False, random_state=0).fit_transform(X).ravel().tolist()
    [0, 0, 1, 1]
    """

    _rules = {
        "n_clusters": [Integer(1), OneOf("auto")],
        "output": [OneOf("distance", "label", "both", "soft")],
        "random_state": [RandomState()],
        **BUILDER_RULES,
    }

    def __init__(
        self,
        n_clusters: Any = 8,
        *,
        output: str = "distance",
        columns: Any = None,
        keep_inputs: bool = True,
        remainder: str = "passthrough",
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.output = output
        self.columns = columns
        self.keep_inputs = keep_inputs
        self.remainder = remainder
        self.random_state = random_state

    @restores_on_failure
    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Move the centres by one more batch (mini-batch k-means).

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The batch; the first is fitted fully and settles scale and number of clusters.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight 2 equals the row twice, weight 0 the row removed.

        Returns
        -------
        self
        """
        if not hasattr(self, "centers_"):
            return self.fit(X, y, sample_weight)
        check_parameters(self)
        table = self._read(X)
        scaled, weights = in_order(self._scaled(table), read_weights(self, sample_weight, table.n_rows))
        batches = MiniBatchKMeans(len(self.centers_), init=self.centers_, n_init=1, random_state=0)
        batches.partial_fit(self.centers_, sample_weight=np.maximum(self._weights, 1e-9))
        batches.partial_fit(scaled, sample_weight=weights)
        counts = np.bincount(batches.predict(scaled), weights, minlength=len(self._weights))
        self._conclude(batches.cluster_centers_, scaled, weights, self._weights + counts)
        return self

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        columns = [finite_number(table, index) for index in self._indices]
        self._scales = [robust_scale(values.summarise(column, weights)) for column in columns]
        scaled, weights = in_order(self._scaled(table), weights)
        rng = check_random_state(self.random_state)
        seed = int(rng.randint(np.iinfo(np.int32).max))
        n_clusters = self._choose_number(scaled, weights, seed) if self.n_clusters == "auto" else self.n_clusters
        if n_clusters > max(table.n_rows, weights.sum()):
            raise ValueError(
                f"{who(self)}: n_samples={table.n_rows} rows cannot make {n_clusters} clusters; lower n_clusters or "
                'set it to "auto".'
            )
        centers, labels = cluster(scaled, weights, n_clusters, seed)
        order = np.lexsort(centers.T[::-1])  # a canonical order, by the first column
        labels = np.argsort(order)[labels]
        self._conclude(centers[order], scaled, weights, np.bincount(labels, weights, minlength=n_clusters))

    def _choose_number(self, scaled: np.ndarray, weights: np.ndarray, seed: int) -> int:
        sample = evenly_drawn(scaled, weights, SILHOUETTE_ROWS)
        self.silhouettes_ = {}
        for n_clusters in range(2, min(MOST_CLUSTERS, len(np.unique(sample, axis=0)) - 1) + 1):
            labels = cluster(sample, np.ones(len(sample)), n_clusters, seed)[1]
            self.silhouettes_[n_clusters] = float(silhouette_score(sample, labels))
        return max(self.silhouettes_, key=self.silhouettes_.__getitem__, default=1)

    def _conclude(self, centers: np.ndarray, scaled: np.ndarray, weights: np.ndarray, held: np.ndarray) -> None:
        self.centers_ = centers
        self._weights = held
        nearest = squared_distances(scaled, centers).min(axis=1)
        self.spread_ = float(np.average(nearest, weights=weights) / centers.shape[1])

    def _scaled(self, table: Table) -> np.ndarray:
        """Scale the columns: (n_rows, n_columns)."""
        scaled = np.empty((table.n_rows, len(self._indices)))
        for place, index in enumerate(self._indices):
            column = smooth_clip(finite_number(table, index), *self._scales[place], LIMIT)
            scaled[:, place] = np.where(np.isnan(column), 0.0, column)
        return scaled

    def _build(self, table: Table) -> Any:
        squares = squared_distances(self._scaled(table), self.centers_)  # (n_rows, n_clusters)
        if self.output == "soft":
            heights = -(squares - squares.min(axis=1, keepdims=True)) / (2 * max(self.spread_, 1e-12))
            shares = np.exp(heights)
            return shares / shares.sum(axis=1, keepdims=True)
        distances, labels = np.sqrt(squares), squares.argmin(axis=1)
        if self.output == "distance":
            return distances
        return labels[:, None] if self.output == "label" else [*distances.T, labels]

    def _built_names(self) -> list[str]:
        kind = "share_of_cluster" if self.output == "soft" else "distance_to_cluster"
        many = [f"{kind}_{place}" for place in range(len(self.centers_))] if self.output != "label" else []
        return many + (["cluster"] if self.output in ("label", "both") else [])


def in_order(scaled: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Put rows in order, by the first column, then the second …, each distinct row once, with its weight.

    Returns
    -------
    rows : ndarray of shape (n_distinct, n_columns)
    weights : ndarray of shape (n_distinct,)
        Above 0.
    """
    if weights is not None:
        scaled, weights = scaled[weights > 0], weights[weights > 0]
    order = np.lexsort(scaled.T[::-1])
    rows = scaled[order]
    is_new = np.append(True, (rows[1:] != rows[:-1]).any(axis=1))
    held = np.bincount(np.cumsum(is_new) - 1, None if weights is None else weights[order])
    return rows[is_new], held.astype(np.float64)


def evenly_drawn(rows: np.ndarray, weights: np.ndarray, most: int) -> np.ndarray:
    """Draw rows at even distances of weight: all of them, as often as they weigh, where that makes at most so many."""
    n_drawn = int(min(most, max(round(weights.sum()), len(rows))))
    marks = (np.arange(n_drawn) + 0.5) * (weights.sum() / n_drawn)
    return rows[np.minimum(np.searchsorted(np.cumsum(weights), marks), len(rows) - 1)]


def cluster(rows: np.ndarray, weights: np.ndarray, n_clusters: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Find clusters; where there are fewer distinct rows than clusters, the last clusters are equal.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        In order.
    weights : ndarray of shape (n_rows,)
    n_clusters, seed : int

    Returns
    -------
    centers : ndarray of shape (n_clusters, n_columns)
    labels : ndarray of shape (n_rows,)
    """
    n_distinct = 1 + int((rows[1:] != rows[:-1]).any(axis=1).sum())
    found = KMeans(min(n_clusters, n_distinct), n_init=3, random_state=seed).fit(rows, sample_weight=weights)
    places = np.minimum(np.arange(n_clusters), n_distinct - 1)
    return found.cluster_centers_[places], found.labels_


def squared_distances(rows: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances: (n_rows, n_centers)."""
    squares = (rows**2).sum(axis=1)[:, None] - 2 * rows @ centers.T + (centers**2).sum(axis=1)
    return np.maximum(squares, 0.0)
