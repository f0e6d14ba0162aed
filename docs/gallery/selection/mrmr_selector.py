"""
Columns that do not repeat each other
=====================================

:class:`~sklearn_mlknow.selection.MRMRSelector` takes the column that tells most, then the one that tells most *beyond*
it, and so on: much relevance, little redundancy. The best columns one by one are often the same column five times.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.selection import MRMRSelector, MutualInformationSelector

# %%
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
selectors = {"one by one": MutualInformationSelector(6), "mRMR": MRMRSelector(6)}
for name, selector in selectors.items():
    print(name.ljust(10), selector.fit(X, y).get_feature_names_out().tolist())

# %%
# How the six hang together, and what a linear model makes of them.
fig, axes = plt.subplots(1, 2, figsize=(9.6, 4.2))
for ax, (name, selector) in zip(axes, selectors.items()):
    columns = selector.get_feature_names_out()
    model = make_pipeline(selector, StandardScaler(), LogisticRegression())
    right = cross_val_score(model, X, y, cv=5).mean()
    picture = ax.imshow(np.abs(np.corrcoef(X[columns].T)), vmin=0, vmax=1, cmap="GnBu")
    ax.set_xticks([])
    ax.set_yticks(range(6), columns)
    ax.set_title(f"{name}: accuracy {right:.3f}")
    ax.spines[:].set_visible(False)
fig.colorbar(picture, ax=axes, label="correlation", shrink=0.8)
plt.show()
