"""
Ratios worth having
===================

:class:`~sklearn_mlknow.features.RatioFeatures` looks through all pairs of columns for the ratio, difference or product
that tells more about the target than either of the two, and builds the best.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.features import RatioFeatures

# %%
# Whether a loan fails hangs on debts *per* income; thirty-odd other pairs say nothing.
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.lognormal(0, 0.6, (800, 8)), columns=["income", "debts", *"abcdef"])
fails = X["debts"] / X["income"] * rng.lognormal(0, 0.2, 800) > 1.3
builder = RatioFeatures(n_features=3).set_output(transform="pandas").fit(X, fails)
print(builder.pairs_, builder.scores_.round(3))

# %%
# Even boosted trees gain from it: they can only approach a slanted border by stairs.
trees = HistGradientBoostingClassifier(max_iter=40, random_state=0)
print(f"trees:             {cross_val_score(trees, X, fails, scoring='roc_auc').mean():.3f}")
with_ratio = make_pipeline(RatioFeatures(n_features=3), trees)
print(f"trees with ratios: {cross_val_score(with_ratio, X, fails, scoring='roc_auc').mean():.3f}")

# %%
best = builder.transform(X)[builder.get_feature_names_out()[8]]
fig, axes = plt.subplots(1, 3, figsize=(8.6, 2.8), sharey=True)
for ax, column in zip(axes, [X["income"], X["debts"], best]):
    edges = np.linspace(np.log(column).min(), np.log(column).max(), 41)
    for fact, name in [(False, "paid back"), (True, "failed")]:
        ax.hist(np.log(column[fails == fact]), edges, alpha=0.65, label=name)
    ax.set(xlabel=f"log of {column.name}", yticks=[])
axes[0].legend()
plt.show()
