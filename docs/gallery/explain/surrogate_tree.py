"""
The gist of a model in a few questions
======================================

:class:`~sklearn_mlknow.explain.SurrogateTree` mimics a model by a small tree that asks readable questions, and says on
held-out rows how well it does: ``fidelity_`` comes first, the tree second.
"""

import matplotlib.pyplot as plt
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import plot_tree

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.explain import SurrogateTree

# %%
# A forest guesses the weight of a penguin from all else.
X = load_penguins(return_X_y=True)[0].dropna()
weight = X.pop("body_mass_g")
sizes = X.select_dtypes("number").assign(male=(X["sex"] == "MALE").astype(int))
forest = RandomForestRegressor(100, random_state=0).fit(sizes, weight)
trees = [SurrogateTree(forest, max_depth=depth, random_state=0).fit(sizes) for depth in [1, 2, 3]]
print(trees[1].to_text())

# %%
# Two questions tell most of what the forest says.
fig, ax = plt.subplots(figsize=(7.6, 3.8))
plot_tree(trees[1].tree_, feature_names=trees[1].questions_, impurity=False, filled=True, fontsize=8, ax=ax)
ax.set_title(", ".join(f"{tree.max_depth} deep: {tree.fidelity_:.0%}" for tree in trees) + " of the forest's variance")
plt.show()
