"""
Smoothing by bins
=================

Noise is smoothed when every value is replaced by one that stands for its bin. :class:`.EqualFrequencyBinner` writes the
mean, the median or the nearer end of the bin; so do the other binners.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.binning import EqualFrequencyBinner

# %%
# The textbook's nine prices, three a bin.
prices = np.array([[4], [8], [15], [21], [21], [24], [25], [28], [34]])
for encode in ["mean", "median", "boundary"]:
    print(encode.ljust(8), EqualFrequencyBinner(3, encode=encode).fit_transform(prices).ravel())

# %%
# On a longer column: outliers move the mean of their bin, leave its median alone, and are an end of it.
rng = np.random.default_rng(0)
readings = np.sort(20 + 4 * rng.standard_normal((90, 1)), axis=0)
readings[-2:] += 14  # two readings gone wrong
fig, axes = plt.subplots(1, 3, figsize=(8.4, 3.2), sharey=True)
for place, (ax, encode) in enumerate(zip(axes, ["mean", "median", "boundary"])):
    smooth = EqualFrequencyBinner(6, encode=encode).fit_transform(readings)
    ax.plot(readings, ".", color="0.75", label="as measured")
    ax.plot(smooth, color=f"C{place}", linewidth=2, label="smoothed")
    ax.set(title=f'encode="{encode}"', xlabel="rank")
axes[0].set_ylabel("reading")
axes[0].legend()
plt.show()
