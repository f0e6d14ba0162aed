"""How alike two rows are: squared distances, and distances turned into similarities in [0, 1].

Sources: the match probability is logistic regression on the squared distance (Platt, *Probabilistic Outputs for
Support Vector Machines*, 1999; for embeddings, Schroff et al., *FaceNet*, CVPR 2015), divided by its value at distance
zero so that a row is exactly as similar as can be to itself.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from scipy.special import expit, log_expit


def squared_distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the squared Euclidean distance of each pair of rows.

    Each entry is a sum of squared differences, so equal rows are exactly 0 apart, the matrix is exactly symmetric,
    and an entry does not depend on the other rows. Costs O(n_left n_right n_columns).

    Parameters
    ----------
    left : ndarray of shape (n_left, n_columns)
    right : ndarray of shape (n_right, n_columns)

    Returns
    -------
    ndarray of float64, shape (n_left, n_right)

    Examples
    --------
    >>> squared_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[25.,  0.]])
    """
    return cdist(left, right, "sqeuclidean")


def similarity_of(distances: np.ndarray, slope: float, offset: float) -> np.ndarray:
    """Turn squared distances into similarities: sigmoid(offset - slope d) / sigmoid(offset).

    Parameters
    ----------
    distances : ndarray
        Squared distances, not negative.
    slope : float
        Not negative.
    offset : float
        Log-odds that two rows at distance zero belong to one class.

    Returns
    -------
    ndarray
        In [0, 1]; 1 at distance zero, falling with distance.

    Examples
    --------
    >>> similarity_of(np.array([0.0, 2.0, 1e9]), slope=1.0, offset=2.0).round(3)
    array([1.   , 0.568, 0.   ])
    """
    return expit(offset - slope * np.asarray(distances)) / expit(offset)


def calibrate_similarity(distances: np.ndarray, is_match: np.ndarray) -> tuple[float, float]:
    """Fit the slope and offset of `similarity_of` to pairs of known kind.

    Matching and other pairs weigh the same in all, however many there are of each; two pseudo-pairs keep both numbers
    finite when the kinds do not overlap.

    Parameters
    ----------
    distances : ndarray of shape (n_pairs,)
        Squared distances.
    is_match : ndarray of bool, shape (n_pairs,)
        Whether a pair is of one class; both kinds must occur.

    Returns
    -------
    slope, offset : float
        ``slope`` > 0: nearer is never less similar.

    Examples
    --------
    >>> slope, offset = calibrate_similarity(np.array([0.0, 1.0, 2.0, 3.0]), np.array([True, True, False, False]))
    >>> round(offset / slope, 2)  # where both kinds are equally likely
    1.5
    """
    spread = float(np.mean(distances)) or 1.0
    scaled = distances / spread
    n_match = int(is_match.sum())
    n_other = len(is_match) - n_match
    # Platt's targets: one pseudo-pair of each kind
    target = np.where(is_match, (n_match + 1) / (n_match + 2), 1 / (n_other + 2))
    weight = np.where(is_match, 0.5 / n_match, 0.5 / n_other)

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        slope, offset = np.exp(parameters[0]), parameters[1]
        z = offset - slope * scaled
        value = -weight @ (target * log_expit(z) + (1 - target) * log_expit(-z))
        residual = weight * (expit(z) - target)
        return float(value), np.array([-slope * (residual @ scaled), residual.sum()])

    found = minimize(loss, np.array([1.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(-12.0, 12.0), (-30.0, 30.0)])
    return float(np.exp(found.x[0])) / spread, float(found.x[1])


def best_threshold(similarities: np.ndarray, is_match: np.ndarray) -> float:
    """Find the similarity from which two rows are best called a match: the largest mean of both kinds' accuracies.

    Parameters
    ----------
    similarities : ndarray of shape (n_pairs,)
    is_match : ndarray of bool, shape (n_pairs,)
        Both kinds must occur.

    Returns
    -------
    float
        Halfway between two neighbouring similarities.

    Examples
    --------
    >>> best_threshold(np.array([0.9, 0.75, 0.25, 0.1]), np.array([True, True, False, False]))
    0.5
    """
    order = np.argsort(-similarities, kind="stable")
    ranked, matches = similarities[order], is_match[order]
    hits = np.cumsum(matches) / matches.sum()
    alarms = np.cumsum(~matches) / (~matches).sum()
    gain = np.where(np.append(ranked[1:] < ranked[:-1], True), hits - alarms, -np.inf)  # ties fall on one side
    best = int(np.argmax(gain))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2)
