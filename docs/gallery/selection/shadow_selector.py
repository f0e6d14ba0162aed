"""
Everything that is relevant
===========================

:class:`~sklearn_mlknow.selection.ShadowSelector` lets every column race against shuffled copies of all columns, again
and again. It finds what tells something only together with another column, which scores of single columns miss.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.selection import MutualInformationSelector, ShadowSelector

# %%
# The sign of a product: neither factor tells anything by itself.
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(500, 8)), columns=["left", "right", "alone", *[f"noise {k}" for k in range(5)]])
y = X["left"] * X["right"] + 0.7 * X["alone"] + rng.normal(0, 0.3, 500) > 0
single = MutualInformationSelector(random_state=0).fit(X, y)
shadows = ShadowSelector(random_state=0).fit(X, y)
print("one by one:     ", single.get_feature_names_out())
print("against shadows:", shadows.get_feature_names_out())

# %%
fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), sharey=True)
for ax, selector, label in [
    (axes[0], single, "mutual information"),
    (axes[1], shadows, "importance, as a multiple of the best shadow's"),
]:
    ax.barh(X.columns, selector.scores_, color=["C0" if keep else "0.8" for keep in selector.get_support()])
    ax.set_xlabel(label)
axes[1].axvline(1, color="0.3", linestyle="--", linewidth=1)
axes[0].invert_yaxis()
plt.show()
