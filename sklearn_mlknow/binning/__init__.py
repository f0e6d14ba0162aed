"""Numbers or categories to bins: fewer, sturdier values, and the common currency of the house.

A bin is a left-closed interval ``[a, b)``. Where to cut is one idea each: equal width, equal frequency, given edges.
How a bin is written is another, and every binner offers them all through ``encode``: its number, one column a bin, the
mean, median or boundary of its values (smoothing), its interval, a piecewise-linear encoding, its weight of evidence.
Missing values and special codes get bins of their own.
"""

from sklearn_mlknow.binning.display import BinningDisplay
from sklearn_mlknow.binning.equal_frequency import EqualFrequencyBinner
from sklearn_mlknow.binning.equal_width import EqualWidthBinner
from sklearn_mlknow.binning.fixed import FixedBinner
from sklearn_mlknow.binning.kmeans import KMeansBinner
from sklearn_mlknow.binning.optimal import OptimalBinner

__all__ = [
    "BinningDisplay",
    "EqualFrequencyBinner",
    "EqualWidthBinner",
    "FixedBinner",
    "KMeansBinner",
    "OptimalBinner",
]
