"""
A scale that suits each column
==============================

:class:`~sklearn_mlknow.features.DistributionScaler` brings each column close to the normal law by the simplest scale
that does, and says which and why.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.features import DistributionScaler

# %%
# Four columns as tables have them.
rng = np.random.default_rng(0)
X = pd.DataFrame(
    {
        "height": rng.normal(170, 9, 1500),
        "income": rng.lognormal(3, 0.8, 1500),
        "sensor": np.r_[rng.normal(0, 1, 1480), rng.normal(0, 25, 20)],
        "score": rng.beta(0.5, 0.5, 1500) * 100,
    }
)
scaler = DistributionScaler().set_output(transform="pandas").fit(X)
scaler.report_[["column", "method", "why"]]

# %%
after = scaler.transform(X)
fig, axes = plt.subplots(2, 4, figsize=(9.0, 3.6))
for place, (column, method) in enumerate(zip(X, scaler.methods_)):
    axes[0, place].hist(X[column], 50, color="0.75")
    axes[0, place].set_title(column)
    axes[1, place].hist(after[column], 50, color=f"C{place}")
    axes[1, place].set_title(method)
for ax in axes.flat:
    ax.set_yticks([])
axes[0, 0].set_ylabel("before")
axes[1, 0].set_ylabel("after")
plt.show()
