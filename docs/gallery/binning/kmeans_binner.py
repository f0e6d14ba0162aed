"""
Bins in the clumps
==================

:class:`~sklearn_mlknow.binning.KMeansBinner` puts edges into the gaps of a column, so that values lie close to the mean
of their bin. The best bins are found exactly, by dynamic programming: there is no start to draw and no seed.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.binning import EqualFrequencyBinner, KMeansBinner

# %%
# Waiting times at a counter come in three kinds, in unequal numbers.
rng = np.random.default_rng(0)
minutes = np.concatenate([rng.normal(4, 0.8, 500), rng.normal(12, 1.2, 150), rng.normal(25, 2.0, 50)])[:, None]
binners = {"k-means: in the gaps": KMeansBinner(3), "equal frequency: through the crowd": EqualFrequencyBinner(3)}

# %%
fig, axes = plt.subplots(2, 1, figsize=(6.6, 4.2), sharex=True)
for place, (ax, (name, binner)) in enumerate(zip(axes, binners.items())):
    means = binner.set_params(encode="mean").fit_transform(minutes)
    ax.hist(minutes, bins=90, color="0.82")
    ax.vlines(binner.bin_edges_[0][1:-1], 0, 75, color=f"C{place}", linewidth=2)
    ax.set(title=f"{name}; mean squared distance {np.mean((minutes - means) ** 2):.1f}", yticks=[])
axes[1].set_xlabel("minutes")
plt.show()
