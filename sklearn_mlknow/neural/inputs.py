"""From a table to the numbers that enter a net, learned once and applied by name.

A numeric column becomes its robustly scaled, smoothly clipped value (RealMLP, Holzmüller et al. 2024), an indicator
where training rows were missing, and, with ``embedding="ple"``, its piecewise-linear bin shares (Gorishniy et al.
2022). A categorical column becomes one indicator a level; levels never seen count as missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sklearn_mlknow.neural.canonical import weighted_quantiles
from sklearn_mlknow.summaries.moments import power_of_two

MAX_LEVELS = 128  # the most frequent levels of a column; rarer ones share the indicator of missing values
CLIP = 3.0
LARGEST = 1e9
QUANTILE_SHARES = np.linspace(0, 1, 21)


@dataclass(frozen=True)
class Inputs:
    """What `encode` needs to know of the training table.

    Attributes
    ----------
    names, kinds : tuple of str
        One a column of the table.
    levels : dict of int -> ndarray of object
        Levels of each categorical column, by position.
    numbers : ndarray of int64, shape (n_numbers,)
        Positions of the numeric columns.
    centre, spread : ndarray of shape (n_numbers,)
    quantiles : ndarray of shape (n_numbers, n_quantiles)
        Of training rows, from the smallest value to the largest.
    missing : ndarray of int64
        Which numbers have an indicator of missing values.
    nodes : tuple of ndarray
        Nodes of the piecewise-linear shares, one array a number.
    has_missing_level : dict of int -> bool
        Whether a categorical column has an indicator of missing or rare values.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    levels: dict[int, np.ndarray]
    has_missing_level: dict[int, bool]
    numbers: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    quantiles: np.ndarray
    missing: np.ndarray
    nodes: tuple[np.ndarray, ...]

    @cached_property
    def bins(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the number, the left end and the width of every bin."""
        owner = [j for j, nodes in enumerate(self.nodes) for _ in nodes[1:]]
        left = [node for nodes in self.nodes for node in nodes[:-1]]
        width = [step for nodes in self.nodes for step in np.diff(nodes)]
        return np.array(owner, dtype=np.int64), np.array(left, dtype=np.float64), np.array(width, dtype=np.float64)

    @property
    def labels(self) -> list[tuple[str, str, Any]]:
        """Name each input: (column, role, detail) with role "value", "missing", "bin" or "level"."""
        named: list[tuple[str, str, Any]] = [(self.names[i], "value", None) for i in self.numbers]
        named += [(self.names[self.numbers[j]], "missing", None) for j in self.missing]
        for j, nodes in enumerate(self.nodes):
            named += [(self.names[self.numbers[j]], "bin", (float(a), float(b))) for a, b in zip(nodes, nodes[1:])]
        for i, levels in self.levels.items():
            named += [(self.names[i], "level", level) for level in levels]
            named += [(self.names[i], "missing", None)] * self.has_missing_level[i]
        return named


def learn_inputs(
    names: list[str],
    kinds: list[str],
    columns: np.ndarray,
    levels: dict[int, np.ndarray],
    weight: np.ndarray,
    embedding: str | None,
    n_bins: int,
    is_image: bool = False,
) -> Inputs:
    """Learn scales, bins and levels from training rows.

    Parameters
    ----------
    names, kinds : list of str
    columns : ndarray of float64, shape (n_rows, n_columns)
        As `read_columns` gives them.
    levels : dict of int -> ndarray of object
    weight : ndarray of shape (n_rows,)
        How often each row counts.
    embedding : {"ple", "periodic", None}
        "ple" learns the nodes of bins.
    n_bins : int
        Bins of a number, at most.
    is_image : bool
        All columns are pixels of one picture.

    Returns
    -------
    Inputs
    """
    kept, has_missing = {}, {}
    for i, values in levels.items():
        codes = columns[:, i].astype(np.int64)
        total = np.bincount(codes[codes >= 0], weights=weight[codes >= 0], minlength=len(values))
        order = np.sort(np.argsort(-total, kind="stable")[:MAX_LEVELS])
        order = order[total[order] > 0]
        kept[i] = values[order]
        has_missing[i] = bool((~np.isin(codes, order)).any())
    numbers = np.array([i for i in range(len(names)) if i not in levels], dtype=np.int64)
    centre, spread, quantiles, missing, nodes = [], [], [], [], []
    bin_shares = np.linspace(0, 1, n_bins + 1)
    for j, i in enumerate(numbers):
        is_known = ~np.isnan(columns[:, i])
        values, counts = columns[is_known, i], weight[is_known]
        if not is_known.all():
            missing.append(j)
        if len(values) == 0:
            values, counts = np.zeros(1), np.ones(1)
        shares = np.concatenate([[0.25, 0.5, 0.75], QUANTILE_SHARES, bin_shares])
        found = weighted_quantiles(values, counts, shares)  # one sort for all
        low, middle, high = found[:3]
        quantiles.append(found[3 : 3 + len(QUANTILE_SHARES)])
        width = high - low if high > low else 0.5 * (values.max() - values.min())
        centre.append(middle)
        spread.append(width if width > 0 else np.inf)
        nodes.append(np.unique(found[3 + len(QUANTILE_SHARES) :]) if embedding == "ple" else np.empty(0))
    if is_image:  # one scale for all pixels, so that strokes keep their shape
        middle, width = _scale_of_pixels(columns[:, numbers], weight)
        centre, spread = [middle] * len(numbers), [width] * len(numbers)
        missing = []
    return Inputs(
        names=tuple(names),
        kinds=tuple(kinds),
        levels=kept,
        has_missing_level=has_missing,
        numbers=numbers,
        centre=np.array(centre),
        spread=np.array(spread),
        quantiles=np.array(quantiles).reshape(len(numbers), len(QUANTILE_SHARES)),
        missing=np.array(missing, dtype=np.int64),
        nodes=tuple(nodes),
    )


def _scale_of_pixels(pixels: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Return mean and deviation of all pixels that are known; the deviation is infinite where they are all alike."""
    is_known = ~np.isnan(pixels)
    if not is_known.any():
        return 0.0, np.inf
    unit = float(power_of_two(np.abs(pixels[is_known]).max()))  # so that squares of numbers up to 1e308 are numbers
    pixels = np.where(is_known, pixels, 0.0) / unit
    share = weight[:, None] * is_known
    mean = (pixels * share).sum() / share.sum()
    variance = ((pixels - mean) ** 2 * share).sum() / share.sum()
    return float(mean * unit), float(variance**0.5 * unit) if variance > 0 else np.inf


def encode(columns: np.ndarray, inputs: Inputs) -> np.ndarray:
    """Turn columns into the inputs of a net.

    Parameters
    ----------
    columns : ndarray of float64, shape (n_rows, n_columns)
        Codes of categories refer to ``inputs.levels``.
    inputs : Inputs

    Returns
    -------
    ndarray of float64, shape (n_rows, n_inputs)
    """
    values = columns if len(inputs.numbers) == columns.shape[1] else columns[:, inputs.numbers]  # (n_rows, n_numbers)
    is_missing = np.isnan(values)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = values - inputs.centre
        scaled /= inputs.spread
        scaled = np.clip(scaled, -LARGEST, LARGEST, out=scaled)
        scaled = soft_clip(scaled)
        scaled[is_missing] = 0.0
        parts = [scaled]
        if len(inputs.missing):
            parts.append(is_missing[:, inputs.missing].astype(np.float64))
        owner, left, width = inputs.bins
        if len(owner):
            shares = np.clip((values[:, owner] - left) / width, 0.0, 1.0)
            shares[is_missing[:, owner]] = 0.0
            parts.append(shares)
    for i, levels in inputs.levels.items():
        codes = columns[:, i].astype(np.int64)
        n_levels = len(levels)
        indicator = np.zeros((len(codes), n_levels + inputs.has_missing_level[i]))
        if inputs.has_missing_level[i]:
            codes = np.where(codes < 0, n_levels, codes)
        rows = np.flatnonzero(codes >= 0)
        indicator[rows, codes[rows]] = 1.0
        parts.append(indicator)
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def soft_clip(scaled: np.ndarray) -> np.ndarray:
    """Bend scaled values towards ±3: x / sqrt(1 + (x / 3)^2)."""
    root = scaled / CLIP
    root *= root
    root += 1.0
    clipped: np.ndarray = np.divide(scaled, np.sqrt(root, out=root), out=root)
    return clipped


def undo_soft_clip(clipped: np.ndarray) -> np.ndarray:
    """Return the scaled values that `soft_clip` bent.

    Examples
    --------
    >>> undo_soft_clip(soft_clip(np.array([-4.0, 0.0, 1.0]))).round(9).tolist()
    [-4.0, 0.0, 1.0]
    """
    return clipped / np.sqrt(1.0 - (clipped / CLIP) ** 2)


def recode(columns: np.ndarray, levels: dict[int, np.ndarray], inputs: Inputs) -> np.ndarray:
    """Make the codes of training columns refer to the levels that were kept."""
    columns = columns.copy()
    for i, values in levels.items():
        position = {value: code for code, value in enumerate(inputs.levels[i])}
        lookup = np.array([position.get(value, -1) for value in values] + [-1], dtype=np.float64)
        columns[:, i] = lookup[columns[:, i].astype(np.int64)]
    return columns
