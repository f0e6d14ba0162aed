"""
Columns for this very model
===========================

:class:`~sklearn_mlknow.selection.ShapSelector` asks what your model itself uses, on rows it has not seen, and keeps the
columns whose SHAP values are larger than those of shuffled columns. Any model will do, Pipelines included.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_mlknow.selection import ShapSelector

# %%
# A column on a circle, and one on a slope. A line has no use for the first.
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.uniform(-1, 1, (400, 6)), columns=["circle", "slope", *[f"noise {k}" for k in range(4)]])
y = (np.abs(X["circle"]) < 0.5) ^ (rng.random(400) < 0.05) | (X["slope"] > 0.6)
models = {
    "a line": make_pipeline(StandardScaler(), LogisticRegression()),
    "a tree": DecisionTreeClassifier(max_depth=4, random_state=0),
}
selectors = {name: ShapSelector(model, n_explained=40, random_state=0).fit(X, y) for name, model in models.items()}
print({name: selector.get_feature_names_out().tolist() for name, selector in selectors.items()})

# %%
fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.2), sharey=True)
for ax, (name, selector) in zip(axes, selectors.items()):
    ax.barh(X.columns, selector.scores_, color=["C0" if keep else "0.8" for keep in selector.get_support()])
    ax.axvline(selector.bar_, color="0.3", linestyle="--", linewidth=1)
    ax.set(title=f"what {name} uses", xlabel="share of all mean |SHAP|")
axes[0].text(selectors["a line"].bar_ + 0.06, 2, "dashed: the best\nshuffled column", color="0.3", va="center")
axes[0].invert_yaxis()
plt.show()
