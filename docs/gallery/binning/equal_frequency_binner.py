"""
Bins of equal frequency
=======================

:class:`~sklearn_mlknow.binning.EqualFrequencyBinner` cuts a column so that every bin holds about as many rows. Take it
for skewed columns: where bins of equal width would be nearly empty, each of these has enough rows to say something.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner

# %%
# Incomes are skewed. Five bins of equal width put nearly everybody into the first.
income = np.random.default_rng(0).lognormal(3.4, 0.7, (2000, 1))
binners = {"equal width": EqualWidthBinner(5), "equal frequency": EqualFrequencyBinner(5)}
rows = {name: np.bincount(binner.fit_transform(income).ravel()) for name, binner in binners.items()}
print(rows)

# %%
fig, axes = plt.subplots(2, 1, figsize=(6.6, 4.2), sharex=True)
for place, (ax, (name, binner)) in enumerate(zip(axes, binners.items())):
    ax.hist(income, bins=120, color="0.82")
    ax.vlines(binner.bin_edges_[0][1:-1], 0, 130, color=f"C{place}", linewidth=2)
    ax.set(title=f"{name}: " + ", ".join(map(str, rows[name])) + " rows", yticks=[], xlim=(0, 260))
axes[1].set_xlabel("income (thousands)")
plt.show()

# %%
# Heavy ties are cut apart, not merged away: of ten rows, eight are equal, and three bins are still found. The edges of
# quantiles alone would fall together.
tied = np.array([[0.0]] * 8 + [[1.0], [2.0]])
print("spread:", EqualFrequencyBinner(3).fit_transform(tied).ravel())
print("merge: ", EqualFrequencyBinner(3, ties="merge").fit_transform(tied).ravel())
