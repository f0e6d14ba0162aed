"""
What an explanation holds
=========================

An :class:`~sklearn_mlknow.explain.Explanation` is more than its values: the same model calls also tell the general
effect of each column, which columns act together, and how far all of it can be trusted.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor

from sklearn_mlknow.explain import ShapExplainer, feature_suggestions, general_effect, how_each_acted, which_matter_most

# %%
X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
X = X[["age", "bmi", "bp", "s3", "s5"]]
model = RandomForestRegressor(40, min_samples_leaf=10, random_state=0).fit(X, y)
explanation = ShapExplainer(model, background=60, random_state=0).fit(X).explain(X[:80], y[:80])
print(explanation.audit)

# %%
# Which columns matter most? Ranks that the errors cannot tell apart are ranges.
which_matter_most(explanation).round(1).head(4)

# %%
# How did each act on the first patient?
how_each_acted(explanation, row=0).round(1).head(4)

# %%
# Which pairs act together, and what could build a column from them?
feature_suggestions(explanation, n_pairs=2)

# %%
# What is the general effect of a column? Rows, columns and outputs are selected by position, mask or name.
fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), sharey=True)
for place, (ax, column) in enumerate(zip(axes, ["bmi", "s5"])):
    effect = general_effect(explanation, column)
    ax.plot(X[column][:80], explanation[:, column].values + explanation.base_values[0], ".", color="0.65")
    ax.plot(effect["data"], effect["prediction"], color=f"C{place}", linewidth=2)
    ax.fill_between(effect["data"].astype(float), effect["low"], effect["high"], color=f"C{place}", alpha=0.2)
    ax.set(xlabel=column, title="one dot a patient, the line for all" if place == 0 else "")
axes[0].set_ylabel("predicted progression")
plt.show()
