"""
A category as the mean of the target, without a leak
====================================================

:class:`~sklearn_mlknow.features.TargetMeanEncoder` replaces a category by the mean of the target among its rows. Done
naively that writes every row's own answer into its input; here each training row is encoded by the rows of other folds.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from sklearn_mlknow.features import TargetMeanEncoder

# %%
# A column of 400 levels that has nothing to do with the target: whoever finds something in it is fooled.
rng = np.random.default_rng(0)
X = pd.DataFrame({"street": rng.integers(0, 400, 3000).astype(str)})
y = rng.integers(0, 2, 3000)
train, test = X[:2000], X[2000:]

encoder = TargetMeanEncoder(smoothing=1.0)
honest = encoder.fit_transform(train, y[:2000])
naive = encoder.transform(train)  # what leaks: every row has voted for itself
new = encoder.transform(test)

# %%
# The naive encoding looks splendid on the rows it has seen, and the same column is worth nothing on new ones.
areas = {}
for name, encoded in [("naive", naive), ("cross-fitted", honest)]:
    model = LogisticRegression().fit(encoded, y[:2000])
    areas[name] = [
        roc_auc_score(labels, model.decision_function(rows)) for rows, labels in [(encoded, y[:2000]), (new, y[2000:])]
    ]
fig, ax = plt.subplots(figsize=(6.0, 3.4))
for place, (name, pair) in enumerate(areas.items()):
    ax.plot([0, 1], pair, "o-", color=f"C{1 - place}", linewidth=2, markersize=8)
    ax.text(-0.04, pair[0], name, ha="right", va="center", color=f"C{1 - place}")
ax.axhline(0.5, color="0.5", linestyle="--", linewidth=1)
ax.text(0.5, 0.505, "a coin", color="0.4", ha="center", va="bottom")
ax.set(xticks=[0, 1], xticklabels=["rows it was trained on", "new rows"], xlim=(-0.35, 1.2), ylim=(0.42, 0.82))
ax.set_ylabel("area under the ROC curve")
plt.show()
