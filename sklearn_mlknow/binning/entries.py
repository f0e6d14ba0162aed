"""What is written for every code of a column: one number or text for each bin, for missing and for special values."""

from typing import Any

import numpy as np

from sklearn_mlknow.binning.bins import Bins
from sklearn_mlknow.binning.encode import interval_texts
from sklearn_mlknow.binning.seen import ClassWeights, Seen
from sklearn_mlknow.binning.special import special_text
from sklearn_mlknow.formulas.information import weight_of_evidence
from sklearn_mlknow.formulas.smoothing import bin_values, fill_empty_bins, finite_ends, midpoints
from sklearn_mlknow.kernels import joint_histogram
from sklearn_mlknow.summaries import crossed, values


def midpoint_entries(bins: Bins) -> np.ndarray:
    """Middle of every bin; NaN for missing, itself for a special value. Shape (n_codes,)."""
    return with_special(midpoints(bins.inner_edges, bins.low, bins.high), bins)


def value_entries(bins: Bins, seen: Seen, field: str) -> np.ndarray:
    """Mean, median, low or high of the values in every bin; the midpoint (or the end) of a bin without values."""
    found = getattr(bin_values(values.ordered(seen.values), bins.inner_edges), field)
    if field in ("low", "high"):
        ends = finite_ends(bins.inner_edges, bins.low, bins.high)
        found = np.where(np.isnan(found), ends[:-1] if field == "low" else ends[1:], found)
    else:
        found = fill_empty_bins(found, bins.inner_edges, bins.low, bins.high)
    return with_special(found, bins)


def number_entries(bins: Bins, seen: Seen, encode: str) -> Any:
    """What smoothing writes for every code, both ends for "boundary"; None where nothing is looked up."""
    if encode in ("mean", "median"):
        return value_entries(bins, seen, encode)
    if encode == "boundary":
        return value_entries(bins, seen, "low"), value_entries(bins, seen, "high")
    return midpoint_entries(bins) if encode == "midpoint" else None


def interval_entries(bins: Bins, missing: object) -> np.ndarray:
    """Readable interval of every bin, of shape (n_codes,)."""
    texts = np.empty(bins.n_codes, dtype=object)
    texts[:] = [*interval_texts(bins.inner_edges), missing, *map(special_text, bins.special)]
    return texts


def evidence_entries(weights: np.ndarray, bins: Bins, has_missing_bin: bool) -> np.ndarray:
    """Weight of evidence of every code, from its class weights (n_codes, 2): without, then with the event.

    Nothing is evident (0) as long as only one class was seen. Shape (n_codes,).
    """
    found = weight_of_evidence(weights[:, 1], weights[:, 0]) if weights.shape[1] == 2 else np.zeros(len(weights))
    if not has_missing_bin:
        found[bins.n_bins] = np.nan
    return found


def class_weights_by_fold(
    codes: np.ndarray, n_codes: int, target: np.ndarray, folds: np.ndarray, weights: np.ndarray | None
) -> np.ndarray:
    """Weight of each of two classes in every code, fold by fold, of shape (n_folds, n_codes, 2)."""
    n_folds = int(folds.max()) + 1
    return joint_histogram(folds * n_codes + codes, target, n_folds * n_codes, 2, weights).reshape(n_folds, n_codes, 2)


def class_weights(bins: Bins, target: ClassWeights) -> np.ndarray:
    """Weight of each class in every code of a column, of shape (n_codes, n_classes)."""
    n_values = len(target.values.column[0])
    codes = np.searchsorted(bins.inner_edges, target.values.column[0], side="right")
    place = np.append(codes, [bins.n_bins, bins.n_bins])  # no rest among values, so its zeros may go anywhere
    assert len(place) == n_values + 2
    by_bin = crossed.gather(target.values.target, place, bins.n_bins + 1)
    assert isinstance(by_bin, np.ndarray)
    return np.vstack([by_bin, target.special])


def with_special(by_bin: np.ndarray, bins: Bins) -> np.ndarray:
    """Append NaN for missing and the special values themselves."""
    return np.concatenate([by_bin, [np.nan], bins.special])
