"""What a bin tells about a target: entropy, mutual information, weight of evidence, information value, Gini.

Plain functions of weighted counts. A *table* has one row a bin and one column a class. Logarithms are natural, so
information is in nats (divide by ``log(2)`` for bits).

References: Cover and Thomas, *Elements of Information Theory*, 2nd ed., chapter 2 (entropy, mutual information);
Miller, "Note on the bias of information estimates" (1955) for the correction; Siddiqi, *Credit Risk Scorecards*
(2006), chapter 6 (weight of evidence, information value); Somers (1962) for the
Gini coefficient of a score.
"""

import numpy as np
from scipy.special import xlogy


def entropy(weights: np.ndarray) -> np.ndarray:
    """Entropy of weighted counts along the last axis, in nats; an empty vector of counts has entropy 0.

    Parameters
    ----------
    weights : array of shape (..., n_classes)
        Non-negative counts or weights; they need not add to one.

    Returns
    -------
    array of shape (...)

    Examples
    --------
    >>> float(entropy([2, 2]) / np.log(2))
    1.0
    """
    weights = np.asarray(weights, dtype=float)
    total = weights.sum(axis=-1)
    safe = np.where(total > 0, total, 1.0)
    return np.maximum(np.log(safe) - xlogy(weights, weights).sum(axis=-1) / safe, 0.0)


def mutual_information(table: np.ndarray, bias_corrected: bool = False) -> np.ndarray:
    """Mutual information between bins and classes, in nats.

    Parameters
    ----------
    table : array of shape (..., n_codes, n_classes)
        Weighted counts of each (code, class); leading axes are a batch of tables.
    bias_corrected : bool, default=False
        Subtract the Miller-Madow bias ``(cells - rows - columns + 1) / (2 n)``, counting those that are not empty:
        what independent columns of this size would show by chance. The result can then be slightly negative.

    Returns
    -------
    array of shape (...)

    Examples
    --------
    >>> float(mutual_information([[5, 0], [0, 5]]) / np.log(2))
    1.0
    >>> float(mutual_information([[5, 5], [5, 5]]))
    0.0
    """
    table = np.asarray(table, dtype=float)
    rows, columns = table.sum(axis=-1), table.sum(axis=-2)  # (..., n_codes), (..., n_classes)
    total = rows.sum(axis=-1)
    safe = np.where(total > 0, total, 1.0)
    share = table / safe[..., None, None]
    expected = (rows / safe[..., None])[..., :, None] * (columns / safe[..., None])[..., None, :]
    terms = xlogy(share, np.divide(share, expected, out=np.ones_like(share), where=expected > 0))
    information = np.maximum(terms.sum(axis=(-1, -2)), 0.0)
    if not bias_corrected:
        return information
    degrees = 1 + (table > 0).sum(axis=(-1, -2)) - (rows > 0).sum(axis=-1) - (columns > 0).sum(axis=-1)
    return information - np.where(total > 0, degrees, 0) / (2 * safe)


def weight_of_evidence(events: np.ndarray, non_events: np.ndarray, smoothing: float = 1.0) -> np.ndarray:
    """How much being in a bin moves the log-odds of the event: ``log((e_i / E) / (n_i / N))``.

    Positive means more events than elsewhere. `smoothing` adds that many rows with the overall event rate to each
    bin, so that a bin without rows says nothing (0) and a pure bin stays finite; 0 is the textbook formula, infinite
    for pure bins.

    Parameters
    ----------
    events, non_events : arrays of shape (n_bins,)
        Weighted counts.
    smoothing : float, default=1.0
        Imaginary rows with the overall event rate in each bin.

    Returns
    -------
    array of shape (n_bins,)

    Examples
    --------
    >>> weight_of_evidence([1, 3], [3, 1], smoothing=0).round(4).tolist()
    [-1.0986, 1.0986]
    """
    events, non_events = np.asarray(events, dtype=float), np.asarray(non_events, dtype=float)
    all_events, all_non_events = events.sum(), non_events.sum()
    if all_events <= 0 or all_non_events <= 0:
        return np.zeros(events.shape)
    rate = all_events / (all_events + all_non_events)
    up, down = events + smoothing * rate, non_events + smoothing * (1 - rate)
    evidence = np.zeros(events.shape)
    seen = events + non_events > 0
    with np.errstate(divide="ignore"):
        evidence[seen] = np.log(up[seen]) - np.log(down[seen]) - (np.log(all_events) - np.log(all_non_events))
    return evidence


def information_value(events: np.ndarray, non_events: np.ndarray, smoothing: float = 0.0) -> np.ndarray:
    """Contribution of each bin to the information value ``sum((e_i / E - n_i / N) * woe_i)``; their sum is the IV.

    Rules of thumb (Siddiqi): below 0.02 no use, 0.1 weak, 0.3 medium, above 0.5 suspiciously good. The evidence of a
    pure bin, which would be infinite, is that with a `smoothing` of one row.

    Parameters
    ----------
    events, non_events : arrays of shape (n_bins,)
    smoothing : float, default=0.0
        As in `weight_of_evidence`.

    Returns
    -------
    array of shape (n_bins,)

    Examples
    --------
    >>> float(information_value([1, 3], [3, 1]).sum().round(4))
    1.0986
    """
    events, non_events = np.asarray(events, dtype=float), np.asarray(non_events, dtype=float)
    if events.sum() <= 0 or non_events.sum() <= 0:
        return np.zeros(events.shape)
    evidence = weight_of_evidence(events, non_events, smoothing)
    is_pure = ~np.isfinite(evidence)
    if is_pure.any():
        evidence[is_pure] = weight_of_evidence(events, non_events, 1.0)[is_pure]
    return (events / events.sum() - non_events / non_events.sum()) * evidence


def gini(events: np.ndarray, non_events: np.ndarray) -> float:
    """Gini coefficient of bins ranked by event rate: ``2 AUC - 1`` of the bin's rate as a score, between 0 and 1.

    Examples
    --------
    >>> gini([1, 3], [3, 1])
    0.5
    """
    events, non_events = np.asarray(events, dtype=float), np.asarray(non_events, dtype=float)
    if events.sum() <= 0 or non_events.sum() <= 0:
        return 0.0
    total = events + non_events
    rate = np.divide(events, total, out=np.zeros_like(total), where=total > 0)
    order = np.argsort(rate, kind="stable")
    event_share = events[order] / events.sum()
    below = np.cumsum(non_events[order]) / non_events.sum()
    before = below - non_events[order] / non_events.sum()
    return float((event_share * (below + before)).sum() - 1.0)
