"""
Columns that tell more than chance
==================================

:class:`~sklearn_mlknow.selection.MutualInformationSelector` finds dependence of any shape, on numbers, categories and
missing values alike. Unconfigured it keeps the columns whose information chance does not explain.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.selection import MutualInformationSelector

# %%
# A line, a parabola, a category, a missing value that means something; and noise.
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.uniform(-1, 1, (600, 5)), columns=["line", "parabola", "noise a", "noise b", "noise c"])
X["kind"] = rng.choice(["x", "y", "z"], 600)
X["gaps"] = np.where(rng.random(600) < 0.2, np.nan, rng.normal(size=600))
y = X["line"] + 2 * X["parabola"] ** 2 + 0.8 * (X["kind"] == "z") + 1.2 * X["gaps"].isna() + rng.normal(0, 0.4, 600)
selector = MutualInformationSelector(random_state=0).fit(X, y)
selector.report_[["column", "score", "p_value", "is_kept"]].round(3)

# %%
correlation = [abs(np.corrcoef(X[name].fillna(0), y)[0, 1]) if name != "kind" else 0 for name in X]
fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), sharey=True)
kept = selector.get_support()
for ax, scores, title in [(axes[0], correlation, "correlation"), (axes[1], selector.scores_, "mutual information")]:
    ax.barh(X.columns, np.maximum(scores, 0), color=["C0" if keep else "0.8" for keep in kept])
    ax.set_title(title)
axes[0].text(0.01, 5, "none for a category", va="center", color="0.4")
axes[0].invert_yaxis()
plt.show()
