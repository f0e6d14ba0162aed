"""
Three loops that everything stands on
=====================================

Which bin is a value in, how often does each pair of codes occur, and how far does a column reach? The last answer is an
:class:`~sklearn_mlknow.kernels.Extent`. Plain arrays in, plain arrays out.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.kernels import Extent, digitise, extent, joint_histogram

# %%
# Two columns that depend on each other, with some values missing.
rng = np.random.default_rng(0)
left = rng.normal(size=4000)
right = left**2 + rng.normal(0, 0.6, 4000)
right[:300] = np.nan
reach: Extent = extent(np.column_stack([left, right]))
print(reach.minimum.round(2), reach.maximum.round(2), reach.n_missing)

# %%
# Codes, with a code of their own for missing values; then the table of pairs of codes.
edges = [np.nanquantile(column, np.linspace(0, 1, 11)[1:-1]) for column in (left, right)]
codes = [digitise(column, inner) for column, inner in zip((left, right), edges)]
pairs = joint_histogram(*codes, 10, 11)
print(pairs.shape, pairs.sum())

# %%
fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.6))
axes[0].plot(left, right, ".", markersize=2, alpha=0.4)
axes[0].vlines(edges[0], *axes[0].get_ylim(), color="0.8", linewidth=0.6)
axes[0].hlines(edges[1], *axes[0].get_xlim(), color="0.8", linewidth=0.6)
axes[0].set(xlabel="left", ylabel="right", title="values and edges")
axes[1].imshow(pairs.T, origin="lower", cmap="GnBu")
axes[1].axhline(9.5, color="k", linewidth=1)
axes[1].set(
    xlabel="code of left", ylabel="code of right", title="pairs of codes; the top row is missing", yticks=[0, 9, 10]
)
axes[1].spines[:].set_visible(False)
plt.show()
