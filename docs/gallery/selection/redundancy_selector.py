"""
One column for each group of twins
==================================

:class:`~sklearn_mlknow.selection.RedundancySelector` drops columns that depend strongly on others and keeps the
representative of each group. No two columns that stay depend on each other above the threshold, whatever their order.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from sklearn_mlknow.selection import RedundancySelector

# %%
# Thirty measurements of a tumour, many of them of the same thing.
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
selector = RedundancySelector(0.85).fit(X, y)
for group in selector.groups_:
    if len(group) > 1:
        print(f"{group[0]} stands for {', '.join(group[1:])}")

# %%
order = [column for group in sorted(selector.groups_, key=len, reverse=True) for column in group]
kept = [column for column in order if column in set(selector.get_feature_names_out())]
fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.2), gridspec_kw={"width_ratios": [30, len(kept)]})
for ax, columns in zip(axes, [order, kept]):
    picture = ax.imshow(np.abs(np.corrcoef(X[columns].T)), vmin=0, vmax=1, cmap="GnBu")
    ax.set(title=f"{len(columns)} columns", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
fig.colorbar(picture, ax=axes, label="correlation", shrink=0.8)
plt.show()

# %%
# Why did a column go?
selector.report_[["column", "representative", "dependence", "reason"]].tail(3)
