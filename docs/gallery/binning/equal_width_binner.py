"""
Bins of equal width
===================

:class:`~sklearn_mlknow.binning.EqualWidthBinner` cuts a column where a ruler would: every bin is as wide as the next,
however many rows fall into it. Take it where distances matter, such as ages by decade.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.binning import EqualWidthBinner

# %%
# Nine values that every lecture on binning likes. Bins are 10 wide, with an edge at 0; they are left-closed, so that 10
# would belong to the second.
X = np.array([[0], [4], [12], [16], [16], [18], [24], [26], [28]])
binner = EqualWidthBinner(width=10, origin=0).fit(X)
codes = binner.transform(X).ravel()
print(binner.bin_edges_[0], codes)

# %%
# A bin can be written in several ways: its number, its interval, or one value that stands for all of its rows.
for encode in ["interval", "midpoint", "mean"]:
    print(encode.ljust(8), EqualWidthBinner(width=10, origin=0, encode=encode).fit_transform(X).ravel())

# %%
# The picture: equal steps, unequal crowds.
fig, ax = plt.subplots(figsize=(6.6, 2.2))
for code in range(3):
    ax.axvspan(10 * code, 10 * code + 10, color=f"C{code}", alpha=0.15, linewidth=0)
    ax.text(10 * code + 5, 0.42, f"bin {code}: {np.sum(codes == code)} rows", ha="center", color=f"C{code}")
lift = np.where(np.r_[False, np.diff(X.ravel()) == 0], 0.1, 0)  # the second 16 stands on the first
ax.scatter(X, lift, c=[f"C{code}" for code in codes], s=60, zorder=3)
ax.set(xlim=(-1, 31), ylim=(-0.2, 0.6), yticks=[], xlabel="value", title="width 10, whatever the crowd")
ax.spines["left"].set_visible(False)
plt.show()
