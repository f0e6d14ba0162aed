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
from sklearn_mlknow._shell.parameters import Integer, OneOf, RandomState
from sklearn_mlknow._shell.restoring import restores_on_failure
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.features.builder import BUILDER_RULES, FeatureBuilder
from sklearn_mlknow.features.finite import finite_number
from sklearn_mlknow.features.smooth_clip import robust_scale, smooth_clip
from sklearn_mlknow.summaries import values

LIMIT = 3.0
MANY_ROWS = 10_000  # in which distinct rows are counted first
SILHOUETTE_ROWS = 2_000
MOST_CLUSTERS = 10


class ClusterFeatures(FeatureBuilder):
    """Write how far each row is from the centres of k-means clusters, or which cluster it belongs to.

    Distances to typical rows give linear models and networks curved borders, and clusters gather rows of a kind.
    Columns are scaled by median and interquartile range and smoothly clipped first, so that no unit and no outlier
    decides; missing values stand at the median. O(n · n_clusters) a round.

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
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Move the centres by one more batch (mini-batch k-means).

        Parameters
        ----------
        X : array-like or frame of shape (n_rows, n_columns)
            The batch; the first is fitted fully and settles scale and number of clusters.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        if not hasattr(self, "centers_"):
            return self.fit(X, y)
        scaled = self._scaled(self._read(X))
        batches = MiniBatchKMeans(len(self.centers_), init=self.centers_, n_init=1, random_state=0)
        batches.partial_fit(self.centers_, sample_weight=np.maximum(self._weights, 1e-9))
        batches.partial_fit(scaled)
        labels = batches.predict(scaled)
        self._conclude(
            batches.cluster_centers_, scaled, self._weights + np.bincount(labels, minlength=len(self._weights))
        )
        return self

    def _learn(self, table: Table, y: Any, weights: np.ndarray | None) -> None:
        columns = [finite_number(table, index) for index in self._indices]
        self._scales = [robust_scale(values.summarise(column)) for column in columns]
        scaled = self._scaled(table)
        rng = check_random_state(self.random_state)
        seed = int(rng.randint(np.iinfo(np.int32).max))
        n_clusters = self._choose_number(scaled, seed) if self.n_clusters == "auto" else self.n_clusters
        if n_clusters > len(scaled):
            raise ValueError(
                f"{who(self)}: n_samples={len(scaled)} rows cannot make {n_clusters} clusters; lower n_clusters or set "
                'it to "auto".'
            )
        centers, labels = cluster(scaled, n_clusters, seed)
        order = np.lexsort(centers.T[::-1])  # a canonical order, by the first column
        labels = np.argsort(order)[labels]
        counts = np.bincount(labels, minlength=n_clusters).astype(np.float64)
        self._conclude(centers[order], scaled, counts)

    def _choose_number(self, scaled: np.ndarray, seed: int) -> int:
        rng = np.random.default_rng(seed)
        rows = rng.permutation(len(scaled))[:SILHOUETTE_ROWS]
        sample = scaled[rows]
        self.silhouettes_ = {}
        for n_clusters in range(2, min(MOST_CLUSTERS, len(np.unique(sample, axis=0)) - 1) + 1):
            labels = cluster(sample, n_clusters, seed)[1]
            self.silhouettes_[n_clusters] = float(silhouette_score(sample, labels))
        return max(self.silhouettes_, key=self.silhouettes_.__getitem__, default=1)

    def _conclude(self, centers: np.ndarray, scaled: np.ndarray, weights: np.ndarray) -> None:
        self.centers_ = centers
        self._weights = weights
        nearest = squared_distances(scaled, centers).min(axis=1)
        self.spread_ = float(nearest.mean() / centers.shape[1])

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


def cluster(scaled: np.ndarray, n_clusters: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Find clusters; where there are fewer distinct rows than clusters, the last clusters are equal.

    Returns
    -------
    centers : ndarray of shape (n_clusters, n_columns)
    labels : ndarray of shape (n_rows,)
    """
    n_distinct = len(np.unique(scaled[:MANY_ROWS], axis=0))
    if n_distinct < n_clusters and len(scaled) > MANY_ROWS:
        n_distinct = len(np.unique(scaled, axis=0))
    found = KMeans(min(n_clusters, n_distinct), n_init=3, random_state=seed).fit(scaled)
    places = np.minimum(np.arange(n_clusters), n_distinct - 1)
    return found.cluster_centers_[places], found.labels_


def squared_distances(rows: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances: (n_rows, n_centers)."""
    squares = (rows**2).sum(axis=1)[:, None] - 2 * rows @ centers.T + (centers**2).sum(axis=1)
    return np.maximum(squares, 0.0)
