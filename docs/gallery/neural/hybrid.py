"""
A network on top of trees
=========================

:class:`~sklearn_mlknow.neural.HybridClassifier` and :class:`~sklearn_mlknow.neural.HybridRegressor` let boosted trees
answer first and a network learn what to add. Held-out rows decide whether the trees help; if not, the net stays alone.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from sklearn_mlknow.neural import HybridClassifier, HybridRegressor

# %%
# A target with stairs, which trees like, on a slope, which networks like.
rng = np.random.default_rng(0)
X = rng.uniform(0, 10, (700, 2))


def truth(X):
    """Stairs along one column, a curve along the other."""
    return 3 * (np.floor(X[:, 0]) % 3) + np.sin(X[:, 1]) * 2


y = truth(X) + rng.normal(0, 0.4, 700)
hybrid = HybridRegressor(max_epochs=30, n_members=2, random_state=0).fit(X, y)
trees = HistGradientBoostingRegressor(random_state=0).fit(X, y)
print(hybrid.choice_, {name: round(float(loss), 3) for name, loss in hybrid.scores_.items()})

# %%
# For classes the same, with probabilities.
classes = HybridClassifier(max_epochs=15, n_members=2, random_state=0).fit(X, y > 4)
print(classes.choice_, {name: round(float(loss), 3) for name, loss in classes.scores_.items()})

# %%
line = np.column_stack([np.linspace(0, 10, 400), np.full(400, 5.0)])
fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), sharey=True)
axes[0].plot(line[:, 0], truth(line), color="0.6", label="truth")
axes[0].plot(line[:, 0], trees.predict(line), color="C1", label="trees alone", linewidth=1)
axes[1].plot(line[:, 0], truth(line), color="0.6")
axes[1].plot(line[:, 0], hybrid.predict(line), color="C0", label="net on trees", linewidth=1.5)
for ax in axes:
    ax.set_xlabel("x0, with x1 = 5")
    ax.legend()
plt.show()
