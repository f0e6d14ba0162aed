"""What is written for every code of a column: one number or text for each bin, for missing and for special values."""

from typing import Any

import numpy as np

from sklearn_mlknow.binning.bins import Bins
from sklearn_mlknow.binning.encode import interval_texts
from sklearn_mlknow.binning.seen import Seen
from sklearn_mlknow.binning.special import special_text
from sklearn_mlknow.formulas.smoothing import bin_values, fill_empty_bins, finite_ends, midpoints
from sklearn_mlknow.summaries import values


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


def with_special(by_bin: np.ndarray, bins: Bins) -> np.ndarray:
    """Append NaN for missing and the special values themselves."""
    return np.concatenate([by_bin, [np.nan], bins.special])
