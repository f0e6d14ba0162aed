"""
The picture of fitted bins
==========================

:class:`~sklearn_mlknow.binning.BinningDisplay` draws what a binner learned: bars of rows, and over them what the target
does in each bin, missing values included.
"""

import matplotlib.pyplot as plt

from sklearn_mlknow.binning import BinningDisplay, OptimalBinner
from sklearn_mlknow.datasets import load_penguins

# %%
# Numbers are cut, categories are grouped, missing values have a bin of their own.
X, y = load_penguins(return_X_y=True)
binner = OptimalBinner(max_bins=5).fit(X, y == "Gentoo")
print(dict(zip(binner.columns_, binner.scores_.round(2))))

# %%
fig, axes = plt.subplots(1, 3, figsize=(9.6, 3.6))
BinningDisplay.from_estimator(binner, columns=["flipper_length_mm", "bill_length_mm", "sex"], axes=axes)
plt.show()
