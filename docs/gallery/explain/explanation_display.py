"""
The pictures of an explanation
==============================

:class:`~sklearn_mlknow.explain.ExplanationDisplay` draws an explanation: which columns matter, how they act over all
rows, how each acted on one, and which act together. Intervals are drawn wherever a value is an estimate.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor

from sklearn_mlknow.explain import ExplanationDisplay, ShapExplainer

# %%
X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
X = X[["age", "sex", "bmi", "bp", "s3", "s5"]]
model = HistGradientBoostingRegressor(max_iter=40, max_depth=3, random_state=0).fit(X, y)
explanation = ShapExplainer(model, background=50, random_state=0).fit(X).explain(X[:150])
display = ExplanationDisplay(explanation)

# %%
# Over all rows.
fig, axes = plt.subplots(1, 2, figsize=(9.8, 4.0))
display.bar(ax=axes[0])
display.beeswarm(ax=axes[1])
plt.show()

# %%
# One row, and pairs.
fig, axes = plt.subplots(1, 2, figsize=(9.8, 4.0))
display.waterfall(row=3, ax=axes[0])
display.interactions(ax=axes[1], max_display=8)
plt.show()

# %%
# All rows at once, alike ones side by side; and the general effect of a column.
fig, axes = plt.subplots(1, 2, figsize=(9.8, 3.8))
display.heatmap(ax=axes[0], max_display=8)
display.dependence(player="bmi", ax=axes[1])
plt.show()
