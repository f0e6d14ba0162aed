"""The few hot loops: digitise, histograms, extents and sorting of whole tables.

Everything that bins, counts or compares columns comes down to three loops over numbers: *which bin is this value in*
(digitise), *how often does each code, or pair of codes, occur* (histograms), and *in what order are the values*
(sorting, extents). They live here, know nothing of frames or estimators, take plain arrays of one column or of a whole
table, and answer the same bits on both sides of every size switch.
"""

from sklearn_mlknow.kernels.bin_counts import bin_counts
from sklearn_mlknow.kernels.digitise import digitise, digitise_table, pad_edges
from sklearn_mlknow.kernels.extent import Extent, extent
from sklearn_mlknow.kernels.histogram import histogram, histogram_table
from sklearn_mlknow.kernels.joint_histogram import joint_histogram, joint_histogram_table
from sklearn_mlknow.kernels.sorting import each_column, sorted_present

__all__ = [
    "Extent",
    "bin_counts",
    "digitise",
    "digitise_table",
    "each_column",
    "extent",
    "histogram",
    "histogram_table",
    "joint_histogram",
    "joint_histogram_table",
    "pad_edges",
    "sorted_present",
]
