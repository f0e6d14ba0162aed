"""
Fewer rare categories
=====================

:class:`~sklearn_mlknow.features.RareCategoryGrouper` folds categories that occur too rarely to learn from into one,
"rare". What was never seen joins them, so that a model behind it never meets an unknown word.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.features import RareCategoryGrouper

# %%
# Brands of cars, a few of them common.
rng = np.random.default_rng(0)
brands = pd.Series(np.minimum(rng.zipf(1.5, 3000), 60)).map(lambda number: f"brand {number:02d}")
X = pd.DataFrame({"brand": brands})
grouper = RareCategoryGrouper(min_frequency=0.02).set_output(transform="pandas").fit(X)
grouped = grouper.transform(X)["brand"]
print(grouper.transform(pd.DataFrame({"brand": ["brand 01", "brand 59", "Trabant"]}))["brand"].tolist())

# %%
before, after = X["brand"].value_counts(), grouped.value_counts()
fig, ax = plt.subplots()
kept = before.index.isin(after.index)
ax.bar(np.flatnonzero(kept), before[kept], color="C0", label=f"{kept.sum()} brands stay")
ax.bar(np.flatnonzero(~kept), before[~kept], color="0.75", label=f"{(~kept).sum()} brands of {after['rare']} rows")
ax.bar(len(before) + 2, after["rare"], color="C1", width=2.0, label='become one: "rare"')
ax.axhline(0.02 * len(X), color="0.4", linestyle="--", linewidth=1)
ax.text(len(before) - 1, 0.02 * len(X) * 1.15, "2 % of the rows", ha="right", color="0.35")
ax.set(yscale="log", xlabel="brands, common to rare", ylabel="rows", xticks=[])
ax.legend()
plt.show()
