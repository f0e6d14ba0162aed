"""
Which rows are of a kind?
=========================

:class:`~sklearn_mlknow.features.ClusterFeatures` writes how far each row is from the centres of k-means clusters. With
these columns a straight line can draw a curved border.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.features import ClusterFeatures

# %%
X, y = make_moons(600, noise=0.18, random_state=0)
models = {
    "a line": make_pipeline(LogisticRegression()),
    "a line on distances": make_pipeline(ClusterFeatures(10, random_state=0), LogisticRegression(max_iter=500)),
}

# %%
grid = np.stack(np.meshgrid(np.linspace(-1.7, 2.7, 110), np.linspace(-1.2, 1.7, 80)), axis=-1)
fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.2), sharey=True)
for ax, (name, model) in zip(axes, models.items()):
    chance = model.fit(X, y).predict_proba(grid.reshape(-1, 2))[:, 1].reshape(grid.shape[:2])
    ax.imshow(chance, extent=(-1.7, 2.7, -1.2, 1.7), origin="lower", aspect="auto", cmap="BrBG", alpha=0.5)
    ax.scatter(*X.T, 8, np.where(y == 1, "C0", "C1"))
    ax.set(title=f"{name}: accuracy {cross_val_score(model, X, y).mean():.2f}", xticks=[], yticks=[])
plt.show()

# %%
# How many clusters? ``"auto"`` asks the silhouette; ``output="soft"`` writes shares of membership instead.
auto = ClusterFeatures("auto", output="soft", random_state=0).fit(X[:300])
print({number: round(score, 2) for number, score in auto.silhouettes_.items()})
